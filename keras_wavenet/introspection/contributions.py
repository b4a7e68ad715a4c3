"""How much each block lowers the bits of a recording."""

import math
import typing
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_wavenet.backend_gradients import inference
from keras_wavenet.introspection.clip import Clip
from keras_wavenet.introspection.scores import as_tensors
from keras_wavenet.utils.progress import show_progress

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet


class Contributions(typing.NamedTuple):
    """The bits per sample of a network with a block silenced.

    Attributes:
        bits: Float, with all blocks.
        silenced: float64 `(blocks,)`, with each block silenced in turn. The more it is
            above `bits`, the more the network depends on the block.
    """

    bits: float
    silenced: np.ndarray


def contributions(
    model: "WaveNet",
    waveform: np.ndarray,
    conditions: dict[str, Any] | None = None,
    *,
    start: int = 0,
    stop: int | None = None,
) -> Contributions:
    """The bits per sample with each block silenced in turn.

    A silenced block adds nothing to the skip sum and nothing, no bias either, to the
    residual stream: as if the weights of its projections were zero. The weights of the
    model are not changed. The time is that of `score`, once for each block.

    Arguments and errors are those of `score`.

    Example:
        >>> bits, silenced = contributions(model, recording, stop=16000)
        >>> (silenced - bits).argsort()[::-1]  # blocks, the most important one first
    """
    clip = Clip(model, waveform, conditions)
    start, stop = clip.span(start, stop)

    variables = _projections(model)

    def cost(values, weights, waveform, inputs, targets):
        mapping = list(zip(variables, values, strict=True))
        with keras.StatelessScope(state_mapping=mapping):
            parameters = model.network.run_waveform(waveform, inputs)[0]
        nats = model.distribution.negative_log_likelihood(targets, parameters)
        return ops.sum(nats * weights)

    cost = inference(cost)
    states = [None, *range(len(model.blocks))]
    nats = np.zeros(len(states))
    for window, kept in clip.windows(start, stop):
        weights = np.zeros(window.targets.shape, "float32")
        weights[:, kept] = 1
        tensors = (ops.convert_to_tensor(weights), *as_tensors(window))
        for number, block in enumerate(
            show_progress(states, len(states), "Silencing blocks")
        ):
            values = _silenced(model, variables, block)
            nats[number] += float(ops.convert_to_numpy(cost(values, *tensors)))
    bits = nats / (stop - start) / math.log(2)
    return Contributions(float(bits[0]), bits[1:])


def _projections(model) -> list[keras.Variable]:
    """The weights by which blocks add to the residual stream and to the skip sum."""
    layers = [block.residual_projection for block in model.blocks]
    own = [v for layer in layers if layer is not None for v in layer.variables]
    return [*own, model.network.skip.kernel]


def _silenced(model, variables, block):
    """The values of `_projections` with those of a block, or of `None`, at zero."""
    a = model.architecture
    values = [np.array(ops.convert_to_numpy(v.value), "float32") for v in variables]
    if block is not None:
        layer = model.blocks[block].residual_projection
        own = [] if layer is None else [id(v) for v in layer.variables]
        for variable, value in zip(variables, values, strict=True):
            if id(variable) in own:
                value[:] = 0
        first = sum(a.skip_parts[: block + bool(a.initial_skip)])
        values[-1][first : first + a.dilation_channels] = 0
    return [
        ops.convert_to_tensor(value, variable.dtype)
        for variable, value in zip(variables, values, strict=True)
    ]
