"""The loop on PyTorch: one step, traced once to plain tensor operations.

Keras' own bookkeeping costs ten times the arithmetic of one sample; a trace leaves it
out. The step writes tensors in place and never reads their values on the host, so that
a GPU can record its kernels once and replay them for each sample.
"""

import contextlib
import threading
import typing
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import torch
from keras import tree
from keras.ops import convert_to_tensor

from keras_wavenet.generation.engines.backend_engine import BackendEngine
from keras_wavenet.generation.engines.torch_step import Memory, trace_step
from keras_wavenet.generation.protocols import Model
from keras_wavenet.generation.sampling import Sampling

_tracing = threading.Lock()  # PyTorch traces in one thread at a time


def is_on_cpu(model: Model) -> bool:
    """Whether the weights are on a CPU."""
    return model.weights[0].value.device.type == "cpu"


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Use one thread: for the small matrices of one sample, more are slower."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class Engine(BackendEngine):
    """Runs the `step` of a model's network sample by sample."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._loops = {}  # by all that a traced step depends on

    def copied(self, weight: torch.Tensor) -> torch.Tensor:
        """A copy: an optimizer writes to the weights in place."""
        return weight.detach().clone()

    def compiled(self, function: Callable) -> Callable:
        """The function itself, on tensors: it runs once in a generation."""
        function = self.with_weights(function)

        @torch.no_grad()
        def call(weights, *arguments):
            return function(weights, *tree.map_structure(_tensor, arguments))

        return call

    @torch.no_grad()
    @one_thread()
    def run(
        self,
        memory: tuple,
        samples: torch.Tensor,
        noise: np.ndarray,
        count: int,
        condition: torch.Tensor | None,
        sampling: Sampling,
        keep_parameters: bool = False,
    ) -> tuple[torch.Tensor, tuple, torch.Tensor, torch.Tensor | None]:
        noise = torch.as_tensor(noise, device=samples.device)
        channels = self.model.distribution.channels if keep_parameters else 0
        memory = Memory.begin(
            memory, samples, noise, condition, sampling.temperature, channels
        )
        choose = sampling.chooser(self.model.distribution)
        weights = self.weights()
        self._loop(choose, memory, weights).run(memory, weights, count)
        return memory.audio, memory.network_memory, memory.samples, memory.parameters

    def _loop(self, choose, memory, weights):
        """The loop for such a memory, traced at the first call."""
        shapes = tuple((weight.shape, weight.dtype) for weight in weights)
        key = choose, memory.layout, memory.samples.device, shapes
        with _tracing:
            if key not in self._loops:
                step = trace_step(
                    self.model.network, choose, memory, self.model.weights, weights
                )
                self._loops[key] = _make_loop(step, memory, weights)
            return self._loops[key]


def _make_loop(step, memory, weights):
    """A CUDA graph of the step on a GPU; elsewhere, or if that fails, the step."""
    if memory.samples.device.type == "cuda":
        try:
            return CudaGraph(step, memory, weights)
        except RuntimeError as error:
            warnings.warn(
                "Generation is slower than it could be: the GPU launches each operation"
                f" of a sample by itself. Recording a CUDA graph failed: {error}",
                stacklevel=2,
            )
    return Operations(step)


class Operations:
    """Runs a step operation by operation.

    Args:
        step: From `trace_step`.
    """

    def __init__(self, step: Callable) -> None:
        self._step = step

    def run(self, memory: Memory, weights: list[torch.Tensor], count: int) -> None:
        """Generate `count` samples: the memory is changed in place."""
        tensors = [*memory.tensors, *weights]
        for _ in range(count):
            self._step(*tensors)


class CudaGraph:
    """Runs a step as a CUDA graph of its kernels.

    Launching the some hundred kernels of one sample takes longer than running them; a
    graph of them is launched as one.

    Args:
        step: From `trace_step`.
        memory: A `Memory` of the shapes of the calls; it is not changed.
        weights: Those of the model; a graph reads them where they were at first, so
            that it has a copy.
    """

    def __init__(
        self, step: Callable, memory: Memory, weights: list[torch.Tensor]
    ) -> None:
        self._memory = [tensor.clone() for tensor in memory.tensors]
        self._weights = [weight.clone() for weight in weights]
        tensors = [*self._memory, *self._weights]
        self._lock = threading.Lock()  # the tensors serve one call at a time
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.device(memory.samples.device):
            current, warm_up = torch.cuda.current_stream(), torch.cuda.Stream()
            warm_up.wait_stream(current)
            with torch.cuda.stream(warm_up):
                step(*tensors)  # libraries initialize at a first call
            current.wait_stream(warm_up)
            with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
                step(*tensors)

    def run(self, memory: Memory, weights: list[torch.Tensor], count: int) -> None:
        """Generate `count` samples: the memory, of the same shapes, is changed."""
        with self._lock, torch.cuda.device(memory.samples.device):
            torch._foreach_copy_(self._memory, memory.tensors)
            torch._foreach_copy_(self._weights, weights)
            for _ in range(count):
                self._graph.replay()
            torch._foreach_copy_(memory.tensors, self._memory)


def _tensor(argument: typing.Any):
    """A tensor; an integer stays one, as a constant of the method."""
    if argument is None or type(argument) is int:
        return argument
    return convert_to_tensor(argument)
