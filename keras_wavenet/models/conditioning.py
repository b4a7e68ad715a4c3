"""From the conditioning inputs to the terms in the gates (paper, section 2.5).

Axes as in `network.py`, and:
    P  positions of the dilated stack, `early_positions` and those of the waveform
    C  channels of a condition
A *row* is the condition of one position, `(B, 1, C)`; rows are `(B, P, C)`.
"""

import typing
from collections.abc import Sequence

import keras
from keras import ops

from keras_wavenet.layers.conditioning import ConditionProducts, GlobalCondition
from keras_wavenet.layers.frame_encoder import FrameEncoder
from keras_wavenet.layers.frame_upsampling import make_upsampling
from keras_wavenet.layers.span import span
from keras_wavenet.layers.upsampling_arguments import LINEAR
from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.context_stack import ContextStack
from keras_wavenet.models.cost import condition_width
from keras_wavenet.models.linear_prediction import at_samples
from keras_wavenet.utils.tensor import Tensor

VECTORS = ("speaker", "tags", "global")  # inputs that hold for all samples


class Conditions(typing.NamedTuple):
    """The conditions of a run of the network.

    Attributes:
        blocks: For each block a dict of rows for its `ConditionProducts`, or their
            projection; `None` without conditions.
        post: The same for the last ReLU, or `None`.
        predictors: For linear prediction, those of the frames `(B, F, K + 1)`, or for
            one sample that of the next one, `(B, K + 1)`; or `None`.
    """

    blocks: list | None = None
    post: dict | Tensor | None = None
    predictors: Tensor | None = None

    @classmethod
    def from_rows(
        cls, rows: dict | None, blocks: int, predictors: Tensor | None = None
    ) -> "Conditions":
        """The conditions of a sequence, whose rows are the same in all blocks."""
        return cls(None if rows is None else [rows] * blocks, rows, predictors)


class Conditioning:
    """The layers between the conditioning inputs and the blocks; `None` where absent.

    Args:
        architecture: An `Architecture`.
        policy: The dtype policy of the layers.
        blocks: The `GatedResidualBlock`s that are conditioned.
    """

    def __init__(
        self,
        architecture: Architecture,
        policy: keras.DTypePolicy,
        blocks: Sequence[keras.layers.Layer],
    ) -> None:
        self.blocks = blocks
        a = self.architecture = architecture
        self.global_condition = self.upsampling = self.post = None
        self.frame_encoder = self.context_stack = None
        if a.vector_width:
            self.global_condition = GlobalCondition(
                a.speaker_count,
                a.speaker_channels,
                name="global_condition",
                dtype=policy,
            )
        if "local" in a.condition_channels:
            self.upsampling = make_upsampling(
                a.hop,
                a.early_positions,
                **a.upsampling,
                name="upsampling",
                dtype=policy,
            )
        if a.frame_encoder is not None:
            self.frame_encoder = FrameEncoder(
                **a.frame_encoder, name="frame_encoder", dtype=policy
            )
        if "context" in a.condition_channels:
            self.context_stack = ContextStack(
                a.early_positions, **a.context_stack, name="context_stack", dtype=policy
            )
        if a.post_conditioning:
            self.post = ConditionProducts(
                a.post_channels,
                a.condition_channels,
                name="post_conditioning",
                dtype=policy,
            )

    def rows_of_sequence(self, waveform: Tensor, inputs: dict) -> dict | None:
        """The rows of each position of the dilated stack.

        Args:
            waveform: Float tensor, `(B, context_length + T)`.
            inputs: Dict of tensors by name, of which those of conditions are used;
                `"local"` has `frame_margins` more frames on both sides of the T
                samples.

        Returns:
            Dict by condition for `ConditionProducts`, or `None` without conditions.
        """
        a, rows = self.architecture, {}
        positions = waveform[:, a.context_length - a.early_positions :]  # (B, P)
        vector = self._vector(inputs)
        if self.upsampling is not None:
            needed = -(-a.early_positions // a.hop) + a.frames_margin
            channels = a.local_channels + a.edge_channels
            frames = inputs["local"][:, a.frames_before - needed :, :channels]
            frames, vector = self._encode(frames, vector)
            rows["local"] = self.upsampling(frames, positions)
            if a.upsampling["kind"] == LINEAR:
                rows["local"] = (frames, rows["local"])
        if vector is not None:
            rows["global"] = vector
        if self.context_stack is not None:
            rows["context"] = self.context_stack(waveform, positions)
        return rows or None

    def rows_of_samples(
        self,
        vectors: dict,
        frames: Tensor | None = None,
        offset: Tensor | int = 0,
        count: int = 1,
    ) -> dict:
        """The rows of consecutive samples, without those of the context stack.

        Args:
            vectors: Dict of conditions that hold for all samples.
            frames: Local frames, `(B, F, C)`, with the margin of the upsampling at both
                ends; `None` for a network without any.
            offset: Samples between the start of the first frame after the margin and
                the first sample.
            count: Number of samples.

        Returns:
            Dict by condition for `ConditionProducts`: float tensors, `(B, count or 1,
            C)`, or a pair of frames and their weights in each sample; and with linear
            prediction `"predictor"`, float32 `(B, count, K + 1)`.
        """
        a, rows, vector = self.architecture, {}, self._vector(vectors)
        if frames is not None:
            if a.linear_prediction is not None:
                predictors = frames[..., a.local_channels :]
                first = a.frames_margin * a.hop + offset
                rows["predictor"] = at_samples(predictors, a.hop, first, count)
            channels = a.local_channels + a.edge_channels
            frames, vector = self._encode(frames[..., :channels], vector)
            rows["local"] = self._upsample(frames, offset, count)
        if vector is not None:
            rows["global"] = vector
        return rows

    def get_condition(
        self,
        vectors: dict,
        frames: Tensor | None = None,
        offset: Tensor | int = 0,
        count: int = 1,
    ) -> Tensor:
        """The projections of the conditions of consecutive samples.

        Arguments as in `rows_of_samples`.

        Returns:
            Float tensor, `(count, B, W)`; the count is 1 without frames. With linear
            prediction the last K + 1 of W are the predictor.
        """
        rows = self.rows_of_samples(vectors, frames, offset, count)
        predictors = rows.pop("predictor", None)
        condition = self.project(rows)
        if predictors is not None:
            predictors = ops.transpose(predictors, (1, 0, 2))
            condition = ops.cast(condition, "float32")
            condition = ops.concatenate([condition, predictors], axis=-1)
        return condition

    def get_context(self, waveform: Tensor) -> tuple[Tensor, tuple]:
        """The projections of the context stack for the next `context_hop` samples.

        Args:
            waveform: Float tensor, `(B, context_length + 1)`: the newest samples.

        Returns:
            Float tensor, `(1, B, W)`, and the memory for `step_context`.
        """
        outputs, memory = self.context_stack.prefill(waveform)
        return self._project_context(outputs), memory

    def step_context(self, samples: Tensor, memory: tuple) -> tuple[Tensor, tuple]:
        """As `get_context`, after one more frame, float `(B, context_hop)`."""
        outputs, memory = self.context_stack.step(samples, memory)
        return self._project_context(outputs), memory

    def _project_context(self, outputs):
        projections = self.project({"context": ops.expand_dims(outputs, 1)})
        predictor = self.architecture.predictor_channels  # zeros, which change nothing
        return ops.pad(projections, [(0, 0), (0, 0), (0, predictor)])

    def project(self, rows: dict) -> Tensor:
        """The projections for all blocks, and for the last ReLU, side by side.

        Args:
            rows: Dict by condition, as for `ConditionProducts`.

        Returns:
            Float tensor, `(P or 1, B, W)`, W without the channels of a predictor.
        """
        projections = [layer.call(rows) for layer in self.condition_layers]
        return ops.transpose(ops.concatenate(projections, axis=-1), (1, 0, 2))

    def split(self, condition: Tensor | None) -> Conditions:
        """The condition of one sample, `(B, W)`, as `Conditions`."""
        if condition is None:
            return Conditions()
        a = self.architecture
        width, count = 2 * a.dilation_channels, len(self.blocks)
        blocks = [condition[:, i * width : (i + 1) * width] for i in range(count)]
        predictor = self.condition_width - a.predictor_channels
        return Conditions(
            blocks,
            condition[:, count * width : predictor],
            ops.cast(condition[:, predictor:], "float32"),
        )

    def add_to_post(self, hidden: Tensor, condition: dict | Tensor) -> Tensor:
        """The last ReLU, `relu(hidden + V h)`, of a condition as `Conditions.post`."""
        if isinstance(condition, dict):
            condition = self.post(condition, hidden)
        return ops.relu(hidden + ops.cast(condition, hidden.dtype))

    @property
    def condition_layers(self) -> list[ConditionProducts]:
        """The `ConditionProducts` of all blocks, and of the last ReLU."""
        layers = [block.conditioning for block in self.blocks]
        return layers if self.post is None else [*layers, self.post]

    @property
    def condition_width(self) -> int:
        """Channels of a condition, W; 0 for a network without conditions."""
        return condition_width(self.architecture)

    @property
    def context_hop(self) -> int | None:
        """Samples of a frame of the context stack, or `None` without one."""
        return None if self.context_stack is None else self.context_stack.hop

    def _vector(self, inputs):
        """The conditions that hold for all samples: `(B, 1, C)`, or `None`."""
        if self.global_condition is None:
            return None
        return self.global_condition({n: inputs[n] for n in VECTORS if n in inputs})

    def _encode(self, frames, vector):
        """Encode frames together with the vector, if there is an encoder."""
        if self.frame_encoder is None:
            return frames, vector
        return self.frame_encoder(frames, vector), None

    def _upsample(self, frames, offset, count):
        """The rows of `count` samples, or the frames and the weights of such rows."""
        if self.architecture.upsampling["kind"] == LINEAR:
            number = ops.shape(frames)[1]
            return frames, self.upsampling.weights_of(number, offset, count)
        return span(self.upsampling.call(frames), offset, count)
