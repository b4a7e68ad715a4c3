"""Rows of conditions by NumPy, rounded to float32 once: the same for every backend.

Frames are encoded in float64. Libraries that add the terms of a convolution in another
order then differ in digits that float32 does not have.

Axes: B streams, F frames, N samples, C channels of a condition.
"""

import numpy as np
from keras import ops

from keras_wavenet.generation.description import (
    describe_frame_encoder,
    describe_speakers,
)
from keras_wavenet.generation.protocols import DescribedConditioning
from keras_wavenet.layers.upsampling_arguments import LINEAR
from keras_wavenet.utils.tensor import Tensor

Rows = dict[str, np.ndarray | tuple[np.ndarray, np.ndarray]]


def has_rows(conditioning: DescribedConditioning) -> bool:
    """Whether `ConditionRows` computes the conditions of a network.

    Those of a context stack, and frames that are upsampled by learned filters, are left
    to the backend.
    """
    upsampling = conditioning.architecture.upsampling
    is_linear = conditioning.upsampling is None or upsampling["kind"] == LINEAR
    return is_linear and conditioning.context_stack is None


class ConditionRows:
    """The rows of a network's conditions, as `Conditioning` has them.

    Args:
        conditioning: That of the network, whose weights are copied. `has_rows` must
            hold.
    """

    def __init__(self, conditioning: DescribedConditioning) -> None:
        self._architecture = conditioning.architecture
        self._speakers = describe_speakers(conditioning)
        self._encoder = [
            (kernel.astype("float64"), bias.astype("float64"))
            for kernel, bias in describe_frame_encoder(conditioning)
        ]

    def rows_of_sequence(self, waveform: np.ndarray, inputs: dict) -> Rows | None:
        """As `Conditioning.rows_of_sequence`."""
        a, frames = self._architecture, None
        positions = waveform.shape[1] - a.context_length + a.early_positions
        offset = 0
        if a.local_channels:
            before = -(-a.early_positions // a.hop) + a.frames_margin
            frames = _array(inputs["local"])[:, a.frames_before - before :]
            offset = -a.early_positions % a.hop
        return self._rows(inputs, frames, offset, positions) or None

    def rows_of_samples(
        self,
        vectors: dict,
        frames: Tensor | None = None,
        offset: Tensor | int = 0,
        count: int = 1,
    ) -> Rows:
        """As `Conditioning.rows_of_samples`."""
        a = self._architecture
        if frames is None:
            return self._rows(vectors, None, 0, count)
        frames = _array(frames)
        rows = self._rows(vectors, frames, int(offset), count)
        if a.linear_prediction is not None:
            numbers = a.frames_margin + (int(offset) + np.arange(count)) // a.hop
            rows["predictor"] = frames[:, numbers, a.local_channels :]
        return rows

    def _rows(self, vectors, frames, offset, count):
        rows, vector = {}, self._vector(vectors)
        if frames is not None:
            frames = frames[..., : self._architecture.local_channels]
            if self._encoder:
                frames, vector = self._encode(frames, vector), None
            weights = _weights(frames.shape[1], offset, count, self._architecture.hop)
            rows["local"] = frames, weights
        if vector is not None:
            rows["global"] = vector
        return rows

    def _vector(self, inputs):
        """The conditions that hold for all samples, as `GlobalCondition`, or `None`."""
        parts = []
        if "speaker" in inputs:
            parts.append(self._speakers[_array(inputs["speaker"]).astype("int32")])
        parts += [_array(inputs[n]) for n in ("tags", "global") if n in inputs]
        if not parts:
            return None
        return np.concatenate(parts, axis=-1, dtype="float32")[:, None]

    def _encode(self, frames, vector):
        """As `FrameEncoder`."""
        x = frames.astype("float64")
        if vector is not None:
            x = np.concatenate([x, vector.repeat(x.shape[1], axis=1)], axis=-1)
        for number, (kernel, bias) in enumerate(self._encoder):
            taps, half = len(kernel), len(kernel) // 2
            count = x.shape[1] - taps + 1
            # Products so small that BLAS starts no threads, which would wait busily.
            y = bias + sum(x[:, n : n + count] @ kernel[n] for n in range(taps))
            x = np.maximum(x[:, half : half + count] + y if number else y, 0)
        return x.astype("float32")


def _weights(frames, offset, count, hop):
    """As `FrameInterpolation.weights_of`: float32 `(N, F)`."""
    sample = np.arange(offset, offset + count).astype("float32")
    middle = 1 + (sample - np.float32(hop // 2)) / np.float32(hop)
    away = np.abs(middle[:, None] - np.arange(frames, dtype="float32"))
    return np.maximum(1 - away, np.float32(0))


def _array(value):
    return np.asarray(ops.convert_to_numpy(value))
