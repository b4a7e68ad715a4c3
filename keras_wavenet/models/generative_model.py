"""What every network that gives the distribution of the next sample can do."""

import keras

from keras_wavenet import compile_defaults
from keras_wavenet.training.losses import NegativeLogLikelihood
from keras_wavenet.training.metrics import BitsPerSample


class GenerativeModel(keras.Model):
    """Training and evaluation by the likelihood of a network's own distribution.

    A subclass has `distribution`, see `keras_wavenet.distributions`.
    """

    def compile(
        self,
        optimizer="adam",
        loss=None,
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

    def compile_from_config(self, config):
        """Compile a loaded model as it was compiled when it was saved."""
        config = keras.saving.deserialize_keras_object(config)
        self.compile(**config)
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)

    def fit(self, x=None, y=None, *, validation_data=None, **kwargs):
        """Train; as `keras.Model.fit`, and a dataset of `keras_wavenet.data` as it is.

        Such a dataset is endless, in an order that depends on its seed and step alone,
        and says itself how many steps make an epoch.

        Args:
            x: A dataset of `keras_wavenet.data.load`, or what Keras takes.
            y: The waveform one sample later, where `x` is an array.
            validation_data: Likewise, a dataset or what Keras takes.
            **kwargs: See `keras.Model.fit`.
        """
        if hasattr(x, "batches"):
            kwargs.setdefault("steps_per_epoch", x.steps_per_epoch)
            kwargs.setdefault("shuffle", False)
        validation_data = getattr(validation_data, "batches", validation_data)
        x = getattr(x, "batches", x)
        return super().fit(x, y, validation_data=validation_data, **kwargs)

    def evaluate(self, x=None, y=None, **kwargs):
        """Evaluate; as `keras.Model.evaluate`, and a dataset of `keras_wavenet.data`."""
        return super().evaluate(getattr(x, "batches", x), y, **kwargs)
