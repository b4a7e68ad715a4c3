"""The WaveNet as a Keras model; `network.py` has the forward computation."""

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from keras_wavenet.config import WaveNetConfig
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.models import bounds
from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.conditions import StreamConditions
from keras_wavenet.models.cost import multiply_adds_per_sample
from keras_wavenet.models.feature_weights import learned_features
from keras_wavenet.models.functional import FunctionalNetwork, connect, order_layers
from keras_wavenet.models.network import Network
from keras_wavenet.models.speakers import with_speakers
from keras_wavenet.utils import checks
from keras_wavenet.utils.arguments import describe, refuse_unknown


@keras.saving.register_keras_serializable(package="keras_wavenet")
class WaveNet(FunctionalNetwork):
    """WaveNet: the distribution of the next sample, given all samples so far.

    The codes of samples are looked up and pass a stack of gated residual blocks; one
    skip projection takes the z of all blocks, and two more give the parameters of the
    distribution. `call` runs the stack over the context and the waveform, and all that
    follows over the waveform alone. Conditions are added inside every gate.

    Axes: B batch, T samples, F frames, R residual, D dilation, S skip, P post.

    Args:
        dilations: Dilation of each block, positive integers; `None` is
            `keras_wavenet.doubling_dilations(512, cycles=5)`.
        residual_channels: Channels of the residual stream.
        dilation_channels: Channels of each block's filter and gate.
        skip_channels: Channels of the skip sum.
        post_channels: Channels between the last two projections; `None`: as many as
            `skip_channels`.
        kernel_size: Taps of each dilated convolution, at least 2.
        initial_kernel_size: Taps of the first convolution, at least 1.
        distribution: What the outputs mean: a name, a config or an instance, see
            `keras_wavenet.distributions`.
        use_bias: Whether the projections have biases.
        dropout: Fraction of each dilated convolution's inputs dropped in training.
        sample_rate: Hz of the audio that the network is for.
        speakers: A number of speakers or the list of their names: the condition
            `"speaker"` (paper, 3.1).
        speaker_channels: Channels of an embedding of the speaker; `None`: one-hot.
        tags: A number of tags or the list of their names: the condition `"tags"`, of
            which several may hold at once (paper, 3.3).
        global_channels: Channels of the condition `"global"`, any vector (paper, 2.5).
        features: What computes frames from audio, see `keras_wavenet.features`: the
            condition `"local"`, such as log-mel frames, its `local_channels` and `hop`.
        local_channels: Without features, channels of the frames of `"local"`.
        hop: Without features, samples of a frame. Frame f covers samples `f * hop` to
            `(f + 1) * hop - 1`.
        upsampling: How frames become samples: `"transposed"` (the default, which the
            paper found best), `"repeat"`, `"stretch"`, `"linear"`, which projects
            frames for the gates before it interpolates between them, or a dict of
            `"kind"` and other arguments of `keras_wavenet.layers.FrameUpsampling`.
        context_stack: `None`, or a dict of `"dilations"`, `"channels"`, and optionally
            `"hop"`, `"kernel_size"`, `"use_bias"`: a second stack with a longer
            receptive field (paper, 2.6), see `keras_wavenet.models.ContextStack`.
        input_encoding: Input of the first convolution: `"codes"`, looked up;
            `"waveform"`, a scalar; `"companded"`, the code as a scalar; `"mu_law"`, the
            sample after companding without rounding, a scalar. `None`: codes for a
            categorical distribution, mu-law for a mixture with `mu`, else the waveform.
            Codes have the companding of a categorical distribution, else are mu-law
            codes; the mu is that of a mixture, else `input_levels - 1`.
        input_levels: Number of codes of the input; `None`: as many as the levels of a
            categorical distribution, else 256.
        initial_activation: After the first convolution: `None`, `"tanh"`, `"relu"`.
        initial_skip: Whether the first convolution's output joins the skip sum.
        residual_scale: What each block's residual output is multiplied by.
        skip_scaling: `None`; `"total"`, each skip times `sqrt(1 / blocks)`;
            `"running"`, the sum so far times `sqrt(1 / 2)` at each block.
        post_conditioning: Whether conditions are added before the last ReLU, too.
        start: Context before a clip: `"silence"`, zero samples, or `"zeros"`, zeros in
            the memory of every layer.
        frame_encoder: `None`, or a dict of `"channels"`, and optionally `"layers"` and
            `"kernel_size"`: convolutions over the local frames, which take in the
            speaker and other global conditions, too, see
            `keras_wavenet.layers.FrameEncoder`.
        linear_prediction: `None`, or `{"order": 32}`, for mixtures conditioned on
            log-mel `features`: the distribution stands around the linear prediction
            of the next sample, computed from its frame, in units of the expected
            residual; the inputs are mu-law codes of the last sample, its residual and
            the prediction. See `keras_wavenet.models.LinearPrediction`.
        waveform_filter: Filter of the modelled waveform, see
            `keras_wavenet.filters`: `None`, a `WaveformFilter`, its config, or
            `{"pre_emphasis": 0.85}`. Datasets filter, and `generate` filters primes and
            undoes the filter; the waveforms of `call` are filtered ones.
        **kwargs: `name`, `dtype` and `trainable`, as in `keras.Model`.

    Call arguments:
        inputs: The waveform, float `(batch, T)`, samples in [-1, 1], or a dict of
            `"waveform"` and what goes with it: `"context"`, float `(batch, n)`, the
            samples just before it, by default none; with `start="zeros"`
            `"context_valid"`, int `(batch,)`, how many samples of the context are the
            clip's, by default all; and all conditions of the model: `"speaker"`, int
            `(batch,)`; `"tags"`, `(batch, tags)` of 0 and 1; `"global"`, `(batch,
            channels)`; `"local"`, `(batch, F, channels)`, whose first frame begins with
            the first sample that is predicted, with at least `ceil(T / hop)` frames,
            and, optionally, `"local_context"`, the frames just before. Where frames are
            missing around the window, those at its edge are repeated.

        A model of the layers inside, `keras.Model(model.inputs, ...)`, takes all of
        them, see `complete_inputs`.

    Returns:
        The parameters of the distribution (logits for `"categorical"`), float32
        `(batch, T, channels)`. Position t is the distribution of sample t + 1.

    Raises:
        ValueError: If an argument is out of range, or an input has a wrong name, rank
            or dtype.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), sections 2.1 to 2.6.

    Example:
        >>> model = WaveNet(dilations=[1, 2, 4, 8], skip_channels=64)
        >>> model(numpy.zeros((1, 100))).shape
        (1, 100, 256)
    """

    network_class = Network

    def __init__(
        self,
        dilations: Any = None,
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
        speakers: int | list[str] | None = None,
        speaker_channels: int | None = None,
        tags: int | list[str] | None = None,
        global_channels: int | None = None,
        features: Any = None,
        local_channels: int | None = None,
        hop: int | None = None,
        upsampling: str | dict | None = None,
        context_stack: dict | None = None,
        input_encoding: str | None = None,
        input_levels: int | None = None,
        initial_activation: str | None = None,
        initial_skip: bool = False,
        residual_scale: float = 1.0,
        skip_scaling: str | None = None,
        post_conditioning: bool = False,
        start: str = "silence",
        frame_encoder: dict | None = None,
        linear_prediction: dict | None = None,
        waveform_filter: Any = None,
        dtype: Any = None,
        **kwargs: Any,
    ):
        given = locals()
        names = describe(WaveNetConfig)
        refuse_unknown("WaveNet", kwargs, [*names, "name", "dtype", "trainable"])
        architecture = Architecture(**{name: given[name] for name in names})
        policy = keras.dtype_policies.get(dtype or keras.config.dtype_policy())
        checks.not_quantized("dtype", policy)
        network = self.network_class(architecture, policy)
        inputs, parameters = connect(network)
        super().__init__(inputs=inputs, outputs=parameters, **kwargs)
        order_layers(self._layers, network)
        self.dtype_policy = policy
        self.architecture, self.network = architecture, network
        self.feature_weights = learned_features(architecture.features)
        if self.feature_weights is not None:
            architecture.use_weights_of_features(self.feature_weights.arrays)

    @property
    def blocks(self) -> list[keras.layers.Layer]:
        """The `GatedResidualBlock`s in their order."""
        return self.network.blocks

    @property
    def receptive_field(self) -> int:
        """Samples that one output depends on, the present one included."""
        return self.context_length + 1

    @property
    def context_length(self) -> int:
        """Samples before a waveform that its outputs depend on."""
        return self.architecture.context_length

    @property
    def frame_margins(self) -> tuple[int, int]:
        """Local frames before and after those of a waveform that it depends on."""
        return self.architecture.frame_margins

    def stream_conditions(
        self, conditions: dict[str, Any] | None, streams: int
    ) -> StreamConditions:
        """The conditions of running generations, checked.

        Args:
            conditions: As in `generate`.
            streams: Number of streams.

        Raises:
            ValueError: If a condition is missing, unknown or does not fit.
        """
        predict = self.network.linear_prediction
        return StreamConditions(self.architecture, conditions, streams, predict)

    @property
    def data_spec(self) -> DataSpec:
        """What a dataset needs of this model: rates, lengths and conditions."""
        a = self.architecture
        before, after = self.frame_margins
        return DataSpec(
            sample_rate=a.sample_rate,
            context_length=self.context_length,
            conditions=a.conditions,
            hop=math.lcm(a.hop or 1, (a.context_stack or {}).get("hop", 1)),
            speakers=_named(a.speakers),
            tags=_named(a.tags),
            features=None if a.features is None else a.features.frozen(),
            local_hop=a.hop or 1,
            local_channels=a.local_channels or 0,
            frames_before=before,
            frames_after=after,
            needs_context_valid=a.start == "zeros",
            waveform_filter=a.waveform_filter,
            marks_frames=bool(a.edge_channels),
        )

    @property
    def multiply_adds_per_sample(self) -> int:
        """Multiplications by a weight that one generated sample costs."""
        return multiply_adds_per_sample(self.architecture)

    def next_sample_probabilities(
        self, waveform: np.ndarray, conditions: dict[str, Any] | None = None
    ) -> np.ndarray:
        """The probability of each level of the sample after a waveform.

        With a `waveform_filter` it is that of the next filtered sample.

        Args:
            waveform: Float array, `(batch, T)` or `(T,)`, samples in [-1, 1], from the
                start on; T may be 0. It is audio, not filtered yet.
            conditions: Dict of conditions as in `generate`, a row for each of the
                batch; frames begin with the sample that is predicted.

        Returns:
            float32 array, `(batch, levels)` or `(levels,)`, each row summing to one.
        """
        checks.not_traced("next_sample_probabilities")
        waveform = checks.array("waveform", waveform)
        rows = np.atleast_2d(waveform)
        checks.signal("waveform", rows)
        given = self.stream_conditions(conditions, len(rows))
        checks.finite("waveform", rows)
        if self.waveform_filter is not None:
            rows = self.waveform_filter(rows)
        # As in training and generation, a zero precedes the first sample.
        rows = np.pad(rows.astype("float32"), [(0, 0), (1, 0)])
        rows = rows[:, -self.receptive_field :]
        inputs = {"waveform": rows[:, -1:], "context": rows[:, :-1], **given.vectors}
        if given.frames is not None:
            inputs["local"] = given.frames
            if given.earlier_frames.shape[1]:
                inputs["local_context"] = given.earlier_frames
        parameters = self(inputs)[:, 0]
        probabilities = self.distribution.probabilities(parameters)
        probabilities = ops.convert_to_numpy(probabilities)
        return probabilities if waveform.ndim == 2 else probabilities[0]

    def with_speakers(self, speakers: list[str] | int) -> "WaveNet":
        """A new model with more speakers and the weights of this one.

        The old speakers keep their numbers; each new one begins as the mean of the old.
        The optimizer is not copied: call `compile`.

        Args:
            speakers: List of new names, for a model whose speakers have names; else a
                number of new speakers.

        Raises:
            ValueError: If the model has no speakers, or `speakers` does not fit.

        Example:
            >>> model = model.with_speakers(["my voice"])
            >>> for block in model.blocks:
            ...     block.filter_gate.trainable = False  # what all voices share
            >>> model.compile("adam")
        """
        return with_speakers(self, speakers)

    def get_config(self) -> dict:
        return {
            **self.architecture.as_config(),
            "name": self.name,
            "trainable": self.trainable,
            "dtype": self.dtype_policy.name,
        }

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None):
        bounds.check_weights(bounds.architecture_of(config))
        return cls(**config)

    @staticmethod
    def check_config(config: dict) -> None:
        """Refuse a config from a file whose values are out of bounds.

        Raises:
            ValueError: If one is.
        """
        bounds.check_config(config)


def _named(names):
    """Names in the order of their numbers, or a count of them."""
    return tuple(names or ()) if not isinstance(names, int) else names


def _argument(name):
    """A read-only property: an argument of the constructor, as it was filled in."""
    return property(lambda model: getattr(model.architecture, name))


for _name in describe(WaveNetConfig):
    setattr(WaveNet, _name, _argument(_name))
