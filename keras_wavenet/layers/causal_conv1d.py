"""The dilated causal convolution (paper, section 2.1)."""

import typing

import keras
from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.layers.initializers import Constraint, Initializer, Regularizer
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class CausalConv1D(keras.layers.Layer):
    """Dilated convolution over time whose outputs depend on no later input.

    `y[t] = b + sum_i x[t - (kernel_size - 1 - i) * dilation_rate] W[i]`: kernel index 0
    multiplies the oldest sample. It is computed as one matrix product of the taps, side
    by side, and the kernel, which is faster on a CPU than a dilated convolution.

    Args:
        filters: Channels of the output.
        kernel_size: Number of taps, at least 1.
        dilation_rate: Samples between two taps, at least 1.
        padding: `"causal"` pads with zeros on the left and keeps the length;
            `"valid"` does not pad and shortens the output by
            `(kernel_size - 1) * dilation_rate`.
        use_bias: Whether to add a bias.
        kernel_initializer, bias_initializer: As in `keras.layers.Conv1D`.
        kernel_regularizer, bias_regularizer: As in `keras.layers.Conv1D`.
        activation, kernel_constraint, bias_constraint: As in `keras.layers.Conv1D`.

    Call arguments:
        inputs: Float tensor, shape `(batch, time, channels)`, or with a memory also
            one sample, `(batch, channels)`.
        memory: From `get_initial_state` or the previous call, see
            `keras_wavenet.layers.queue`; the outputs then have the length of the
            inputs.

    Returns:
        Float tensor, shape `(batch, time, filters)`; see `padding` for its length. With
        a memory, the outputs, `(batch, filters)` for one sample, and the next memory.

    Raises:
        ValueError: If an argument is out of range or the inputs have no channel
            dimension, and with `"valid"` padding if they are too short.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.1.
        - Le Paine et al., Fast WaveNet (arXiv 1611.09482): the memory.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int = 2,
        dilation_rate: int = 1,
        padding: str = "causal",
        use_bias: bool = True,
        kernel_initializer: Initializer = "glorot_uniform",
        bias_initializer: Initializer = "zeros",
        kernel_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        activation: str | typing.Callable | None = None,
        kernel_constraint: Constraint = None,
        bias_constraint: Constraint = None,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.positive(
            filters=filters, kernel_size=kernel_size, dilation_rate=dilation_rate
        )
        self.filters = filters
        self.kernel_size = kernel_size
        self.dilation_rate = dilation_rate
        self.padding = checks.padding(padding)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.activation = keras.activations.get(activation)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)

    @property
    def history(self) -> int:
        """Earlier samples that an output depends on."""
        return (self.kernel_size - 1) * self.dilation_rate

    def build(self, input_shape: tuple) -> None:
        checks.sequence(self.name, input_shape)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.kernel_size, input_shape[-1], self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs, memory=None):
        if memory is not None:
            taps, memory = queue.push(
                inputs, memory, self.kernel_size, self.dilation_rate
            )
            return self._convolved(taps), memory
        if self.padding == "causal":
            inputs = ops.pad(inputs, [[0, 0], [self.history, 0], [0, 0]])
        return self._convolved(queue.taps(inputs, self.kernel_size, self.dilation_rate))

    def _convolved(self, taps):
        kernel = ops.reshape(self.kernel, (-1, self.filters))  # (kernel_size * C, F)
        outputs = ops.matmul(ops.concatenate(taps, axis=-1), kernel)
        outputs = outputs if self.bias is None else outputs + self.bias
        return self.activation(outputs)  # "linear", for None, returns them

    @property
    def state_size(self) -> tuple[int, ...]:
        """Shape of the rows of a memory without the batch; `()` without memory."""
        return (self.history + 1, self.kernel.shape[1]) if self.history else ()

    def get_initial_state(self, batch_size: int) -> queue.Memory:
        """The memory at the start: zeros."""
        zeros = ops.zeros((batch_size, self.kernel.shape[1]), dtype=self.compute_dtype)
        return queue.filled_with(zeros, self.history)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        length = queue.output_length(input_shape[1], self.history, self.padding)
        return (input_shape[0], length, self.filters)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "dilation_rate": self.dilation_rate,
            "padding": self.padding,
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": keras.regularizers.serialize(self.bias_regularizer),
            "activation": keras.activations.serialize(self.activation),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
            "bias_constraint": keras.constraints.serialize(self.bias_constraint),
        }
