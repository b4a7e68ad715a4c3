"""Training, evaluation and generation with the distribution of the next sample."""

import warnings
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from keras_wavenet import backend_defaults
from keras_wavenet.features.frame_matching import PASSES, FrameMatcher, can_match
from keras_wavenet.generation.sampling import Sampling
from keras_wavenet.generation.stream import StatefulGenerator
from keras_wavenet.layers.rematerialization import rematerialization
from keras_wavenet.models import training_data
from keras_wavenet.models.inputs import check_arrays
from keras_wavenet.models.preset_model import PresetModel
from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample, CodeAccuracy
from keras_wavenet.training.traced_network import TracedNetwork
from keras_wavenet.utils import checks

# Whether `vocode` matches frames by default: docs/vocoding.md has figures.
MATCH_FRAMES_OF_RECORDINGS = True


class GenerativeModel(PresetModel):
    """Training and evaluation by the likelihood of a network's own distribution.

    A subclass has a `distribution`, see `keras_wavenet.distributions`, an
    `architecture`, and the step protocol that `keras_wavenet.generation` needs.
    """

    _rematerialize = False  # until `compile`
    _l2 = 0.0

    def default_objective(self) -> dict[str, Any]:
        return {
            "loss": NegativeLogLikelihood(self.distribution),
            "weighted_metrics": [BitsPerSample(self.distribution)],
        }

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer = "adam",
        loss: Any = None,
        *,
        weighted_metrics: list | None = None,
        l2: float = 0.0,
        rematerialize: bool = False,
        jit_compile: bool | str = "auto",
        **kwargs: Any,
    ) -> None:
        """Configure training; the arguments are those of `keras.Model.compile`.

        Args:
            optimizer: Name or instance of a Keras optimizer.
            loss: `None` takes the negative log-likelihood of the distribution, in nats.
            weighted_metrics: `None` takes bits per sample. By name, these and `metrics`
                may be `"accuracy"`, that of codes: see `training.CodeAccuracy`.
            l2: This times the sum of the squares of all trained weights but the biases
                is added to the loss of training; that of evaluation stays the
                likelihood. It is not saved with the model.
            rematerialize: Whether training computes what is inside each block again
                for the gradient, in place of keeping it: a longer step in less memory,
                so that windows may be longer. XLA on a CPU merges the two computations
                and saves nothing. It is not saved with the model.
            jit_compile: Whether the step is compiled. `"auto"` takes XLA on JAX, and
                on TensorFlow with a GPU: on a CPU it is faster without. On PyTorch
                `True` compiles the network of training steps, in about a minute, and
                pays off in runs of more than a few minutes; see docs/speed.md.
            **kwargs: See `keras.Model.compile`.

        Raises:
            ValueError: If a metric is given by another name.

        Adam changes no weight under the dtype policy `"bfloat16"`: a warning is given.
        """
        objective = self.default_objective()
        if weighted_metrics is None:
            weighted_metrics = objective["weighted_metrics"]
        loss = objective["loss"] if loss is None else loss
        weighted_metrics = self._named_metrics(weighted_metrics)
        kwargs["metrics"] = self._named_metrics(kwargs.get("metrics"))
        if not 0 <= l2 < float("inf"):
            raise ValueError(f"`l2` must be a number of at least 0. Received: l2={l2}")
        self._l2 = l2
        self._rematerialize = rematerialize
        self._traced_network = None
        if jit_compile is True and backend_defaults.traces_network():
            jit_compile = False
            self._traced_network = TracedNetwork(self._training_network, self.variables)
        super().compile(
            optimizer,
            loss,
            weighted_metrics=weighted_metrics,
            jit_compile=jit_compile,
            **kwargs,
        )
        _warn_of_adam_in_bfloat16(self)

    def _named_metrics(self, metrics):
        """Metrics with those of the distribution in place of names."""

        def named(metric):
            if not isinstance(metric, str):
                return metric
            if metric in ("accuracy", "acc"):
                return CodeAccuracy(self.distribution, name=metric)
            raise ValueError(
                "A metric of a WaveNet compares samples with a distribution. Give "
                '"accuracy", or an instance, such as `training.BitsPerSample(model.'
                f"distribution)`. Received: {metric!r}"
            )

        return keras.tree.map_structure(named, metrics)

    def call(self, inputs, training=None, mask=None):
        """Run the network on inputs that are complete."""
        if training and getattr(self, "_traced_network", None) is not None:
            return self._traced_network(inputs)
        with rematerialization(bool(training) and self._rematerialize):
            return super().call(inputs, training=training, mask=mask)

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        """The loss of a batch, in training with the penalty `l2` of `compile`."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training=training)
        if not training or not self._l2:
            return loss
        penalized = [v for v in self.trainable_variables if "bias" not in v.name]
        return loss + self._l2 * sum(
            keras.ops.sum(keras.ops.square(keras.ops.cast(v, loss.dtype)))
            for v in penalized
        )

    def _training_network(self, inputs):
        with rematerialization(self._rematerialize):
            return super().call(inputs, training=True)

    def checked_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, scored: bool = True
    ) -> Any:
        """Inputs with their exact predictors; see `PresetModel.checked_batch`.

        Targets are those of the likelihood; those of another loss are not checked.
        """
        try:
            self._check_batch(x, y, sample_weight, scored)
        except ValueError as error:
            if training_data.are_examples(x):
                raise ValueError(f"{error}. {training_data.MAKE_WINDOWS}") from error
            raise
        return self.with_exact_predictors(x)

    def _check_batch(self, x, y, sample_weight, scored):
        arrays = training_data.as_arrays(x)
        check_arrays(self.architecture, arrays)
        if scored and isinstance(getattr(self, "loss", None), NegativeLogLikelihood):
            training_data.check_targets(
                self.distribution,
                arrays,
                training_data.as_arrays(y),
                training_data.as_arrays(sample_weight),
            )

    def with_exact_predictors(self, inputs: Any) -> Any:
        """Inputs with what is computed from arrays before they become tensors."""
        return inputs

    def generate(
        self,
        num_samples: int | None,
        *,
        prime: np.ndarray | None = None,
        conditions: dict[str, Any] | None = None,
        streams: int = 1,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        engine: str = "auto",
        progress: bool = False,
        match_frames: bool | int = False,
    ) -> np.ndarray:
        """Generate audio, one sample at a time.

        The audio depends on the seed and not on chunks; nor, but for rounding, on the
        number of streams or the engine.

        Args:
            num_samples: Samples for each stream, at least 0; `None` generates all that
                the local frames cover.
            prime: The audio before the new samples, float in [-1, 1] of any length:
                `(samples,)` for all streams alike or `(streams, samples)`. Before it,
                and without it, the context is silence.
            conditions: Dict of all conditions of the network by name: `"speaker"`, an
                index or a name, or a list with one for each stream; `"tags"`, a list of
                names, or 0 and 1 for each tag; `"global"`, `(channels,)`; `"local"`,
                `(frames, channels)`, whose first frame begins with the first new
                sample, and optionally `"local_context"`, the frames of the prime. Each
                array may have a first axis of streams.
            streams: Number of generations that run at once.
            temperature: 0 takes the most probable value of each sample; 1 draws from
                the distribution; below 1 it is sharpened.
            top_k: Draw from the `top_k` most probable values only.
            top_p: Draw from the fewest values whose probabilities sum to `top_p`.
            seed: Integer from 0 to 2**64 - 1; `None` draws one.
            engine: `"auto"`, or `"cpu"`, `"cpu_bfloat16"` with rounded weights, or the
                name of the backend; see `keras_wavenet.generation.engines`.
            progress: Whether to draw a progress bar.
            match_frames: Whether the audio is then corrected towards the log-mel frames
                in `conditions["local"]`, or in how many passes: see
                `keras_wavenet.features.frame_matching.FrameMatcher`. The model must
                have `features` with a log-mel part.

        Returns:
            float32 array, `(streams, num_samples)`: new samples only, in [-1, 1].

        Raises:
            ValueError: If an argument is out of range or of a wrong shape, a condition
                is missing, unknown or unlike the network's, or there are too few frames
                for the samples.
        """
        chunks = self.stream(
            num_samples,
            prime=prime,
            conditions=conditions,
            streams=streams,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            seed=seed,
            engine=engine,
            progress=progress,
            match_frames=match_frames,
        )
        return np.concatenate([np.zeros((streams, 0), "float32"), *chunks], axis=1)

    def stream(
        self,
        num_samples: int | None,
        *,
        prime: np.ndarray | None = None,
        conditions: dict[str, Any] | None = None,
        streams: int = 1,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        engine: str = "auto",
        progress: bool = False,
        match_frames: bool | int = False,
    ) -> Iterator[np.ndarray]:
        """Generate audio in chunks: see `generate`.

        Returns:
            An iterator of float32 arrays, `(streams, samples)`, whose concatenation is
            what `generate` returns. With `match_frames` chunks are late by up to
            `FrameMatcher.delay` samples.
        """
        checks.not_traced("generate")
        sampling = Sampling(temperature, top_k, top_p)
        sampling.check(self.distribution)
        checks.positive(streams=streams)
        given = self.stream_conditions(conditions, streams)
        if num_samples is None:
            num_samples = given.samples()
        checks.at_least(0, num_samples=num_samples)
        given.check_length(num_samples)
        if match_frames:
            matcher = FrameMatcher(
                self.architecture.features,
                given.frames,
                prime,
                PASSES if match_frames is True else match_frames,
            )
        generator = StatefulGenerator(self, streams, seed, engine, conditions)
        if prime is not None:
            generator.prime(prime)
        chunks = generator.stream(num_samples, sampling, progress)
        if match_frames:
            chunks = matcher.stream(chunks)
        return chunks

    def vocode(
        self,
        waveform: np.ndarray,
        *,
        conditions: dict[str, Any] | None = None,
        match_frames: bool | int | None = None,
        **options: Any,
    ) -> np.ndarray:
        """Generate audio from the features of a recording.

        Args:
            waveform: Float array, `(samples,)` or `(streams, samples)`, in [-1, 1], at
                the model's sample rate.
            conditions: Dict of the other conditions, as in `generate`.
            match_frames: As in `generate`. None: where the features have a log-mel
                part.
            **options: Of `generate`, such as `temperature`, `seed` and `progress`.

        Returns:
            float32 array, `(streams, samples)`, as long as the waveform.

        Raises:
            ValueError: If the model has no features, or the waveform is not finite or
                of another shape.
            ImportError: If the library that computes the features is missing.
        """
        if self.architecture.features is None:
            raise ValueError(
                "Vocoding needs a model that is conditioned on features of audio, such "
                f"as the preset wavenet_realtime. Received: {self.name!r}, which has "
                "no `features`"
            )
        checks.not_traced("vocode")
        waveform = np.atleast_2d(checks.array("waveform", waveform))
        checks.signal("waveform", waveform)
        checks.finite("waveform", waveform)
        _check_recording(waveform)
        if "local" in (conditions or {}):
            raise ValueError(
                "`vocode` computes the `local` frames from the waveform. Leave them "
                "out of `conditions`, or call `generate`."
            )
        frames = np.stack([self.architecture.features(row) for row in waveform])
        conditions = {**(conditions or {}), "local": frames}
        options.setdefault("streams", len(waveform))
        if match_frames is None:
            match_frames = self.matches_frames_of_recordings
        return self.generate(
            waveform.shape[1],
            conditions=conditions,
            match_frames=match_frames,
            **options,
        )

    @property
    def matches_frames_of_recordings(self) -> bool:
        """Whether `vocode` matches frames by default."""
        return MATCH_FRAMES_OF_RECORDINGS and can_match(self.architecture.features)


def _check_recording(waveform):
    """Refuse channels in place of streams, and samples beyond [-1, 1]."""
    if len(waveform) > max(waveform.shape[1], 1):
        raise ValueError(
            "`waveform` must have shape (samples,) or (streams, samples). Mix channels "
            "to one, or transpose, as by `waveform.mean(axis=1)`. "
            f"Received: shape={waveform.shape}"
        )
    checks.loudness("waveform", waveform)


def _warn_of_adam_in_bfloat16(model):
    """Adam's 0.999 is 1 in bfloat16: its bias correction makes every step zero."""
    adam = isinstance(model.optimizer, keras.optimizers.Adam | keras.optimizers.Nadam)
    if adam and model.variable_dtype == "bfloat16":
        warnings.warn(
            f"{type(model.optimizer).__name__} changes no weight kept in bfloat16. "
            'Build the model with dtype="mixed_bfloat16", which keeps the weights in '
            "float32, or train it with SGD.",
            stacklevel=3,
        )
