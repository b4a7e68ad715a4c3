"""Callbacks that compare the loss of a run with baselines, and end a run with NaN."""

import math
import warnings

from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.training.baseline import measure_baseline
from keras_wavenet.training.monitoring.step_callback import StepCallback
from keras_wavenet.utils.terminal import say

STEPS_TO_LEARN = 1000  # real runs are below the histogram within a hundred
RECENT_STEPS = 100
LEAST_GAIN = 0.1  # bits per sample

ADVICE = (
    "Try another learning rate, ten times lower or higher, and clipnorm=1.0 in the "
    "optimizer, without weight decay. Check the data too: clips of silence or noise "
    "teach nothing, nor do clips whose real sample rate is not the one in their file."
)


class BaselineCallback(StepCallback):
    """Print the bits per sample of two baselines, and warn if the model stays above.

    At the start it measures, in bits per sample on the validation clips, two predictors
    without training: the histogram of the training codes, and the last-sample
    predictor, see `Baseline`. A model above the first has learned nothing; one below
    the second has learned more than that neighbouring samples are alike.

    From step 1,000 on it warns, once, when validation or the last hundred steps of
    training are not 0.1 bits per sample below the histogram.

    Args:
        train: Training dataset of `keras_wavenet.data.load`.
        validation: Validation dataset of `keras_wavenet.data.load`; without it, the
            baselines are measured on the training clips.
        initial_step, initial_epoch_step: As in `StepCallback`.
        validation_steps: Batches of validation that are scored, as in `fit`: the
            baselines are then measured on the same samples. None: all.

    Attributes:
        baseline: The `Baseline`, from the start of training on; None for a model
            without a distribution.
    """

    def __init__(
        self,
        train: WindowDataset,
        validation: WindowDataset | None = None,
        initial_step: int = 0,
        initial_epoch_step: int = 0,
        validation_steps: int | None = None,
    ):
        super().__init__(initial_step, initial_epoch_step)
        self.train, self.validation = train, validation
        self.validation_steps = validation_steps
        self.baseline = None
        self._warned = False

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        distribution = getattr(self.model, "distribution", None)
        if distribution is None:
            return
        if self.baseline is None:
            source = self.train.modelled_source
            scored = source
            if self.validation is not None:
                scored = self.validation.scored_source(self.validation_steps)
            self.baseline = measure_baseline(source, scored, distribution)
        split = "training" if self.validation is None else "validation"
        say(f"Baselines, {split} {self.baseline}")

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        super().on_train_batch_end(batch, logs)
        if self.epoch_step - self.means.steps >= RECENT_STEPS:
            recent = self.means.since_last(self.epoch_step, logs or {})
            self._warn_if_stuck("Training", recent.get("bits_per_sample"))

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        bits = (logs or {}).get("val_bits_per_sample")
        if bits is None:
            self._warn_if_stuck("Training", (logs or {}).get("bits_per_sample"))
        elif self.baseline is not None:
            say(f"Validation: {bits:.3f} bits per sample, {self._verdict(bits)}")
            self._warn_if_stuck("Validation", bits)

    def _verdict(self, bits):
        if bits >= self.baseline.histogram:
            return "nothing learned yet: above the histogram"
        gain = self.baseline.last_sample - bits
        where = "below" if gain > 0 else "above"
        return f"{abs(gain):.3f} {where} the last-sample predictor"

    def _warn_if_stuck(self, what, bits):
        if self._warned or self.step < STEPS_TO_LEARN or None in (bits, self.baseline):
            return
        if bits > self.baseline.histogram - LEAST_GAIN:
            self._warned = True
            warnings.warn(
                f"{what} still costs {bits:.2f} bits per sample at step {self.step:,}, "
                f"no better than the histogram of the codes "
                f"({self.baseline.histogram:.2f}): next to nothing has been learned. "
                f"{ADVICE}",
                stacklevel=2,
            )


class StopAtNaN(StepCallback):
    """End the training with an error at the first step whose loss is not finite.

    `keras.callbacks.TerminateOnNaN` does not serve a run that is saved: by default it
    ends `fit` as if all were well, with a last epoch and its preset, and its error
    names the batch of the epoch, not the step of the run.

    Raises:
        FloatingPointError: In training; gives the step of the run and what to try.
    """

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        super().on_train_batch_end(batch, logs)
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"The loss must be a finite number. Received: {loss} at step "
                f"{self.step}. Try a lower learning rate, clipnorm=1.0 in the "
                'optimizer, or dtype="float32". The weights of this model are lost.'
            )
