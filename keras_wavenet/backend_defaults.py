"""Defaults that depend on the backend: the one module besides the engines that does."""

import shutil

import keras

# Multiply-adds of a training run whose compiled steps have won the minute or two that
# compiling takes: about ten minutes of one core.
LONG_RUN = 3e12
CPP_COMPILERS = ("g++", "clang++")


def default_pipeline() -> str:
    """The input pipeline that needs no other framework than the backend's own."""
    return "tf.data" if keras.backend.backend() == "tensorflow" else "grain"


def traces_network() -> bool:
    """Whether a training step is compiled by `training.traced_network`, not by Keras.

    Keras' `jit_compile=True` takes PyTorch many minutes, as its compiler meets the
    Python of every layer.
    """
    return keras.backend.backend() == "torch"


def jit_compile_for(multiply_adds: float) -> bool | str:
    """The `jit_compile` of `compile` that suits a training run.

    On PyTorch with a CPU, steps are compiled if the run is long and there is a C++
    compiler. The other backends decide by themselves: `"auto"`.

    Args:
        multiply_adds: Of the network, for all samples that the run scores.
    """
    if not traces_network():
        return "auto"
    import torch

    has_compiler = any(map(shutil.which, CPP_COMPILERS))
    on_cpu = not torch.cuda.is_available()
    return on_cpu and has_compiler and multiply_adds >= LONG_RUN
