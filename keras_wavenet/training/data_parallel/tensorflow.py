"""Several devices of one process on TensorFlow: `tf.distribute.MirroredStrategy`.

Each device computes with its rows of a batch; Keras sums their gradients, and takes
the mean of their losses. Each device scales its loss so that both are those of the
whole batch.
"""

import contextlib
from collections.abc import Iterator

import keras
import tensorflow as tf

from keras_wavenet.training.data_parallel.places import Place
from keras_wavenet.training.losses import check_mean_of_samples

PROCESS_FOR_EACH_DEVICE = False


def start(place: Place, devices: int | None) -> int:
    """Divide the CPU, where there is no GPU, into so many devices.

    Raises:
        NotImplementedError: For several processes.
        ValueError: If there are fewer devices.
    """
    if place.count > 1:
        raise NotImplementedError(
            "TensorFlow trains on the devices of one process: Keras 3 does not work "
            "with its MultiWorkerMirroredStrategy. For several processes or hosts "
            "take the backend jax or torch. Received: "
            f"{place.count} processes, from {place.launcher}"
        )
    if devices is not None and not tf.config.list_physical_devices("GPU"):
        cpu = tf.config.list_physical_devices("CPU")[0]
        logical = [tf.config.LogicalDeviceConfiguration() for _ in range(devices)]
        with contextlib.suppress(RuntimeError):  # TensorFlow has started already
            tf.config.set_logical_device_configuration(cpu, logical)
    found = len(_devices())
    if devices is not None and found < devices:
        raise ValueError(
            f"`devices` must be at most those of this process. Received: "
            f"devices={devices}, of {found}. A CPU is divided before TensorFlow "
            "computes for the first time only."
        )
    return devices or found


def _devices():
    gpus = tf.config.list_logical_devices("GPU")
    return [device.name for device in gpus or tf.config.list_logical_devices("CPU")]


def stop(place: Place) -> None:
    """Nothing: there are no other processes."""


def from_first(values: list[int]) -> list[int]:
    """The integers that the first process gives: there is no other one."""
    return values


@contextlib.contextmanager
def scope(place: Place, devices: int | None) -> Iterator[None]:
    """Where models are made: their variables are on each device."""
    with tf.distribute.MirroredStrategy(_devices()[:devices]).scope():
        yield


@contextlib.contextmanager
def joined(model: keras.Model) -> Iterator[None]:
    """Let the training steps of a model be those of all devices."""
    check_mean_of_samples(model.loss)
    model.replicas = Replicas()
    try:
        yield
    finally:
        model.replicas = None


@contextlib.contextmanager
def alone(model: keras.Model) -> Iterator[keras.Model]:
    """Let one process compute with a model, without the others: it is its own."""
    yield model


class Replicas:
    """What the training and test steps of a model do on one of several devices."""

    def combine(self, model, loss, penalty, sample_weight):
        """The loss of this device, scaled to be summed over the devices.

        Args:
            model: The model.
            loss: Mean over the weighted samples of this device, which Keras has divided
                by the number of devices.
            penalty: What the weights of the network add, the same on each device.
            sample_weight: Weights of the samples of this device, `(B, T)`.
        """
        context = tf.distribute.get_replica_context()
        if context is None:  # Keras builds losses and metrics by their shapes
            return loss + penalty
        count = context.num_replicas_in_sync
        own = tf.reduce_sum(sample_weight)
        share = own / context.all_reduce(tf.distribute.ReduceOp.SUM, own)
        return loss * (count * share) + penalty / count

    def metrics(self, model):
        """The metrics of all devices; those of one are what Keras would return."""
        context = tf.distribute.get_replica_context()
        if context is None:
            return model.get_metrics_result()
        variables = model.metrics_variables
        values = context.all_reduce(
            tf.distribute.ReduceOp.SUM, [variable.value for variable in variables]
        )
        with keras.StatelessScope(zip(variables, values, strict=True)):
            return model.get_metrics_result()
