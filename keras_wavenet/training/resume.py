"""Training for a number of steps, from the step of a checkpoint."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import keras

from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.training.checkpoints import run_state
from keras_wavenet.training.checkpoints.checkpoint import Checkpoint
from keras_wavenet.training.checkpoints.run_state import (
    get_random_state,
    set_random_state,
)
from keras_wavenet.training.monitoring.step_callback import StepCallback
from keras_wavenet.training.weight_averaging import (
    assign_weights,
    copy_weights,
    has_averages,
    take_averages,
)
from keras_wavenet.utils import checks


def fit_steps(
    model: keras.Model,
    train: WindowDataset,
    steps: int,
    checkpoint: Checkpoint,
    *,
    steps_per_epoch: int | None = None,
    validation_data: WindowDataset | None = None,
    validation_steps: int | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: str | int = "auto",
) -> keras.callbacks.History:
    """Train until a run has so many steps, resuming at the step of its checkpoint.

    A run that was killed, whenever that was, restored and ended here has the weights
    of one that was never stopped: the same optimizer state, order of data, random state
    and, in the middle of an epoch, running metrics.

    Args:
        model: A compiled model; `checkpoint.restore(model)` has been called.
        train: A shuffled dataset of `keras_wavenet.data`.
        steps: Length of the whole run; an epoch that it ends in is validated too.
        checkpoint: Saves the run; its `step` is where training resumes.
        steps_per_epoch: Steps from one validation to the next; None takes one pass over
            the data.
        validation_data: A dataset that is not shuffled.
        validation_steps: Batches of it that are scored; None takes all.
        callbacks: Further ones, called before `checkpoint` unless that is one of them.
            For them it is one training, with one beginning and one end, and those of
            `keras_wavenet.training` count on from the step of the checkpoint.
        verbose: As in `keras.Model.fit`.

    Returns:
        The `History`, from the step on at which training resumed.

    Raises:
        ValueError: If `train` is not shuffled, or `steps` is below 1.
        OSError: If the end of the run could not be saved.

    Example:
        >>> checkpoint = Checkpoint("my_run", every=500)
        >>> checkpoint.restore(model)  # nothing the first time
        >>> fit_steps(model, train, 100_000, checkpoint, validation_data=validation)
    """
    checks.positive(steps=steps)
    if not train.shuffle:
        raise ValueError(
            "`train` must be shuffled, to resume at any step. Received: a tiling; "
            "load it with shuffle=True"
        )
    steps_per_epoch = steps_per_epoch or len(train)
    callbacks = list(callbacks)
    for callback in callbacks:
        if isinstance(callback, StepCallback):
            callback.resume_at(checkpoint.step, checkpoint.step % steps_per_epoch)
    run = _OneRun(
        callbacks if checkpoint in callbacks else [*callbacks, checkpoint],
        train=train,
        checkpoint=checkpoint,
        add_history=True,
        add_progbar=verbose != 0,
        model=model,
    )
    if checkpoint.step >= steps and has_averages(model):
        take_averages(model)  # as the `fit` did that ended the run
    validation = _validation_options(validation_data, validation_steps)
    run.fit(checkpoint, steps, steps_per_epoch, verbose=verbose, **validation)
    return run.history


def _validation_options(dataset, steps) -> dict[str, Any]:
    """The arguments of `fit` that score so many batches of a dataset, or all of it."""
    if dataset is None:
        return {}
    most = len(dataset)
    return {
        "validation_data": dataset.batches,
        "validation_steps": min(steps or most, most),
    }


def _split_run(
    step: int, steps: int, steps_per_epoch: int
) -> Iterator[tuple[int, int, int]]:
    """Calls of `fit`, whose epochs are of one length: (initial_epoch, epochs, length).

    The rest of a broken epoch, the whole ones, and a last one that is cut short.
    """
    while step < steps:
        epoch, done = divmod(step, steps_per_epoch)
        if done == 0 and steps - step >= steps_per_epoch:
            last = steps // steps_per_epoch
            yield epoch, last, steps_per_epoch
            step = last * steps_per_epoch
        else:
            length = min(steps_per_epoch - done, steps - step)
            yield epoch, epoch + 1, length
            step += length


class _OneRun(keras.callbacks.CallbackList):
    """The callbacks of a run of several calls of `fit`, which begins and ends once.

    Args:
        callbacks: They see one training.
        train: The training data.
        checkpoint: Has the metrics of the epoch in which the run resumes, and saves the
            step in which a callback was interrupted.
        **options: As in `keras.callbacks.CallbackList`.
    """

    def __init__(self, callbacks, train, checkpoint, **options):
        super().__init__(callbacks, **options)
        self.history = next(
            callback
            for callback in self.callbacks
            if isinstance(callback, keras.callbacks.History)
        )
        self.last_epoch = None
        self._train, self._checkpoint = train, checkpoint
        self._metrics = checkpoint.metrics
        self._begun = False
        self._weights = self._random_state = self._logs = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        if self._weights is not None:
            # The `fit` before ended, as Keras does, by overwriting the weights with
            # their averages; but the run has not ended.
            assign_weights(self.model, self._weights)
            self._weights = None
        if not self._begun:
            self._begun = True
            super().on_train_begin(logs)

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        super().on_epoch_begin(epoch, logs)
        if self._metrics:
            self._restore_metrics()
            self._metrics = None

    def _restore_metrics(self):
        """Put metrics where the broken epoch had them; Keras has just reset them."""
        model = self.model
        if len(model.metrics_variables) < len(self._metrics):
            # TensorFlow makes them within the first step, which is too late.
            x, y, sample_weight = next(iter(self._train))
            prediction = model(x, training=False)
            model.compute_metrics(x, y, prediction, sample_weight)
        run_state.assign(model.metrics_variables, self._metrics)

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        if self._random_state is not None:
            set_random_state(self._random_state)
            self._random_state = None
        try:
            super().on_train_batch_begin(batch, logs)
        except KeyboardInterrupt:
            self._checkpoint.save_interrupted()
            raise

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        try:
            super().on_train_batch_end(batch, logs)
        except KeyboardInterrupt:
            self._checkpoint.save_interrupted(batch)
            raise

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        super().on_epoch_end(epoch, logs)
        if epoch == self.last_epoch:
            # What the next `fit` draws at its start is not of this run.
            self._random_state = get_random_state()
            if has_averages(self.model):
                self._weights = copy_weights(self.model)

    def on_train_end(self, logs: dict | None = None) -> None:
        self._logs = logs

    def fit(self, checkpoint, steps, steps_per_epoch, verbose, **validation) -> None:
        """Call `fit` of the model for the steps left, in epochs of one length each."""
        epochs = math.ceil(steps / steps_per_epoch)
        for first, last, length in _split_run(checkpoint.step, steps, steps_per_epoch):
            self.set_params({"verbose": verbose, "epochs": epochs, "steps": length})
            self.last_epoch = last - 1
            self.model.fit(
                self._train.starting_at(checkpoint.step).batches,
                initial_epoch=first,
                epochs=last,
                steps_per_epoch=length,
                shuffle=False,
                callbacks=self,
                verbose=verbose,
                **validation,
            )
            if self.model.stop_training:
                break
        if self._begun:
            super().on_train_end(self._logs)
