"""The loop on PyTorch: `step` traced once to plain tensor operations, then replayed.

Keras' own bookkeeping costs ten times what the arithmetic of one sample does. The
trace leaves it out; the queues, which it cannot hold, are read and written around it.
"""

import contextlib
import functools

import torch
from keras import tree
from keras.ops import convert_to_tensor
from torch.fx.experimental.proxy_tensor import make_fx


def is_on_cpu(network):
    """Whether the weights lie on a CPU."""
    return network.weights[0].value.device.type == "cpu"


@contextlib.contextmanager
def one_thread():
    """Products of one sample are small: to share them out costs more than they do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class Engine:
    """Runs the `step` of a network sample by sample."""

    def __init__(self, network):
        self.network = network
        self._traced = functools.cache(self._trace)

    def begin(self):
        """Nothing to prepare: each call reads the weights."""

    @torch.no_grad()
    def apply(self, name, *arguments):
        arguments = tree.map_structure(_tensor, arguments)
        return getattr(self.network, name)(*arguments)

    @torch.no_grad()
    @one_thread()
    def run(self, state, samples, noise, count, condition, sampling):
        queues = [Queue(*layer_state) for layer_state in state if layer_state]
        choose = sampling.chooser(self.network.distribution)
        width = None if condition is None else condition.shape[2]
        step, offsets = self._traced(choose, len(samples), width, samples.device)
        noise = torch.as_tensor(noise, device=samples.device)
        temperature = torch.tensor(sampling.temperature, device=samples.device)
        audio = torch.zeros(noise.shape[:2], device=samples.device)
        for t in range(count):
            past = [
                queue.read(offset)
                for queue, row in zip(queues, offsets, strict=True)
                for offset in row
            ]
            added = None if condition is None else condition[t % len(condition)]
            samples, *newest = step(samples, noise[t], temperature, added, *past)
            for queue, inputs in zip(queues, newest, strict=True):
                queue.write(inputs)
            audio[t] = samples
        written = iter(queues)
        state = tuple(next(written).state if kept else () for kept in state)
        return audio, state, samples

    def _trace(self, choose, streams, width, device):
        """The step as a graph of tensor operations, and which past inputs it reads."""
        added = None
        if width is not None:
            added = torch.zeros((streams, width), device=device)
        state = self.network.get_initial_state(streams, added)
        probes = [Probe(layer_state[0]) if layer_state else () for layer_state in state]
        samples = torch.zeros(streams, device=device)
        self.network.step(samples, probes, added)  # the probes learn what layers read
        used = [probe for probe in probes if probe]

        def step(samples, noise, temperature, added, *past):
            past = iter(past)
            for probe in used:
                probe.past = [next(past) for _ in probe.offsets]
            parameters, _ = self.network.step(samples, probes, added)
            samples = choose(parameters, noise, temperature)
            return samples, *(probe.newest for probe in used)

        noise = torch.zeros(
            (streams, self.network.distribution.uniforms_per_sample), device=device
        )
        past = [tap for probe in used for tap in probe.past]
        warmth = torch.tensor(1.0, device=device)
        graph = make_fx(step)(samples, noise, warmth, added, *past)
        return graph, [probe.offsets for probe in used]


def _tensor(argument):
    """An integer stays one: it is a constant of the method."""
    if argument is None or type(argument) is int:
        return argument
    return convert_to_tensor(argument)


class Probe:
    """A layer's state while its step is traced: the past comes in from outside."""

    def __init__(self, ring):
        self.ring = ring

    def push(self, inputs, kernel_size, dilation_rate):
        self.newest = inputs
        if not hasattr(self, "past"):
            self.offsets = [1 + i * dilation_rate for i in range(kernel_size - 1)]
            self.past = [self.ring[:, 0] for _ in self.offsets]
        return self.past, self


class Queue:
    """A layer's ring of past inputs, written in place."""

    def __init__(self, ring, position):
        self.ring = ring.clone()
        self.position = int(position)
        self.rows = ring.shape[1]

    def read(self, offset):
        return self.ring[:, (self.position + offset) % self.rows]

    def write(self, inputs):
        self.ring[:, self.position] = inputs
        self.position = (self.position + 1) % self.rows

    @property
    def state(self):
        return self.ring, torch.tensor(self.position, dtype=torch.int32)
