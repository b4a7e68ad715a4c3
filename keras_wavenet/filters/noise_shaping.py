"""Time-invariant noise shaping: a filter from the mean spectrum of a dataset."""

from typing import Any

import numpy as np

from keras_wavenet.filters.measurements import mean_power_spectrum
from keras_wavenet.filters.waveform_filter import MOST_COEFFICIENTS, WaveformFilter

# Added to the power of each bin, as a share of the mean power, to limit the gain of
# bands without a signal.
_FLOOR = 1e-6
_DECIMALS = 8  # of a coefficient in a config


def noise_shaping(
    source: Any, strength: float = 0.5, order: int = 24, most_clips: int = 1000
) -> WaveformFilter:
    """Return the filter that divides audio by its mean spectrum to a power.

    The mean power spectrum P of the clips is raised to the power `strength`; linear
    prediction of a signal with that spectrum gives the filter, whose `|1 / A|^2` is an
    all-pole model of `P ** strength`. It is minimum phase, so that its inverse is
    stable. An error that is white in the filtered waveform has the spectrum
    `P ** strength` in the audio: for strengths near 0 it is nearly white, for 1 it has
    the mean spectrum of the audio.

    Args:
        source: A `ClipSource`, such as the `source` of a dataset.
        strength: Above 0 and at most 1; PytorchWaveNetVocoder uses 0.5.
        order: Number of coefficients, 1 to 64.
        most_clips: Largest number of clips that are read, evenly spaced.

    Returns:
        A `WaveformFilter` with the gain of `WaveformFilter.measured_on`.

    Raises:
        ValueError: If an argument is out of range or the source has no audio.

    References:
        - Tachibana, Toda, Shiga & Kawai, An investigation of noise shaping with
          perceptual weighting for WaveNet-based speech generation (ICASSP 2018).
        - kan-bayashi/PytorchWaveNetVocoder, `noise_shaping.py`: an MLSA filter of the
          mean mel-cepstrum, where this is linear prediction.
    """
    number = isinstance(strength, int | float) and not isinstance(strength, bool)
    if not number or not 0 < strength <= 1:
        raise ValueError(
            "`strength` must be a number above 0 and at most 1. "
            f"Received: strength={strength!r}"
        )
    whole = isinstance(order, int) and not isinstance(order, bool)
    if not whole or not 1 <= order <= MOST_COEFFICIENTS:
        raise ValueError(
            f"`order` must be an integer from 1 to {MOST_COEFFICIENTS}. "
            f"Received: order={order!r}"
        )
    power = mean_power_spectrum(source, most_clips)
    if not power.mean() > 0:
        raise ValueError("`source` must have audio. Received: silence, or no clips")
    power = power / power.mean() + _FLOOR
    autocorrelation = np.fft.irfft(power**strength)[: order + 1]
    coefficients = linear_prediction(autocorrelation).round(_DECIMALS)
    return WaveformFilter(coefficients).measured_on(source, most_clips)


def linear_prediction(autocorrelation: np.ndarray) -> np.ndarray:
    """Return the coefficients `a_1` to `a_p` of least error power (Levinson recursion).

    Args:
        autocorrelation: Float array, shape `(p + 1,)`: lags 0 to p.

    Returns:
        float64 array, shape `(p,)`.
    """
    polynomial, error = np.ones(1), autocorrelation[0]
    for m in range(1, len(autocorrelation)):
        reflection = -(polynomial @ autocorrelation[m:0:-1]) / error
        polynomial = np.append(polynomial, 0.0)
        polynomial = polynomial + reflection * polynomial[::-1]
        error *= 1 - reflection**2
    return polynomial[1:]
