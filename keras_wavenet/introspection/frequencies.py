"""Frequencies: the linear filters in front of the gates, and the response to sines.

Axes: N blocks, F frequencies, D dilation channels.
"""

import math
import typing
from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.backend_gradients import inference
from keras_wavenet.introspection.clip import Clip, neutral_conditions
from keras_wavenet.introspection.first_layer import first_layer
from keras_wavenet.introspection.observed import ObservedBlock, with_layers
from keras_wavenet.introspection.scores import as_tensors

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet

SLOPE_WITHIN = 0.1  # the amplitudes at which the first layer is taken as linear
_SIDE_BY_SIDE = 2**15  # samples of sines that run at once, or one sine


class FrequencyResponse(typing.NamedTuple):
    """What channels do at frequencies.

    Attributes:
        frequencies: float64 `(F,)`, Hz.
        magnitude: float64 `(N, F, D)`, at least 0: of each block and channel.
    """

    frequencies: np.ndarray
    magnitude: np.ndarray


def frequency_response(
    model: "WaveNet", frequencies: Sequence[float] | None = None
) -> FrequencyResponse:
    """The responses of the linear filters from a sample to the filter half of blocks.

    A filter is the first layer, whose curve over the amplitude is replaced by its slope
    within [-0.1, 0.1], followed by the dilated kernel of the block's filter: the direct
    path along the residual stream, without what earlier blocks add to it. The kernel of
    a block with dilation d repeats its response every `sample_rate / d` Hz.

    Args:
        model: A `WaveNet`.
        frequencies: Hz, from 0 to half of the sample rate; `None` takes 257 evenly
            spaced ones.

    Returns:
        `FrequencyResponse`: the magnitude is that of the argument of the tanh, for a
        sine of amplitude 1.

    Raises:
        ValueError: If a frequency is out of range.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), sections 2.1 and 2.3.
    """
    frequencies = _checked(
        model, frequencies, np.linspace(0, model.sample_rate / 2, 257)
    )
    slopes = _slopes(model)  # (taps, R)
    radians = 2 * np.pi * frequencies / model.sample_rate
    early = _spectrum(slopes, radians)  # (F, R)
    found = []
    for block in model.blocks:
        kernel = ops.convert_to_numpy(ops.cast(block.filter_gate.kernel, "float32"))
        taps = _spectrum(
            kernel[..., : block.dilation_channels],
            radians * block.filter_gate.dilation_rate,
        )
        found.append(np.abs(np.einsum("fr,frd->fd", early, taps)))
    return FrequencyResponse(frequencies, np.stack(found))


def sine_response(
    model: "WaveNet",
    frequencies: Sequence[float] | None = None,
    conditions: dict[str, Any] | None = None,
    *,
    amplitude: float = 0.25,
) -> FrequencyResponse:
    """How much the z of each channel moves when the input is a sine.

    The network runs on a sine of each frequency that has lasted longer than its
    receptive field, with all its nonlinearities.

    Args:
        model: A `WaveNet`.
        frequencies: Hz, above 0 and at most half of the sample rate; `None` takes 32
            from 60 Hz on, evenly spaced in octaves.
        conditions: As in `WaveNet.generate`; `None` takes speaker 0 and zeros.
        amplitude: Of the sine, above 0 and at most 1.

    Returns:
        `FrequencyResponse`: the magnitude is the standard deviation of z over 20 ms or
        a period of the sine, if it is longer.

    Raises:
        ValueError: If a frequency or the amplitude is out of range, or a condition does
            not fit.
    """
    rate, a = model.sample_rate, model.architecture
    default = np.geomspace(min(60, rate / 32), 0.45 * rate, 32)
    frequencies = _checked(model, frequencies, default)
    if not 0 < amplitude <= 1:
        raise ValueError(
            "`amplitude` must be above 0 and at most 1. "
            f"Received: amplitude={amplitude!r}"
        )
    if not frequencies.min() > 0:
        raise ValueError(
            "A sine has a frequency above 0. Received: frequencies with 0 Hz"
        )
    length = math.ceil(max(0.02 * rate, rate / frequencies.min()))
    hop = model.data_spec.hop
    first = -(-(a.context_length + 1) // hop) * hop  # a whole context before it
    length = -(-length // hop) * hop
    if conditions is None:
        conditions = neutral_conditions(model, first + length)

    def spread(waveform, inputs, _):
        blocks = [ObservedBlock(block, length) for block in model.blocks]
        with_layers(model.network, blocks=blocks).run_waveform(waveform, inputs)
        # (N, B, D)
        return ops.stack([ops.std(block.seen["z"], axis=1) for block in blocks])

    spread = inference(spread)
    time = np.arange(first + length) / rate
    found = []
    count = max(1, _SIDE_BY_SIDE // (first + length))
    for part in np.array_split(frequencies, -(-len(frequencies) // count)):
        sines = amplitude * np.sin(2 * np.pi * part[:, None] * time)
        windows = [
            Clip(model, sine.astype("float32"), conditions).window([first], length)
            for sine in sines
        ]
        tensors = as_tensors(_side_by_side(windows))
        found.append(ops.convert_to_numpy(spread(*tensors)))
    return FrequencyResponse(frequencies, np.concatenate(found, axis=1))


def _side_by_side(windows):
    """Windows of one length as one `Window`."""
    waveforms, inputs, targets = zip(*windows, strict=True)
    joined = {n: np.concatenate([one[n] for one in inputs]) for n in inputs[0]}
    kind = type(windows[0])
    return kind(np.concatenate(waveforms), joined, np.concatenate(targets))


def _checked(model, frequencies, default):
    frequencies = np.asarray(default if frequencies is None else frequencies, "float64")
    highest = model.sample_rate / 2
    if frequencies.ndim != 1 or not frequencies.size:
        raise ValueError(
            "`frequencies` must be a list of numbers. "
            f"Received: shape={frequencies.shape}"
        )
    if not (frequencies.min() >= 0 and frequencies.max() <= highest):  # NaN, too
        raise ValueError(
            f"`frequencies` must be from 0 to {highest:g} Hz, half of the sample rate. "
            f"Received: {frequencies.min():g} to {frequencies.max():g} Hz"
        )
    return frequencies


def _slopes(model):
    """The slope of each tap of the first layer near silence, `(taps, R)`."""
    amplitudes, vectors = first_layer(model)
    near = np.abs(amplitudes) <= SLOPE_WITHIN
    x = amplitudes[near].astype("float64")
    x = x - x.mean()
    return np.einsum("n,tnr->tr", x, vectors[:, near]) / np.square(x).sum()


def _spectrum(kernel, radians):
    """The spectrum of taps, the oldest first: `(taps, ...)` to `(F, ...)`."""
    delays = np.arange(len(kernel))[::-1]
    return np.tensordot(np.exp(-1j * np.outer(radians, delays)), kernel, axes=1)
