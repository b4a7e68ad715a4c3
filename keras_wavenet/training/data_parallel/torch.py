"""Several processes on PyTorch: `DistributedDataParallel` around the network of a step.

Keras 3.15 has no `keras.distribution` on PyTorch. Its training step calls the network,
computes the loss, and gives the gradients to the optimizer; here the network is called
through `DistributedDataParallel`, by which these gradients are the means over the
processes. Each process scales its loss so that the means are those of the whole batch.
"""

import contextlib
import datetime
import os
from collections.abc import Callable, Iterator
from typing import Any

import keras
import torch
from torch import distributed
from torch.nn.parallel import DistributedDataParallel

from keras_wavenet.training.data_parallel.places import Place
from keras_wavenet.training.losses import check_mean_of_samples

PROCESS_FOR_EACH_DEVICE = True
_WAIT = datetime.timedelta(minutes=10)
_SEED_STEP = 2**20  # from the seeds of a process to those of the next


def start(place: Place, devices: int | None) -> int:
    """Join the processes of a run, each of which has one device.

    Args:
        place: That of this process.
        devices: Of this process.

    Returns:
        The number of devices of all processes.

    Raises:
        ValueError: If a process has several devices.
    """
    if (devices or 1) != 1:
        raise ValueError(
            "On PyTorch each process has one device: start as many processes, such as "
            f"by torchrun or by the flag --devices. Received: devices={devices}"
        )
    if place.count == 1:
        return 1
    if torch.cuda.is_available():
        local = place.rank if place.local_rank is None else place.local_rank
        torch.cuda.set_device(local % torch.cuda.device_count())
    elif place.is_local and "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(max(1, torch.get_num_threads() // place.count))
    distributed.init_process_group(
        "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo",
        init_method=f"tcp://{place.coordinator}",
        rank=place.rank,
        world_size=place.count,
        timeout=_WAIT,
    )
    return place.count


def stop(place: Place) -> None:
    """Leave the other processes."""
    if place.count > 1:
        distributed.destroy_process_group()


def from_first(values: list[int]) -> list[int]:
    """The integers that the first process gives."""
    tensor = torch.tensor(values)
    distributed.broadcast(tensor, 0)
    return tensor.tolist()


@contextlib.contextmanager
def scope(place: Place, devices: int | None) -> Iterator[None]:
    """Where models are made: anywhere, each process has one."""
    yield


@contextlib.contextmanager
def alone(model: keras.Model) -> Iterator[keras.Model]:
    """Let one process compute with a model, without the others: it is its own."""
    yield model


@contextlib.contextmanager
def joined(model: keras.Model) -> Iterator[None]:
    """Let the training steps of a model be those of all processes.

    The weights become those of the first process.

    Args:
        model: A compiled `GenerativeModel`.
    """
    check_mean_of_samples(model.loss)
    network = model.training_call
    replicas = Replicas(model)
    model.training_call = replicas.run_network
    model.replicas = replicas
    try:
        yield
    finally:
        model.training_call, model.replicas = network, None


class Replicas:
    """What the training and test steps of a model do in one of several processes.

    Args:
        model: The model; the network of its training steps is wrapped.
    """

    def __init__(self, model: keras.Model):
        self._count = distributed.get_world_size()
        network = model.training_call or model.training_network
        self._network = DistributedDataParallel(_Network(model, network))
        self._metrics = None
        for variable in model.variables:  # with the same seeds, masks would be the same
            if variable.path.endswith("seed_generator_state"):
                steps = [distributed.get_rank() * _SEED_STEP, 0]
                variable.assign(variable.value + torch.tensor(steps))

    def run_network(self, inputs: Any) -> Any:
        """The outputs of the network, whose gradients are the means of all processes.

        Args:
            inputs: Those of this process, by name.
        """
        return self._network(inputs)

    def combine(
        self, model: keras.Model, loss: Any, penalty: Any, sample_weight: Any
    ) -> Any:
        """The loss of this process, whose mean over the processes is that of the batch.

        Args:
            model: The model, before its metrics have the batch.
            loss: Mean over the weighted samples of this process.
            penalty: What the weights of the network add, the same in each process.
            sample_weight: Weights of the samples of this process, `(B, T)`.
        """
        if sample_weight.is_meta:  # Keras builds losses and metrics by their shapes
            return loss + penalty
        self._metrics = _flat_metrics(model)
        own = sample_weight.sum()
        all_weights = own.clone()
        distributed.all_reduce(all_weights)
        return loss * (self._count * own / all_weights) + penalty

    def metrics(self, model: keras.Model) -> dict[str, Any]:
        """The metrics of all processes, which become those of the model."""
        if self._metrics is None:  # before the first batch
            return model.get_metrics_result()
        counted = _flat_metrics(model) - self._metrics
        distributed.all_reduce(counted)
        values = self._metrics + counted
        sizes = [int(keras.ops.size(v)) for v in model.metrics_variables]
        parts = torch.split(values, sizes)
        for variable, value in zip(model.metrics_variables, parts, strict=True):
            variable.assign(value.reshape(tuple(variable.shape)))
        return model.get_metrics_result()


class _Network(torch.nn.Module):
    """The network of training steps, with the weights of the model."""

    def __init__(self, model: keras.Model, network: Callable):
        super().__init__()
        self.model = model
        self._network = network

    def forward(self, inputs):
        return self._network(inputs)


def _flat_metrics(model):
    values = [v.value.detach().reshape(-1) for v in model.metrics_variables]
    return torch.cat([value.to(torch.float32) for value in values])
