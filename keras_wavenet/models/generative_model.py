"""What every network that gives the distribution of the next sample can do."""

import warnings

import keras
import numpy as np

from keras_wavenet import compile_defaults, preset_io
from keras_wavenet.generation.sampling import Sampling
from keras_wavenet.generation.stream import StatefulGenerator
from keras_wavenet.layers import checks
from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample


class GenerativeModel(keras.Model):
    """Training and evaluation by the likelihood of a network's own distribution.

    A subclass has a `distribution`, see `keras_wavenet.distributions`, and the step
    protocol that `keras_wavenet.generation.StatefulGenerator` needs.
    """

    presets = preset_io.Presets()

    @classmethod
    def from_preset(cls, preset, load_weights=True, **overrides):
        """Build the model of a preset.

        Args:
            preset: A built-in name, see the dict `presets`, or the path of a folder.
            load_weights: Whether to load its weights. A preset without any warns that
                the model is untrained.
            **overrides: Arguments of the constructor that replace the preset's, such
                as `dropout=0.1` or `dtype="mixed_bfloat16"`.

        Raises:
            ValueError: If there is no such preset (the error suggests the nearest), it
                is damaged, is of another class, or does not fit the overrides.
        """
        return preset_io.load(cls, preset, load_weights, **overrides)

    def save_to_preset(self, folder, *, description=None, licence=None, weights=True):
        """Write the model as a preset: config, metadata and weights, no optimizer.

        The folder is put in place whole, or not at all.

        Args:
            folder: Path of a new or empty folder, or of a preset to be replaced.
            description: What the preset is, in words.
            licence: The licence of the weights, and what they were trained on.
            weights: Whether to write the weights; without, it is an architecture.

        Raises:
            ValueError: If the folder holds other files.
        """
        preset_io.save(self, folder, description, licence, weights)

    def compile(
        self,
        optimizer="adam",
        loss=None,
        *,
        weighted_metrics=None,
        jit_compile=None,
        **kwargs,
    ):
        """Configure training; the arguments are those of `keras.Model.compile`.

        Args:
            optimizer: Name or instance of a Keras optimizer.
            loss: `None` takes the negative log-likelihood of the distribution, in nats.
            weighted_metrics: `None` takes bits per sample.
            jit_compile: `None` takes what is fastest on the backend.
            **kwargs: See `keras.Model.compile`.

        Adam under the dtype policy `"bfloat16"` moves no weight, and a warning says so.
        """
        if loss is None:
            loss = NegativeLogLikelihood(self.distribution)
        if weighted_metrics is None:
            weighted_metrics = [BitsPerSample(self.distribution)]
        if jit_compile is None:
            jit_compile = compile_defaults.jit_compile()
        super().compile(
            optimizer=optimizer,
            loss=loss,
            weighted_metrics=weighted_metrics,
            jit_compile=jit_compile,
            **kwargs,
        )
        _warn_of_adam_in_bfloat16(self)

    def compile_from_config(self, config):
        """Compile a loaded model as it was compiled when it was saved."""
        config = keras.saving.deserialize_keras_object(config)
        config["jit_compile"] = None  # what was saved was for the backend of that time
        self.compile(**config)
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)

    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        *,
        validation_data=None,
        **kwargs,
    ):
        """Train; as `keras.Model.fit`, and a dataset of `keras_wavenet.data` as it is.

        Such a dataset is endless, in an order that depends on its seed and step alone,
        and says itself how many steps make an epoch.

        Args:
            x: A dataset of `keras_wavenet.data.load`, or what Keras takes.
            y: The waveform one sample later, where `x` is an array.
            batch_size, epochs: As in Keras; a dataset has a batch size of its own.
            validation_data: Likewise, a dataset or what Keras takes.
            **kwargs: See `keras.Model.fit`.
        """
        if hasattr(x, "batches"):
            kwargs.setdefault("steps_per_epoch", len(x))
            kwargs.setdefault("shuffle", False)
        if hasattr(validation_data, "batches"):
            kwargs.setdefault("validation_steps", len(validation_data))
            validation_data = validation_data.batches
        x = getattr(x, "batches", x)
        if isinstance(x, np.ndarray):
            checks.signal("x", x)  # an error within a step would cost JAX the weights
        return super().fit(
            x, y, batch_size, epochs, validation_data=validation_data, **kwargs
        )

    def evaluate(self, x=None, y=None, **kwargs):
        """Evaluate; as `keras.Model.evaluate`, and a dataset of ours as it is."""
        if hasattr(x, "batches"):
            kwargs.setdefault("steps", len(x))
        return super().evaluate(getattr(x, "batches", x), y, **kwargs)

    def predict(self, x, **kwargs):
        """Predict; as `keras.Model.predict`, and a dataset of ours as it is."""
        if hasattr(x, "batches"):
            kwargs.setdefault("steps", len(x))
        return super().predict(getattr(x, "batches", x), **kwargs)

    def generate(
        self,
        num_samples,
        *,
        prime=None,
        conditions=None,
        streams=1,
        temperature=1.0,
        top_k=None,
        top_p=None,
        seed=None,
        engine="auto",
        progress=False,
    ):
        """Generate audio, one sample at a time.

        The audio depends on the seed, not on the number of streams, on chunks or, but
        for rounding, on the engine.

        Args:
            num_samples: Samples for each stream, at least 0.
            prime: Audio heard just before, float samples in [-1, 1] of any length:
                `(samples,)` for all streams alike or `(streams, samples)`. Before it,
                and without it, silence was heard.
            conditions: What the audio is to be, by name; `None` for a network that
                takes no conditions.
            streams: How many generations run side by side.
            temperature: 0 takes the most probable sample each time; 1 draws from the
                distribution as it is; below 1 it is sharpened.
            top_k: Draw from the so many most probable values only.
            top_p: Draw from the fewest values that together reach this probability.
            seed: Integer from 0 to 2**64 - 1; `None` draws one.
            engine: `"auto"` or the name of one, see `keras_wavenet.generation.engines`.
            progress: Whether to draw a progress bar.

        Returns:
            float32 array, `(streams, num_samples)`: new samples only, in [-1, 1].

        Raises:
            ValueError: If an argument is out of range or of a wrong shape.
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
        )
        return np.concatenate([np.zeros((streams, 0), "float32"), *chunks], axis=1)

    def stream(
        self,
        num_samples,
        *,
        prime=None,
        conditions=None,
        streams=1,
        temperature=1.0,
        top_k=None,
        top_p=None,
        seed=None,
        engine="auto",
        progress=False,
    ):
        """Generate audio and hand it over as it comes: see `generate`.

        Returns:
            An iterator of float32 arrays, `(streams, samples)`, that join to what
            `generate` returns.
        """
        checks.names("conditions", conditions or {}, required=[])
        checks.at_least(0, num_samples=num_samples)
        sampling = Sampling(temperature, top_k, top_p)
        generator = StatefulGenerator(self, streams, seed, engine)
        if prime is not None:
            generator.prime(prime)
        return generator.stream(num_samples, sampling, progress)


def _warn_of_adam_in_bfloat16(model):
    """Adam's 0.999 is 1 in bfloat16: its bias correction makes every step zero."""
    adam = isinstance(model.optimizer, keras.optimizers.Adam | keras.optimizers.Nadam)
    if adam and model.variable_dtype == "bfloat16":
        warnings.warn(
            f"{type(model.optimizer).__name__} moves no weight kept in bfloat16. "
            'Build the model with dtype="mixed_bfloat16", which keeps the weights in '
            "float32, or train it with SGD.",
            stacklevel=3,
        )
