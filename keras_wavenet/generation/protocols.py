"""What generation needs of a model and its network, and what an engine is.

`models/network.py`, `models/conditioning.py` and `models/conditions.py` of this package
have the arguments and results in full.

Axes: B streams, N samples of a chunk, F frames, W channels of a condition.
"""

import typing
from collections.abc import Iterable, Iterator

import numpy as np

from keras_wavenet.distributions import Distribution
from keras_wavenet.generation.sampling import Sampling
from keras_wavenet.utils.tensor import Tensor


class ConditionMethods(typing.Protocol):
    """The projections of conditions that are added in the gates, `(N, B, W)`."""

    def get_condition(
        self,
        vectors: dict,
        frames: Tensor | None = None,
        offset: Tensor | int = 0,
        count: int = 1,
    ) -> Tensor:
        """The projections for `count` samples, without those of a context stack."""

    def get_context(self, waveform: Tensor) -> tuple[Tensor, tuple]:
        """The projections of the context stack for its next frame, and its memory."""

    def step_context(self, samples: Tensor, memory: tuple) -> tuple[Tensor, tuple]:
        """As `get_context`, after one more frame of samples."""


class Conditioning(ConditionMethods, typing.Protocol):
    """The layers from conditioning inputs to projections."""

    condition_width: int  # W
    context_hop: int | None  # samples of a frame of the context stack

    def rows_of_sequence(self, waveform: Tensor, inputs: dict) -> dict | None:
        """The conditions of the samples of a waveform, not projected."""

    def rows_of_samples(
        self,
        vectors: dict,
        frames: Tensor | None = None,
        offset: Tensor | int = 0,
        count: int = 1,
    ) -> dict:
        """The conditions of `count` samples, not projected."""


class StepMethods(typing.Protocol):
    """A network run with a memory."""

    def get_initial_state(self, streams: int, condition: Tensor | None = None) -> tuple:
        """The memory at the start of a clip."""

    def prefill(
        self,
        waveform: Tensor,
        vectors: dict | None = None,
        frames: Tensor | None = None,
        context_valid: Tensor | None = None,
    ) -> tuple:
        """The memory after a waveform, `(B, context_length)`."""

    def step(
        self, samples: Tensor, memory: tuple, condition: Tensor | None = None
    ) -> tuple[Tensor, tuple]:
        """The parameters of the next sample, `(B, channels)`, and the next memory."""


class Network(StepMethods, typing.Protocol):
    """Pure functions from samples to distributions."""

    conditioning: Conditioning
    starts_in_steady_state: bool  # whether `get_initial_state` is that after silence
    has_compiled_step: bool  # whether the cpu engine computes the same as `step`

    def run_waveform(self, waveform: Tensor, inputs: dict) -> tuple[Tensor, tuple]:
        """The parameters `(B, N, channels)` after N samples and their context."""


class DescribedConditioning(Conditioning, typing.Protocol):
    """What the compiled CPU engine reads of the conditioning of a network."""

    architecture: typing.Any
    condition_layers: list  # with a dict of `kernels` by condition
    global_condition: typing.Any
    frame_encoder: typing.Any
    upsampling: typing.Any
    context_stack: typing.Any


class DescribedNetwork(Network, typing.Protocol):
    """What the compiled CPU engine reads of a network with `has_compiled_step`."""

    architecture: typing.Any
    encode: typing.Any
    initial: typing.Any
    signal_layers: list
    prediction_signals: typing.Any
    blocks: list
    skip: typing.Any
    post: typing.Any
    output: typing.Any


class StreamConditions(typing.Protocol):
    """The conditions of running generations, one row for each stream."""

    vectors: dict[str, np.ndarray]  # those that hold for all samples
    frames: np.ndarray | None  # local frames, `(B, F, channels)`
    hop: int  # samples of a frame, where there are frames

    def check_length(self, samples: int) -> None:
        """Raise ValueError if there are frames for fewer samples."""

    def frames_between(self, first: int, stop: int) -> np.ndarray:
        """Frames `first` to `stop - 1`, with predictors."""


class Model(typing.Protocol):
    """A network with weights, such as `keras_wavenet.WaveNet`."""

    name: str
    network: Network
    weights: list
    distribution: Distribution
    waveform_filter: typing.Any  # a `keras_wavenet.filters.WaveformFilter` or None
    receptive_field: int
    frame_margins: tuple[int, int]
    data_spec: typing.Any  # a `keras_wavenet.data.DataSpec`

    def stream_conditions(
        self, conditions: dict | None, streams: int
    ) -> StreamConditions:
        """Check the conditions of running generations."""


class Engine(StepMethods, ConditionMethods, typing.Protocol):
    """Runs a model's network sample by sample.

    The memory is what the engine's own methods return, and may be another than the
    network's. A context stack is run by `get_context` and `step_context`, or where
    `context_hop` is `None` by the engine itself.
    """

    context_hop: int | None  # samples from one `step_context` to the next

    def begin(self) -> "Engine":
        """The engine of one generation, with a copy of the weights as they are now."""

    def run(
        self,
        memory: tuple,
        samples: Tensor,
        noise: np.ndarray,
        count: int,
        condition: Tensor | None,
        sampling: Sampling,
        keep_parameters: bool = False,
    ) -> tuple[Tensor, tuple, Tensor, Tensor | None]:
        """Generate `count` samples.

        Args:
            memory: The memory without the newest samples.
            samples: float32 `(B,)`, the newest samples.
            noise: float32 `(N, B, uniforms)`, in [0, 1).
            count: Samples to generate, at most N. The loop is compiled once for an N.
            condition: Float `(N or 1, B, W)`, or `None`.
            sampling: A `Sampling`.
            keep_parameters: Whether the distributions of the samples are returned.

        Returns:
            Audio, float32 `(N, B)`, of which the first `count` are valid; the next
            memory; the newest samples; and, if they are kept, the parameters of the
            distribution of each sample, `(N, B, channels)`.
        """


class Matcher(typing.Protocol):
    """A `keras_wavenet.features.frame_matching.FrameMatcher`."""

    def stream(self, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Correct audio, `(B, any)`, in chunks that may be late."""
