"""How much each block lowers the bits of a recording."""

import math
import typing
from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.backend_gradients import inference
from keras_wavenet.introspection.clip import Clip
from keras_wavenet.introspection.observed import SwitchedBlock, with_layers
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

    def cost(on, weights, waveform, inputs, targets):
        blocks = [SwitchedBlock(b, on[i]) for i, b in enumerate(model.blocks)]
        network = with_layers(model.network, blocks=blocks)
        parameters = network.run_waveform(waveform, inputs)[0]
        nats = model.distribution.negative_log_likelihood(targets, parameters)
        return ops.sum(nats * weights)

    cost = inference(cost)
    count = len(model.blocks)
    states = np.concatenate([np.ones((1, count), bool), ~np.eye(count, dtype=bool)])
    nats = np.zeros(1 + count)
    for window, kept in clip.windows(start, stop):
        weights = np.zeros(window.targets.shape, "float32")
        weights[:, kept] = 1
        tensors = (ops.convert_to_tensor(weights), *as_tensors(window))
        for number in show_progress(range(1 + count), 1 + count, "Silencing blocks"):
            on = ops.convert_to_tensor(states[number])
            nats[number] += float(ops.convert_to_numpy(cost(on, *tensors)))
    bits = nats / (stop - start) / math.log(2)
    return Contributions(float(bits[0]), bits[1:])
