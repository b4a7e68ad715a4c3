"""What a loop reads and writes."""

import typing

import torch
from keras import tree

from keras_wavenet.layers.queue import Ring


class Memory(typing.NamedTuple):
    """The tensors of a loop, which stay where they are: B streams, of a chunk of N.

    Attributes:
        t: How many samples were made, int64 `(1,)`.
        samples: The newest, `(B,)`.
        audio: All of them, `(N, B)`.
        noise: What chooses them, `(N, B, uniforms)`.
        temperature: A number.
        condition: What conditions add, `(N or 1, B, W)`, or `None`.
        rings: The queue of each layer, `(B, rows, channels)`; `None` without one.
        positions: The free row of each queue, int64 `(queues,)`.
        rows: How many rows each has, likewise.
    """

    t: torch.Tensor
    samples: torch.Tensor
    audio: torch.Tensor
    noise: torch.Tensor
    temperature: torch.Tensor
    condition: torch.Tensor | None
    rings: tuple
    positions: torch.Tensor
    rows: torch.Tensor

    @classmethod
    def begin(cls, state, samples, noise, condition, temperature):
        """A memory of its own for a network's state, with nothing made yet."""
        kept = [layer_state for layer_state in state if layer_state]
        to_device = {"device": samples.device}
        counts = {**to_device, "dtype": torch.int64}
        return cls(
            t=torch.zeros(1, **counts),
            samples=samples.clone(),
            audio=torch.zeros(noise.shape[:2], **to_device),
            noise=noise,
            temperature=torch.tensor(temperature, **to_device),
            condition=condition,
            rings=tuple(ring.rows.clone() if ring else None for ring in state),
            positions=torch.tensor([int(position) for _, position in kept], **counts),
            rows=torch.tensor([ring.shape[1] for ring, _ in kept], **counts),
        )

    @property
    def tensors(self):
        """All of them, in one list."""
        return [tensor for tensor in tree.flatten(self) if tensor is not None]

    @property
    def layout(self):
        """The shapes and types that a loop is made for."""
        return tuple((tensor.shape, tensor.dtype) for tensor in self.tensors)

    @property
    def state(self):
        """The memory of the network, as `Network.step` takes it."""
        positions = iter(self.positions.to(torch.int32))
        return tuple(
            () if ring is None else Ring(ring, next(positions)) for ring in self.rings
        )

    def filled(self, tensors):
        """The same memory made of other tensors, in the order of `tensors`."""
        tensors = iter(tensors)
        return tree.map_structure(lambda x: None if x is None else next(tensors), self)
