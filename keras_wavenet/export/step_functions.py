"""The functions of generation, without state: for formats that hold graphs.

Axes: B streams, F frames, T samples, N numbers of the memory, W channels of a
condition.
"""

from typing import Any

from keras import ops

from keras_wavenet.export.shift_queue import Layout
from keras_wavenet.utils.tensor import Tensor

_NAMES = {"global": "global_vector"}  # of inputs: "global" is a word of Python


class StepFunctions:
    """What a program outside calls, in this order: `start`, `rows`, `step`, `draw`.

    Args:
        model: A `keras_wavenet.WaveNet`.
        predictor_dtype: Of the computation of linear predictors.
    """

    def __init__(self, model: Any, predictor_dtype: str = "float64") -> None:
        self.model = model
        self.architecture = model.architecture
        self.network = model.network
        self._predictor_dtype = predictor_dtype
        self.width = self.network.conditioning.condition_width
        condition = ops.zeros((1, self.width)) if self.width else None
        self.layout = Layout(self.network.get_initial_state(1, condition))

    @property
    def inputs(self) -> dict[str, tuple[tuple, str]]:
        """The conditioning inputs of `rows` and `start`: shape without B, and dtype.

        `None` is the number of frames. `inside` is there where the frames beyond a clip
        are not those at its ends: 1 for frames of the clip, 0 beyond.
        """
        a = self.architecture
        shapes = {
            "speaker": (),
            "tags": (a.tag_count,),
            "global": (a.global_channels,),
            "local": (None, a.local_channels),
        }
        inputs = {
            _NAMES.get(name, name): (shapes[name], _dtype(name))
            for name in a.conditions
        }
        if a.edge_channels:
            inputs["inside"] = (None,), "float32"
        return inputs

    def rows(self, **inputs: Tensor) -> Tensor:
        """The conditions of the samples of frames: float32 `(B, T or 1, W)`.

        `local` holds `frames_margin` frames more at both ends than the rows cover.
        """
        a = self.architecture
        vectors, frames = self._split(inputs)
        count = 1
        if frames is not None:
            count = (ops.shape(frames)[1] - 2 * a.frames_margin) * a.hop
        condition = self.network.conditioning.get_condition(vectors, frames, 0, count)
        return ops.transpose(condition, (1, 0, 2))

    def start(self, **inputs: Tensor) -> Tensor:
        """The memory before sample 0: float32 `(B, N)`.

        `local` holds `frame_margins` frames left and right of the start of sample 0.
        Without conditions `streams`, int32 `(B,)` of any values, tells how many.
        """
        streams = inputs.pop("streams", None)
        one = next(iter(inputs.values())) if streams is None else streams
        batch, network = ops.shape(one)[0], self.network
        vectors, frames = self._split(inputs)
        if network.starts_in_steady_state:
            condition = self.rows(**inputs)[:, 0] if inputs else None
            return self.layout.pack(network.get_initial_state(batch, condition))
        waveform = ops.zeros((batch, self.model.context_length))
        valid = ops.zeros((batch,), dtype="int32")
        return self.layout.pack(network.prefill(waveform, vectors, frames, valid))

    def step(
        self, queues: Tensor, sample: Tensor, condition: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """The parameters of the next sample, `(B, channels)`, and the next memory.

        Args:
            queues: float32 `(B, N)`.
            sample: float32 `(B,)`, the newest sample.
            condition: float32 `(B, W)`, of the next sample; `None` without conditions.
        """
        memory = self.layout.unpack(queues)
        parameters, memory = self.network.step(sample, memory, condition)
        return parameters, self.layout.pack(memory)

    def draw(self, parameters: Tensor, uniforms: Tensor, temperature: Tensor) -> Tensor:
        """A sample, `(B,)`, of uniform noise `(B, uniforms per sample)`."""
        return self.model.distribution.sample(parameters, uniforms, temperature)

    def _split(self, inputs):
        """The vectors, and the frames with what the network expects beside them."""
        given = {public: name for name, public in _NAMES.items()}
        vectors = {given.get(name, name): x for name, x in inputs.items()}
        frames = inputs.get("local")
        vectors.pop("local", None)
        inside = vectors.pop("inside", None)
        if frames is None:
            return vectors, None
        if self.network.linear_prediction is not None:
            predictors = self.network.linear_prediction(frames, self._predictor_dtype)
            frames = ops.concatenate([frames, predictors], axis=-1)
        if inside is not None:
            frames = ops.concatenate([frames, ops.expand_dims(inside, -1)], axis=-1)
        return vectors, frames


def _dtype(name):
    return "int32" if name == "speaker" else "float32"
