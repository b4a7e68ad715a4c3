"""A run's length in steps."""

import keras


class StopAtStep(keras.callbacks.Callback):
    """Ends `fit` after a number of batches, in the middle of an epoch or not.

    Args:
        steps: Batches in all.
    """

    def __init__(self, steps: int):
        super().__init__()
        self.steps = steps
        self.seen = 0

    def on_train_batch_end(self, batch, logs=None):
        self.seen += 1
        if self.seen >= self.steps:
            self.model.stop_training = True
