"""What every layer asks of its arguments and inputs, said in one way."""

import numbers

import keras
import numpy as np


def positive(**arguments):
    """Every argument is an integer of at least 1."""
    at_least(1, **arguments)


def padding(value):
    """The argument names a way to treat the start of a sequence."""
    if value not in ("causal", "valid"):
        raise ValueError(
            f'`padding` must be "causal" or "valid". Received: padding={value!r}'
        )
    return value


def sequence(layer_name, shape):
    """The shape is that of a batch of sequences of vectors."""
    if len(shape) != 3 or shape[-1] is None:
        raise ValueError(
            f"Layer {layer_name!r} takes inputs of shape (batch, time, channels) with "
            f"a known number of channels. Received: shape={tuple(shape)}"
        )


def levels(value):
    """The argument is a number of mu-law codes."""
    if isinstance(value, bool) or not isinstance(value, int) or not 2 <= value <= 65536:
        raise ValueError(
            f"`levels` must be an integer from 2 to 65536. Received: levels={value!r}"
        )
    return value


def rate(**arguments):
    """Every argument is a share of at least 0 and below 1."""
    for name, value in arguments.items():
        if not 0 <= value < 1:
            raise ValueError(
                f"`{name}` must be at least 0 and below 1. Received: {name}={value!r}"
            )


def at_least(least, **arguments):
    """Every argument is an integer of at least `least`."""
    for name, value in arguments.items():
        whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not whole or value < least:
            raise ValueError(
                f"`{name}` must be an integer of at least {least}. "
                f"Received: {name}={value!r}"
            )


def odd(**arguments):
    """Every argument is a positive odd integer."""
    for name, value in arguments.items():
        at_least(1, **{name: value})
        if value % 2 == 0:
            raise ValueError(f"`{name}` must be odd. Received: {name}={value!r}")


def one_of(choices, **arguments):
    """Every argument is one of a few values."""
    for name, value in arguments.items():
        if value not in choices:
            expected = ", ".join(repr(choice) for choice in choices)
            raise ValueError(
                f"`{name}` must be one of {expected}. Received: {name}={value!r}"
            )


def names(what, received, required, optional=()):
    """A dict has the required keys, and none that is unknown."""
    missing = [name for name in required if name not in received]
    unknown = [name for name in received if name not in (*required, *optional)]
    if missing or unknown:
        expected = f"have {sorted(required)} and may have {sorted(optional)}"
        if not required and not optional:
            expected = "be empty"
        raise ValueError(f"`{what}` must {expected}. Received: {sorted(received)}")


def signal(name, value):
    """A tensor is a batch of float signals."""
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
    dtype = keras.backend.standardize_dtype(value.dtype)
    if not keras.backend.is_float_dtype(dtype):
        raise ValueError(
            f"`{name}` must hold float samples in [-1, 1]; divide 16-bit integers by "
            f"32768. Received: dtype={dtype}"
        )


def loudness(name, value):
    """An array holds samples in [-1, 1]."""
    loudest = np.abs(value).max(initial=0)
    if loudest > 1:
        raise ValueError(
            f"`{name}` must hold samples in [-1, 1]; divide 16-bit integers by 32768. "
            f"Received: samples up to {loudest:.4g}"
        )


def vectors(name, value, channels):
    """A tensor is a batch of vectors of so many channels."""
    shape = tuple(getattr(value, "shape", ()))
    if len(shape) != 2 or shape[-1] != channels:
        raise ValueError(
            f"`{name}` must have shape (batch, {channels}). Received: shape={shape}"
        )


def indices(name, value):
    """A tensor is a batch of integers."""
    shape = tuple(getattr(value, "shape", ()))
    dtype = keras.backend.standardize_dtype(getattr(value, "dtype", "float32"))
    if len(shape) != 1 or not keras.backend.is_int_dtype(dtype):
        raise ValueError(
            f"`{name}` must hold integers, shape (batch,). "
            f"Received: shape={shape}, dtype={dtype}"
        )


def finite(name, values):
    """An array holds numbers: neither NaN nor infinity."""
    if not np.isfinite(values).all():
        raise ValueError(f"`{name}` must be finite. Received: NaN or infinity in it")


def within(least, most, **arguments):
    """Every argument is an integer from `least` to `most`."""
    for name, value in arguments.items():
        at_least(least, **{name: value})
        if value > most:
            raise ValueError(
                f"`{name}` must be at most {most}. Received: {name}={value!r}"
            )
