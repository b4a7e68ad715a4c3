"""Defaults that depend on the backend: the one module besides the engines that does."""

import os
import platform
import shutil
from pathlib import Path
from typing import Any

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


def rounding() -> dict[str, Any]:
    """What the last bits of a computation depend on, besides the versions of Keras.

    Returns:
        `"backend_version"`; `"device"`, such as `"cpu"` or the name of a GPU; and,
        where that is the CPU, `"processor"`, its name, and `"threads"`, how many share
        a product.
    """
    version, device, threads = _ROUNDING[keras.backend.backend()]()
    found = {"backend_version": version, "device": device}
    if device == "cpu":
        found.update(processor=processor(), threads=threads)
    return found


def _torch_rounding():
    import torch

    device = "cpu"
    if torch.cuda.is_available():
        device = torch.cuda.get_device_name()
    elif torch.backends.mps.is_available():
        device = "mps"
    return torch.__version__, device, torch.get_num_threads()


def _jax_rounding():
    import jax

    threads = int(os.environ.get("NPROC", 0)) or _usable_cpus()
    return jax.__version__, jax.devices()[0].device_kind, threads


def _tensorflow_rounding():
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = tf.config.experimental.get_device_details(gpus[0]) if gpus else {}
    threads = (
        tf.config.threading.get_intra_op_parallelism_threads()
        or int(os.environ.get("TF_NUM_INTRAOP_THREADS", 0))
        or _usable_cpus()
    )
    device = details.get("device_name", "gpu") if gpus else "cpu"
    return tf.__version__, device, threads


_ROUNDING = {
    "torch": _torch_rounding,
    "jax": _jax_rounding,
    "tensorflow": _tensorflow_rounding,
}


def _usable_cpus() -> int:
    """CPUs that this process may run on, which may be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """The name of the CPU; other ones have other instructions."""
    cpus = Path("/proc/cpuinfo")  # where Python does not know it
    lines = cpus.read_text("utf-8", "replace").splitlines() if cpus.is_file() else []
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine()).strip()
