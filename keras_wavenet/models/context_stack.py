"""The context stack: a small WaveNet over a long history (paper, section 2.6)."""

import typing

import keras
from keras import ops

from keras_wavenet.layers.block_stack import run_blocks
from keras_wavenet.layers.gated_residual_block import GatedResidualBlock
from keras_wavenet.layers.initializers import SideBySide
from keras_wavenet.layers.skip_connections import SkipConnections
from keras_wavenet.layers.span import span
from keras_wavenet.utils import checks
from keras_wavenet.utils.tensor import Tensor


@keras.saving.register_keras_serializable(package="keras_wavenet")
class ContextStack(keras.layers.Layer):
    """A second, smaller stack with a long receptive field that conditions the main one.

    It runs at a lower rate: `hop` samples are projected to one frame (the pooling of
    the paper), and its dilated blocks run over frames. Its output after frame f
    conditions the samples of frame f + 1.

    Frames count from the first sample that the network predicts: sample 0 begins
    frame 0. Axes: B batch, F frames, C channels.

    Args:
        early_positions: Positions of the main stack to the left of the waveform.
        dilations: Dilation of each block, in frames.
        channels: Channels of its residual stream, its gates and its output.
        hop: Samples for each frame.
        kernel_size: Taps of each dilated convolution, at least 2.
        use_bias: Whether the convolutions and projections have biases.

    Call arguments:
        waveform: Float tensor, `(batch, context_length + T)`: samples
            -1 - context_length to T - 2.
        positions: Tensor `(batch, P, ...)` of the main stack, whose last position
            predicts sample T - 1.

    Returns:
        Float tensor, `(batch, P, channels)`.

    Raises:
        ValueError: If an argument is out of range.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.6.
    """

    def __init__(
        self,
        early_positions: int,
        dilations: list[int],
        channels: int = 32,
        hop: int = 1,
        kernel_size: int = 2,
        use_bias: bool = True,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.positive(channels=channels, hop=hop)
        checks.at_least(2, kernel_size=kernel_size)
        for number, dilation in enumerate(dilations):
            checks.positive(**{f"dilations[{number}]": dilation})
        self.early_positions = early_positions
        self.dilations = list(dilations)
        self.channels = channels
        self.hop = hop
        self.kernel_size = kernel_size
        self.use_bias = use_bias
        policy = self.dtype_policy
        self.frame_projection = keras.layers.Dense(
            channels, use_bias=use_bias, name="frame", dtype=policy
        )
        self.blocks = [
            GatedResidualBlock(
                channels,
                kernel_size,
                dilation,
                residual=number < len(self.dilations) - 1,
                padding="valid",
                use_bias=use_bias,
                name=f"context_block_{number}",
                dtype=policy,
            )
            for number, dilation in enumerate(self.dilations)
        ]
        self.skip_connections = SkipConnections(dtype=policy)
        self.output_projection = keras.layers.Dense(
            channels,
            activation="relu",
            use_bias=use_bias,
            kernel_initializer=SideBySide("glorot_uniform", len(self.blocks), axis=0),
            name="output",
            dtype=policy,
        )

    @property
    def history(self) -> int:
        """Earlier frames that an output depends on."""
        return sum(block.history for block in self.blocks)

    @property
    def frames(self) -> int:
        """Frames of context of a network, the last of which ends with sample -1."""
        return self.history + 1 + -(-self.early_positions // self.hop)

    @property
    def context_length(self) -> int:
        """Samples of context of a network, without the newest one."""
        return self.frames * self.hop - 1

    def build(
        self,
        waveform_shape: tuple | None = None,
        positions_shape: tuple | None = None,
    ) -> None:
        self.frame_projection.build((None, None, self.hop))
        for block in self.blocks:
            block.build((None, None, self.channels))
        # Keras runs a model with an unbuilt layer once more before `predict`.
        self.skip_connections.build((None, None, self.channels))
        self.output_projection.build((None, None, len(self.blocks) * self.channels))

    @property
    def frame_product(self) -> keras.layers.Dense:
        """`frame_projection`, by its name in weight files."""
        return self.frame_projection

    @property
    def output_product(self) -> keras.layers.Dense:
        """`output_projection`, by its name in weight files."""
        return self.output_projection

    def call(self, waveform, positions):
        rows = ops.repeat(self._sequence(waveform)[0], self.hop, axis=1)
        first = -(self.frames - self.history - 1) * self.hop  # sample of the first row
        start = -self.early_positions - first
        return span(rows, start, ops.shape(positions)[1])

    def prefill(self, waveform: Tensor) -> tuple[Tensor, tuple]:
        """The output after `(batch, frames * hop)` samples, and the memory.

        Returns:
            Float tensor, `(batch, channels)`, which conditions the next `hop` samples,
            and the memory for `step`.
        """
        outputs, memory = self._sequence(waveform)
        return outputs[:, -1], tuple(tail.ring() for tail in memory)

    def step(self, samples: Tensor, memory: tuple) -> tuple[Tensor, tuple]:
        """As `prefill`, after one more frame, `(batch, hop)` samples."""
        outputs, memory = self._run(samples, memory)
        return outputs, tuple(memory)

    def _sequence(self, waveform):
        """The output after each frame, `(B, F, C)`, and the memory after the last."""
        count = ops.shape(waveform)[1] // self.hop
        # While TensorFlow compiles, the batch size is unknown, the number of frames
        # not.
        shape = (-1, count, self.hop)
        return self._run(ops.reshape(waveform[:, : count * self.hop], shape))

    def _run(self, frames, memory=None):
        x = self.frame_projection(frames)
        zs, memory = run_blocks(self.blocks, x, memory)
        return self.output_projection(self.skip_connections(zs)), memory

    def compute_output_shape(
        self, waveform_shape: tuple, positions_shape: tuple
    ) -> tuple:
        return (*positions_shape[:2], self.channels)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "early_positions": self.early_positions,
            "dilations": self.dilations,
            "channels": self.channels,
            "hop": self.hop,
            "kernel_size": self.kernel_size,
            "use_bias": self.use_bias,
        }
