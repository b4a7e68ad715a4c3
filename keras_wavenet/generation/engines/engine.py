"""What an engine is, and what those of the Keras backends have in common."""

import typing


class Engine(typing.Protocol):
    """Runs a model's network sample by sample.

    Arguments and results of the methods are those of `keras_wavenet.models.network`;
    the memory is what the engine's own methods return, and may be another than the
    network's. B streams, N samples of a chunk, W channels of a condition.
    """

    def begin(self) -> "Engine":
        """The engine of one generation, with the weights as they are now.

        The engines of the backends read the weights at each call instead.
        """

    def get_initial_state(self, streams: int, condition=None):
        """The memory at the start: see `Network.get_initial_state`."""

    def prefill(self, waveform, vectors=None, frames=None, context_valid=None):
        """The memory after a waveform: see `Network.prefill`."""

    def step(self, samples, memory, condition=None):
        """The parameters of the next sample and the next memory: see `Network.step`."""

    def get_condition(self, vectors, frames=None, offset=0, count=1):
        """What is added to `count` samples: see `Conditioning.get_condition`."""

    def get_context(self, waveform):
        """What the context stack adds, and its memory: see `Conditioning`."""

    def step_context(self, samples, memory):
        """The same after one frame more: see `Conditioning`."""

    def run(self, memory, samples, noise, count, condition, sampling):
        """Generate `count` samples.

        Args:
            memory: The memory before the newest samples.
            samples: float32 `(B,)`, the newest samples.
            noise: float32 `(N, B, uniforms)`, in [0, 1).
            count: Samples to generate, at most N. The loop is compiled once for an N.
            condition: Float `(N or 1, B, W)`, or `None`.
            sampling: A `Sampling`.

        Returns:
            Audio, float32 `(N, B)`, of which the first `count` count; the next memory
            and the newest samples.
        """


class BackendEngine:
    """The methods of an `Engine` that call the network's own, compiled.

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

    def compiled(self, function):
        """A function that computes the same in compiled code."""
        raise NotImplementedError

    def _network(self):
        return self.model.network  # the model is held weakly

    def _conditioning(self):
        return self.model.network.conditioning
