"""All that a training step depends on and changes, as named arrays."""

import random
import sys
from typing import Any

import keras
import numpy as np


def collect(
    model: keras.Model, metrics: bool = True
) -> tuple[dict[str, np.ndarray], dict]:
    """Copy the state of a compiled model, and of the process it trains in.

    Args:
        model: In a callback, `self.model`, which JAX brings up to date.
        metrics: Whether the metrics are those of an unfinished epoch, and go along.

    Returns:
        Arrays, named `"model/00003"`, `"optimizer/00000"`, `"metrics/00001"` and
        `"random/numpy"`, and what JSON can hold: what each variable is.

    Raises:
        FloatingPointError: If a weight is not finite: no run can resume from it.
    """
    groups = {"model": model.variables, "optimizer": model.optimizer.variables}
    if metrics:
        groups["metrics"] = model.metrics_variables
    arrays = {f"random/{name}": value for name, value in get_random_state().items()}
    for group, variables in groups.items():
        for number, variable in enumerate(variables):
            arrays[f"{group}/{number:05d}"] = _to_numpy(variable)
    for name, value in part(arrays, "model").items():
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            path = model.variables[int(name)].path
            raise FloatingPointError(f"weights must be finite, not those of {path}")
    state = {
        "variables": {
            group: [_describe(variable) for variable in variables]
            for group, variables in groups.items()
        },
        "optimizer": _optimizer_name(model),
        "keras_version": keras.__version__,
        "backend": keras.backend.backend(),
    }
    return arrays, state


def restore(model: keras.Model, arrays: dict[str, np.ndarray], state: dict) -> None:
    """Put a compiled model into the state of `collect`.

    Metrics and random state are not touched: they are reset or drawn from before the
    first step, and it is for the caller to set them at the right moment.

    Args:
        model: A compiled model, built like the one that was saved.
        arrays: From `collect`.
        state: From `collect`.

    Raises:
        ValueError: If the model or its optimizer is not like the one that was saved;
            nothing is changed then.
    """
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    if state["optimizer"] != _optimizer_name(model):
        raise ValueError(
            f"the optimizer must be the one that was saved, {state['optimizer']}. "
            f"Received: {_optimizer_name(model)}"
        )
    groups = {"model": model.variables, "optimizer": model.optimizer.variables}
    for group, variables in groups.items():
        _check_alike(group, state["variables"][group], variables)
    for group, variables in groups.items():
        assign(variables, part(arrays, group))


def check_content(arrays: dict[str, np.ndarray], state: dict) -> None:
    """Check that what was read is of the form that `collect` gives, with a step.

    Raises:
        ValueError: If it is not, or if an array does not fit its description.
    """
    step, described = state.get("step"), state.get("variables")
    _expect(type(step) is int and step >= 0, "a step of 0 or more", step)
    for name in ("states", "variables"):
        _expect(isinstance(state.get(name), dict), f"{name} by name", state.get(name))
    name = state.get("optimizer")
    _expect(isinstance(name, str), "the name of an optimizer", name)
    _expect({"model", "optimizer"} <= described.keys(), "variables", [*described])
    for group, entries in described.items():
        values = part(arrays, group)
        _expect(isinstance(entries, list), f"a list for {group}", entries)
        names = [f"{number:05d}" for number in range(len(entries))]
        _expect(sorted(values) == names, f"{len(names)} arrays of {group}", [*values])
        for name, entry in zip(names, entries, strict=True):
            fits = _is_description(entry) and _fits(values[name], *entry)
            _expect(fits, f"{group}/{name} as it is described", entry)
    check_random_state(part(arrays, "random"))


def part(arrays: dict[str, np.ndarray], group: str) -> dict[str, np.ndarray]:
    """The arrays of a group, by the names they have in it."""
    prefix = f"{group}/"
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }


def assign(variables: list, values: dict[str, np.ndarray]) -> None:
    """Give variables the values of `part`, in their order."""
    for variable, name in zip(variables, sorted(values), strict=True):
        variable.assign(values[name])


def _expect(condition: bool, expected: str, received: Any) -> None:
    if not condition:
        raise ValueError(f"expected {expected}. Received: {received!r:.200}")


def _is_description(entry):
    """Whether it is one of `_describe`."""
    return (
        isinstance(entry, list)
        and [type(value) for value in entry] == [str, list, str]
        and all(type(size) is int for size in entry[1])
    )


def _fits(array, path, shape, dtype):
    kinds = "biu" if "int" in dtype or dtype == "bool" else "fc"
    return list(array.shape) == shape and array.dtype.kind in kinds


def _describe(variable):
    return [variable.path, list(variable.shape), variable.dtype]


def _check_alike(group, saved, variables):
    received = [_describe(variable) for variable in variables]
    if len(saved) != len(received):
        raise ValueError(
            f"the {group} must have {len(saved)} variables. Received: {len(received)}"
        )
    for one, other in zip(saved, received, strict=True):
        if _likeness(*one) != _likeness(*other):
            raise ValueError(
                f"a variable of the {group} must be {one[0]!r}, shape {tuple(one[1])}, "
                f"{one[2]}. Received: {other[0]!r}, shape {tuple(other[1])}, {other[2]}"
            )


def _likeness(path, shape, dtype):
    """What must be equal: Keras counts layers by process, and backends their integers.

    The names of an optimizer's variables hold those of the layers.
    """
    name = path.rpartition("/")[2].rpartition("_")[2]
    return name, list(shape), "int" if "int" in dtype else dtype


def _optimizer_name(model):
    """The class of the optimizer, and of one that it may wrap."""
    optimizer = model.optimizer
    inner = getattr(optimizer, "inner_optimizer", None)
    name = type(optimizer).__name__
    return name if inner is None else f"{name} of {type(inner).__name__}"


def _to_numpy(variable):
    """A copy, in one of NumPy's own dtypes; float32 holds every smaller one exactly."""
    array = np.array(keras.ops.convert_to_numpy(variable))
    return array if array.dtype.kind in "biufc" else array.astype("float32")


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
    """Continue the random numbers from the moment of `get_random_state`.

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
