"""The loop on PyTorch: a tick makes a sample, traced once to plain tensor operations.

Keras' own bookkeeping costs ten times what the arithmetic of one sample does: the trace
leaves it out. A tick writes tensors in place and asks nothing of their device, so that
a GPU can record its kernels once and play them for each sample.
"""

from keras_wavenet.generation.engines.torch.engine import Engine, is_on_cpu

__all__ = ["Engine", "is_on_cpu"]
