"""What the engines of the Keras backends have in common."""

import abc


class BackendEngine(abc.ABC):
    """The methods of a `protocols.Engine` that call the network's own, compiled.

    A subclass compiles by `compiled(function)`; integers among the arguments of the
    function are constants.
    """

    def __init__(self, model):
        self.model = model
        network, conditioning = self._network, self._conditioning
        self.get_initial_state = self.compiled(
            lambda *given: network().get_initial_state(*given)
        )
        self.prefill = self.compiled(lambda *given: network().prefill(*given))
        self.step = self.compiled(lambda *given: network().step(*given))
        self.get_condition = self.compiled(
            lambda *given: conditioning().get_condition(*given)
        )
        self.get_context = self.compiled(
            lambda *given: conditioning().get_context(*given)
        )
        self.step_context = self.compiled(
            lambda *given: conditioning().step_context(*given)
        )
        self.get_past_rows = self.compiled(
            lambda *given: conditioning().get_past_rows(*given)
        )
        self.of_samples = self.compiled(
            lambda *given: conditioning().of_samples(*given)
        )

    def begin(self):
        """This engine: each call reads the weights."""
        return self

    @abc.abstractmethod
    def compiled(self, function):
        """A function that computes the same in compiled code."""

    def _network(self):
        return self.model.network  # the model is held weakly

    def _conditioning(self):
        return self.model.network.conditioning
