"""Several devices and processes on JAX: `keras.distribution.DataParallel`.

Batches are divided over all devices, and each device has the weights. A step computes
with the whole batch, wherever its rows are: losses, metrics and dropout are those of
one device.
"""

import contextlib
import os
import weakref
from collections.abc import Iterator

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils

from keras_wavenet.training.data_parallel.places import Place

PROCESS_FOR_EACH_DEVICE = False
_copies = weakref.WeakKeyDictionary()  # model -> a copy of one process


def start(place: Place, devices: int | None) -> int:
    """Join the processes of a run, if there are several.

    Args:
        place: That of this process.
        devices: Of this process; None takes all, or one under a launcher that starts a
            process for each.

    Returns:
        The number of devices of all processes.

    Raises:
        ValueError: If there are fewer.
    """
    if place.local_rank is not None:
        devices = devices or 1
        first = place.local_rank * devices
        own = ",".join(map(str, range(first, first + devices)))
        os.environ.setdefault("JAX_LOCAL_DEVICE_IDS", own)
    if devices is not None and "device_count" not in os.environ.get("XLA_FLAGS", ""):
        with contextlib.suppress(RuntimeError):  # JAX has started already
            jax.config.update("jax_num_cpu_devices", devices)
    if place.count > 1:
        keras.distribution.initialize(place.coordinator, place.count, place.rank)
    found = jax.local_device_count()
    if devices is not None and found < devices:
        raise ValueError(
            f"`devices` must be at most those of this process. Received: "
            f"devices={devices}, of {found} {jax.default_backend()} devices. CPUs are "
            "divided before JAX computes for the first time only."
        )
    return jax.device_count() if devices is None else devices * place.count


def stop(place: Place) -> None:
    """Leave the other processes."""
    if place.count > 1:
        jax.distributed.shutdown()


def from_first(values: list[int]) -> list[int]:
    """The integers that the first process gives."""
    return multihost_utils.broadcast_one_to_all(np.array(values, "int32")).tolist()


@contextlib.contextmanager
def scope(place: Place, devices: int | None) -> Iterator[None]:
    """Where models are made: Keras places their variables on all devices."""
    used = jax.devices()
    if devices is not None:
        used = [
            device
            for process in range(place.count)
            for device in [d for d in used if d.process_index == process][:devices]
        ]
    names = [f"{device.platform}:{device.id}" for device in used]
    distribution = keras.distribution.DataParallel(
        devices=names, auto_shard_dataset=False
    )
    with distribution.scope():
        yield


@contextlib.contextmanager
def joined(model: keras.Model) -> Iterator[None]:
    """Let the training steps of a model be those of all processes: they are."""
    yield


@contextlib.contextmanager
def alone(model: keras.Model) -> Iterator[keras.Model]:
    """Let one process compute with a model, without the others.

    What computes with the variables of several processes, or makes some, must do so in
    all of them. Of several, one gets a copy on a device of its own.
    """
    if jax.process_count() == 1:
        yield model
        return
    before = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        if model not in _copies:
            _copies[model] = type(model).from_config(model.get_config())
        _copies[model].set_weights(model.get_weights())
        yield _copies[model]
    finally:
        keras.distribution.set_distribution(before)
