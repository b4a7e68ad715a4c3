"""All metrics of a generated recording, by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from keras_wavenet.evaluation.perceptual import pesq, stoi
from keras_wavenet.evaluation.pitch import (
    Pitch,
    f0_error,
    track_pitch,
    voicing_error,
)
from keras_wavenet.evaluation.spectral import (
    log_spectral_distance,
    mel_cepstral_distortion,
)
from keras_wavenet.utils.extras import import_extra


@dataclass(frozen=True, eq=False)
class Recording:
    """A waveform whose pitch is tracked once, for all comparisons.

    Attributes:
        waveform: float32 array, shape `(T,)`, samples in [-1, 1].
        sample_rate: Hz.
    """

    waveform: np.ndarray
    sample_rate: int

    @cached_property
    def pitch(self) -> Pitch:
        """Fundamental frequency and voicing."""
        return track_pitch(self.waveform, self.sample_rate)


@dataclass(frozen=True)
class Metric:
    """How a metric is printed, and what it needs.

    Attributes:
        title: Head of its column, with the unit.
        digits: Digits after the decimal point.
        modules: The optional dependencies it needs.
        higher_is_better: Whether larger values are better.
    """

    title: str
    digits: int
    modules: tuple[str, ...]
    higher_is_better: bool = False


METRICS = {
    "pesq": Metric("PESQ", 2, ("pesq", "soxr"), higher_is_better=True),
    "stoi": Metric("STOI", 3, ("pystoi",), higher_is_better=True),
    "mcd": Metric("MCD dB", 2, ("librosa",)),
    "lsd": Metric("LSD dB", 2, ()),
    "voicing_error": Metric("voicing %", 1, ("librosa",)),
    "f0_error": Metric("F0 cents", 1, ("librosa",)),
}


def available_metrics() -> tuple[list[str], dict[str, str]]:
    """Return the metrics whose libraries are installed, and the others' errors.

    Returns:
        Names of `METRICS`, in their order, and a dict from the other names to the
        message of the missing library.
    """
    available, left_out = [], {}
    for name, metric in METRICS.items():
        try:
            for module in metric.modules:
                import_extra(module, metric.title)
            available.append(name)
        except ImportError as error:
            left_out[name] = str(error)
    return available, left_out


def measure(
    original: Recording, generated: Recording, metrics: Iterable[str] = METRICS
) -> tuple[dict[str, float], dict[str, str]]:
    """Compute the metrics of a generated recording against its original.

    Args:
        original: The recording.
        generated: A recording of the same length and sample rate.
        metrics: Names of `METRICS`.

    Returns:
        A dict from names to values, and a dict from the names of metrics without a
        value, such as PESQ of silence, to the reason.

    Raises:
        ValueError: If the sample rates differ, or a name is unknown.
        ImportError: If a library that a metric needs is not installed.
    """
    rate = original.sample_rate
    if rate != generated.sample_rate:
        raise ValueError(
            "`original` and `generated` must have the same sample rate. Received: "
            f"{rate} and {generated.sample_rate} Hz"
        )
    values, impossible = {}, {}
    for name in metrics:
        if name not in METRICS:
            raise ValueError(
                f"`metrics` must be names among {list(METRICS)}. Received: {name!r}"
            )
        try:
            values[name] = _compute(name, original, generated)
        except ValueError as error:
            impossible[name] = str(error)
    return values, impossible


def _compute(name, original, generated) -> float:
    if name in _OF_PITCH:
        return _OF_PITCH[name](original.pitch, generated.pitch)
    return _OF_WAVEFORM[name](
        original.waveform, generated.waveform, original.sample_rate
    )


_OF_WAVEFORM = {
    "pesq": pesq,
    "stoi": stoi,
    "mcd": mel_cepstral_distortion,
    "lsd": log_spectral_distance,
}
_OF_PITCH = {"voicing_error": voicing_error, "f0_error": f0_error}
