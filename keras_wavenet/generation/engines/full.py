"""The plain loop: for each sample, the network runs over its whole receptive field.

It has no memory of the layers, and nothing of it is needed to understand it: a window
of samples goes in, the distribution of the next one comes out, a sample is drawn and
appended. It is a reference for the other engines, and for teaching.

Axes: B streams, N samples of a chunk, F frames, C channels of a frame, P samples of a
period, in which a window begins with a frame.
"""

import copy
import functools
import typing

import numpy as np
from keras import ops

from keras_wavenet.generation.engines.backend_engine import BackendEngine
from keras_wavenet.generation.protocols import Model
from keras_wavenet.generation.sampling import Sampling
from keras_wavenet.utils.tensor import Tensor


class Window(typing.NamedTuple):
    """The inputs of the network for the next sample.

    Windows begin with a frame, of the local conditions and of a context stack: one
    serves for a period of P samples, of which those still to come are zeros. The
    network is causal, so that they change nothing.

    Attributes:
        waveform: float32 `(B, context_length + P)`.
        place: int32, the position among the last P that the next sample follows.
        valid: int32 `(B,)`: samples of the context that are within the clip.
        frames: float32 `(B, F, C)`, from `frames_before` frames before the period on;
            no channels without local conditions.
    """

    waveform: np.ndarray
    place: np.ndarray
    valid: np.ndarray
    frames: np.ndarray


class Given(typing.NamedTuple):
    """The conditions of a chunk as they were given, not projected.

    Attributes:
        vectors: Dict of conditions that hold for all samples.
        frames: float32 `(B, F, C)`, or `None`.
        offset: Samples from the first frame after the margin to the chunk.
    """

    vectors: dict
    frames: np.ndarray | None
    offset: int


class Engine:
    """Runs a model's network over the whole receptive field for each sample.

    Each sample costs as much as a call of the model on `receptive_field` samples, and
    on the rest of a frame with local conditions; other engines remember what they
    computed of the past and run each layer once. `wavenet_tiny`, of a receptive field
    of 2,048 samples, generated 36 (PyTorch), 122 (JAX) and 62 (TensorFlow) samples per
    second of one core: 290 to 1,100 times fewer than the engine `"cpu"`, 26 to 180
    times fewer than the loop of the backend.

    Args:
        model: A `protocols.Model`.
        fallback: The engine of the backend, which compiles the call of the network.
    """

    context_hop = None  # the context stack is part of each call

    def __init__(self, model: Model, fallback: BackendEngine) -> None:
        self.model = model
        self.fallback = fallback
        self._spec = model.data_spec
        self._period = self._spec.hop
        self._context_length = self._spec.context_length

        def run_network(waveform, inputs, place):
            parameters, _ = model.network.run_waveform(waveform, inputs)  # (B, P, _)
            return ops.take(parameters, place, axis=1)

        self._run_network = fallback.compiled(run_network)
        self._compiled = functools.cache(fallback.compiled)

    def begin(self) -> "Engine":
        """This engine with the weights as they are now."""
        engine = copy.copy(self)
        engine.fallback = self.fallback.begin()
        return engine

    def get_initial_state(self, streams: int, condition: typing.Any = None) -> Window:
        """The window at the start of a clip: silence, none of it within the clip."""
        return self.prefill(np.zeros((streams, self._context_length), "float32"))

    def prefill(
        self,
        waveform: Tensor,
        vectors: dict | None = None,
        frames: Tensor | None = None,
        context_valid: np.ndarray | None = None,
    ) -> Window:
        """The window after a waveform, `(B, context_length)`: as `Network.prefill`."""
        streams = len(waveform)
        if frames is None:
            frames = np.zeros((streams, 1, 0))
        if context_valid is None:
            context_valid = np.zeros(streams)
        return Window(
            np.pad(_array(waveform), [(0, 0), (0, self._period)]),
            np.array(0, "int32"),
            _array(context_valid, "int32"),
            self._fitted(_array(frames)),
        )

    def get_condition(
        self,
        vectors: dict,
        frames: Tensor | None = None,
        offset: Tensor | int = 0,
        count: int = 1,
    ) -> Given:
        """The conditions of `count` samples, as they are."""
        return Given(vectors, None if frames is None else _array(frames), int(offset))

    def step(
        self, samples: Tensor, memory: Window, condition: Given | None = None
    ) -> tuple[Tensor, Window]:
        """The parameters of the next sample, `(B, channels)`, and the next window."""
        window = self._with_frames(memory, condition)
        parameters, window = self._next(samples, window, condition)
        return parameters, window._replace(frames=self._fitted(window.frames))

    def run(
        self,
        memory: Window,
        samples: Tensor,
        noise: np.ndarray,
        count: int,
        condition: Given | None,
        sampling: Sampling,
        keep_parameters: bool = False,
    ) -> tuple[np.ndarray, Window, Tensor, np.ndarray]:
        """As `protocols.Engine.run`."""
        distribution = self.model.distribution
        choose = self._compiled(sampling.chooser(distribution))
        temperature = np.float32(sampling.temperature)
        window = self._with_frames(memory, condition)
        audio = np.zeros(noise.shape[:2], "float32")
        kept = np.zeros((*noise.shape[:2], distribution.channels), "float32")
        for t in range(count):
            parameters, window = self._next(samples, window, condition)
            samples = choose(self._weights, parameters, noise[t], temperature)
            audio[t] = _array(samples)
            if keep_parameters:
                kept[t] = _array(parameters)
        window = window._replace(frames=self._fitted(window.frames))
        return audio, window, audio[count - 1].copy(), kept

    def _next(self, samples, window, condition):
        """The parameters after `samples`, and the window without the next ones."""
        newest = self._context_length + int(window.place)
        waveform = window.waveform.copy()
        waveform[:, newest] = _array(samples)
        inputs = dict(condition.vectors) if condition is not None else {}
        inputs["context_valid"] = window.valid
        if window.frames.shape[-1]:
            inputs["local"] = self._fitted(window.frames)
        parameters = self._run_network(self._weights, waveform, inputs, window.place)
        return parameters, self._advanced(window._replace(waveform=waveform))

    def _advanced(self, window):
        """The window of the sample after the next one."""
        place, period = window.place + 1, self._period
        if place < period:
            return window._replace(place=np.array(place, "int32"))
        length, frames = self._context_length, window.frames
        if frames.shape[-1]:
            frames = frames[:, period // self._spec.local_hop :]
        return Window(
            np.pad(window.waveform[:, period:], [(0, 0), (0, period)]),
            np.array(0, "int32"),
            np.minimum(window.valid + period, length).astype("int32"),
            frames,
        )

    def _with_frames(self, memory, condition):
        """The window of a memory with the frames of a chunk, all that are known."""
        window = Window(*(np.array(ops.convert_to_numpy(part)) for part in memory))
        if condition is None or condition.frames is None:
            return window
        # The first frame of the chunk may be a later one of the window's.
        hop = self._spec.local_hop
        passed = (int(window.place) - condition.offset) // hop
        before, margin = self._spec.frames_before, self._spec.frames_after
        past = window.frames[:, : before + passed - margin]
        return window._replace(frames=np.concatenate([past, condition.frames], axis=1))

    def _fitted(self, frames):
        """The frames of one window: the last is repeated for those not yet known.

        The outputs that depend on them are not used.
        """
        if not frames.shape[-1]:
            return frames
        spec = self._spec
        count = spec.frames_before + self._period // spec.local_hop + spec.frames_after
        missing = max(count - frames.shape[1], 0)
        return np.pad(frames, [(0, 0), (0, missing), (0, 0)], "edge")[:, :count]

    @property
    def _weights(self):
        return self.fallback.weights()


def _array(value, dtype="float32"):
    return np.array(ops.convert_to_numpy(value), dtype)
