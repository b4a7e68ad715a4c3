"""One step on PyTorch: a network's step and the choice of a sample, traced.

Axes: B streams, N samples of a chunk, W channels of a condition.
"""

import typing
from collections.abc import Callable, Iterable, Sequence

import keras
import torch
from keras import tree
from torch.fx.experimental.proxy_tensor import make_fx

from keras_wavenet.generation.protocols import Network
from keras_wavenet.layers.queue import Ring

aten = torch.ops.aten


class Memory(typing.NamedTuple):
    """The tensors that a loop reads and writes in place.

    Attributes:
        t: Number of samples generated, int64 `(1,)`.
        samples: The newest samples, `(B,)`.
        audio: All samples of the chunk, `(N, B)`.
        noise: Uniform noise, `(N, B, uniforms)`.
        temperature: A scalar.
        condition: Projections of the conditions, `(N or 1, B, W)`, or `None`.
        rings: The queue of each layer, `(B, rows, channels)`; `None` without one.
        positions: The free row of each queue, int64 `(queues,)`.
        rows: Number of rows of each queue, int64 `(queues,)`.
        parameters: Of the distributions of all samples, `(N, B, channels)`, or `None`.
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
    parameters: torch.Tensor | None = None

    @classmethod
    def begin(
        cls,
        network_memory: tuple,
        samples: torch.Tensor,
        noise: torch.Tensor,
        condition: torch.Tensor | None,
        temperature: float,
        channels: int = 0,
    ) -> "Memory":
        """The tensors at the start of a chunk, with a copy of the network's memory.

        With `channels` the parameters of each distribution are kept.
        """
        queues = [layer for layer in network_memory if layer]
        to_device = {"device": samples.device}
        counts = {**to_device, "dtype": torch.int64}
        return cls(
            t=torch.zeros(1, **counts),
            samples=samples.clone(),
            audio=torch.zeros(noise.shape[:2], **to_device),
            noise=noise,
            temperature=torch.tensor(temperature, **to_device),
            condition=condition,
            rings=tuple(ring.rows.clone() if ring else None for ring in network_memory),
            positions=torch.tensor([int(position) for _, position in queues], **counts),
            rows=torch.tensor([ring.shape[1] for ring, _ in queues], **counts),
            parameters=(
                torch.zeros((*noise.shape[:2], channels), **to_device)
                if channels
                else None
            ),
        )

    @property
    def tensors(self) -> list[torch.Tensor]:
        """All tensors, in one list."""
        return [tensor for tensor in tree.flatten(self) if tensor is not None]

    @property
    def layout(self) -> tuple:
        """The shapes and dtypes for which a step is traced."""
        return tuple((tensor.shape, tensor.dtype) for tensor in self.tensors)

    @property
    def network_memory(self) -> tuple:
        """The memory of the network, as `Network.step` takes it."""
        positions = iter(self.positions.to(torch.int32))
        return tuple(
            () if ring is None else Ring(ring, next(positions)) for ring in self.rings
        )

    def filled(self, tensors: Iterable[torch.Tensor]) -> "Memory":
        """The same structure with other tensors, in the order of `tensors`."""
        tensors = iter(tensors)
        return tree.map_structure(lambda x: None if x is None else next(tensors), self)


class Queue:
    """The memory of a layer within a step: its ring, written in place.

    Args:
        ring: The rows, `(B, rows, channels)`.
        free: The row to write, int64 `(1,)`.
        oldest: The row with the oldest input, int64 `(1,)`.
    """

    def __init__(
        self, ring: torch.Tensor, free: torch.Tensor, oldest: torch.Tensor
    ) -> None:
        self.ring = ring
        self.free = free
        self.oldest = oldest

    def push(
        self, inputs: torch.Tensor, kernel_size: int, dilation_rate: int
    ) -> tuple[list[torch.Tensor], "Queue"]:
        """As `Ring.push`, for one sample."""
        self.ring.index_copy_(1, self.free, inputs.unsqueeze(1).to(self.ring.dtype))
        rows = self.ring.shape[1]
        past = [self.oldest] if kernel_size > 1 else []
        for i in range(1, kernel_size - 1):
            past.append((self.oldest + i * dilation_rate) % rows)
        return [self.ring.index_select(1, row).squeeze(1) for row in past], self

    def push_window(self, inputs: torch.Tensor) -> tuple[torch.Tensor, "Queue"]:
        """As `Ring.push_window`."""
        self.ring.index_copy_(1, self.free, inputs.unsqueeze(1).to(self.ring.dtype))
        rows = self.ring.shape[1]
        order = (self.oldest + torch.arange(rows, device=self.ring.device)) % rows
        return self.ring.index_select(1, order), self


def trace_step(
    network: Network,
    choose: Callable,
    memory: Memory,
    variables: Sequence[keras.Variable] = (),
    weights: Sequence[torch.Tensor] = (),
) -> torch.fx.GraphModule:
    """Trace the generation of one sample.

    Args:
        network: The network of a model.
        choose: From parameters, noise and temperature to samples, `(B,)`.
        memory: A `Memory` of the shapes to trace for; it is not changed.
        variables, weights: Variables of the network, and values for them.

    Returns:
        A function of the tensors of a memory, in the order of `tensors`, and of the
        values of the variables, which generates one sample and changes the memory in
        place. It holds other weights by reference.
    """
    count = len(memory.tensors)

    def step(*tensors):
        with keras.StatelessScope(zip(variables, tensors[count:], strict=True)):
            generate(memory.filled(tensors[:count]))

    def generate(now):
        oldest = (now.positions + 1) % now.rows
        numbers = zip(now.positions.split(1), oldest.split(1), strict=True)
        queues = [
            () if ring is None else Queue(ring, *next(numbers)) for ring in now.rings
        ]
        parameters, _ = network.step(now.samples, queues, _row(now.condition, now.t))
        samples = choose(parameters, _row(now.noise, now.t), now.temperature)
        if now.parameters is not None:
            now.parameters.index_copy_(0, now.t, parameters.unsqueeze(0))
        now.samples.copy_(samples)
        now.audio.index_copy_(0, now.t, samples.unsqueeze(0))
        now.positions.copy_(oldest)  # the row of the oldest input is free now
        now.t.add_(1)

    tensors = [tensor.clone() for tensor in memory.tensors]
    traced = make_fx(step)(*tensors, *weights)
    _fold_constants(traced)
    return traced


def _row(rows, t):
    """Row t of a tensor, or its only row; `None` of `None`."""
    return None if rows is None else rows.index_select(0, t % len(rows)).squeeze(0)


def _fold_constants(traced):
    """Make the tensors of plain numbers once, on their device, and not in each step.

    They would be copied from the host, which a CUDA graph cannot do.
    """
    folded = set()
    for node in traced.graph.nodes:
        if node.target is aten.lift_fresh_copy.default:
            folded.add(node.args[0])
        elif node.target is not aten._to_copy.default or node.args[0] not in folded:
            continue
        constant = node.args[0]
        value = node.target(getattr(traced, constant.target), **node.kwargs)
        setattr(traced, constant.target, value)
        node.replace_all_uses_with(constant)
        traced.graph.erase_node(node)
    traced.recompile()
