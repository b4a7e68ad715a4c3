"""The loops that run a network sample by sample, one for each backend.

An engine has two methods beside `__init__(network)`. `apply(name, *arguments)` is the
method of that name of the network, compiled; integers among its arguments are
constants. `run(state, samples, noise, count, condition, sampling)` is the loop: the
noise and what conditions add are there before it, `(chunk, streams, ...)`, where a
condition that holds for the whole chunk has a length of 1. A loop is compiled once for
a length of chunks, whatever length is asked for.
"""

import importlib
import weakref

import keras

NAMES = ("jax", "tensorflow", "torch")
CHUNK = 1024
_MOST_CONDITIONS = 2**26  # numbers held at once: 256 MB

_engines = weakref.WeakKeyDictionary()  # network -> {name: engine}


def get(name, network):
    """The engine of that name for a network: the same one each time, compiled once.

    Args:
        name: `"auto"`, which is the engine of the Keras backend, or one of `NAMES`.
        network: A model that follows the step protocol.

    Raises:
        ValueError: If there is no such engine, or it cannot run on this backend.
    """
    backend = keras.backend.backend()
    if name not in ("auto", *NAMES):
        raise ValueError(
            f"`engine` must be one of {['auto', *NAMES]}. Received: engine={name!r}"
        )
    if name not in ("auto", backend) or backend not in NAMES:
        fitting = name if name in NAMES else " or ".join(NAMES)
        raise ValueError(
            f"Engine {name!r} cannot run on the Keras backend {backend!r}: set "
            f"KERAS_BACKEND to {fitting} before Python starts."
        )
    held = _engines.setdefault(network, {})
    if backend not in held:
        module = importlib.import_module(f"{__name__}.{backend}")
        held[backend] = module.Engine(weakref.proxy(network))
    return held[backend]


def chunk_length(width):
    """Samples of a chunk, of each of which conditions are `width` numbers."""
    chunk = CHUNK
    while chunk > 1 and chunk * width > _MOST_CONDITIONS:
        chunk //= 2
    return chunk
