"""A callback that says what a loss is worth, and stops when it is worth nothing."""

import math

import keras

from keras_wavenet.training.yardstick import measure_yardstick


class YardstickCallback(keras.callbacks.Callback):
    """Print what a model must beat, and stop a run whose loss is no number.

    At the start it measures, in bits per sample on the validation clips, two predictors
    that need no training worth the name: the histogram of the training codes, and a
    table from one code to the next. A model above the first has learned nothing; one
    below the second has learned more than that neighbouring samples are alike.

    Args:
        train: Training dataset of `keras_wavenet.data.load`.
        validation: Validation dataset of `keras_wavenet.data.load`; without it there is
            nothing to measure, and only the loss is watched.

    Attributes:
        yardstick: The `Yardstick`, from the start of training on.

    Raises:
        FloatingPointError: In training, at the first step whose loss is NaN or
            infinite; says which step that was and what to try.
    """

    def __init__(self, train, validation=None):
        super().__init__()
        self.train, self.validation = train, validation
        self.yardstick = None
        self.steps = 0

    def on_train_begin(self, logs=None):
        self.steps = 0
        if self.validation is None:
            return
        if self.yardstick is None:
            self.yardstick = measure_yardstick(
                self.train.source,
                self.validation.source,
                self.model.distribution.levels,
            )
        print(f"To beat, validation {self.yardstick}")

    def on_train_batch_end(self, batch, logs=None):
        self.steps += 1
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"The loss must be a finite number. Received: {loss} at step "
                f"{self.steps}. Try a lower learning rate, clipnorm=1.0 in the "
                'optimizer, or dtype="float32". The weights of this model are lost.'
            )

    def on_epoch_end(self, epoch, logs=None):
        bits = (logs or {}).get("val_bits_per_sample")
        if bits is not None and self.yardstick is not None:
            print(f"Validation: {bits:.3f} bits per sample, {self._verdict(bits)}")

    def _verdict(self, bits):
        if bits >= self.yardstick.histogram:
            return "nothing learned yet: above the histogram"
        gain = self.yardstick.last_sample - bits
        where = "below" if gain > 0 else "above"
        return f"{abs(gain):.3f} {where} the last-sample predictor"
