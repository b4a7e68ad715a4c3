"""The context stack: a small WaveNet over a long history (paper, section 2.6)."""

import keras
from keras import ops

from keras_wavenet.layers import checks
from keras_wavenet.layers.gated_residual_block import GatedResidualBlock
from keras_wavenet.layers.initializers import SideBySide
from keras_wavenet.layers.skip_connections import SkipConnections
from keras_wavenet.layers.span import span


@keras.saving.register_keras_serializable(package="keras_wavenet")
class ContextStack(keras.layers.Layer):
    """A second, smaller stack that hears far back, and conditions the main one.

    It runs at a rate of its own: `hop` samples make one frame, by one learned product
    (the pooling of the paper), and its dilated blocks hear frames. What it says after
    frame f conditions the samples of frame f + 1.

    Frames count from the first sample that the network predicts: sample 0 begins
    frame 0. Axes: B batch, F frames, C channels.

    Args:
        early_positions: Positions of the main stack before those of the waveform.
        dilations: Dilation of each block, in frames.
        channels: Channels of its residual stream, its gates and its output.
        hop: Samples for each frame.
        kernel_size: Taps of each dilated convolution, at least 2.
        use_bias: Whether its products have biases.

    Call arguments:
        heard: Float tensor, `(batch, context_length + T)`: sample -1 - context_length
            and all until sample T - 2.
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
        early_positions,
        dilations,
        channels=32,
        hop=1,
        kernel_size=2,
        use_bias=True,
        **kwargs,
    ):
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
        self.frame_product = keras.layers.Dense(
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
        self.output_product = keras.layers.Dense(
            channels,
            activation="relu",
            use_bias=use_bias,
            kernel_initializer=SideBySide("glorot_uniform", len(self.blocks), axis=0),
            name="output",
            dtype=policy,
        )

    @property
    def history(self):
        """Frames before the newest one that an output depends on."""
        return sum(block.history for block in self.blocks)

    @property
    def frames(self):
        """Frames that end with sample -1 and that a network has to hear."""
        return self.history + 1 + -(-self.early_positions // self.hop)

    @property
    def context_length(self):
        """Samples that a network has to hear before the newest one."""
        return self.frames * self.hop - 1

    def build(self, heard_shape=None, positions_shape=None):
        self.frame_product.build((None, None, self.hop))
        for block in self.blocks:
            block.build((None, None, self.channels))
        self.output_product.build((None, None, len(self.blocks) * self.channels))

    def call(self, heard, positions):
        rows = ops.repeat(self._hear(heard)[0], self.hop, axis=1)
        first = -(self.frames - self.history - 1) * self.hop  # sample of the first row
        start = -self.early_positions - first
        return span(rows, start, ops.shape(positions)[1])

    def _hear(self, heard):
        """What it says after each frame, `(B, F, C)`, and what its blocks hear."""
        count = ops.shape(heard)[1] // self.hop
        # TensorFlow knows no batch size while it compiles, but the number of frames.
        frames = ops.reshape(heard[:, : count * self.hop], (-1, count, self.hop))
        x = self._cast(self.frame_product.call(self._cast(frames)))  # (B, F, C)
        zs, inputs = [], []
        for block in self.blocks:
            inputs.append(x)
            x, z = block.call(x)
            zs.append(z)
        return self._say(self.skip_connections.call(zs)), inputs

    def _say(self, zs):
        return self._cast(self.output_product.call(zs))

    def get_state_after(self, heard):
        """What it says after hearing `(batch, frames * hop)` samples, and its state.

        Returns:
            Float tensor, `(batch, channels)`, which conditions the next `hop` samples,
            and the state of `step`.
        """
        said, inputs = self._hear(heard)
        each = zip(self.blocks, inputs, strict=True)
        return said[:, -1], tuple(block.get_state_after(x) for block, x in each)

    def step(self, samples, states):
        """Hear one frame more, `(batch, hop)` samples: as `get_state_after`."""
        x = self._cast(self.frame_product.call(self._cast(samples)))
        new_states, zs = [], []
        for block, state in zip(self.blocks, states, strict=True):
            (x, z), state = block.step(x, state)
            new_states.append(state)
            zs.append(z)
        return self._say(ops.concatenate(zs, axis=-1)), tuple(new_states)

    def _cast(self, x):
        return ops.cast(x, self.compute_dtype)

    def compute_output_shape(self, heard_shape, positions_shape):
        return (*positions_shape[:2], self.channels)

    def get_config(self):
        return {
            **super().get_config(),
            "early_positions": self.early_positions,
            "dilations": self.dilations,
            "channels": self.channels,
            "hop": self.hop,
            "kernel_size": self.kernel_size,
            "use_bias": self.use_bias,
        }
