"""The engine: what runs a network on PyTorch."""

import contextlib
import threading
import warnings

import torch
from keras import tree
from keras.ops import convert_to_tensor

from keras_wavenet.generation.engines.backend_engine import BackendEngine
from keras_wavenet.generation.engines.torch.memory import Memory
from keras_wavenet.generation.engines.torch.recording import Recording
from keras_wavenet.generation.engines.torch.tick import trace_tick

_tracing = threading.Lock()  # PyTorch traces in one thread at a time


def is_on_cpu(model):
    """Whether the weights lie on a CPU."""
    return model.weights[0].value.device.type == "cpu"


@contextlib.contextmanager
def one_thread():
    """Products of one sample are small: to share them out costs more than they do."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class Engine(BackendEngine):
    """Runs the `step` of a model's network sample by sample."""

    def __init__(self, model):
        super().__init__(model)
        self._loops = {}  # by what they were made for

    def compiled(self, function):  # but it is not: it runs once in a generation
        @torch.no_grad()
        def call(*given):
            return function(*tree.map_structure(_tensor, given))

        return call

    @torch.no_grad()
    @one_thread()
    def run(self, state, samples, noise, count, condition, sampling):
        noise = torch.as_tensor(noise, device=samples.device)
        memory = Memory.begin(state, samples, noise, condition, sampling.temperature)
        choose = sampling.chooser(self.model.distribution)
        self._loop(choose, memory).play(memory, count)
        return memory.audio, memory.state, memory.samples

    def _loop(self, choose, memory):
        """What plays ticks on such a memory, made at the first time."""
        device = memory.samples.device
        # A recording reads the weights where they lay when it was made.
        places = tuple(weight.value.data_ptr() for weight in self.model.weights)
        made_for = choose, memory.layout, device, places
        with _tracing:
            if made_for not in self._loops:
                tick = trace_tick(self.model.network, choose, memory)
                self._loops[made_for] = _player(tick, memory)
            return self._loops[made_for]


def _player(tick, memory):
    """A recording of a tick on a GPU; elsewhere, and if there is none, the tick."""
    if memory.samples.device.type == "cuda":
        try:
            return Recording(tick, memory)
        except RuntimeError as error:
            warnings.warn(
                "Generation is slower than it could be: the GPU launches each operation"
                f" of a sample by itself. A recording of them failed: {error}",
                stacklevel=2,
            )
    return Operations(tick)


class Operations:
    """Plays a tick operation by operation."""

    def __init__(self, tick):
        self._tick = tick

    def play(self, memory, count):
        """Make `count` samples: the memory is changed in place."""
        tensors = memory.tensors
        for _ in range(count):
            self._tick(*tensors)


def _tensor(argument):
    """An integer stays one: it is a constant of the method."""
    if argument is None or type(argument) is int:
        return argument
    return convert_to_tensor(argument)
