"""What generation needs of a model and its network, and what an engine is.

Axes: B streams, N samples of a chunk, F frames, W channels of a condition.
"""

import typing


class Conditioning(typing.Protocol):
    """From conditioning inputs to what is added to each sample, `(N, B, W)`.

    `keras_wavenet.models.conditioning` has the arguments and results in full.
    """

    condition_width: int  # W
    context_hop: int | None  # samples of a frame of the context stack

    def get_condition(self, vectors, frames=None, offset=0, count=1):
        """What is added to `count` samples."""

    def get_context(self, waveform):
        """What the context stack adds to the next `context_hop`, and its memory."""

    def step_context(self, samples, memory):
        """The same after one frame more."""


class Network(typing.Protocol):
    """Pure functions from samples to distributions: see `models/network.py`."""

    conditioning: Conditioning
    is_steady_in_silence: bool  # whether `get_initial_state` is that after silence

    def get_initial_state(self, batch_size: int, condition=None):
        """The memory at the start of a clip."""

    def prefill(self, waveform, vectors=None, frames=None, context_valid=None):
        """The memory after a waveform, `(B, context_length)`."""

    def step(self, samples, memory, condition=None):
        """The parameters of the next sample, `(B, channels)`, and the next memory."""


class Model(typing.Protocol):
    """A network with weights, such as `keras_wavenet.WaveNet`."""

    name: str
    network: Network
    weights: list
    distribution: typing.Any  # a `keras_wavenet.distributions.Distribution`
    waveform_filter: typing.Any  # a `keras_wavenet.filters.WaveformFilter` or None
    receptive_field: int
    frame_margins: tuple[int, int]

    def stream_conditions(self, conditions, streams: int):
        """Conditions that were checked: see `models/conditions.py`."""


class Engine(typing.Protocol):
    """Runs a model's network sample by sample.

    The memory is what the engine's own methods return, and may be another than the
    network's.
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
