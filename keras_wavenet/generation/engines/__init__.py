"""The loops that run a network sample by sample.

`"jax"`, `"tensorflow"` and `"torch"` are those of the Keras backends, on the device of
the weights; `"cpu"` is compiled by numba and is the same on each backend,
`"cpu_bfloat16"` is the same with rounded weights, `"cpu_int8"` with products of 8-bit
integers. `"full"` runs the network over the whole receptive field for each sample:
slow, without a memory, a reference on each backend. `"auto"` is `"cpu"` for a WaveNet
whose weights are on a CPU, and the engine of the backend otherwise.

`generation/protocols.py` defines what an engine is, and what it needs of a model.
"""

import importlib
import types
import warnings
import weakref

import keras

from keras_wavenet.generation.protocols import Engine, Model
from keras_wavenet.utils.nearest import did_you_mean

CPU_ENGINES = {  # the precision of their projections
    "cpu": "float32",
    "cpu_bfloat16": "bfloat16",
    "cpu_int8": "int8",
}
BACKENDS = ("jax", "tensorflow", "torch")
FULL = "full"
NAMES = (*CPU_ENGINES, *BACKENDS, FULL)
CHUNK = 1024
_MAX_CONDITIONS = 2**26  # floats held at once: 256 MB

_engines = weakref.WeakKeyDictionary()  # model -> {name: engine}


def get(name: str, model: Model) -> Engine:
    """The engine of a model, the same one at each call, so that it is compiled once.

    Args:
        name: `"auto"` or one of `NAMES`.
        model: A `protocols.Model`, such as a `keras_wavenet.WaveNet`.

    Raises:
        ValueError: If there is no such engine, or it cannot run this network or on this
            backend.
    """
    backend = keras.backend.backend()
    if name not in ("auto", *NAMES):
        raise ValueError(
            f"`engine` must be one of {['auto', *NAMES]}. "
            f"Received: engine={name!r}{did_you_mean(name, ['auto', *NAMES])}"
        )
    fitting = name if name in BACKENDS else " or ".join(BACKENDS)
    if backend not in BACKENDS or name in BACKENDS and name != backend:
        raise ValueError(
            f"Engine {name!r} cannot run on the Keras backend {backend!r}: set "
            f"KERAS_BACKEND to {fitting} before Python starts, or give it to a command "
            "as --backend."
        )
    held = _engines.setdefault(model, {})
    if name not in held:
        best = name == "auto"
        held[name] = get(_best(model), model) if best else _make(name, model)
    return held[name]


def chunk_length(width: int) -> int:
    """Samples of a chunk, for conditions of `width` channels for each sample."""
    chunk = CHUNK
    while chunk > 1 and chunk * width > _MAX_CONDITIONS:
        chunk //= 2
    return chunk


def _best(model):
    """The name of the engine `"auto"` of a model; warns if it is not `"cpu"`."""
    backend = keras.backend.backend()
    if not _module(backend).is_on_cpu(model):
        return backend
    fault = _fault_of_cpu_engine(model)
    if fault is None:
        return "cpu"
    warnings.warn(
        f"Generation uses the slower loop of {backend}: {fault}", stacklevel=4
    )
    return backend


def _fault_of_cpu_engine(model):
    """Why the compiled loop cannot run a model, or `None`."""
    try:
        cpu = _module("cpu")
    except ImportError as error:  # also of versions of NumPy that numba refuses
        return (
            "the engine 'cpu' needs numba, which cannot be imported: pip install "
            f'"keras-wavenet[cpu]". The error was: {error}'
        )
    if not cpu.describes(model.network):
        return (
            "the engine 'cpu' runs the network of WaveNet with the distributions of "
            f"this package only. Received: {type(model.network).__name__} and "
            f"{type(model.distribution).__name__}."
        )
    return None


def _make(name, model):
    if name in BACKENDS:
        return _module(name).Engine(weakref.proxy(model))
    fallback = get(keras.backend.backend(), model)
    if name == FULL:
        return _module(FULL).Engine(weakref.proxy(model), fallback)
    fault = _fault_of_cpu_engine(model)
    if fault is not None:
        raise ValueError(f"Cannot generate: {fault}")
    return _module("cpu").Engine(weakref.proxy(model), fallback, CPU_ENGINES[name])


def _module(name: str) -> types.ModuleType:
    return importlib.import_module(f"{__name__}.{name}")
