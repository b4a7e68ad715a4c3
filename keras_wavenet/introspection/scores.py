"""What each sample costs a model in bits, what it expects, and what it predicts."""

import math
import typing
from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.backend_gradients import inference
from keras_wavenet.introspection.clip import Clip
from keras_wavenet.introspection.entropy import entropy_bits

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet

_POSITIONS = 64  # whose probabilities are computed at once
_MOST_PROBABILITIES = 2**28  # 1 GiB


class Scores(typing.NamedTuple):
    """The cost of samples.

    Attributes:
        bits: float32 `(T,)`: minus the logarithm to base 2 of the probability of each
            sample's level, given all samples before it.
        entropy: float32 `(T,)`: the entropy of each prediction, in bits. It is the mean
            of `bits` where the model is right about its own uncertainty.
    """

    bits: np.ndarray
    entropy: np.ndarray


class Predictions(typing.NamedTuple):
    """The predicted distributions of samples.

    Attributes:
        values: float32 `(levels,)`, the sample of each level, in [-1, 1].
        probabilities: float32 `(T, levels)`; each row has the sum 1.
        samples: float32 `(T,)`, the true samples.
    """

    values: np.ndarray
    probabilities: np.ndarray
    samples: np.ndarray


def score(
    model: "WaveNet",
    waveform: np.ndarray,
    conditions: dict[str, Any] | None = None,
    *,
    start: int = 0,
    stop: int | None = None,
) -> Scores:
    """The bits of each sample, and the entropy of each prediction.

    The mean of the bits is what `model.evaluate` gives for these samples. Each has its
    whole context; a long recording is computed a window at a time, in bounded memory.

    Args:
        model: A `WaveNet`.
        waveform: Float array, `(samples,)`, in [-1, 1], at the model's sample rate.
        conditions: As in `WaveNet.generate`, for the samples of the waveform. Frames
            may be missing where the model has `features`.
        start, stop: The samples to score; by default all.

    Raises:
        ValueError: If the waveform or a condition does not fit.

    Example:
        >>> bits, entropy = score(model, recording)
        >>> bits.mean()
    """
    clip = Clip(model, waveform, conditions)
    start, stop = clip.span(start, stop)
    distribution = model.distribution

    def run(waveform, inputs, targets):
        parameters = model.network.run_waveform(waveform, inputs)[0]
        cost = distribution.negative_log_likelihood(targets, parameters)
        return cost / math.log(2), entropy_bits(distribution, parameters)

    run = inference(run)
    parts = [
        [ops.convert_to_numpy(x)[0, kept] for x in run(*as_tensors(window))]
        for window, kept in clip.windows(start, stop)
    ]
    bits, entropy = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Scores(bits, entropy)


def predictions(
    model: "WaveNet",
    waveform: np.ndarray,
    conditions: dict[str, Any] | None = None,
    *,
    start: int = 0,
    stop: int | None = None,
) -> Predictions:
    """The predicted distribution of each sample, and the sample itself.

    Arguments and errors are those of `score`. There may be at most 2**28 probabilities:
    1,048,576 samples of 256 codes, 4,096 samples of 65,536 levels.
    """
    clip = Clip(model, waveform, conditions)
    start, stop = clip.span(start, stop)
    distribution = model.distribution
    if (stop - start) * distribution.levels > _MOST_PROBABILITIES:
        raise ValueError(
            "`predictions` takes at most "
            f"{_MOST_PROBABILITIES // distribution.levels:,} samples of "
            f"{distribution.levels:,} levels. Give `start` and `stop`. "
            f"Received: {stop - start:,} samples"
        )
    run = inference(lambda *given: model.network.run_waveform(*given)[0])
    table = inference(distribution.probabilities)
    rows = []
    for window, kept in clip.windows(start, stop):
        waveform, inputs, _ = as_tensors(window)
        parameters = ops.convert_to_numpy(run(waveform, inputs))[0, kept]
        for first in range(0, len(parameters), _POSITIONS):
            part = ops.convert_to_tensor(parameters[first : first + _POSITIONS])
            rows.append(ops.convert_to_numpy(table(part)))
    values = distribution.decode(np.arange(distribution.levels))
    return Predictions(values, np.concatenate(rows), clip.waveform[start:stop])


def as_tensors(window) -> tuple:
    """The arrays of a `Window` as tensors of the backend."""
    waveform, inputs, targets = window
    inputs = {name: ops.convert_to_tensor(array) for name, array in inputs.items()}
    return ops.convert_to_tensor(waveform), inputs, ops.convert_to_tensor(targets)
