"""The WaveNet that recognises speech (paper, section 3.4)."""

import keras
import numpy as np
from keras import ops

from keras_wavenet.models import bounds
from keras_wavenet.models.preset_model import PresetModel
from keras_wavenet.models.wavenet import WaveNet
from keras_wavenet.recognition import arguments as recognizer_bounds
from keras_wavenet.recognition.frame_layers import build_frame_layers
from keras_wavenet.recognition.frame_windows import frame_windows
from keras_wavenet.recognition.spec import RecognitionSpec
from keras_wavenet.recognition.transcription import merge_runs
from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample
from keras_wavenet.utils import checks


@keras.saving.register_keras_serializable(package="keras_wavenet")
class Recognizer(PresetModel):
    """A WaveNet that also says of each frame which class it belongs to.

    The paper adapts WaveNet to phoneme recognition so: "a mean-pooling layer after the
    dilated convolutions that aggregated the activations to coarser frames spanning 10
    milliseconds (160x downsampling)", then "a few non-causal convolutions", and two
    losses, "one to predict the next sample and one to classify the frame". It gives no
    numbers of layers or channels. What is pooled here are the activations of the skip
    product, ReLU included, to which all blocks contribute; the input of each
    convolution over frames is scaled by layer normalisation, which is a choice, too.

    Frame f speaks of samples `f * pool` to `(f + 1) * pool - 1` of the waveform. It
    depends on those, on the receptive field before them, and on `margin` frames before
    and after. Beyond the first and the last frame of a waveform its convolutions meet
    zeros.

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
        frame_kernel_size: Taps of each, an odd number: they see as many frames after
            the present one as before it.
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
        classes,
        dilations=None,
        residual_channels=32,
        dilation_channels=32,
        skip_channels=512,
        post_channels=None,
        kernel_size=2,
        initial_kernel_size=2,
        distribution="categorical",
        use_bias=True,
        dropout=0.0,
        sample_rate=16000,
        *,
        pool=160,
        frame_channels=128,
        frame_layers=3,
        frame_kernel_size=5,
        next_sample_weight=1.0,
        dtype=None,
        **kwargs,
    ):
        own = {
            "pool": pool,
            "frame_channels": frame_channels,
            "frame_layers": frame_layers,
            "frame_kernel_size": frame_kernel_size,
            "next_sample_weight": next_sample_weight,
        }
        classes = recognizer_bounds.check_classes(classes)
        recognizer_bounds.check_frames(own)
        wavenet = WaveNet(
            dilations=dilations,
            residual_channels=residual_channels,
            dilation_channels=dilation_channels,
            skip_channels=skip_channels,
            post_channels=post_channels,
            kernel_size=kernel_size,
            initial_kernel_size=initial_kernel_size,
            distribution=distribution,
            use_bias=use_bias,
            dropout=dropout,
            sample_rate=sample_rate,
            dtype=dtype,
            name="wavenet",
        )
        frames = wavenet.network.skip.output  # (B, T, S)
        for layer in build_frame_layers(wavenet, len(classes), own):
            frames = layer(frames)  # (B, F, channels), the last one (B, F, C)
        super().__init__(
            inputs=wavenet.input,
            outputs={"next_sample": wavenet.output, "frames": frames},
            **kwargs,
        )
        self.dtype_policy = wavenet.dtype_policy
        self.classes = classes
        self.pool = pool
        self.frame_channels = frame_channels
        self.frame_layers = frame_layers
        self.frame_kernel_size = frame_kernel_size
        self.next_sample_weight = next_sample_weight
        self._views = _Views(wavenet, keras.Model(wavenet.input, frames))

    @property
    def wavenet(self) -> WaveNet:
        """The generative network inside: it has, and shares, the same weights."""
        return self._views.wavenet

    @property
    def receptive_field(self) -> int:
        """Samples up to the present one that bear upon an activation before pooling."""
        return self.wavenet.receptive_field

    @property
    def margin(self) -> int:
        """Frames before and after a frame that bear upon its class."""
        return self.frame_layers * (self.frame_kernel_size // 2)

    @property
    def data_spec(self) -> RecognitionSpec:
        """What a dataset has to know of this model."""
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

    def _with_context(self, inputs):
        """Fill in the silence that was heard before."""
        inputs = dict(inputs) if isinstance(inputs, dict) else {"waveform": inputs}
        checks.names("inputs", inputs, required=["waveform"], optional=["context"])
        for name, signal in inputs.items():
            checks.signal(name, signal)
        waveform = inputs["waveform"]
        samples, length = waveform.shape[1], self.receptive_field - 1
        if samples is not None and (samples == 0 or samples % self.pool):
            raise ValueError(
                f"`waveform` must hold one or more whole frames of {self.pool} samples."
                f" Received: shape={tuple(waveform.shape)}"
            )
        context = ops.repeat(ops.zeros_like(waveform[:, :1]), length, axis=1)
        if "context" in inputs:
            context = ops.concatenate([context, inputs["context"]], axis=1)
        context = context[:, ops.shape(context)[1] - length :]
        return {"waveform": waveform, "context": context}

    def default_objective(self):
        """Both losses of the paper, bits per sample and the accuracy of frames."""
        distribution = self.wavenet.distribution
        frame_loss = keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        )
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

    def recognize(self, waveform, window_frames=200):
        """The probability of each class in each frame of a clip of any length.

        The clip goes through the network in windows, each with all that its frames
        depend on: the result is that of the whole clip, and memory does not grow.

        Args:
            waveform: Float array, `(samples,)`, in [-1, 1]; before it, and after it up
                to a whole frame, is silence.
            window_frames: Frames in a window, more than twice `margin`.

        Returns:
            float32 array, `(frames, classes)`, each row summing to one.

        Raises:
            ValueError: If the waveform is empty, no float array, or not finite.
        """
        waveform = _checked_clip(waveform)
        checks.at_least(2 * self.margin + 1, window_frames=window_frames)
        frames = -(-len(waveform) // self.pool)
        history = self.receptive_field - 1
        after = frames * self.pool - len(waveform)
        heard = np.pad(waveform, (history, after))[None]  # (1, history + F * pool)
        found = []
        for window in frame_windows(frames, window_frames, self.margin):
            start, stop = window.start * self.pool, window.stop * self.pool
            inputs = {
                "waveform": heard[:, history + start : history + stop],
                "context": heard[:, start : start + history],
            }
            logits = self._views.frames.predict_on_batch(inputs)[0]  # (F, C)
            kept = slice(window.kept_from - window.start, window.kept_to - window.start)
            found.append(logits[kept])
        return _softmax(np.concatenate(found))

    def transcribe(self, waveform, ignore=(), shortest=1):
        """What is heard in a clip: the class of each frame, runs of one merged.

        Args:
            waveform: As in `recognize`.
            ignore: Names of classes that are not told, such as silence.
            shortest: Frames that a run must have to count.

        Returns:
            A list of names of classes.
        """
        names = [self.classes[c] for c in self.recognize(waveform).argmax(axis=-1)]
        return merge_runs(names, ignore, shortest)

    def get_config(self):
        shared = self.wavenet.get_config()
        return {
            **{key: shared[key] for key in recognizer_bounds.SHARED_KEYS},
            "classes": list(self.classes),
            "pool": self.pool,
            "frame_channels": self.frame_channels,
            "frame_layers": self.frame_layers,
            "frame_kernel_size": self.frame_kernel_size,
            "next_sample_weight": self.next_sample_weight,
            "name": self.name,
            "trainable": self.trainable,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(**config)

    @staticmethod
    def check_config(config):
        """Refuse a config from a file that asks for something insane."""
        recognizer_bounds.check_config(config)
        WaveNet.check_config(recognizer_bounds.shared_config(config))
        bounds.check_size(Recognizer.parameter_count(config))

    @staticmethod
    def parameter_count(config) -> int:
        """Number of weights of the model with a config, without building it."""
        shared = WaveNet.parameter_count(recognizer_bounds.shared_config(config))
        return shared + recognizer_bounds.frame_parameter_count(config)


class _Views:
    """Other models of the same layers, kept where Keras does not look for layers.

    Attributes:
        wavenet: The generative network.
        frames: From the inputs to the frames alone, without the next sample.
    """

    def __init__(self, wavenet, frames):
        self.wavenet = wavenet
        self.frames = frames


def _checked_clip(waveform):
    waveform = np.asarray(waveform)
    if waveform.ndim != 1 or not waveform.size:
        raise ValueError(
            "`waveform` must be one clip of shape (samples,), at least one sample. "
            f"Received: shape={waveform.shape}"
        )
    checks.signal("waveform", waveform[None])
    checks.finite("waveform", waveform)
    return waveform.astype("float32")


def _softmax(logits):
    logits = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (logits / logits.sum(axis=-1, keepdims=True)).astype("float32")
