"""What each block computes for a recording (paper, figure 4)."""

import typing
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from keras import ops

from keras_wavenet.backend_gradients import inference
from keras_wavenet.introspection.clip import Clip
from keras_wavenet.introspection.observed import ObservedBlock, with_layers
from keras_wavenet.introspection.scores import as_tensors

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet

MOST_NUMBERS = 2**29  # 2 GiB


class BlockActivations(typing.NamedTuple):
    """What blocks compute. Axes: T samples, D dilation, R residual, S skip channels.

    Position t predicts sample t of the waveform.

    Attributes:
        filter: float32 `(T, D)`, `tanh(W_f * x + V_f h)`, in [-1, 1].
        gate: float32 `(T, D)`, `sigmoid(W_g * x + V_g h)`, in [0, 1]: 0 is closed.
        z: float32 `(T, D)`, their product.
        residual: float32 `(T, R)`, the residual stream after the block.
        skip: float32 `(T, S)`, what z adds to the skip sum, before its ReLU.
    """

    filter: np.ndarray
    gate: np.ndarray
    z: np.ndarray
    residual: np.ndarray
    skip: np.ndarray


def activations(
    model: "WaveNet",
    waveform: np.ndarray,
    conditions: dict[str, Any] | None = None,
    *,
    blocks: Sequence[int] | None = None,
    start: int = 0,
    stop: int | None = None,
) -> list[BlockActivations]:
    """What each block computes for each sample of a waveform.

    Args:
        model: A `WaveNet`.
        waveform, conditions: As in `score`.
        blocks: Numbers of the blocks; `None` takes all.
        start, stop: The samples, as in `score`; the others are their context.

    Returns:
        `BlockActivations` of each block, in the order of `blocks`.

    Raises:
        ValueError: If the waveform or a condition does not fit, there is no such block,
            or the result had more than 2**29 numbers; `activation_levels` has one
            number for each block and sample.

    Example:
        >>> first, *others = activations(model, recording, stop=1600)
        >>> first.gate.mean(axis=1)  # (1600,)
    """
    clip = Clip(model, waveform, conditions)
    start, stop = clip.span(start, stop)
    blocks = _checked_blocks(model, blocks)
    a = model.architecture
    width = 3 * a.dilation_channels + a.residual_channels + a.skip_channels
    if (numbers := width * len(blocks) * (stop - start)) > MOST_NUMBERS:
        raise ValueError(
            f"`activations` returns at most {MOST_NUMBERS:,} numbers. Give `blocks`, "
            "or `start` and `stop`, or call `activation_levels`. "
            f"Received: {numbers:,} numbers of {len(blocks)} blocks"
        )
    parts = list(_run(model, clip, blocks, start, stop))
    return [
        BlockActivations(*map(np.concatenate, zip(*windows, strict=True)))
        for windows in zip(*parts, strict=True)
    ]


def activation_levels(
    model: "WaveNet",
    waveform: np.ndarray,
    conditions: dict[str, Any] | None = None,
    *,
    start: int = 0,
    stop: int | None = None,
) -> BlockActivations:
    """How strong each block's activations are, one number for each sample.

    The numbers of the gate are its mean over the channels, those of the others the root
    mean square.

    Arguments and errors are those of `score`.

    Returns:
        `BlockActivations` of float32 arrays `(blocks, T)`.
    """
    clip = Clip(model, waveform, conditions)
    start, stop = clip.span(start, stop)
    blocks = _checked_blocks(model, None)
    parts = []
    for found in _run(model, clip, blocks, start, stop):
        levels = [BlockActivations(*map(_rms, one)) for one in found]
        levels = [
            level._replace(gate=one.gate.mean(axis=1))
            for level, one in zip(levels, found, strict=True)
        ]
        parts.append([np.stack(arrays) for arrays in zip(*levels, strict=True)])
    joined = (np.concatenate(arrays, axis=1) for arrays in zip(*parts, strict=True))
    return BlockActivations(*joined)


def _rms(array):
    return np.sqrt(np.square(array).mean(axis=1))


def _run(model, clip, blocks, start, stop) -> Iterator[list[BlockActivations]]:
    """The activations of some blocks, a window at a time."""

    def observe(waveform, inputs, targets):
        observed = [ObservedBlock(b, targets.shape[1]) for b in model.blocks]
        network = with_layers(model.network, blocks=observed)
        network.run_waveform(waveform, inputs)
        return [{n: x[0] for n, x in observed[b].seen.items()} for b in blocks]

    observe = inference(observe)
    projections = _skip_projections(model)
    for window, kept in clip.windows(start, stop):
        found = observe(*as_tensors(window))
        arrays = [
            {name: ops.convert_to_numpy(x)[kept] for name, x in one.items()}
            for one in found
        ]
        yield [
            BlockActivations(**one, skip=one["z"] @ projections[block])
            for block, one in zip(blocks, arrays, strict=True)
        ]


def _skip_projections(model) -> list[np.ndarray]:
    """The rows of the skip projection that multiply the z of each block, scaled."""
    a = model.architecture
    kernel = ops.convert_to_numpy(ops.cast(model.network.skip.kernel, "float32"))
    parts = np.split(kernel, np.cumsum(a.skip_parts)[:-1])
    scaled = [s * part for s, part in zip(a.skip_scales, parts, strict=True)]
    return scaled[1:] if a.initial_skip else scaled


def _checked_blocks(model, blocks):
    count = len(model.blocks)
    blocks = range(count) if blocks is None else list(blocks)
    for block in blocks:
        if not 0 <= block < count:
            raise ValueError(
                f"`blocks` must hold numbers from 0 to {count - 1}. "
                f"Received: {block!r} in blocks={blocks}"
            )
    return blocks
