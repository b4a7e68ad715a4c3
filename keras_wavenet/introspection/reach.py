"""How far back a network reaches: measured by disturbing samples, and by gradients."""

import math
import typing
from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.backend_gradients import gradient, inference
from keras_wavenet.introspection.clip import Clip, neutral_conditions
from keras_wavenet.introspection.observed import ShiftedLayer, with_layers
from keras_wavenet.introspection.scores import as_tensors
from keras_wavenet.utils import checks

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet

_SIDE_BY_SIDE = 2**13  # samples whose gradients are computed at once, or one context


def measured_receptive_field(
    model: "WaveNet", conditions: dict[str, Any] | None = None
) -> int:
    """The number of samples that move an output, found by disturbing samples.

    The network runs over noise, twice as long as its `receptive_field`, whose first
    samples are replaced by other noise: the fewest of them that move the last output
    are searched for. An effect that is lost in the rounding of float32 is not seen: in
    a deep network the measured number is below that of `receptive_field(dilations)`.

    Args:
        model: A `WaveNet` without a context stack.
        conditions: As in `WaveNet.generate`; `None` takes speaker 0 and zeros.

    Returns:
        The number of samples, the present one included; 0 if none moves an output.

    Raises:
        ValueError: If the network has a context stack, whose reach depends on the place
            of a sample in its frame.
    """
    if model.architecture.context_stack is not None:
        raise ValueError(
            "`measured_receptive_field` is for a network without a context stack. "
            f"Received: {model.name!r}, which has one"
        )
    rng = np.random.default_rng(0)
    hop = model.data_spec.hop
    length = -(-2 * model.receptive_field // hop) * hop
    noise, other = rng.uniform(-0.5, 0.5, (2, hop + length)).astype("float32")
    if conditions is None:
        conditions = neutral_conditions(model, hop + length)
    run = inference(lambda *given: model.network.run_waveform(*given)[0][:, -1])

    def last_output(disturbed):
        waveform = np.concatenate([other[:disturbed], noise[disturbed:]])
        window = Clip(model, waveform, conditions).window([hop], length)
        return ops.convert_to_numpy(run(*as_tensors(window)[:2]))

    newest = hop + length - 2  # the last output predicts the sample after it
    expected = last_output(0)
    fewest, most = 1, newest + 1  # of disturbed samples
    if np.array_equal(last_output(most), expected):
        return 0
    while fewest < most:
        middle = (fewest + most) // 2
        if np.array_equal(last_output(middle), expected):
            fewest = middle + 1
        else:
            most = middle
    return newest - (fewest - 1) + 1


def saliency(
    model: "WaveNet",
    waveform: np.ndarray,
    conditions: dict[str, Any] | None = None,
    *,
    positions: Sequence[int],
) -> np.ndarray:
    """How strongly the bits of samples depend on each sample before them.

    It is the norm of the gradient of a sample's bits in the outputs of the first layer.
    The gradient begins there, since the codes before it are integers: in the waveform
    of a categorical model it is zero everywhere. What reaches the output past the first
    layer, by a context stack or a linear prediction, is not in it.

    Args:
        model: A `WaveNet`.
        waveform, conditions: As in `score`.
        positions: Numbers of samples of the waveform.

    Returns:
        float32 array, `(positions, lags)`, in bits per unit of the residual stream:
        column k is of the first layer's output k + 1 samples before the predicted one.
        There are as many lags as `receptive_field`, less the taps of the first layer
        after its newest one.

    Raises:
        ValueError: If the waveform or a condition does not fit, or a position is not in
            the waveform.
        NotImplementedError: If the backend has no gradients.

    Example:
        >>> by_lag = saliency(model, recording, positions=[8000, 8001]).mean(axis=0)
    """
    clip = Clip(model, waveform, conditions)
    for position in positions:
        checks.within(0, len(clip) - 1, positions=position)
    network, a = model.network, model.architecture

    def cost(shift, weights, waveform, inputs, targets):
        shifted = with_layers(network, initial=ShiftedLayer(network.initial, shift))
        parameters = shifted.run_waveform(waveform, inputs)[0]
        nats = model.distribution.negative_log_likelihood(targets, parameters)
        return ops.sum(nats * weights) / math.log(2)

    cost = gradient(cost)
    early, hop, rows = a.early_positions, clip.hop, []
    count = max(1, _SIDE_BY_SIDE // (a.context_length + hop))
    for first in range(0, len(positions), count):
        chosen = np.asarray(positions[first : first + count])
        starts, places = chosen // hop * hop, chosen % hop
        window = clip.window(starts, hop)
        weights = np.eye(hop, dtype="float32")[places]
        shift = np.zeros((len(chosen), early + hop, a.residual_channels), "float32")
        found = cost(shift, ops.convert_to_tensor(weights), *as_tensors(window))
        norms = np.linalg.norm(found, axis=-1)  # (B, early + hop)
        rows += [
            norm[place : early + 1 + place][::-1]
            for norm, place in zip(norms, places, strict=True)
        ]
    return np.stack(rows)
