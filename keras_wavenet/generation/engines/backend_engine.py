"""The common part of the engines of the Keras backends."""

import abc
import copy
import functools
from collections.abc import Callable, Sequence

import keras

from keras_wavenet.generation.protocols import Model
from keras_wavenet.utils.tensor import Tensor

_OF_NETWORK = ("get_initial_state", "prefill", "step")
_OF_CONDITIONING = (
    "get_condition",
    "get_context",
    "step_context",
    "rows_of_sequence",
    "rows_of_samples",
)


class BackendEngine(abc.ABC):
    """The methods of a `protocols.Engine` that call the network's own, compiled.

    Weights are arguments of all compiled code: a generation keeps those of its start,
    and nothing is compiled again when they change.

    Args:
        model: A `protocols.Model`, or a weak proxy of one.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._kept = None  # the weights of a generation

        def call_network(name, *args):  # looked up: the engine must not keep it alive
            return getattr(model.network, name)(*args)

        def call_conditioning(name, *args):
            return getattr(model.network.conditioning, name)(*args)

        self._functions = {
            name: self.compiled(functools.partial(call, name))
            for call, names in (
                (call_network, _OF_NETWORK),
                (call_conditioning, _OF_CONDITIONING),
            )
            for name in names
        }
        self._bind()

    def _bind(self):
        """Make the methods: calls of the compiled functions with these weights."""
        for name, function in self._functions.items():
            setattr(self, name, functools.partial(_call, self.weights, function))

    def begin(self) -> "BackendEngine":
        """This engine with the weights as they are now, whatever becomes of them."""
        engine = copy.copy(self)
        engine._kept = [self.copied(weight.value) for weight in self.model.weights]
        engine._bind()
        return engine

    @property
    def context_hop(self) -> int | None:
        """As `protocols.Conditioning.context_hop`."""
        return self.model.network.conditioning.context_hop

    def weights(self) -> list[Tensor]:
        """The weights of this generation, or the present ones before `begin`."""
        if self._kept is not None:
            return self._kept
        return [weight.value for weight in self.model.weights]

    def with_weights(self, function: Callable) -> Callable:
        """A function of weights and the arguments of another, which uses them."""

        def call(weights, *arguments):
            mapping = zip(self.model.weights, weights, strict=True)
            with keras.StatelessScope(state_mapping=mapping):
                return function(*arguments)

        return call

    @abc.abstractmethod
    def copied(self, weight: Tensor) -> Tensor:
        """The value of a weight, which later assignments do not change."""

    @abc.abstractmethod
    def compiled(self, function: Callable) -> Callable:
        """A function in compiled code, whose first argument are the weights.

        Integer arguments are constants.
        """


def _call(weights: Callable[[], Sequence[Tensor]], function: Callable, *arguments):
    return function(weights(), *arguments)
