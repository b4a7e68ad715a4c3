"""From the conditioning inputs to what is added in the gates (paper, section 2.5).

Axes: B batch or streams, F frames, P positions of the dilated stack, C channels, W all
that is added to one sample: the projections of all blocks side by side.
"""

import typing

from keras import ops

from keras_wavenet.layers.conditioning import ConditionProducts, GlobalCondition
from keras_wavenet.layers.frame_encoder import FrameEncoder
from keras_wavenet.layers.frame_upsampling import LINEAR, make_upsampling
from keras_wavenet.models.context_stack import ContextStack
from keras_wavenet.models.cost import condition_width
from keras_wavenet.models.linear_prediction import at_samples

VECTORS = ("speaker", "tags", "global")  # inputs that hold for all samples


class Conditions(typing.NamedTuple):
    """What conditions a run.

    Attributes:
        blocks: For each block a dict of rows for its `ConditionProducts`, or their
            projection; `None` without conditions.
        post: The same for the last ReLU, or `None`.
        predictors: Of linear prediction, those of the frames `(B, F, K + 1)`, or for
            one sample that of the next one, `(B, K + 1)`; or `None`.
    """

    blocks: list | None = None
    post: typing.Any = None
    predictors: typing.Any = None

    @classmethod
    def of_sequence(cls, blocks, rows, predictors=None):
        """From rows that all blocks take, a dict or `None`."""
        return cls(None if rows is None else [rows] * len(blocks), rows, predictors)


class Conditioning:
    """The layers between the conditioning inputs and the blocks; `None` where absent.

    Args:
        architecture: An `Architecture`.
        policy: The dtype policy of the layers.
        blocks: The `GatedResidualBlock`s that are conditioned.
    """

    def __init__(self, architecture, policy, blocks):
        self.blocks = blocks
        a = self.architecture = architecture
        self.global_condition = self.upsampling = None
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
        self.post = None
        if a.post_conditioning:
            self.post = ConditionProducts(
                a.post_channels,
                a.condition_channels,
                name="post_conditioning",
                dtype=policy,
            )

    def of_sequence(self, inputs, waveform, positions):
        """What conditions each position of the dilated stack.

        Args:
            inputs: Dict of tensors by name, of which those of conditions are taken.
            waveform: Float tensor, all samples that the context stack needs.
            positions: Tensor `(B, P, ...)`, of which only P counts.

        Returns:
            Dict by condition for `ConditionProducts`, or `None` without conditions.
        """
        a, rows = self.architecture, {}
        vector, frames = self._vector(inputs), None
        if self.upsampling is not None:
            needed = -(-a.early_positions // a.hop) + a.frames_margin
            frames = inputs["local"][:, a.frames_before - needed :, : a.local_channels]
            frames, vector = self._encoded(frames, vector)
            rows["local"] = self.upsampling(frames, positions)
            if a.upsampling["kind"] == LINEAR:
                rows["local"] = (frames, rows["local"])
        if vector is not None:
            rows["global"] = vector
        if self.context_stack is not None:
            rows["context"] = self.context_stack(waveform, positions)
        return rows or None

    def of_samples(self, vectors, frames=None, offset=0, count=1):
        """What conditions some samples in a row, without the context stack.

        Args:
            vectors: Dict of conditions that hold for all samples.
            frames: Local frames, `(B, F, C)`, with the upsampling's margin at both
                ends; `None` for a network without any.
            offset: Samples left out of the first frame after the margin, an integer
                tensor.
            count: Number of samples.

        Returns:
            Dict by condition for `ConditionProducts`: float tensors, `(B, count or 1,
            C)`, or a pair of frames and their weights in each sample; and with linear
            prediction `"predictor"`, float32 `(B, count, order + 1)`.
        """
        a, rows, vector = self.architecture, {}, self._vector(vectors)
        if frames is not None:
            if a.linear_prediction is not None:
                predictors = frames[..., a.local_channels :]
                first = a.frames_margin * a.hop + offset
                rows["predictor"] = at_samples(predictors, a.hop, first, count)
            frames, vector = self._encoded(frames[..., : a.local_channels], vector)
            rows["local"] = self._upsampled(frames, offset, count)
        if vector is not None:
            rows["global"] = vector
        return rows

    def get_past_rows(self, waveform, vectors=None, frames=None):
        """What conditioned the samples of the past, those of the first layer left out.

        Arguments as in `Network.prefill`.

        Returns:
            Dict of float tensors for `get_products`, `(B, early positions or 1, C)`, or
            `None` for a network without conditions.
        """
        inputs = dict(vectors or {})
        if frames is not None:
            inputs["local"] = frames
        early = self.architecture.early_positions
        positions = ops.zeros((waveform.shape[0], early, 1))
        return self.of_sequence(inputs, waveform, positions)

    def get_condition(self, vectors, frames=None, offset=0, count=1):
        """What conditions add inside the gates, for some samples in a row.

        Arguments as in `of_samples`.

        Returns:
            Float tensor, `(count, B, W)`; the count is 1 without frames.
        """
        rows = self.of_samples(vectors, frames, offset, count)
        predictors = rows.pop("predictor", None)
        condition = self.get_products(rows)
        if predictors is not None:
            predictors = ops.transpose(predictors, (1, 0, 2))
            condition = ops.cast(condition, "float32")
            condition = ops.concatenate([condition, predictors], axis=-1)
        return condition

    def get_context(self, waveform):
        """What the context stack adds inside the gates for the next `context_hop`.

        Args:
            waveform: Float tensor, `(B, context_length + 1)`: the newest samples.

        Returns:
            Float tensor, `(1, B, W)`, and the memory for `step_context`.
        """
        outputs, memory = self.context_stack.prefill(waveform)
        return self._context_products(outputs), memory

    def step_context(self, samples, memory):
        """The same after one frame more, float `(B, context_hop)`."""
        outputs, memory = self.context_stack.step(samples, memory)
        return self._context_products(outputs), memory

    def _context_products(self, outputs):
        products = self.get_products({"context": ops.expand_dims(outputs, 1)})
        after = self.architecture.predictor_channels  # it has no part in prediction
        return ops.pad(products, [(0, 0), (0, 0), (0, after)])

    def get_products(self, rows):
        """The projections for all blocks, and for the last ReLU, side by side.

        Args:
            rows: Dict by condition, as `ConditionProducts` takes it.

        Returns:
            Float tensor, `(T or 1, B, W)`, W without the channels of a predictor.
        """
        products = [layer.call(rows) for layer in self.condition_layers]
        return ops.transpose(ops.concatenate(products, axis=-1), (1, 0, 2))

    def split(self, condition):
        """A condition of one sample, `(B, W)`, as `Conditions`."""
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

    def add_to_post(self, hidden, condition):
        """Add a condition, as in `Conditions.post`, before the last ReLU."""
        if isinstance(condition, dict):
            condition = self.post(condition, hidden)
        return ops.relu(hidden + ops.cast(condition, hidden.dtype))

    @property
    def condition_layers(self):
        """The `ConditionProducts` of all blocks, and of the last ReLU."""
        layers = [block.conditioning for block in self.blocks]
        return layers if self.post is None else [*layers, self.post]

    @property
    def condition_width(self):
        """Channels of a condition, W; 0 for a network without any."""
        return condition_width(self.architecture)

    @property
    def context_hop(self):
        """Samples of a frame of the context stack, or `None` without one."""
        return None if self.context_stack is None else self.context_stack.hop

    def _vector(self, inputs):
        """What holds for all samples: `(B, 1, C)`, or `None`."""
        if self.global_condition is None:
            return None
        return self.global_condition({n: inputs[n] for n in VECTORS if n in inputs})

    def _encoded(self, frames, vector):
        """Frames after the encoder, which takes in the vector, too."""
        if self.frame_encoder is None:
            return frames, vector
        return self.frame_encoder(frames, vector), None

    def _upsampled(self, frames, offset, count):
        """What local frames are for `count` samples, from the offset on."""
        if self.architecture.upsampling["kind"] == LINEAR:
            weights = self.upsampling.weights_of(frames.shape[1], offset, count)
            return frames, weights
        samples = self.upsampling.call(frames)
        shape = (samples.shape[0], count, samples.shape[2])
        return ops.slice(samples, (0, offset, 0), shape)
