"""The first layer: a causal convolution of one-hot codes, as a look-up of its rows."""

import typing

import keras
from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.layers.initializers import Constraint, Initializer, Regularizer
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class CausalEmbedding1D(keras.layers.Layer):
    """Causal convolution of one-hot codes without the one-hot tensor.

    `y[t] = sum_i W[i, code[t - (kernel_size - 1 - i)]]`: a one-hot vector times a
    kernel is a row of the kernel. Kernel index 0 is that of the oldest code. There is
    no bias, as in the public models: every row could carry it.

    Args:
        levels: Number of codes, 2 to 65536.
        filters: Channels of the output.
        kernel_size: Number of taps, at least 1.
        padding: `"causal"` adds zeros for codes left of the start and keeps the
            length; `"valid"` shortens the output by `kernel_size - 1`.
        kernel_initializer, kernel_regularizer, kernel_constraint: As in
            `keras.layers.Conv1D`.

    Call arguments:
        codes: Integer tensor, shape `(batch, time)`, or with a memory also one sample,
            `(batch,)`: codes in [0, levels - 1], or -1 for no sample, which adds zero.
        memory: From `get_initial_state` or the previous call, see
            `keras_wavenet.layers.queue`; the outputs then have the length of the codes.
        gaps: Whether codes may be -1; with a memory they always may.

    Returns:
        Float tensor, shape `(batch, time, filters)`; see `padding` for its length. With
        a memory, the outputs, `(batch, filters)` for one sample, and the next memory.

    Raises:
        ValueError: If an argument is out of range, or the codes have another rank.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 2.4.
    """

    def __init__(
        self,
        levels: int,
        filters: int,
        kernel_size: int = 2,
        padding: str = "causal",
        kernel_initializer: Initializer = "glorot_uniform",
        kernel_regularizer: Regularizer = None,
        kernel_constraint: Constraint = None,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        checks.positive(filters=filters, kernel_size=kernel_size)
        self.levels = checks.levels(levels)
        self.filters = filters
        self.kernel_size = kernel_size
        self.padding = checks.padding(padding)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)

    @property
    def history(self) -> int:
        """Earlier codes that an output depends on."""
        return self.kernel_size - 1

    def build(self, codes_shape: tuple) -> None:
        if len(codes_shape) != 2:
            raise ValueError(
                f"Layer {self.name!r} takes codes of shape (batch, time). "
                f"Received: shape={tuple(codes_shape)}"
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.kernel_size, self.levels, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )

    def call(self, codes, memory=None, gaps=False):
        codes = ops.cast(codes, "int32")
        if memory is not None:
            taps, memory = queue.push(codes, memory, self.kernel_size, 1)
            rows = [self._rows_or_zero(i, tap) for i, tap in enumerate(taps)]
            return self._sum(rows), memory
        look_up = self._rows_or_zero if gaps else self._rows
        if self.padding == "valid":
            taps = queue.taps(codes, self.kernel_size, 1)
            return self._sum([look_up(i, tap) for i, tap in enumerate(taps)])
        rows = [look_up(i, codes) for i in range(self.kernel_size)]
        return self._sum([_delay(r, self.history - i) for i, r in enumerate(rows)])

    def _rows(self, tap, codes):
        return ops.take(self.kernel[tap], codes, axis=0)

    def _rows_or_zero(self, tap, codes):
        rows = self._rows(tap, ops.maximum(codes, 0))
        return ops.where(ops.expand_dims(codes >= 0, -1), rows, 0)

    @property
    def state_size(self) -> tuple[int, ...]:
        """Shape of the rows of a memory without the batch; `()` without memory."""
        return (self.history + 1,) if self.history else ()

    def get_initial_state(self, batch_size: int) -> queue.Memory:
        """The memory at the start: codes of -1, which add zero."""
        return queue.filled_with(
            ops.full((batch_size,), -1, dtype="int32"), self.history
        )

    def _sum(self, rows):
        return ops.cast(sum(rows[1:], rows[0]), self.compute_dtype)

    def compute_output_spec(
        self, codes: keras.KerasTensor, memory: None = None, gaps: bool = False
    ) -> keras.KerasTensor:
        length = queue.output_length(codes.shape[1], self.history, self.padding)
        shape = (codes.shape[0], length, self.filters)
        return keras.KerasTensor(shape, dtype=self.compute_dtype)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "levels": self.levels,
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "padding": self.padding,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
        }


def _delay(rows, samples):
    """Shift `(batch, time, filters)` later in time, filled with zeros."""
    return ops.pad(rows, [[0, 0], [samples, 0], [0, 0]])[:, : -samples or None]
