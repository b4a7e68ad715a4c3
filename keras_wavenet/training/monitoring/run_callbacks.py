"""The callbacks that report on a run and change nothing in it."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from keras_wavenet.data.summary import summarize
from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.pages import Sound
from keras_wavenet.run_config import RunConfig
from keras_wavenet.training.data_parallel import processes
from keras_wavenet.training.monitoring.audio_samples import AudioSamples
from keras_wavenet.training.monitoring.baseline_callback import (
    BaselineCallback,
    StopAtNaN,
)
from keras_wavenet.training.monitoring.csv_log import CSVLog
from keras_wavenet.training.monitoring.pictures import RunPicture
from keras_wavenet.training.monitoring.report_page import RunFacts
from keras_wavenet.training.monitoring.run_report import RunReport
from keras_wavenet.training.monitoring.tensorboard_log import TensorBoardLog
from keras_wavenet.training.run_folder import LOG, PICTURE, SAMPLES, TENSORBOARD
from keras_wavenet.utils.extras import is_installed
from keras_wavenet.utils.terminal import say

PRIME_SECONDS = 1  # a model that has learned little stays silent without a prime


def make_callbacks(
    config: RunConfig,
    train: WindowDataset,
    validation: WindowDataset | None,
    folder: Path,
    commands: Mapping[str, str] | None = None,
) -> list[keras.callbacks.Callback]:
    """The callbacks that report on a run, in the order in which `fit` takes them.

    Of several processes, the first alone reports. Pictures and TensorBoard are left
    out, with one line of notice, where their libraries are not installed, unless an
    option asks for them.

    Args:
        config: Its `sample_every`, `sample_seconds`, `tensorboard` and `histograms`.
        train: Training dataset.
        validation: Validation dataset, or None.
        folder: Of the run; gets `log.csv`, `run.png`, `samples/`, `report.html` and
            `tensorboard/`.
        commands: Commands to go on with, by what they do, for the report.

    Raises:
        ImportError: If `tensorboard` is true and tensorboardX is not installed.
    """
    if not processes.current().is_first:
        return [StopAtNaN()]
    pictures = is_installed("matplotlib") or _print_missing("pictures", "plots")
    baselines = BaselineCallback(
        train, validation, validation_steps=config.validation_steps
    )
    log = CSVLog(folder / LOG)
    callbacks = [StopAtNaN(), baselines, log]
    if pictures:
        callbacks.append(RunPicture(folder / PICTURE, log.path, baselines))
    board = None
    if _wants_tensorboard(config):
        board = TensorBoardLog(
            folder / TENSORBOARD, histograms=config.histograms, measured=baselines
        )
    recorded = None
    if config.sample_every:
        options = sample_options(train, validation, config.sample_seconds)
        recorded = _recording(train, validation, options)
        samples = AudioSamples(
            folder / SAMPLES,
            every=config.sample_every,
            picture=pictures,
            tensorboard=board,
            **options,
        )
        callbacks.append(samples)
    if commands is None:
        generate = f"keras-wavenet generate {shlex.quote(str(folder))}"
        commands = {"Generate audio with the best epoch": generate}
    facts = RunFacts(
        _describe_data(train, validation), commands=commands, recorded=recorded
    )
    callbacks.append(RunReport(folder, facts, baselines))
    return callbacks if board is None else [*callbacks, board]


def _describe_data(train, validation):
    """The summary of the data as it was found, a paragraph for each split."""
    paragraphs = [str(summarize(train.source, train.window_length))]
    if validation is not None:
        paragraphs.append(str(validation.source.report.summary()))
    return paragraphs


def _recording(train, validation, options):
    """The recording that the samples of a run follow; None if they follow none."""
    scored = train if validation is None else validation
    rate = scored.source.sample_rate
    if "local" in options["conditions"]:
        waveform = scored.source.read(0, 0, round(options["seconds"] * rate))
        return Sound(
            waveform, rate, "Recorded: the samples are generated from its frames."
        )
    if options["prime"] is None:
        return None
    return Sound(options["prime"], rate, "Recorded: the samples continue it.")


def _wants_tensorboard(config):
    if config.tensorboard is not None:
        return config.tensorboard
    return is_installed("tensorboardX") or _print_missing("TensorBoard", "logs")


def _print_missing(what, extra):
    """Print how to install what a run does without; returns False."""
    say(f"No {what}: that takes pip install 'keras-wavenet[{extra}]'")
    return False


def sample_options(
    train: WindowDataset, validation: WindowDataset | None, seconds: float
) -> dict[str, Any]:
    """Arguments of `AudioSamples` for a run.

    The audio continues the first second of the first validation clip, under the
    conditions of that clip. A model that is conditioned on frames generates the clip
    again from its start, not longer than it is. Without a validation split, the
    conditions are those of the first training clip.

    Args:
        train, validation: Datasets of the run.
        seconds: Length of the audio.
    """
    scored = train if validation is None else validation
    source = scored.source
    length = min(round(seconds * source.sample_rate), int(source.lengths[0]))
    conditions = _first_conditions(scored, max(length, 1))
    if "local" in conditions:
        return {"seconds": length / source.sample_rate, "conditions": conditions}
    options = {"seconds": seconds, "conditions": conditions, "prime": None}
    if validation is not None:
        prime = min(PRIME_SECONDS * source.sample_rate, int(source.lengths[0]))
        options["prime"] = source.read(0, 0, prime)
    return options


def _first_conditions(dataset, samples):
    """The conditions of the first samples of the first clip, in one stream."""
    spec = dataset.spec
    if not spec.conditions:
        return {}
    first = WindowDataset(
        dataset.source.select([0], "the first clip"),
        spec,
        batch_size=1,
        window_length=-(-samples // spec.hop) * spec.hop,
        shuffle=False,
        pipeline=dataset.pipeline,
        local_dir=dataset.local_dir,
    )
    inputs, _, _ = next(iter(first))
    names = [*spec.conditions, "local_context"]
    return {name: inputs[name] for name in names if name in inputs}
