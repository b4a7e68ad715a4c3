"""The filter between audio and the waveform that a network models.

Axes: B streams, T samples, p order.
"""

import math
from collections.abc import Sequence

import numpy as np

from keras_wavenet.filters.inverse_filter import InverseFilter
from keras_wavenet.filters.measurements import peaks

MOST_COEFFICIENTS = 64
GAIN_RANGE = (1e-3, 1e3)
# At 1 the inverse does not decay: errors would accumulate without bound.
LARGEST_REFLECTION = 0.9999


class WaveformFilter:
    """A causal filter with an exact inverse: `y[t] = gain * (x[t] + sum a_k x[t - k])`.

    The error of a network trained on y is approximately white in y. The inverse,
    `x[t] = y[t] / gain - sum a_k x[t - k]`, gives the error in the audio x the spectrum
    of `1 / A`, where `A(z) = 1 + a_1 z^-1 + ... + a_p z^-p`: with a filter that whitens
    speech, the error has the spectrum of the speech, which masks it.

    Filtered samples outside [-1, 1] are clipped; only these are not restored exactly.

    Args:
        coefficients: The p numbers `a_1` to `a_p`, 1 to 64 of them, whose `1 / A` is
            stable.
        gain: Positive factor. None: the largest one that never clips,
            `1 / (1 + sum |a_k|)`; `measured_on` measures a larger one on a dataset.

    Attributes:
        coefficients: float64 array, shape `(p,)`.
        order: p, the number of earlier samples that a filtered sample depends on.
        gain: Float.

    Raises:
        ValueError: If a number is not finite or out of range, there are too many, or
            the inverse is not stable.

    References:
        - Tachibana, Toda, Shiga & Kawai, An investigation of noise shaping with
          perceptual weighting for WaveNet-based speech generation (ICASSP 2018).

    Example:
        >>> pre_emphasis = WaveformFilter([-0.85])
        >>> pre_emphasis.inverse(pre_emphasis(waveform))  # the waveform again
    """

    def __init__(self, coefficients: Sequence[float], gain: float | None = None):
        self.coefficients = _checked_coefficients(coefficients)
        self.order = len(self.coefficients)
        _check_inverse(self.coefficients)
        if gain is None:
            gain = 1 / (1 + np.abs(self.coefficients).sum())
        self.gain = _checked_gain(gain)

    def __call__(self, waveform: np.ndarray) -> np.ndarray:
        """Filter a waveform from its start, with silence to the left of it.

        Args:
            waveform: Float array, shape `(..., T)`, samples in [-1, 1].

        Returns:
            float32 array of the same shape, in [-1, 1]. A sample depends only on itself
            and the `order` samples to its left, to the bit.
        """
        return self.unclipped(waveform).clip(-1, 1).astype("float32")

    def unclipped(self, waveform: np.ndarray) -> np.ndarray:
        """Filter a waveform without clipping; returns float64."""
        waveform = np.asarray(waveform, "float64")
        filtered = waveform.copy()
        # One term for each coefficient, in one order for all samples: a dot product
        # for each sample would round differently at the ends of an array.
        for k, coefficient in enumerate(self.coefficients, start=1):
            filtered[..., k:] += coefficient * waveform[..., :-k]
        return self.gain * filtered

    def inverse(self, filtered: np.ndarray) -> np.ndarray:
        """Restore a waveform from the filtered one.

        Args:
            filtered: Float array, shape `(T,)` or `(B, T)`, from the start.

        Returns:
            float32 array of the same shape, in [-1, 1].
        """
        filtered = np.asarray(filtered)
        rows = np.atleast_2d(filtered)
        return self.running_inverse(len(rows))(rows).reshape(filtered.shape)

    def running_inverse(self, streams: int) -> InverseFilter:
        """Return the inverse for a number of waveforms in chunks."""
        return InverseFilter(self.coefficients, self.gain, streams)

    def measured_on(self, source, most_clips: int = 1000) -> "WaveformFilter":
        """Return the same filter with a gain for a dataset.

        The peak of the measured clips is then the same with and without the filter: no
        sample of them is clipped.

        Args:
            source: A `ClipSource`.
            most_clips: Largest number of clips that are read, evenly spaced.

        Raises:
            ValueError: If the source has no audio, or silence only.
        """
        plain, filtered = peaks(
            WaveformFilter(self.coefficients, 1.0), source, most_clips
        )
        if not filtered:
            raise ValueError("`source` must have audio. Received: silence")
        gain = plain / filtered * (1 - 1e-6)  # rounded samples stay within [-1, 1]
        return WaveformFilter(self.coefficients, float(np.clip(gain, *GAIN_RANGE)))

    @property
    def bits_of_gain(self) -> float:
        """Bits per sample that the gain adds: log2 of the gain.

        A has the determinant 1, so the density of x is that of y times the gain: bits
        per 16-bit sample of y minus these are those of the audio x.
        """
        return math.log2(self.gain)

    def get_config(self) -> dict:
        """Return plain JSON, from which `filters.get` makes the same filter."""
        return {"coefficients": self.coefficients.tolist(), "gain": self.gain}

    def __repr__(self) -> str:
        return f"WaveformFilter(order {self.order}, gain {self.gain:.3g})"


def get(waveform_filter: WaveformFilter | dict) -> WaveformFilter:
    """Return the filter of a config, or the filter itself.

    Args:
        waveform_filter: A filter; a config as `get_config` returns it, with `gain`
            optional; or `{"pre_emphasis": a}`, which is the coefficient `-a`.

    Raises:
        ValueError: If the config has a wrong key or a value out of range.
        TypeError: If it is neither.
    """
    if isinstance(waveform_filter, WaveformFilter):
        return waveform_filter
    if not isinstance(waveform_filter, dict):
        raise TypeError(
            '`waveform_filter` must be a dict such as {"pre_emphasis": 0.85}, or a '
            f"WaveformFilter. Received: {str(waveform_filter)[:80]!r}"
        )
    kinds = [key for key in ("coefficients", "pre_emphasis") if key in waveform_filter]
    unknown = set(waveform_filter) - {"coefficients", "pre_emphasis", "gain"}
    if len(kinds) != 1 or unknown:
        raise ValueError(
            "`waveform_filter` must have either 'coefficients' or 'pre_emphasis', and "
            "may have 'gain'. "
            f"Received: {str(sorted(map(str, waveform_filter)))[:200]}"
        )
    gain = waveform_filter.get("gain")
    if kinds == ["coefficients"]:
        return WaveformFilter(waveform_filter["coefficients"], gain)
    strength = waveform_filter["pre_emphasis"]
    if not _is_number(strength) or not 0 < strength <= LARGEST_REFLECTION:
        raise ValueError(
            f"`pre_emphasis` must be a number above 0 and at most {LARGEST_REFLECTION}."
            f" Received: pre_emphasis={str(strength)[:80]}"
        )
    return WaveformFilter([-strength], gain)


def _is_number(value) -> bool:
    real = isinstance(value, int | float | np.floating) and not isinstance(value, bool)
    return real and abs(value) < 1e6  # False for NaN


def _checked_coefficients(coefficients) -> np.ndarray:
    plain = isinstance(coefficients, list | tuple | np.ndarray)
    if not plain or not 1 <= len(coefficients) <= MOST_COEFFICIENTS:
        raise ValueError(
            f"`coefficients` must be a list of 1 to {MOST_COEFFICIENTS} numbers. "
            f"Received: coefficients={str(coefficients)[:80]}"
        )
    for number, value in enumerate(coefficients):
        if not _is_number(value):
            raise ValueError(
                f"`coefficients[{number}]` must be a finite number. "
                f"Received: {str(value)[:80]}"
            )
    return np.array(coefficients, "float64")


def _checked_gain(gain) -> float:
    least, most = GAIN_RANGE
    if not _is_number(gain) or not least <= gain <= most:
        raise ValueError(
            f"`gain` must be a number from {least:g} to {most:g}. "
            f"Received: gain={str(gain)[:80]}"
        )
    return float(gain)


def _check_inverse(coefficients):
    """Check that the inverse of a filter is stable.

    It is if and only if all reflection coefficients, computed by the reversed Levinson
    recursion, are below 1 in magnitude.
    """
    polynomial = np.concatenate([[1.0], coefficients])
    for m in range(len(coefficients), 0, -1):
        reflection = polynomial[m]
        if not abs(reflection) <= LARGEST_REFLECTION:
            raise ValueError(
                "`coefficients` must have a stable inverse: reflection coefficients of "
                f"at most {LARGEST_REFLECTION} in magnitude. Received: "
                f"{reflection:.6g}, reflection coefficient {m}"
            )
        polynomial = polynomial[:m] - reflection * polynomial[m:0:-1]
        polynomial /= 1 - reflection**2
