"""Linear prediction from log-mel frames, around which a network models the residual.

Axes: B batch, F frames, N samples, M mel channels, K order.
"""

import typing

import keras
import numpy as np
from keras import ops

from keras_wavenet import distributions
from keras_wavenet.features import FrameFeatures
from keras_wavenet.layers import queue
from keras_wavenet.layers.span import newest, span_of_other
from keras_wavenet.models.levinson import levinson
from keras_wavenet.utils.tensor import Tensor

WHITE_NOISE = 1e-4  # of the power, added to the autocorrelation at lag 0: -40 dB
LAG_WINDOW = 40.0  # Hz, the std by which spectral peaks are widened
LEAST_MAGNITUDE = 1e-6  # of a bin of the spectrum
LEAST_SCALE = 2e-5  # about half a step of 16-bit audio
# Mean magnitude of a Laplacian variable over its std: residuals of speech have such
# heavy tails.
LAPLACIAN = 0.5**0.5


class LinearPrediction:
    """The linear predictor of each frame, computed from its log-mel spectrum.

    The mel spectrum is mapped to a power spectrum by the pseudo-inverse of the mel
    filters. Its inverse cosine transform is the autocorrelation, to which white noise
    is added and a lag window of 40 Hz applied, and from which the recursion of Levinson
    and Durbin computes the predictor. The prediction of a sample is `p[t] = sum_k c[k]
    x[t - k]` with the coefficients of the frame that contains t; the expected magnitude
    of the residual `x[t] - p[t]` is the scale.

    Args:
        order: Number of coefficients, 1 to 64.
        features: `keras_wavenet.features.FrameFeatures` with a `LogMel` among its
            parts: the features of the frames, with their normalization.

    Raises:
        ImportError: If librosa, which computes the mel filters, is not installed.

    References:
        - Valin & Skoglund, LPCNet (arXiv 1810.11846), section 2.2.
        - Hwang et al., LP-WaveNet (arXiv 1811.11913).
    """

    def __init__(self, order: int, features: FrameFeatures) -> None:
        self.order = order
        self.hop = features.hop
        self.frame_channels = features.channels
        check_log_mel(features)
        self._log_mel, mel_channels = features.log_mel
        slope, offset = self._log_mel.natural_log
        mean, std = np.zeros(features.channels), np.ones(features.channels)
        if features.mean is not None:
            mean, std = features.mean, features.std
        self._mel_channels = mel_channels
        self._slope = slope * std[mel_channels].astype("float64")
        self._offset = slope * mean[mel_channels].astype("float64") + offset
        self._inverse = np.linalg.pinv(self._log_mel.filters.astype("float64")).T
        self._lags = _lag_table(self._log_mel, order)

    @property
    def channels(self) -> int:
        """Channels of a predictor: its coefficients and the scale of the residual."""
        return self.order + 1

    @property
    def tables(self) -> dict[str, np.ndarray]:
        """The arrays of the computation, float64, for programs that do it themselves.

        `slope` and `offset` `(M,)`, from a frame's values to the natural logarithm of
        the mel bands; `inverse` `(M, bins)`, from bands to a spectrum; `lags` `(bins, K
        + 1)`, from a power spectrum to the autocorrelation.
        """
        return {
            "slope": self._slope,
            "offset": self._offset,
            "inverse": self._inverse,
            "lags": self._lags,
        }

    @property
    def constants(self) -> dict[str, float]:
        """The other numbers of the computation, likewise."""
        mel = self._mel_channels
        return {
            "mel_channels": [mel.start, mel.stop],
            "power": self._log_mel.power,
            "window_energy": self._log_mel.window_energy,
            "least_magnitude": LEAST_MAGNITUDE,
            "least_scale": LEAST_SCALE,
            "laplacian": LAPLACIAN,
        }

    def __call__(self, frames: Tensor, dtype: str = "float32") -> Tensor:
        """The predictor of each frame.

        Args:
            frames: Float array or tensor, `(B, F, channels of the features)`. NumPy
                computes with an array in float64, the Keras backend with a tensor in
                float32, where the error is some hundredths of the scale.
            dtype: Of the computation with a tensor; `"float64"` has no such error.

        Returns:
            float32 array or tensor, `(B, F, order + 1)`: the coefficients c[1] to
            c[order], then the scale.
        """
        numpy_in = isinstance(frames, np.ndarray)
        tables = (self._slope, self._offset, self._inverse, self._lags)
        frames = frames[..., self._mel_channels]
        xp = np if numpy_in else ops
        if numpy_in:
            frames = frames.astype("float64")
        else:
            frames = ops.cast(frames, dtype)
            tables = [ops.convert_to_tensor(table, dtype) for table in tables]
        slope, offset, inverse, lag_table = tables
        spectrum = xp.matmul(xp.exp(frames * slope + offset), inverse)  # (B, F, bins)
        spectrum = xp.maximum(spectrum, LEAST_MAGNITUDE**self._log_mel.power)
        if self._log_mel.power == 1:
            spectrum = xp.square(spectrum)
        coefficients, power = levinson(xp.matmul(spectrum, lag_table), xp)
        power = xp.maximum(power, 0.0) / self._log_mel.window_energy
        scale = xp.maximum(LAPLACIAN * xp.sqrt(power), LEAST_SCALE)
        predictors = xp.concatenate([coefficients, scale], axis=-1)
        if numpy_in:
            return predictors.astype("float32")
        return ops.cast(predictors, "float32")


@keras.saving.register_keras_serializable(package="keras_wavenet")
class PredictionSignals(keras.layers.Layer):
    """The residual of each sample, the prediction of the next one, and its scale.

    Runs in float32 whatever the dtype policy.

    Args:
        order: Number of coefficients of a predictor, K.
        hop: Samples of a frame.
        early_samples: Samples of context, without the newest one, that need
            predictions.
        frames_before: Frames of context, left of that of the window's first sample.

    Call arguments:
        waveform: Float tensor, `(B, K + N)`, of which the last N samples are predicted,
            or with a memory one sample, `(B,)`.
        predictors: float32 tensor, `(B, F, K + 1)`, from `LinearPrediction`; with a
            memory that of the next sample, `(B, K + 1)`.
        memory: From `get_initial_state` or the previous call.

    Returns:
        Three float32 tensors, `(B, N)`: the residual of each sample, divided by
        `max_residual` scales and clipped to [-1, 1], the prediction of the next sample,
        and the scale of its residual. With a memory, the three, `(B,)`, and the next
        memory.
    """

    max_residual = 8.0  # in scales of the residual

    def __init__(
        self,
        order: int,
        hop: int,
        early_samples: int,
        frames_before: int,
        **kwargs: typing.Any,
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        self.order = order
        self.hop = hop
        self.early_samples = early_samples
        self.frames_before = frames_before

    def call(self, waveform, predictors, memory=None):
        if memory is not None:
            return self._sample(waveform, predictors, *memory)
        count = ops.shape(waveform)[1] - self.order
        start = self.frames_before * self.hop - self.early_samples - 1
        rows = at_samples(predictors, self.hop, start, count + 1)
        predictions = predict(waveform, rows)  # of each sample, and of the next one
        scales = rows[..., -1]
        samples = waveform[:, self.order :]
        residual = self._normalize(samples - predictions[:, :-1], scales[:, :-1])
        return residual, predictions[:, 1:], scales[:, 1:]

    def _sample(self, sample, predictor, window, last):
        window, past = queue.push_window(sample, window)
        newest_first = ops.flip(window, axis=1)
        coefficients, scale = predictor[:, :-1], predictor[:, -1:]
        prediction = ops.sum(coefficients * newest_first, axis=1, keepdims=True)
        predicted = ops.concatenate([prediction, scale], axis=-1)
        (previous, _), last = queue.push(predicted, last, 2, 1)
        residual = self._normalize(sample - previous[:, 0], previous[:, 1])
        return (residual, prediction[:, 0], scale[:, 0]), (past, last)

    def _normalize(self, residual, scale):
        return ops.clip(residual / (self.max_residual * scale), -1.0, 1.0)

    def get_initial_state(self, batch_size: int) -> tuple[queue.Memory, queue.Memory]:
        """The memory after silence: the last samples, and the last prediction."""
        silence = ops.zeros((batch_size, self.order), dtype="float32")
        prediction = ops.zeros((batch_size, 1), dtype="float32")
        scale = ops.ones((batch_size, 1), dtype="float32")
        return tuple(m.ring() for m in self.memory_after(silence, prediction, scale))

    def memory_after(
        self, waveform: Tensor, prediction: Tensor, scale: Tensor
    ) -> tuple[queue.Tail, queue.Tail]:
        """The memory after a sequence, from its last predictions and their scales."""
        predicted = ops.stack([prediction, scale], axis=-1)
        return queue.Tail(waveform, self.order - 1), queue.Tail(predicted, 1)

    def compute_output_spec(
        self,
        waveform: keras.KerasTensor,
        predictors: keras.KerasTensor,
        memory: None = None,
    ) -> tuple[keras.KerasTensor, ...]:
        batch, length = waveform.shape
        shape = (batch, None if length is None else length - self.order)
        return tuple(keras.KerasTensor(shape, dtype="float32") for _ in range(3))

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "order": self.order,
            "hop": self.hop,
            "early_samples": self.early_samples,
            "frames_before": self.frames_before,
        }


@keras.saving.register_keras_serializable(package="keras_wavenet")
class AroundPrediction(keras.layers.Layer):
    """Convert parameters of the residual, in units of its scale, to those of a sample.

    Args:
        distribution: Of `keras_wavenet.distributions`, or its config.

    Call arguments:
        parameters: Float tensor, `(B, T, channels)`.
        prediction, scale: Float tensors, `(B, at least T)`, of which the last T are
            used. Without the axis of time in all three: of one sample.

    Returns:
        float32 tensor, `(B, T, channels)`.
    """

    def __init__(
        self, distribution: distributions.Distribution | dict, **kwargs: typing.Any
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        self.distribution = distributions.get(distribution)

    def call(self, parameters, prediction, scale):
        if len(parameters.shape) == 3:
            prediction = newest(prediction, parameters)
            scale = newest(scale, parameters)
        location, scale = ops.expand_dims(prediction, -1), ops.expand_dims(scale, -1)
        return self.distribution.relocated(parameters, location, scale)

    def compute_output_spec(
        self,
        parameters: keras.KerasTensor,
        prediction: keras.KerasTensor,
        scale: keras.KerasTensor,
    ) -> keras.KerasTensor:
        return keras.KerasTensor(parameters.shape, dtype="float32")

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "distribution": self.distribution.get_config(),
        }


def check_log_mel(features: FrameFeatures) -> None:
    """Refuse features without a log-mel spectrum.

    Raises:
        ValueError: If there is none.
    """
    if features.log_mel is None:
        raise ValueError(
            "Linear prediction needs `features` with a log-mel spectrum, such as "
            f'"mel_16k". Received: features={features}'
        )


def at_samples(
    predictors: Tensor, hop: int, start: int | Tensor, count: int | Tensor
) -> Tensor:
    """The predictor of each of `count` samples, from sample `start` of the frames on.

    Args:
        predictors: float32 `(B, F, K + 1)`, from `LinearPrediction`.
        hop: Samples of a frame.
        start: First sample, an integer or integer tensor.
        count: Number of samples.

    Returns:
        float32 tensor, `(B, count, K + 1)`.
    """
    return span_of_other(ops.repeat(predictors, hop, axis=1), start, count)


def predict(waveform: Tensor, rows: Tensor) -> Tensor:
    """The prediction of each sample of a waveform, from the K preceding ones.

    Args:
        waveform: Float tensor, `(B, K + N - 1)`; the first prediction is of the
            sample after the first K.
        rows: float32 `(B, N, K + 1)`, the predictors of the N samples.

    Returns:
        float32 tensor, `(B, N)`.
    """
    order = rows.shape[-1] - 1
    taps = queue.taps(ops.cast(waveform, "float32"), order, 1)
    taps = ops.stack(taps[::-1], axis=-1)  # (B, N, K), the newest sample first
    return ops.sum(taps * rows[..., :order], axis=-1)


def _lag_table(log_mel, order):
    """The matrix from a power spectrum to autocorrelations: float64 `(bins, K + 1)`."""
    bins = log_mel.n_fft // 2 + 1
    lags = np.arange(order + 1)
    angles = 2 * np.pi * np.arange(bins)[:, None] * lags / log_mel.n_fft
    weights = np.full((bins, 1), 2.0)  # with the bins of negative frequencies
    weights[0] = 1
    if log_mel.n_fft % 2 == 0:
        weights[-1] = 1
    table = weights * np.cos(angles) / log_mel.n_fft
    if log_mel.pre_emphasis:  # the frames are of the emphasized signal
        emphasis = 1 - log_mel.pre_emphasis * np.exp(-1j * angles[:, 1:2])
        table /= np.maximum(np.abs(emphasis) ** 2, 1e-3)
    table *= np.exp(-0.5 * (2 * np.pi * LAG_WINDOW * lags / log_mel.sample_rate) ** 2)
    table[:, 0] *= 1 + WHITE_NOISE
    return table
