"""From conditioning frames to samples (paper, section 2.5, local conditioning)."""

import typing

import keras
from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.layers.frame_interpolation import FrameInterpolation
from keras_wavenet.layers.initializers import Constraint, Initializer, Regularizer
from keras_wavenet.layers.span import span_of_other
from keras_wavenet.layers.upsampling_arguments import (
    FIRST_ROW,
    LINEAR,
    REPEAT,
    ZEROS,
    check_overlap,
    check_stage_options,
    checked_kernel_sizes,
    checked_kind,
    checked_scales,
)
from keras_wavenet.layers.upsampling_edges import (
    all_inside,
    hold_first_rows,
    marks_after,
)
from keras_wavenet.layers.upsampling_stages import (
    SharedTransposedStage,
    StretchStage,
    TransposedStage,
)
from keras_wavenet.utils import checks


def make_upsampling(
    hop: int, early_positions: int = 0, kind: str = "transposed", **config: typing.Any
) -> "FrameUpsampling | FrameInterpolation":
    """The upsampling layer of a kind.

    Args:
        hop, early_positions: As in `FrameUpsampling`.
        kind: One of the kinds of `FrameUpsampling`, or `"linear"` for a
            `FrameInterpolation`.
        **config: Other arguments of the layer.

    Raises:
        ValueError: If an argument is out of range or unknown.
    """
    if kind != LINEAR:
        return FrameUpsampling(hop, early_positions, kind, **config)
    own = {name: config.pop(name) for name in ("name", "dtype") if name in config}
    if config:
        raise ValueError(
            'Upsampling of kind "linear" takes no other arguments. '
            f"Received: {sorted(config)}"
        )
    return FrameInterpolation(hop, early_positions, **own)


@keras.saving.register_keras_serializable(package="keras_wavenet")
class FrameUpsampling(keras.layers.Layer):
    """Upsample conditioning frames to one row for each sample.

    Frame f covers samples `f * hop` to `(f + 1) * hop - 1`. A sample also depends on
    the frames next to its own, so that the input has `margin` more frames at both ends
    than the output covers. The rows of a segment are then those of the whole clip. At
    the ends of a clip the caller repeats its edge frame; with other `edges` it also
    tells which frames are beyond.

    Args:
        hop: Samples for each frame.
        early_positions: Samples to the left of a window that need rows, too; the input
            begins with whole frames for them.
        kind: `"transposed"`, learned transposed convolutions, which the paper found
            best; `"stretch"`, each frame repeated, then smoothed by a learned filter
            that all channels share, initially a mean; `"repeat"`, each frame
            repeated.
        scales: Factors of the stages, whose product must be `hop`; `None` is one stage.
        kernel_sizes: Samples that each stage's kernel spans, counted after its
            upsampling; `None` is twice the scale for `"transposed"` and twice the
            scale plus one for `"stretch"`, where it must be odd.
        initial_kernel_size: Frames, an odd number, of a convolution ahead of the
            stages; 1 is none.
        frequency_kernel_size: Neighboring channels, an odd number, that the filter of
            `"stretch"` or of a `shared_kernel` spans.
        edges: `"repeat"`; `"zeros"`, the stages take what is beyond the frames of a
            clip as zeros, as some public vocoders do; or `"first_row"`, all samples
            before a clip have the row of its first sample, for kernels of frames that
            do not overlap. With zeros a convolution ahead of the stages makes frames of
            whole neighborhoods alone, and so fewer than are given.
        kernel_initializer: Of all kernels, as in `keras.layers.Conv1D`. None is
            Glorot's rule for the taps of one sample, and for `"stretch"` a mean.
        kernel_regularizer, kernel_constraint: As in `keras.layers.Conv1D`.
        shared_kernel: Whether `"transposed"` has one filter for all channels, initially
            a mean, in place of a kernel for each pair of channels.
        use_bias: Whether the stages have biases: `"transposed"` one for each channel,
            filters that all channels share one for each sample of a frame.
        activation: After each stage: `None`, `"relu"` or `"leaky_relu"`.
        negative_slope: Slope of `"leaky_relu"` below zero.

    Call arguments:
        frames: Float tensor, `(batch, frames + 2 * margin, channels)`. With `edges`
            other than `"repeat"` one more channel: 1 for frames of the clip, 0 beyond.
        positions: `None`, or a tensor `(batch, positions, ...)`, of which the first is
            `early_positions` left of the window.

    Returns:
        Float tensor, `(batch, frames * hop, channels)`, or a row for each position.

    Raises:
        ValueError: If the scales do not multiply to `hop`, or an argument is out of
            range.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.5.
    """

    def __init__(
        self,
        hop: int,
        early_positions: int = 0,
        kind: str = "transposed",
        scales: list[int] | None = None,
        kernel_sizes: list[int] | None = None,
        initial_kernel_size: int = 1,
        frequency_kernel_size: int = 1,
        edges: str = REPEAT,
        kernel_initializer: Initializer | None = None,
        kernel_regularizer: Regularizer = None,
        kernel_constraint: Constraint = None,
        shared_kernel: bool = False,
        use_bias: bool = False,
        activation: str | None = None,
        negative_slope: float = 0.3,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.positive(hop=hop)
        checks.at_least(0, early_positions=early_positions)
        checks.odd(
            initial_kernel_size=initial_kernel_size,
            frequency_kernel_size=frequency_kernel_size,
        )
        self.hop = hop
        self.early_positions = early_positions
        self.kind = checked_kind(kind)
        self.scales = checked_scales(hop, scales)
        self.kernel_sizes = checked_kernel_sizes(kind, self.scales, kernel_sizes)
        self.initial_kernel_size = initial_kernel_size
        self.frequency_kernel_size = frequency_kernel_size
        checks.one_of((REPEAT, ZEROS, FIRST_ROW), edges=edges)
        self.edges = edges
        check_stage_options(
            kind,
            frequency_kernel_size,
            shared_kernel,
            use_bias,
            activation,
            negative_slope,
        )
        self.shared_kernel, self.use_bias = bool(shared_kernel), bool(use_bias)
        self.activation, self.negative_slope = activation, float(negative_slope)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self._stages = []
        if kind != "repeat":
            sizes = zip(self.scales, self.kernel_sizes, strict=True)
            make = TransposedStage if kind == "transposed" else StretchStage
            make = SharedTransposedStage if shared_kernel else make
            self._stages = [make(scale, size) for scale, size in sizes]
        if edges == FIRST_ROW:
            check_overlap(self.margin)

    @property
    def margin(self) -> int:
        """Frames of the input at each end that the output does not cover."""
        margin = 0
        while self._excess(margin)[0] < 0 or self._excess(margin)[1] < 0:
            margin += 1
        return margin

    @property
    def stages(self) -> list:
        """The stages, each with one of `kernels` and of `biases`."""
        return self._stages

    @property
    def excess(self) -> tuple[int, int]:
        """Rows left and right of those that the output covers, which are cut off."""
        return self._excess(self.margin)

    def _excess(self, margin):
        """Samples left and right of those covered, from an input with such a margin."""
        half = self.initial_kernel_size // 2
        left = right = margin - half
        for stage in self._stages:
            left = (left - stage.frames_left) * stage.scale
            right = (right - stage.frames_right) * stage.scale
        if not self._stages:
            left, right = left * self.hop, right * self.hop
        return left, right

    def build(self, frames_shape: tuple, positions_shape: tuple | None = None) -> None:
        checks.sequence(self.name, frames_shape)
        channels = frames_shape[-1] - self._marks
        self.initial_kernel = None
        if self.initial_kernel_size > 1:
            self.initial_kernel = self._add_kernel(
                "initial_kernel",
                (self.initial_kernel_size, channels, channels),
                "glorot_uniform",
            )
        self.kernels = [
            self._add_kernel(
                f"kernel_{number}",
                stage.kernel_shape(channels, self.frequency_kernel_size),
                stage.initializer,
            )
            for number, stage in enumerate(self._stages)
        ]
        self.biases = [None] * len(self._stages)
        if self.use_bias:
            self.biases = [
                self.add_weight(
                    name=f"bias_{number}",
                    shape=stage.bias_shape(channels),
                    initializer="zeros",
                )
                for number, stage in enumerate(self._stages)
            ]

    def _add_kernel(self, name, shape, default_initializer):
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=self.kernel_initializer or default_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )

    def call(self, frames, positions=None):
        rows = self._upsample(frames)
        if positions is None:
            return rows
        first = -self.early_positions % self.hop
        return span_of_other(rows, first, ops.shape(positions)[1])

    def _upsample(self, frames):
        x, inside = ops.cast(frames, self.compute_dtype), None
        if self._marks:
            x, inside = x[..., :-1], x[..., -1:]
        if self.initial_kernel is not None:
            taps = ops.concatenate(queue.taps(x, self.initial_kernel_size, 1), axis=-1)
            kernel = ops.reshape(self.initial_kernel, (-1, x.shape[-1]))
            x = ops.matmul(taps, ops.cast(kernel, self.compute_dtype))
            if self._marks:
                inside = all_inside(inside, self.initial_kernel_size)
        x = self._apply_stages(x, inside)
        if not self._stages:
            x = ops.repeat(x, self.hop, axis=1)
        if self.edges == FIRST_ROW:
            x = hold_first_rows(x, inside, self.hop)
        left, right = self.excess
        return x[:, left : -right or None]

    def _apply_stages(self, x, inside):
        if self.edges != ZEROS:
            inside = None
        if inside is not None:
            x = x * inside
        for stage, *weights in zip(
            self._stages, self.kernels, self.biases, strict=True
        ):
            kernel, bias = (
                w if w is None else ops.cast(w, self.compute_dtype) for w in weights
            )
            x = self._activate(stage.apply(x, kernel, bias))
            if inside is not None:
                inside = marks_after(inside, stage)
                x = x * inside
        return x

    def _activate(self, x):
        if self.activation is None:
            return x
        if self.activation == "relu":
            return ops.relu(x)
        return ops.leaky_relu(x, negative_slope=self.negative_slope)

    @property
    def _marks(self):
        """Channels of the input that tell which frames are those of the clip."""
        return 0 if self.edges == REPEAT else 1

    def multiply_adds_per_sample(self, channels: int) -> int:
        """Multiplications by a weight for each sample of so many channels."""
        rate, cost = 1, 0
        if self.initial_kernel_size > 1:
            cost += self.initial_kernel_size * channels**2 / self.hop
        for stage in self._stages:
            rate *= stage.scale
            each = stage.cost(channels, self.frequency_kernel_size)
            cost += each * rate / self.hop
        return round(cost)

    def compute_output_shape(
        self, frames_shape: tuple, positions_shape: tuple | None = None
    ) -> tuple:
        batch, frames, channels = frames_shape
        channels -= self._marks
        if positions_shape is not None:
            return (batch, positions_shape[1], channels)
        if frames is not None:
            frames = (frames - 2 * self.margin) * self.hop
        return (batch, frames, channels)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "hop": self.hop,
            "early_positions": self.early_positions,
            "kind": self.kind,
            "scales": self.scales,
            "kernel_sizes": self.kernel_sizes,
            "initial_kernel_size": self.initial_kernel_size,
            "frequency_kernel_size": self.frequency_kernel_size,
            "edges": self.edges,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
            "shared_kernel": self.shared_kernel,
            "use_bias": self.use_bias,
            "activation": self.activation,
            "negative_slope": self.negative_slope,
        }
