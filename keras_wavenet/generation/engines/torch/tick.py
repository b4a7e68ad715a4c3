"""A tick: the step of a network and the choice of a sample, as tensor operations."""

import torch
from torch.fx.experimental.proxy_tensor import make_fx

aten = torch.ops.aten


def trace_tick(network, choose, memory):
    """Trace the next sample.

    Args:
        network: The `Network` of a WaveNet.
        choose: From parameters, noise and temperature to samples, `(B,)`.
        memory: A `Memory` of the shapes that the tick is to be for; it is left alone.

    Returns:
        A function of the tensors of a memory, in the order of `tensors`, which makes
        one sample and changes them in place. It reads the weights where they lie.
    """

    def tick(*tensors):
        now = memory.filled(tensors)
        oldest = (now.positions + 1) % now.rows
        places = zip(now.positions.split(1), oldest.split(1), strict=True)
        queues = [
            () if ring is None else Queue(ring, *next(places)) for ring in now.rings
        ]
        parameters, _ = network.step(now.samples, queues, _row(now.condition, now.t))
        samples = choose(parameters, _row(now.noise, now.t), now.temperature)
        now.samples.copy_(samples)
        now.audio.index_copy_(0, now.t, samples.unsqueeze(0))
        now.positions.copy_(oldest)  # what was oldest has made room
        now.t.add_(1)

    traced = make_fx(tick)(*(tensor.clone() for tensor in memory.tensors))
    _fold_numbers(traced)
    return traced


def _row(rows, t):
    """Row t of a tensor, or the one that holds for all; `None` of none."""
    return None if rows is None else rows.index_select(0, t % len(rows)).squeeze(0)


class Queue:
    """A layer's memory in a tick: its ring, written in place, and two rows of it."""

    def __init__(self, ring, free, oldest):
        self.ring = ring
        self.free = free
        self.oldest = oldest

    def push(self, inputs, kernel_size, dilation_rate):
        self.ring.index_copy_(1, self.free, inputs.unsqueeze(1).to(self.ring.dtype))
        rows = self.ring.shape[1]
        past = [self.oldest] if kernel_size > 1 else []
        for i in range(1, kernel_size - 1):
            past.append((self.oldest + i * dilation_rate) % rows)
        return [self.ring.index_select(1, row).squeeze(1) for row in past], self

    def push_window(self, inputs):
        self.ring.index_copy_(1, self.free, inputs.unsqueeze(1).to(self.ring.dtype))
        rows = self.ring.shape[1]
        order = (self.oldest + torch.arange(rows, device=self.ring.device)) % rows
        return self.ring.index_select(1, order), self


def _fold_numbers(traced):
    """Make the tensors of plain numbers once, on their device, and not in each tick.

    They come from the memory of the host, where a recording cannot fetch them.
    """
    folded = set()
    for node in traced.graph.nodes:
        if node.target is aten.lift_fresh_copy.default:
            folded.add(node.args[0])
        elif node.target is not aten._to_copy.default or node.args[0] not in folded:
            continue
        number = node.args[0]
        made = node.target(getattr(traced, number.target), **node.kwargs)
        setattr(traced, number.target, made)
        node.replace_all_uses_with(number)
        traced.graph.erase_node(node)
    traced.recompile()
