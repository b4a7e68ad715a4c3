"""From conditioning frames to samples (paper, section 2.5, local conditioning).

Axes: B batch, F frames, C channels, J neighboring frames that a sample depends on,
P phases of a frame (the samples that it covers).
"""

import functools
import math
import typing

import keras
import numpy as np
from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.layers.frame_interpolation import FrameInterpolation
from keras_wavenet.layers.span import span_of_other
from keras_wavenet.utils import checks

KINDS = ("transposed", "repeat", "stretch")
LINEAR = "linear"


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
    the ends of a clip the caller repeats its edge frame.

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
            `"stretch"` spans.

    Call arguments:
        frames: Float tensor, `(batch, frames + 2 * margin, channels)`.
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
        self.kind = _checked_kind(kind)
        self.scales = _checked_scales(hop, scales)
        self.kernel_sizes = _checked_kernel_sizes(kind, self.scales, kernel_sizes)
        self.initial_kernel_size = initial_kernel_size
        self.frequency_kernel_size = frequency_kernel_size
        self._stages = []
        if kind != "repeat":
            sizes = zip(self.scales, self.kernel_sizes, strict=True)
            make = _TransposedStage if kind == "transposed" else _StretchStage
            self._stages = [make(scale, size) for scale, size in sizes]

    @property
    def margin(self) -> int:
        """Frames of the input at each end that the output does not cover."""
        margin = 0
        while self._excess(margin)[0] < 0 or self._excess(margin)[1] < 0:
            margin += 1
        return margin

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
        channels = frames_shape[-1]
        self.initial_kernel = None
        if self.initial_kernel_size > 1:
            self.initial_kernel = self.add_weight(
                name="initial_kernel",
                shape=(self.initial_kernel_size, channels, channels),
                initializer="glorot_uniform",
            )
        self.kernels = [
            self.add_weight(
                name=f"kernel_{number}",
                shape=stage.kernel_shape(channels, self.frequency_kernel_size),
                initializer=stage.initializer,
            )
            for number, stage in enumerate(self._stages)
        ]

    def call(self, frames, positions=None):
        rows = self._upsample(frames)
        if positions is None:
            return rows
        first = -self.early_positions % self.hop
        return span_of_other(rows, first, ops.shape(positions)[1])

    def _upsample(self, frames):
        x = ops.cast(frames, self.compute_dtype)
        if self.initial_kernel is not None:
            taps = ops.concatenate(queue.taps(x, self.initial_kernel_size, 1), axis=-1)
            kernel = ops.reshape(self.initial_kernel, (-1, x.shape[-1]))
            x = ops.matmul(taps, ops.cast(kernel, self.compute_dtype))
        for stage, kernel in zip(self._stages, self.kernels, strict=True):
            x = stage.apply(x, ops.cast(kernel, self.compute_dtype))
        if not self._stages:
            x = ops.repeat(x, self.hop, axis=1)
        left, right = self._excess(self.margin)
        return x[:, left : -right or None]

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
        }


class _TransposedStage:
    """A transposed convolution as one matrix product of neighboring frames.

    Sample p of frame f is `sum_i x[i] K[f * scale + p + left - i * scale]`, with the
    kernel centered on the frame: `left = (kernel_size - scale) // 2`.
    """

    def __init__(self, scale: int, kernel_size: int) -> None:
        self.scale, self.kernel_size = scale, kernel_size
        # Glorot's rule for the taps of one sample.
        self.initializer = keras.initializers.VarianceScaling(
            scale, mode="fan_avg", distribution="uniform"
        )
        left = (kernel_size - scale) // 2
        self.lead = -left % scale  # zeros that align the kernel with a frame
        self.frames_right = (left + self.lead) // scale
        neighbors = -(-(self.lead + kernel_size) // scale)
        self.frames_left = neighbors - 1 - self.frames_right

    def kernel_shape(self, channels, frequency_kernel_size):
        return (self.kernel_size, channels, channels)

    def cost(self, channels, frequency_kernel_size):
        return -(-self.kernel_size // self.scale) * channels**2

    def apply(self, x, kernel):
        neighbors = self.frames_left + self.frames_right + 1
        tail = neighbors * self.scale - self.lead - self.kernel_size
        channels = kernel.shape[1]
        kernel = ops.pad(kernel, [[self.lead, tail], [0, 0], [0, 0]])
        kernel = ops.reshape(kernel, (neighbors, self.scale, channels, channels))
        kernel = ops.transpose(ops.flip(kernel, axis=0), (0, 2, 1, 3))  # (J, C, P, C)
        kernel = ops.reshape(kernel, (neighbors * channels, self.scale * channels))
        taps = ops.concatenate(queue.taps(x, neighbors, 1), axis=-1)  # (B, F, J C)
        return _join(ops.matmul(taps, kernel), channels)


class _StretchStage:
    """Frames repeated `scale` times, then filtered, as a matrix product of neighbors.

    A constant table maps the taps of the filter to neighbors.
    """

    def __init__(self, scale: int, kernel_size: int) -> None:
        self.scale, self.kernel_size = scale, kernel_size
        self.frames_left = self.frames_right = -(-(kernel_size // 2) // scale)

    @functools.cached_property
    def table(self):
        """Which neighbor each tap multiplies at each phase: 0 or 1, `(J, P, taps)`."""
        phase = np.arange(self.scale)[:, None]
        tap = np.arange(self.kernel_size)[None]
        neighbor = (phase + tap - self.kernel_size // 2) // self.scale
        neighbor = neighbor + self.frames_left
        number = np.arange(2 * self.frames_left + 1)[:, None, None]
        return (neighbor[None] == number).astype("float32")

    @staticmethod
    def initializer(shape, dtype=None):
        return ops.full(shape, 1 / math.prod(shape), dtype=dtype)

    def kernel_shape(self, channels, frequency_kernel_size):
        return (frequency_kernel_size, self.kernel_size)

    def cost(self, channels, frequency_kernel_size):
        return self.kernel_size * frequency_kernel_size * channels

    def apply(self, x, kernel):
        channels, high = x.shape[-1], kernel.shape[0] // 2
        weights = ops.einsum("jpk,hk->jph", ops.cast(self.table, x.dtype), kernel)
        x = ops.pad(x, [[0, 0], [0, 0], [high, high]])
        views = [x[..., i : i + channels] for i in range(kernel.shape[0])]
        taps = ops.stack(queue.taps(ops.stack(views, axis=-1), len(self.table), 1), 2)
        rows = ops.einsum("bfjch,jph->bfpc", taps, weights)  # (B, F, P, C)
        return _join(rows, channels)


def _join(rows, channels):
    """`(B, F, ...)` to `(B, F * P, C)`."""
    return ops.reshape(rows, (ops.shape(rows)[0], -1, channels))


def _checked_kind(kind):
    if kind not in KINDS:
        raise ValueError(
            f"The `kind` of upsampling must be one of {(*KINDS, LINEAR)}. "
            f"Received: kind={kind!r}"
        )
    return kind


def _checked_scales(hop, scales):
    scales = [hop] if scales is None else list(scales)
    for number, scale in enumerate(scales):
        checks.positive(**{f"scales[{number}]": scale})
    if math.prod(scales) != hop:
        raise ValueError(
            "The `scales` of upsampling must multiply to the samples of a frame. "
            f"Received: scales={scales}, whose product is {math.prod(scales)}, and "
            f"hop={hop}"
        )
    return scales


def _checked_kernel_sizes(kind, scales, kernel_sizes):
    if kind == "repeat" or kernel_sizes is None:
        extra = 1 if kind == "stretch" else 0
        return [2 * scale + extra for scale in scales]
    return _checked_given_kernel_sizes(kind, scales, list(kernel_sizes))


def _checked_given_kernel_sizes(kind, scales, kernel_sizes):
    if len(kernel_sizes) != len(scales):
        raise ValueError(
            "`kernel_sizes` must have one number for each of the `scales`. Received: "
            f"kernel_sizes={kernel_sizes}, scales={scales}"
        )
    for number, (scale, size) in enumerate(zip(scales, kernel_sizes, strict=True)):
        name = f"kernel_sizes[{number}]"
        checks.at_least(scale if kind == "transposed" else 1, **{name: size})
        if kind == "stretch":
            checks.odd(**{name: size})
    return kernel_sizes
