"""Training and evaluation with the distribution of the next sample."""

import warnings
from typing import Any

import keras

from keras_wavenet import backend_defaults
from keras_wavenet.backend_products import fast_products
from keras_wavenet.layers.rematerialization import rematerialization
from keras_wavenet.models import training_data
from keras_wavenet.models.export_methods import ExportMethods
from keras_wavenet.models.generation_methods import GenerationMethods
from keras_wavenet.models.inputs import check_arrays
from keras_wavenet.models.preset_model import PresetModel
from keras_wavenet.training.losses import NegativeLogLikelihood, check_loss
from keras_wavenet.training.metrics import BitsPerSample, sparse_name, with_named
from keras_wavenet.training.traced_network import TracedNetwork


class GenerativeModel(GenerationMethods, ExportMethods, PresetModel):
    """Training and evaluation by the likelihood of a network's own distribution.

    A subclass has a `distribution`, see `keras_wavenet.distributions`, an
    `architecture`, and the step protocol that `keras_wavenet.generation` needs.
    """

    _rematerialize = False  # until `compile`
    _l2 = 0.0
    _sparse = None  # name of a loss or metric of Keras that takes codes alone
    # What runs the network of a training step: compiled, or in several processes. None
    # runs its layers.
    training_call = None
    replicas = None  # while training runs on several devices, what combines their steps

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
            ValueError: If the loss, or a metric by another name, is given by name.

        Adam changes no weight under the dtype policy `"bfloat16"`: a warning is given.
        """
        objective = self.default_objective()
        if weighted_metrics is None:
            weighted_metrics = objective["weighted_metrics"]
        loss = objective["loss"] if loss is None else check_loss(loss)
        weighted_metrics = with_named(weighted_metrics, self.distribution)
        kwargs["metrics"] = with_named(kwargs.get("metrics"), self.distribution)
        self._sparse = sparse_name(loss, weighted_metrics, kwargs["metrics"])
        if not 0 <= l2 < float("inf"):
            raise ValueError(f"`l2` must be a number of at least 0. Received: l2={l2}")
        self._l2 = l2
        self._rematerialize = rematerialize
        self.training_call = None
        if jit_compile is True and backend_defaults.traces_network():
            jit_compile = False
            self.training_call = TracedNetwork(self._network_to_trace, self.variables)
        super().compile(
            optimizer,
            loss,
            weighted_metrics=weighted_metrics,
            jit_compile=jit_compile,
            **kwargs,
        )
        _warn_of_adam_in_bfloat16(self)

    def call(self, inputs, training=None, mask=None):
        """Run the network on inputs that are complete."""
        if training and self.training_call is not None:
            return self.training_call(inputs)
        if training:
            return self.training_network(inputs, mask)
        with fast_products():
            return self._run_network(inputs, training=training, mask=mask)

    def training_network(self, inputs, mask=None):
        """The layers of a training step, without `training_call`."""
        if self._rematerialize:  # what computes again is not in a context
            with rematerialization(True):
                return self._run_network(inputs, training=True, mask=mask)
        return self._network_to_trace(inputs, mask)

    def _network_to_trace(self, inputs, mask=None):
        with fast_products():
            return self._run_network(inputs, training=True, mask=mask)

    def _run_network(self, inputs, training=None, mask=None):
        return super().call(inputs, training=training, mask=mask)

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        """The loss of a batch, in training with the penalty `l2` of `compile`."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training=training)
        penalty = self._penalty(loss.dtype) if training and self._l2 else 0.0
        if self.replicas is not None:
            return self.replicas.combine(self, loss, penalty, sample_weight)
        return loss + penalty

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Count a batch; the metrics so far, by name."""
        logs = super().compute_metrics(x, y, y_pred, sample_weight)
        return logs if self.replicas is None else self.replicas.metrics(self)

    def _penalty(self, dtype):
        penalized = [v for v in self.trainable_variables if "bias" not in v.name]
        return self._l2 * sum(
            keras.ops.sum(keras.ops.square(keras.ops.cast(v, dtype))) for v in penalized
        )

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
        if not scored:
            return
        if self._sparse is not None:
            training_data.check_codes(y, self._sparse)
        if isinstance(getattr(self, "loss", None), NegativeLogLikelihood):
            training_data.check_targets(
                self.distribution,
                arrays,
                training_data.as_arrays(y),
                training_data.as_arrays(sample_weight),
            )

    def with_exact_predictors(self, inputs: Any) -> Any:
        """Inputs with what is computed from arrays before they become tensors."""
        return inputs


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
