"""The loops that run a network sample by sample, one for each backend.

An engine has four methods: `get_initial_state(streams)`, `get_state_after(waveform)`,
`run(state, samples, noise, sampling)` and, as its name says, `__init__(network)`. The
noise is drawn before the loop; the loop runs in chunks of at most `CHUNK` samples and
is compiled once, whatever length is asked for.
"""

import importlib
import weakref

import keras

NAMES = ("jax", "tensorflow", "torch")
CHUNK = 1024

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
