"""Training on several devices, in one process or in many."""

import contextlib
import importlib
import types
from collections.abc import Iterator

import keras

from keras_wavenet.training.data_parallel import channel
from keras_wavenet.training.data_parallel.places import Place, find_place
from keras_wavenet.training.data_parallel.processes import Processes, being

BACKENDS = ("jax", "torch", "tensorflow")


@contextlib.contextmanager
def data_parallel(
    devices: int | None = None,
    *,
    coordinator: str | None = None,
    processes: int | None = None,
    process: int | None = None,
) -> Iterator[Processes]:
    """Train on several devices: models that are made within it, by `Run.fit`.

    Each batch is divided over the devices, and a step is that of the whole batch: the
    number of devices changes the speed, and the weights in their last digits only. The
    batch size is that of all devices together, of which it must be a multiple. JAX and
    TensorFlow use several devices in one process, PyTorch has a process for each; JAX
    and PyTorch use several processes, on one host or on many, which a launcher starts,
    or the user.

    All processes run the same program. The first writes the folder of the run, which
    must be on a disk that all hosts share, and prints. A process that ends with an
    error, or is killed, ends the others, within a second on a host that runs on and
    within 40 s otherwise; the same program then resumes from the newest checkpoint,
    with another number of processes or devices if there is need. Call it before
    anything is computed.

    Args:
        devices: Of this process; None takes all on TensorFlow and JAX, but one where a
            launcher starts a process for each, and one on PyTorch.
        coordinator: `"HOST:PORT"`, where the first process is reached. None, here and
            in what follows, takes what the launcher has set; see
            `keras_wavenet.training.data_parallel.places.find_place`.
        processes: How many there are.
        process: Number of this one, from 0.

    Yields:
        The `Processes`, with their `rank`, `count` and `devices`.

    Raises:
        ValueError: If arguments do not fit each other, or there are fewer devices.
        NotImplementedError: For several processes on TensorFlow.
        RuntimeError: If the other processes do not come, or it is called within itself.

    Example:
        >>> with data_parallel(devices=2):
        ...     model = WaveNet.from_preset("wavenet_tiny")
        ...     train = keras_wavenet.data.load("recordings", spec=model, batch_size=8)
        ...     Run("my_voice").fit(model, train, epochs=50)
    """
    place = find_place(coordinator, processes, process)
    backend = backend_module()
    total = backend.start(place, devices)
    found = Processes(place.rank, place.count, total, backend if total > 1 else None)
    if place.count > 1:
        found.connect(_open_channel(place, backend, found))
    scope = backend.scope(place, devices) if total > 1 else contextlib.nullcontext()
    with being(found), found.together(), scope:
        yield found
    backend.stop(place)


def backend_module() -> types.ModuleType:
    """What the backend does for several devices: one file each.

    Raises:
        NotImplementedError: If Keras runs on another one.
    """
    name = keras.backend.backend()
    if name not in BACKENDS:
        raise NotImplementedError(
            f"Several devices need one of the backends {', '.join(BACKENDS)}. "
            f"Received: {name}"
        )
    return importlib.import_module(f"keras_wavenet.training.data_parallel.{name}")


def _open_channel(place: Place, backend: types.ModuleType, processes: Processes):
    """The channel of this process; its numbers go by the backend's own broadcast."""
    if place.rank == 0:
        listener, numbers = channel.listen(place.host)
        backend.from_first(numbers)
        connections = channel.accept(listener, numbers, place.count)
    else:
        connections = channel.join(place.host, backend.from_first([0, 0]), place.rank)
    return channel.Channel(place.rank, connections, processes.on_end)
