"""Copy synthesis: recordings are resynthesized from their features, and measured."""

import inspect
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from keras_wavenet.data.clip_source import Clip, ClipInfo, ClipSource
from keras_wavenet.evaluation.griffin_lim import ITERATIONS, griffin_lim
from keras_wavenet.evaluation.measures import Recording, available_metrics, measure
from keras_wavenet.features.frame_matching import can_match
from keras_wavenet.layers.mu_law import mu_law_decode, mu_law_encode

GRIFFIN_LIM = f"Griffin-Lim, {ITERATIONS} iterations"
MU_LAW = "original, 8-bit mu-law"
BASELINES = (GRIFFIN_LIM, MU_LAW)

# Errors of one clip, after which the others are still measured.
OF_ONE_CLIP = (ValueError, OSError, RuntimeError)


@dataclass(frozen=True, eq=False)
class Row:
    """The result of one system for one clip.

    Attributes:
        clip_id: Name of the clip.
        speaker: Its speaker, or None if the data has none.
        label: Its label, or None if the data has none.
        system: Name of the variant of the model, or one of `BASELINES`.
        seconds: Length of the clip.
        values: A float for each metric, by name, see `METRICS`.
        impossible: For each metric without a value, the reason.
        generation_seconds: Time of the generation.
        audio: float32 array, shape `(T,)`; not kept by `evaluate_vocoder`.
    """

    clip_id: str
    speaker: str | None
    label: str | None
    system: str
    seconds: float
    values: dict[str, float]
    impossible: dict[str, str]
    generation_seconds: float
    audio: np.ndarray | None = field(default=None, repr=False)


def default_variants(model: Any, name: str = "model") -> dict[str, dict]:
    """Return the variants of a model to measure: options of its `vocode`.

    Args:
        model: A `WaveNet` with features.
        name: Name of the model in the result.

    Returns:
        A dict from names to options: without frame matching and, if `vocode` can match
        the log-mel frames of the recording, with it.
    """
    has_option = "match_frames" in inspect.signature(model.vocode).parameters
    if not (has_option and can_match(model.architecture.features)):
        return {name: {}}
    return {
        name: {"match_frames": False},
        f"{name}, frames matched": {"match_frames": True},
    }


def check_vocoder(model: Any) -> None:
    """Check that a model can resynthesize the clips of a dataset.

    Raises:
        ValueError: If it has no features, or a condition that datasets do not have.
    """
    a = model.architecture
    if a.features is None:
        raise ValueError(
            "Copy synthesis needs a model that is conditioned on features of audio, "
            f"such as the preset wavenet_realtime. Received: {model.name!r}, which has "
            "no `features`"
        )
    if "global" in a.conditions:
        raise ValueError(
            "Copy synthesis takes conditions from a dataset, which has no `global` "
            f"vectors. Received: {model.name!r}, which needs them"
        )
    for name in ("speakers", "tags"):
        if isinstance(getattr(a, name), int):
            raise ValueError(
                f"Copy synthesis takes {name} from a dataset by their names. Received: "
                f"{model.name!r}, which has {getattr(a, name)} without names"
            )


def choose_clips(source: ClipSource, count: int | None, seed: int = 0) -> list[int]:
    """Return the indices of random clips of a source, sorted, without repetition.

    Args:
        source: The clips.
        count: Number of clips; None, or more than the source has, for all.
        seed: Seed of the choice.
    """
    if count is None or count >= len(source):
        return list(range(len(source)))
    chosen = np.random.default_rng(seed).choice(len(source), count, replace=False)
    return sorted(map(int, chosen))


def evaluate_clips(
    model: Any,
    source: ClipSource,
    indices: Sequence[int],
    *,
    variants: Mapping[str, dict] | None = None,
    baselines: bool = True,
    metrics: Sequence[str] | None = None,
    seed: int = 0,
    **options,
) -> Iterator[list[Row] | str]:
    """Resynthesize clips and measure the result, one clip after the other.

    Args:
        model: A `WaveNet` with features.
        source: Clips at the model's sample rate.
        indices: Indices of the clips.
        variants: From a name to options of `model.vocode`; None: `default_variants`.
        baselines: Whether to measure Griffin-Lim of the same frames, and the original
            in 8-bit mu-law codes, too.
        metrics: Names of `METRICS`; None: all whose libraries are installed.
        seed: Seed of the generation, the same for every clip and variant.
        **options: Further options of `model.vocode` for all variants, such as
            `temperature` and `engine`.

    Yields:
        For each clip its rows, or a sentence with the error that prevented them.

    Raises:
        ValueError: See `check_vocoder`.
        ImportError: If a library that the features or a metric needs is missing.
    """
    check_vocoder(model)
    variants = default_variants(model) if variants is None else variants
    metrics = available_metrics()[0] if metrics is None else metrics
    for index in indices:
        try:
            clip = source[index]
            makers = _makers(model, clip, variants, {"seed": seed, **options})
            if baselines:
                makers.update(_baseline_makers(model, clip, seed))
            yield _rows(clip, source.sample_rate, makers, metrics)
        except OF_ONE_CLIP as error:
            yield f"{source.clips[index].clip_id}: {error}"


def evaluate_vocoder(
    model: Any, source: ClipSource, indices: Sequence[int] | None = None, **options
) -> tuple[list[Row], list[str]]:
    """Resynthesize the clips of a source and measure the result.

    Args:
        model: A `WaveNet` with features.
        source: Clips at the model's sample rate.
        indices: Indices of the clips; None: all.
        **options: Options of `evaluate_clips`.

    Returns:
        The rows, without audio, and a sentence for each clip that failed.

    Raises:
        ValueError: See `check_vocoder`.
        ImportError: If a library that the features or a metric needs is missing.

    Example:
        >>> source = data.open_source("spoken_prompts", "validation", 16000)
        >>> rows, failures = evaluate_vocoder(model, source, temperature=0.9)
        >>> summarize(rows)["model"]["pesq"].median
    """
    indices = range(len(source)) if indices is None else indices
    rows, failures = [], []
    for found in evaluate_clips(model, source, indices, **options):
        if isinstance(found, str):
            failures.append(found)
        else:
            rows += [replace(row, audio=None) for row in found]
    return rows, failures


def clip_conditions(
    model: Any, clip: ClipInfo, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The conditions of a clip but its frames: those given, the others of the data.

    Raises:
        ValueError: If the model needs a speaker, and neither has one.
    """
    conditions = dict(given or {})
    needed = [n for n in model.architecture.conditions if n not in conditions]
    if "speaker" in needed:
        if clip.speaker is None:
            raise ValueError("the model needs a speaker, and the data has none")
        conditions["speaker"] = clip.speaker
    if "tags" in needed:
        conditions["tags"] = clip.tags
    return conditions


def _makers(model, clip, variants, options):
    """For each variant, by name, a function that resynthesizes the clip."""
    conditions = clip_conditions(model, clip.info)

    def maker(own):
        return lambda: model.vocode(
            clip.waveform, conditions=conditions, **{**options, **own}
        )[0]

    return {name: maker(own) for name, own in variants.items()}


def _baseline_makers(model, clip, seed):
    features = model.architecture.features
    makers = {}
    if features.log_mel is not None:
        makers[GRIFFIN_LIM] = lambda: griffin_lim(
            features, features(clip.waveform), len(clip.waveform), seed=seed
        )
    makers[MU_LAW] = lambda: mu_law_decode(mu_law_encode(clip.waveform))
    return makers


def _rows(clip: Clip, sample_rate, makers, metrics) -> list[Row]:
    original = Recording(clip.waveform, sample_rate)
    rows = []
    for system, make in makers.items():
        started = time.perf_counter()
        audio = make()
        taken = time.perf_counter() - started
        values, impossible = measure(original, Recording(audio, sample_rate), metrics)
        rows.append(
            Row(
                clip_id=clip.info.clip_id,
                speaker=clip.info.speaker,
                label=clip.info.label,
                system=system,
                seconds=len(audio) / sample_rate,
                values=values,
                impossible=impossible,
                generation_seconds=taken,
                audio=audio,
            )
        )
    return rows
