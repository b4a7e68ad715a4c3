"""High-pass of recordings as they are read: rumble, hum and a constant offset go.

The filter is finite and of linear phase, so that any segment of a filtered clip can be
computed from the samples around it, and equals that of the whole clip.
"""

import math
from dataclasses import replace
from numbers import Real

import numpy as np

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.reader import Reader

LEAST_CUTOFF = 5.0  # Hz: below it, kernels are longer than any use of them
_HAMMING_WIDTH = 3.3  # from pass band to stop band, times rate over length


def check_high_pass(cutoff: float) -> None:
    """Checks the cutoff of `high_pass`, before any data is opened.

    Raises:
        ValueError: If it is not a finite number of at least 5.
    """
    if (
        not isinstance(cutoff, Real)
        or isinstance(cutoff, bool)
        or not LEAST_CUTOFF <= cutoff < math.inf
    ):
        raise ValueError(
            "`high_pass` must be None or a frequency in Hz of at least "
            f"{LEAST_CUTOFF:g}; 50 to 100 is usual for speech. "
            f"Received: high_pass={cutoff!r}"
        )


def high_pass_kernel(cutoff: float, sample_rate: int) -> np.ndarray:
    """Designs the filter: a constant less a windowed sinc (Hamming).

    Half the amplitude (-6 dB) passes at the cutoff, less than a hundredth (-40 dB) up
    to half of it, all within 1 % from one and a half times the cutoff on, and nothing
    of a constant offset.

    Args:
        cutoff: Frequency in Hz, at most a quarter of the rate.
        sample_rate: Rate of the audio in Hz.

    Returns:
        float64 array of odd length, symmetric, about `3.3 * sample_rate / cutoff`.

    Raises:
        ValueError: If the cutoff is too high for the rate.

    Example:
        `high_pass_kernel(70, 16000)` has 757 taps, 47 ms.
    """
    if cutoff > sample_rate / 4:
        raise ValueError(
            "`high_pass` must be at most a quarter of the sample rate. "
            f"Received: high_pass={cutoff:g}, at {sample_rate} Hz"
        )
    half = math.ceil(_HAMMING_WIDTH / 2 * sample_rate / cutoff)
    low_pass = np.sinc(2 * cutoff / sample_rate * np.arange(-half, half + 1))
    low_pass *= np.hamming(2 * half + 1)
    kernel = -low_pass / low_pass.sum()
    kernel[half] += 1
    return kernel


def high_passed(source: ClipSource, cutoff: float) -> ClipSource:
    """Makes a source of the same clips without what lies below a frequency.

    Nothing is delayed. Beyond its ends a clip is mirrored: a constant offset goes there
    as well, and no step is added to what the clip begins or ends with.

    Args:
        source: The clips.
        cutoff: Frequency in Hz; see `high_pass_kernel`.

    Returns:
        A source whose samples may lie beyond full scale by a little.

    Raises:
        ValueError: If the cutoff is out of range.
    """
    check_high_pass(cutoff)
    kernel = high_pass_kernel(cutoff, source.sample_rate)
    note = f"high-pass at {cutoff:g} Hz, a filter of {len(kernel)} taps"
    report = replace(source.report, notes=(*source.report.notes, note))
    reader = HighPassReader(source, kernel)
    return ClipSource(source.sample_rate, source.clips, reader, report)


class HighPassReader(Reader):
    """Reads the clips of a source, filtered; a recording is a clip by its index.

    Args:
        source: The clips.
        kernel: float array of odd length, symmetric.
    """

    def __init__(self, source: ClipSource, kernel: np.ndarray):
        self._source = source
        self._kernel = kernel

    def read(self, recording: int, start: int, stop: int) -> np.ndarray:
        margin = len(self._kernel) // 2
        samples = self._mirrored(recording, start - margin, stop + margin)
        # A dot product for each sample, in float64: nothing depends on where the
        # segment begins, as it would with a Fourier transform.
        return np.convolve(samples, self._kernel, "valid").astype("float32")

    def _mirrored(self, clip: int, start: int, stop: int) -> np.ndarray:
        """Samples of a clip, which beyond its ends runs backwards, and on and on."""
        length = int(self._source.lengths[clip])
        if start >= 0 and stop <= length:
            return self._source.read(clip, start, stop)
        places = np.arange(start, stop) % (2 * length)
        places = np.minimum(places, 2 * length - 1 - places)
        first = int(places.min())
        return self._source.read(clip, first, int(places.max()) + 1)[places - first]
