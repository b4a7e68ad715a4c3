"""Checks of arguments and inputs that all layers share; each raises ValueError."""

import numbers
from collections.abc import Collection, Mapping
from typing import Any

import keras
import numpy as np

from keras_wavenet.utils.nearest import did_you_mean
from keras_wavenet.utils.text import listed, shown

_FEW = 8  # names that an error lists in full


def positive(**arguments: int) -> None:
    """Check that every argument is an integer of at least 1."""
    at_least(1, **arguments)


def padding(value: str) -> str:
    """Return `value` if it is a padding: `"causal"` or `"valid"`."""
    if value not in ("causal", "valid"):
        raise ValueError(
            f'`padding` must be "causal" or "valid". Received: padding={value!r}'
        )
    return value


def not_traced(function: str) -> None:
    """Check that the code which calls a function is run, and not traced."""
    try:
        keras.ops.convert_to_numpy(keras.ops.zeros((), dtype="float32"))
    except Exception as error:  # each backend has its own
        raise ValueError(
            f"`{function}` runs compiled code of its own and returns NumPy arrays: call"
            " it outside of tf.function, jax.jit and other functions that are traced."
        ) from error


def array(name: str, value: Any) -> np.ndarray:
    """Return an array or a tensor as a NumPy array, if its values are known."""
    if not keras.ops.is_tensor(value):
        return np.asarray(value)
    try:
        return keras.ops.convert_to_numpy(value)
    except Exception as error:  # each backend has its own
        raise ValueError(
            f"`{name}` must be an array of known values: outside of jax.grad, jax.vmap "
            f"and other functions that are traced. Received: {type(value).__name__}"
        ) from error


def sequence(layer_name: str, shape: Collection[int | None]) -> None:
    """Check that a shape is `(batch, time, channels)` with known channels."""
    if len(shape) != 3 or shape[-1] is None:
        raise ValueError(
            f"Layer {layer_name!r} takes inputs of shape (batch, time, channels) with "
            f"a known number of channels. Received: shape={tuple(shape)}"
        )


def levels(value: int) -> int:
    """Return `value` if it is a number of mu-law codes: 2 to 65536."""
    if isinstance(value, bool) or not isinstance(value, int) or not 2 <= value <= 65536:
        raise ValueError(
            f"`levels` must be an integer from 2 to 65536. Received: levels={value!r}"
        )
    return value


def rate(**arguments: float) -> None:
    """Check that every argument is at least 0 and below 1."""
    for name, value in arguments.items():
        if not 0 <= value < 1:
            raise ValueError(
                f"`{name}` must be at least 0 and below 1. Received: {name}={value!r}"
            )


def at_least(least: int, **arguments: int) -> None:
    """Check that every argument is an integer of at least `least`."""
    for name, value in arguments.items():
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not whole or value < least:
            raise ValueError(
                f"`{name}` must be an integer of at least {least}. "
                f"Received: {name}={value!r}"
            )


def odd(**arguments: int) -> None:
    """Check that every argument is a positive odd integer."""
    for name, value in arguments.items():
        at_least(1, **{name: value})
        if value % 2 == 0:
            raise ValueError(f"`{name}` must be odd. Received: {name}={value!r}")


def one_of(choices: Collection, **arguments: Any) -> None:
    """Check that every argument is one of `choices`."""
    for name, value in arguments.items():
        if value not in choices:
            expected = ", ".join(repr(choice) for choice in choices)
            raise ValueError(
                f"`{name}` must be one of {expected}. "
                f"Received: {name}={shown(repr(value))}{did_you_mean(value, choices)}"
            )


def names(
    what: str,
    received: Mapping[str, Any],
    required: Collection[str],
    optional: Collection[str] = (),
) -> None:
    """Check that a dict has the required keys, and no unknown ones.

    Args:
        what: Name of the dict, for the error.
        received: The dict.
        required: Keys that it must have.
        optional: Keys that it may have.
    """
    known = (*required, *optional)
    missing = [name for name in required if name not in received]
    unknown = [name for name in received if name not in known]
    if not missing and not unknown:
        return
    hint = did_you_mean(unknown[0], known) if unknown else ""
    if len(known) <= _FEW:
        expected = f"have {sorted(required)} and may have {sorted(optional)}"
        expected = expected if known else "be empty"
        found = f"[{listed([repr(name) for name in sorted(received, key=str)])}]"
        raise ValueError(f"`{what}` must {expected}. Received: {found}{hint}")
    if unknown:
        raise ValueError(
            f"`{what}` must have known names alone. "
            f"Received: the unknown {shown(repr(unknown[0]))}{hint}"
        )
    raise ValueError(
        f"`{what}` must have the name {missing[0]!r}. Received: {len(received)} others"
    )


def dtype_name(array: Any) -> str:
    """Name of the dtype of an array or a tensor, also of one unknown to Keras."""
    try:
        return keras.backend.standardize_dtype(array.dtype)
    except ValueError:
        return str(array.dtype)


def signal(name: str, value: Any) -> None:
    """Check that a tensor is a batch of float signals, `(batch, samples)`."""
    if not hasattr(value, "shape"):
        raise ValueError(
            f"`{name}` must be an array or a tensor of shape (batch, samples). "
            f"Received: {type(value).__name__}"
        )
    if len(value.shape) != 2:
        raise ValueError(
            f"`{name}` must have shape (batch, samples). "
            f"Received: shape={tuple(value.shape)}"
        )
    dtype = dtype_name(value)
    if "float" not in dtype:
        raise ValueError(
            f"`{name}` must hold float samples in [-1, 1]; divide 16-bit integers by "
            "32768, and decode mu-law codes by `keras_wavenet.layers.mu_law_decode`. "
            f"Received: dtype={dtype}"
        )


def loudness(name: str, value: np.ndarray) -> None:
    """Check that an array holds samples in [-1, 1]."""
    peak = max(value.max(initial=0), -value.min(initial=0))  # without a copy
    if peak > 1:
        raise ValueError(
            f"`{name}` must hold samples in [-1, 1]; divide 16-bit integers by 32768, "
            "and decode mu-law codes by `keras_wavenet.layers.mu_law_decode`. "
            f"Received: samples up to {peak:.4g}"
        )


def not_quantized(name: str, policy: keras.DTypePolicy) -> None:
    """Check that a policy keeps weights, not integers and their scale."""
    if policy.quantization_mode is not None:
        raise ValueError(
            "A WaveNet and its layers must not be quantized by Keras: build the model "
            'with dtype="bfloat16", or generate with `engine="cpu_int8"`. '
            f"Received: {policy.name!r} for {name!r}"
        )


def vectors(name: str, value: Any, channels: int) -> None:
    """Check that a tensor has the shape `(batch, channels)`."""
    shape = tuple(getattr(value, "shape", ()))
    if len(shape) != 2 or shape[-1] != channels:
        raise ValueError(
            f"`{name}` must have shape (batch, {channels}). Received: shape={shape}"
        )


def indices(name: str, value: Any) -> None:
    """Check that a tensor is a batch of integers, `(batch,)`."""
    shape = tuple(getattr(value, "shape", ()))
    dtype = keras.backend.standardize_dtype(getattr(value, "dtype", "float32"))
    if len(shape) != 1 or not keras.backend.is_int_dtype(dtype):
        raise ValueError(
            f"`{name}` must hold integers, shape (batch,). "
            f"Received: shape={shape}, dtype={dtype}"
        )


def finite(name: str, values: np.ndarray) -> None:
    """Check that an array holds neither NaN nor infinity."""
    # The least and the greatest value are NaN if any is; no array of flags is made.
    if values.size and not np.isfinite([values.min(), values.max()]).all():
        raise ValueError(f"`{name}` must be finite. Received: NaN or infinity in it")


def within(least: int, most: int, **arguments: int) -> None:
    """Check that every argument is an integer from `least` to `most`."""
    for name, value in arguments.items():
        at_least(least, **{name: value})
        if value > most:
            raise ValueError(
                f"`{name}` must be at most {most}. Received: {name}={value!r}"
            )
