"""The gated residual block (paper, figure 4)."""

import typing

import keras
from keras import ops

from keras_wavenet.layers import queue, rematerialization
from keras_wavenet.layers.causal_conv1d import CausalConv1D
from keras_wavenet.layers.conditioning import ConditionProducts
from keras_wavenet.layers.initializers import (
    Constraint,
    Initializer,
    Regularizer,
    SideBySide,
    one_of_several,
)
from keras_wavenet.layers.span import newest
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class GatedResidualBlock(keras.layers.Layer):
    """One layer of the dilated stack.

    `z = tanh(W_f * x + V_f h) . sigmoid(W_g * x + V_g h)`, where `V h` is the sum of
    the projections of all conditions h. It returns the residual stream `x + W_r z` and,
    for the skip connection, z: a network projects the z of all its blocks at once. A
    block used alone may be given `skip_channels`; it then returns the skip output
    `W_s z` in place of z.

    Filter and gate are side by side in one kernel, the tanh half first.

    Args:
        dilation_channels: Channels of z.
        kernel_size: Taps of the dilated convolution, at least 1.
        dilation_rate: Samples between two taps, at least 1.
        skip_channels: Channels of the skip output, or `None` to return z.
        residual: Whether there is a residual projection. The last block of a network
            has none, since it would be unused; it returns the residual stream as is.
        padding: `"causal"` or `"valid"`, as in `CausalConv1D`.
        dropout: Share of the convolution's inputs that are dropped in training, at
            least 0 and below 1. The residual stream itself is never dropped.
        condition_channels: Dict from the name of each condition to its channels;
            `None` for a block without conditions.
        residual_scale: What `x + W_r z` is multiplied by: 1 in the paper, the square
            root of 1/2 in some public models.
        use_bias: Whether the convolution and the projections have biases; those of
            conditions have none.
        kernel_initializer, bias_initializer: Each of filter, gate, residual and skip
            kernel is drawn on its own.
        kernel_regularizer, bias_regularizer: As in `keras.layers.Conv1D`.
        kernel_constraint, bias_constraint: As in `keras.layers.Conv1D`, of each of the
            layer's weights.

    In the context `rematerialization(True)`, training keeps only the inputs and outputs
    of `call`, and computes the rest again for the gradient.

    Call arguments:
        inputs: Float tensor, the residual stream, shape `(batch, time, channels)`, or
            with a memory also one sample, `(batch, channels)`.
        conditions: Dict of float tensors, `(batch, time or 1, channels)`: a row for
            each sample of the outputs; of more rows the last are taken. Or one tensor,
            the sum of their projections as `conditioning` computes it,
            `(batch, 2 * dilation_channels)` for one sample, which can be precomputed
            for many samples.
        memory: From `get_initial_state` or the previous call, see
            `keras_wavenet.layers.queue`; the outputs then have the length of the
            inputs.
        training: Whether dropout is applied.
        activations: Whether to return the filter and the gate, too; for a sequence.

    Returns:
        The residual stream, `(batch, time, channels)`, and z,
        `(batch, time, dilation_channels)`, or the skip output,
        `(batch, time, skip_channels)`. With `"valid"` padding both are
        `(kernel_size - 1) * dilation_rate` shorter. With a memory, the pair of both,
        without the time axis for one sample, and the next memory. With `activations`
        four tensors: both, then the filter `tanh(...)` and the gate `sigmoid(...)`,
        each `(batch, time, dilation_channels)`.

    Raises:
        ValueError: If an argument is out of range or the inputs have no channel
            dimension.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), sections 2.3 to 2.5.
    """

    def __init__(
        self,
        dilation_channels: int,
        kernel_size: int = 2,
        dilation_rate: int = 1,
        skip_channels: int | None = None,
        residual: bool = True,
        padding: str = "causal",
        dropout: float = 0.0,
        condition_channels: dict[str, int] | None = None,
        residual_scale: float = 1.0,
        use_bias: bool = True,
        kernel_initializer: Initializer = "glorot_uniform",
        bias_initializer: Initializer = "zeros",
        kernel_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        kernel_constraint: Constraint = None,
        bias_constraint: Constraint = None,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.positive(dilation_channels=dilation_channels)
        if skip_channels is not None:
            checks.positive(skip_channels=skip_channels)
        checks.rate(dropout=dropout)
        self.dilation_channels = dilation_channels
        self.skip_channels = skip_channels
        self.residual = residual
        self.dropout = dropout
        self.condition_channels = dict(condition_channels or {})
        self.residual_scale = residual_scale
        self.projection_arguments = {
            "use_bias": use_bias,
            "kernel_initializer": keras.initializers.get(kernel_initializer),
            "bias_initializer": keras.initializers.get(bias_initializer),
            "kernel_regularizer": keras.regularizers.get(kernel_regularizer),
            "bias_regularizer": keras.regularizers.get(bias_regularizer),
            "kernel_constraint": keras.constraints.get(kernel_constraint),
            "bias_constraint": keras.constraints.get(bias_constraint),
        }
        self.filter_gate = CausalConv1D(
            2 * dilation_channels,
            kernel_size,
            dilation_rate,
            padding,
            name="filter_gate",
            dtype=self.dtype_policy,
            **{
                **self.projection_arguments,
                "kernel_initializer": SideBySide(kernel_initializer, parts=2),
            },
        )

    @property
    def history(self) -> int:
        """Earlier samples that an output depends on."""
        return self.filter_gate.history

    def build(self, inputs_shape: tuple, conditions_shape: dict | None = None) -> None:
        checks.sequence(self.name, inputs_shape)
        self.filter_gate.build(inputs_shape)
        self.residual_projection = self.skip_projection = self.drop = None
        self.conditioning = None
        if self.residual:
            self.residual_projection = self._make_projection(
                "residual", inputs_shape[-1], 2
            )
        if self.skip_channels is not None:
            self.skip_projection = self._make_projection("skip", self.skip_channels, 3)
        if self.dropout:
            self.drop = keras.layers.Dropout(self.dropout, dtype=self.dtype_policy)
        if self.condition_channels:
            arguments = self.projection_arguments
            self.conditioning = ConditionProducts(
                2 * self.dilation_channels,
                self.condition_channels,
                parts=2,
                kernel_initializer=one_of_several(arguments["kernel_initializer"], 4),
                kernel_regularizer=arguments["kernel_regularizer"],
                kernel_constraint=arguments["kernel_constraint"],
                name="conditioning",
                dtype=self.dtype_policy,
            )
            self.conditioning.build()

    def _make_projection(self, name, channels, number):
        arguments = dict(self.projection_arguments)
        initializer = one_of_several(arguments.pop("kernel_initializer"), number)
        projection = keras.layers.Dense(
            channels,
            name=name,
            dtype=self.dtype_policy,
            kernel_initializer=initializer,
            **arguments,
        )
        projection.build((None, None, self.dilation_channels))
        return projection

    @property
    def residual_product(self) -> keras.layers.Dense | None:
        """`residual_projection`, by its name in weight files."""
        return self.residual_projection

    @property
    def skip_product(self) -> keras.layers.Dense | None:
        """`skip_projection`, by its name in weight files."""
        return self.skip_projection

    def call(
        self, inputs, conditions=None, memory=None, training=None, activations=False
    ):
        dropped = inputs
        if self.drop is not None:  # drawn once, not again where it is rematerialized
            dropped = self.drop(inputs, training=training)
        given = () if conditions is None else (conditions,)
        if memory is not None:
            fused, memory = self.filter_gate(dropped, memory=memory)
            return self._outputs(inputs, fused, *given), memory
        if activations:
            return self._activations(inputs, dropped, *given)
        rematerialize = rematerialization.is_active()
        compute = keras.remat(self._sequence) if rematerialize else self._sequence
        return compute(inputs, dropped, *given)

    def _sequence(self, inputs, dropped, *given):
        fused = self.filter_gate(dropped)
        if self.filter_gate.padding == "valid":
            inputs = newest(inputs, fused)
        return self._outputs(inputs, fused, *given)

    def _activations(self, inputs, dropped, *given):
        fused = self.filter_gate(dropped)
        if self.filter_gate.padding == "valid":
            inputs = newest(inputs, fused)
        filters, gates = self._filter_and_gate(fused, *given)
        return *self._projections(inputs, filters * gates), filters, gates

    def _outputs(self, inputs, fused, conditions=None):
        filters, gates = self._filter_and_gate(fused, conditions)
        return self._projections(inputs, filters * gates)

    def _filter_and_gate(self, fused, conditions=None):
        if isinstance(conditions, dict):
            conditions = self.conditioning.call(conditions, fused)
        if conditions is not None:
            fused = fused + ops.cast(conditions, self.compute_dtype)
        filters, gates = ops.split(fused, 2, axis=-1)
        return ops.tanh(filters), ops.sigmoid(gates)

    def _projections(self, inputs, z):
        """The residual stream, and z or the skip output."""
        skip = z
        if self.skip_projection is not None:
            skip = self._project(self.skip_projection, z)
        if self.residual_projection is None:
            return inputs, skip
        outputs = inputs + self._project(self.residual_projection, z)
        return outputs if self.residual_scale == 1 else outputs * self._scale, skip

    @property
    def _scale(self):
        return ops.cast(self.residual_scale, self.compute_dtype)

    def _project(self, layer, z):
        checks.not_quantized(self.name, layer.dtype_policy)
        # Keras does not cast the weights in rematerialized code.
        outputs = ops.matmul(z, ops.cast(layer.kernel, self.compute_dtype))
        if layer.bias is not None:
            outputs = outputs + ops.cast(layer.bias, self.compute_dtype)
        return outputs

    @property
    def state_size(self) -> tuple[int, ...]:
        """Shape of the rows of a memory without the batch; `()` without memory."""
        return self.filter_gate.state_size

    def get_initial_state(self, batch_size: int) -> queue.Memory:
        """The memory at the start: zeros."""
        return self.filter_gate.get_initial_state(batch_size)

    def compute_output_shape(
        self, inputs_shape: tuple, conditions_shape: dict | None = None
    ) -> tuple[tuple, tuple]:
        batch, length, channels = inputs_shape
        length = queue.output_length(length, self.history, self.filter_gate.padding)
        skip_channels = self.skip_channels or self.dilation_channels
        return (batch, length, channels), (batch, length, skip_channels)

    def get_config(self) -> dict:
        arguments = self.projection_arguments
        initializer, regularizer = keras.initializers, keras.regularizers
        constraint = keras.constraints
        return {
            **super().get_config(),
            "dilation_channels": self.dilation_channels,
            "kernel_size": self.filter_gate.kernel_size,
            "dilation_rate": self.filter_gate.dilation_rate,
            "skip_channels": self.skip_channels,
            "residual": self.residual,
            "padding": self.filter_gate.padding,
            "dropout": self.dropout,
            "condition_channels": self.condition_channels,
            "residual_scale": self.residual_scale,
            "use_bias": arguments["use_bias"],
            "kernel_initializer": initializer.serialize(
                arguments["kernel_initializer"]
            ),
            "bias_initializer": initializer.serialize(arguments["bias_initializer"]),
            "kernel_regularizer": regularizer.serialize(
                arguments["kernel_regularizer"]
            ),
            "bias_regularizer": regularizer.serialize(arguments["bias_regularizer"]),
            "kernel_constraint": constraint.serialize(arguments["kernel_constraint"]),
            "bias_constraint": constraint.serialize(arguments["bias_constraint"]),
        }
