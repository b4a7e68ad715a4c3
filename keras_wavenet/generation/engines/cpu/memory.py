"""The arrays that the compiled loops write: the memory, and results of one sample.

Axes: R residual channels, K order of the linear prediction.
"""

import typing

import numpy as np

from keras_wavenet.generation.description import Description
from keras_wavenet.generation.engines.cpu.int8_projections import Activations
from keras_wavenet.generation.engines.cpu.lanes import LANES
from keras_wavenet.generation.engines.cpu.precision import (
    number_of_inputs,
    type_of_activations,
)
from keras_wavenet.generation.engines.cpu.projections import padded_width


class Memory(typing.NamedTuple):
    """The memory of streams.

    Attributes:
        inputs: float32 `(signals * (taps - 1), streams)`, the past inputs of the first
            layer, of each signal, oldest first.
        rings: float32 `(rows, streams, R)`, the rings of past inputs of all blocks.
        positions: int32 `(blocks,)`, the row of the oldest input in each ring.
        window: float32 `(streams, K)`, the last samples, newest first.
        predicted: float32 `(2, streams)`: the prediction of the next sample and the
            scale of its residual.
    """

    inputs: np.ndarray
    rings: np.ndarray
    positions: np.ndarray
    window: np.ndarray
    predicted: np.ndarray


class Workspace(typing.NamedTuple):
    """The intermediate results of one sample: float32 `(streams, channels)` each.

    Outputs of projections are as wide as their strips. `first` is the number of the
    first of these streams among all; `activations` are the rounded inputs of a
    projection.
    """

    first: int
    x: np.ndarray
    taps: np.ndarray
    fused: np.ndarray
    z: np.ndarray
    residual: np.ndarray
    parts: np.ndarray
    hidden: np.ndarray
    post: np.ndarray
    parameters: np.ndarray
    activations: Activations


def make_workspace(described: Description, span: tuple[int, int]) -> Workspace:
    """A workspace for streams `span[0]` to `span[1] - 1`."""
    d = described
    widths = {
        "x": len(d.initial_bias),
        "taps": number_of_inputs(d.filter_gate),
        "fused": padded_width(d.filter_gate_bias.shape[1]),
        "z": d.filter_gate_bias.shape[1] // 2,
        "residual": padded_width(len(d.initial_bias)),
        "parts": number_of_inputs(d.skip),
        "hidden": padded_width(len(d.skip_bias)),
        "post": padded_width(len(d.post_bias)),
        "parameters": padded_width(len(d.output_bias)),
    }
    first, stop = span
    arrays = {n: np.zeros((stop - first, w), "float32") for n, w in widths.items()}
    width = max(widths.values()) + LANES
    activations = Activations(
        np.zeros((stop - first, width), type_of_activations(d.filter_gate)),
        np.zeros(stop - first, "float32"),
    )
    return Workspace(first, **arrays, activations=activations)
