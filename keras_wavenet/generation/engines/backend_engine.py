"""The common part of the engines of the Keras backends."""

import abc
from collections.abc import Callable

from keras_wavenet.generation.protocols import Model


class BackendEngine(abc.ABC):
    """The methods of a `protocols.Engine` that call the network's own, compiled.

    Args:
        model: A `protocols.Model`, or a weak proxy of one.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

        def network():  # looked up at each call: the engine must not keep it alive
            return model.network

        def conditioning():
            return model.network.conditioning

        self.get_initial_state = self.compiled(
            lambda *args: network().get_initial_state(*args)
        )
        self.prefill = self.compiled(lambda *args: network().prefill(*args))
        self.step = self.compiled(lambda *args: network().step(*args))
        self.get_condition = self.compiled(
            lambda *args: conditioning().get_condition(*args)
        )
        self.get_context = self.compiled(
            lambda *args: conditioning().get_context(*args)
        )
        self.step_context = self.compiled(
            lambda *args: conditioning().step_context(*args)
        )
        self.rows_of_sequence = self.compiled(
            lambda *args: conditioning().rows_of_sequence(*args)
        )
        self.rows_of_samples = self.compiled(
            lambda *args: conditioning().rows_of_samples(*args)
        )

    def begin(self) -> "BackendEngine":
        """This engine: it reads the weights at each call."""
        return self

    @abc.abstractmethod
    def compiled(self, function: Callable) -> Callable:
        """The function in compiled code; integer arguments are constants."""
