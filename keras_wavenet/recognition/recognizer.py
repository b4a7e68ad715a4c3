"""The WaveNet that recognizes speech (paper, section 3.4)."""

from collections.abc import Collection, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_wavenet.models import training_data
from keras_wavenet.models.bounds import architecture_of, check_weights
from keras_wavenet.models.inputs import as_dict
from keras_wavenet.models.preset_model import PresetModel
from keras_wavenet.models.wavenet import WaveNet
from keras_wavenet.recognition.config import (
    SHARED,
    SHARED_KEYS,
    RecognizerConfig,
    check_config,
    shared_config,
)
from keras_wavenet.recognition.dataset import RecognitionSpec
from keras_wavenet.recognition.frame_layers import build_frame_layers
from keras_wavenet.recognition.transcription import frame_probabilities, merge_runs
from keras_wavenet.training.losses import (
    NegativeLogLikelihood,
    weights_of_samples,
)
from keras_wavenet.training.metrics import BitsPerSample
from keras_wavenet.utils import checks
from keras_wavenet.utils.arguments import describe, refuse_unknown
from keras_wavenet.utils.tensor import known


@keras.saving.register_keras_serializable(package="keras_wavenet")
class FrameLoss(keras.losses.SparseCategoricalCrossentropy):
    """Cross-entropy of the classes of frames, with a weight for each frame or clip."""

    def __call__(self, y_true, y_pred, sample_weight=None):
        # As in `NegativeLogLikelihood`: the mean is over all weights.
        weights = weights_of_samples(sample_weight, y_pred)
        return super().__call__(y_true, y_pred, weights)


@keras.saving.register_keras_serializable(package="keras_wavenet")
class Recognizer(PresetModel):
    """A WaveNet that also classifies each frame.

    The paper adapts WaveNet to phoneme recognition so: "a mean-pooling layer after the
    dilated convolutions that aggregated the activations to coarser frames spanning 10
    milliseconds (160x downsampling)", then "a few non-causal convolutions", and two
    losses, "one to predict the next sample and one to classify the frame". It gives no
    numbers of layers or channels. What is pooled here are the activations of the skip
    projection, ReLU included, to which all blocks contribute; the input of each
    convolution over frames is scaled by layer normalization, which is a choice, too.

    Frame f covers samples `f * pool` to `(f + 1) * pool - 1` of the waveform. Its class
    depends on those, on the receptive field before them, and on `margin` frames before
    and after. At the ends of a waveform the convolutions are padded with zeros.

    Axes: B batch, T samples, F frames (T / pool), S skip, C classes, Q codes.

    Args:
        classes: Names of the classes, or their number.
        dilations, residual_channels, dilation_channels, skip_channels, post_channels,
            kernel_size, initial_kernel_size, distribution, use_bias, sample_rate: As in
            `keras_wavenet.WaveNet`.
        dropout: Share of the inputs of each dilated convolution, and of each
            convolution over frames, dropped in training.
        pool: Samples in a frame.
        frame_channels: Channels of the convolutions over frames.
        frame_layers: How many of them there are, at least 0.
        frame_kernel_size: Taps of each, an odd number: as many frames after the
            present one as before it.
        next_sample_weight: Weight of the next-sample loss; that of the frames has 1.
        **kwargs: `name`, `dtype` and `trainable`, as in `keras.Model`.

    Call arguments:
        inputs: As in `keras_wavenet.WaveNet`; T must be a multiple of `pool`.

    Returns:
        A dict: `"next_sample"`, the parameters of the distribution of each next
        sample, float32 `(B, T, channels)`, and `"frames"`, a logit for each class,
        float32 `(B, F, C)`.

    Raises:
        ValueError: If an argument is out of range, or an input has a wrong name, rank,
            dtype or length.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), section 3.4.

    Example:
        >>> model = Recognizer(["a", "b"], dilations=[1, 2, 4, 8], skip_channels=64)
        >>> model(numpy.zeros((1, 320)))["frames"].shape
        (1, 2, 2)
    """

    def __init__(
        self,
        classes: int | Sequence[str],
        dilations: Sequence[int] | None = None,
        residual_channels: int = 32,
        dilation_channels: int = 32,
        skip_channels: int = 512,
        post_channels: int | None = None,
        kernel_size: int = 2,
        initial_kernel_size: int = 2,
        distribution: Any = "categorical",
        use_bias: bool = True,
        dropout: float = 0.0,
        sample_rate: int = 16000,
        *,
        pool: int = 160,
        frame_channels: int = 128,
        frame_layers: int = 3,
        frame_kernel_size: int = 5,
        next_sample_weight: float = 1.0,
        dtype: Any = None,
        **kwargs: Any,
    ):
        given = locals()
        own = describe(RecognizerConfig)
        refuse_unknown("Recognizer", kwargs, [*own, *SHARED_KEYS])
        arguments = RecognizerConfig(**{name: given[name] for name in own})
        shared = {name: given[name] for name in SHARED}
        wavenet = WaveNet(**shared, dtype=dtype, name="wavenet")
        frames = wavenet.network.skip.output  # (B, T, S)
        for layer in build_frame_layers(wavenet, arguments):
            frames = layer(frames)  # (B, F, channels), the last one (B, F, C)
        super().__init__(
            inputs=wavenet.input,
            outputs={"next_sample": wavenet.output, "frames": frames},
            **kwargs,
        )
        self.dtype_policy = wavenet.dtype_policy
        self.arguments = arguments
        self._views = _Views(wavenet, keras.Model(wavenet.input, frames))

    @property
    def wavenet(self) -> WaveNet:
        """The generative model inside; it shares its weights with this one."""
        return self._views.wavenet

    @property
    def receptive_field(self) -> int:
        """Samples, the present one included, that an activation depends on."""
        return self.wavenet.receptive_field

    @property
    def margin(self) -> int:
        """Frames before and after a frame on which its class depends."""
        return self.arguments.margin

    @property
    def data_spec(self) -> RecognitionSpec:
        """What a dataset needs of this model."""
        wavenet = self.wavenet
        return RecognitionSpec(
            sample_rate=wavenet.sample_rate,
            context_length=wavenet.receptive_field - 1,
            pool=self.pool,
            classes=self.classes,
        )

    @property
    def input_spec(self):
        return None  # the context may be missing

    def call(self, inputs, training=None, mask=None):
        return super().call(self._with_context(inputs), training=training, mask=mask)

    def compute_output_spec(self, inputs, training=None, mask=None):
        # Not that of the graph, which lacks the context.
        batch, samples = self._checked_inputs(inputs)["waveform"].shape
        frames = None if samples is None else samples // self.pool
        shapes = {
            "next_sample": (batch, samples, self.wavenet.distribution.channels),
            "frames": (batch, frames, len(self.classes)),
        }
        return {n: keras.KerasTensor(s, dtype="float32") for n, s in shapes.items()}

    def _with_context(self, inputs):
        """Add the context: zeros, and after them what was given."""
        inputs, length = self._checked_inputs(inputs), self.receptive_field - 1
        waveform = inputs["waveform"]
        context = ops.repeat(ops.zeros_like(waveform[:, :1]), length, axis=1)
        if "context" in inputs:
            context = ops.concatenate([context, inputs["context"]], axis=1)
        context = context[:, ops.shape(context)[1] - length :]
        return {"waveform": waveform, "context": context}

    def _checked_inputs(self, inputs):
        inputs = as_dict(inputs)
        checks.names("inputs", inputs, required=["waveform"], optional=["context"])
        for name, signal in inputs.items():
            checks.signal(name, signal)
        waveform = inputs["waveform"]
        samples = known(waveform.shape[1])
        if samples is not None and (samples == 0 or samples % self.pool):
            raise ValueError(
                f"`waveform` must hold one or more whole frames of {self.pool} samples."
                f" Received: shape={tuple(waveform.shape)}"
            )
        return inputs

    def checked_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, scored: bool = True
    ) -> Any:
        """Inputs, after a check of them and the next samples; see `PresetModel`."""
        arrays = training_data.as_arrays(x)
        signals = arrays if isinstance(arrays, dict) else {"waveform": arrays}
        for name, signal in signals.items():
            checks.signal(name, signal)
            checks.finite(name, signal)
            checks.loudness(name, signal)
        if scored and isinstance(y, dict) and "next_sample" in y:
            targets = training_data.as_arrays(y["next_sample"])
            training_data.check_targets(self.wavenet.distribution, signals, targets)
        return x

    def default_objective(self) -> dict:
        """Both losses of the paper, bits per sample and the accuracy of frames."""
        distribution = self.wavenet.distribution
        frame_loss = FrameLoss(from_logits=True, reduction="mean_with_sample_weight")
        accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
        return {
            "loss": {
                "next_sample": NegativeLogLikelihood(distribution),
                "frames": frame_loss,
            },
            "loss_weights": {"next_sample": self.next_sample_weight, "frames": 1.0},
            "weighted_metrics": {
                "next_sample": [BitsPerSample(distribution)],
                "frames": [accuracy],
            },
        }

    def recognize(self, waveform: np.ndarray, window_frames: int = 200) -> np.ndarray:
        """The probability of each class in each frame of a clip of any length.

        The network runs over windows, each with all samples that its frames depend on:
        the result is that of the whole clip, in bounded memory.

        Args:
            waveform: Float array, `(samples,)`, in [-1, 1]; silence precedes it, and
                follows it up to a whole frame.
            window_frames: Frames in a window, more than twice `margin`.

        Returns:
            float32 array, `(frames, classes)`, each row summing to one.

        Raises:
            ValueError: If the waveform is empty, no float array, or not finite.
        """
        checks.not_traced("recognize")
        return frame_probabilities(
            self._views.frames.predict_on_batch,
            waveform,
            pool=self.pool,
            context_length=self.receptive_field - 1,
            margin=self.margin,
            window_frames=window_frames,
        )

    def transcribe(
        self,
        waveform: np.ndarray,
        ignore: Collection[str] = (),
        shortest: int = 1,
    ) -> list[str]:
        """The classes of the frames of a clip, each run of one class merged.

        Args:
            waveform: As in `recognize`.
            ignore: Names of classes that are left out, such as silence.
            shortest: Least number of frames of a run that counts.

        Returns:
            Names of classes.
        """
        names = [self.classes[c] for c in self.recognize(waveform).argmax(axis=-1)]
        return merge_runs(names, ignore, shortest)

    def get_config(self) -> dict:
        return {
            **shared_config({**self.wavenet.get_config(), "name": self.name}),
            **self.arguments.as_config(),
            "trainable": self.trainable,
        }

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None):
        check_weights(architecture_of(config))
        return cls(**config)

    @staticmethod
    def check_config(config: dict) -> None:
        """Refuse a config from a file whose values are out of range."""
        check_config(config)
        WaveNet.check_config(shared_config(config))


class _Views:
    """Other models of the same layers, in an object that Keras does not track.

    Attributes:
        wavenet: The generative model.
        frames: From the inputs to the logits of frames, without the next sample.
    """

    def __init__(self, wavenet, frames):
        self.wavenet = wavenet
        self.frames = frames


def _argument(name):
    """A property of the model: an argument of its constructor."""
    return property(lambda model: getattr(model.arguments, name))


for _name in describe(RecognizerConfig):
    setattr(Recognizer, _name, _argument(_name))
