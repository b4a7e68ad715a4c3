"""A tick on a GPU: its kernels recorded once, as a CUDA graph, and played again."""

import threading

import torch


class Recording:
    """Plays a tick from a graph of its kernels.

    To launch the kernels of one sample, some hundreds, takes longer than they run; a
    graph of them is launched as one.

    Args:
        tick: From `trace_tick`.
        memory: A `Memory` as that of the calls, which is left alone.
    """

    def __init__(self, tick, memory):
        self._tensors = [tensor.clone() for tensor in memory.tensors]
        self._lock = threading.Lock()  # the tensors serve one call at a time
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.device(memory.samples.device):
            present, beside = torch.cuda.current_stream(), torch.cuda.Stream()
            beside.wait_stream(present)
            with torch.cuda.stream(beside):
                tick(*self._tensors)  # libraries prepare themselves at a first call
            present.wait_stream(beside)
            with torch.cuda.graph(self._graph, capture_error_mode="thread_local"):
                tick(*self._tensors)

    def play(self, memory, count):
        """Make `count` samples: the memory, of the same shapes, is changed in place."""
        with self._lock, torch.cuda.device(memory.samples.device):
            for own, given in zip(self._tensors, memory.tensors, strict=True):
                own.copy_(given)
            for _ in range(count):
                self._graph.replay()
            for own, given in zip(self._tensors, memory.tensors, strict=True):
                given.copy_(own)
