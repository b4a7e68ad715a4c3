"""The state of the random generators that a whole process shares.

Keras keeps a state of its own for each `SeedGenerator`, a variable of the model. What
is drawn beside them comes from Python, from NumPy or, dropout on PyTorch for one, from
PyTorch, where that is loaded.
"""

import random
import sys

import numpy as np


def get_random_state() -> dict[str, np.ndarray]:
    """All of it, as arrays of integers and one float."""
    version, words, gauss = random.getstate()
    _, keys, place, has_gauss, cached = np.random.get_state()
    state = {
        "python": np.array([version, *words], "uint64"),
        "python_gauss": np.array([] if gauss is None else [gauss], "float64"),
        "numpy": np.array([*keys, place, has_gauss], "uint64"),
        "numpy_gauss": np.array([cached], "float64"),
    }
    torch = sys.modules.get("torch")
    if torch is not None:
        state["torch"] = torch.random.get_rng_state().numpy().copy()
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            for number, device in enumerate(torch.cuda.get_rng_state_all()):
                state[f"torch_cuda_{number}"] = device.numpy().copy()
    return state


def check_random_state(state: dict[str, np.ndarray]) -> None:
    """Check that it is one of `get_random_state`.

    Raises:
        ValueError: If it is not.
    """
    now = get_random_state()
    for name in ("python", "python_gauss", "numpy", "numpy_gauss"):
        array, like = state.get(name), now[name]
        if array is None or array.ndim != 1 or array.dtype != like.dtype:
            raise ValueError(
                f"expected random state of {name}. Received: {array!r:.99}"
            )
        sizes = {0, 1} if name == "python_gauss" else {like.size}
        if array.size not in sizes or (array >= 2**32).any():
            raise ValueError(
                f"expected random state of {name}. Received: {array!r:.99}"
            )
    for name, array in state.items():
        if name.startswith("torch") and (array.ndim != 1 or array.dtype != "uint8"):
            raise ValueError(
                f"expected random state of {name}. Received: {array!r:.99}"
            )


def set_random_state(state: dict[str, np.ndarray]) -> None:
    """Go on drawing as if from the moment of `get_random_state`.

    Args:
        state: What `get_random_state` returned, perhaps on a machine with other
            libraries or devices: what is not there is left out.
    """
    version, *words = state["python"].tolist()
    (gauss,) = state["python_gauss"].tolist() or [None]
    random.setstate((version, tuple(words), gauss))
    *keys, place, has_gauss = state["numpy"].tolist()
    cached = float(state["numpy_gauss"][0])
    keys = np.array(keys, "uint32")
    np.random.set_state(("MT19937", keys, place, has_gauss, cached))
    torch = sys.modules.get("torch")
    if torch is None or "torch" not in state:
        return
    torch.random.set_rng_state(torch.from_numpy(state["torch"]))
    for number in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        if f"torch_cuda_{number}" in state:
            device = torch.from_numpy(state[f"torch_cuda_{number}"])
            torch.cuda.set_rng_state(device, number)
