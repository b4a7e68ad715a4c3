"""How a run ends: complete, or interrupted between two steps."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras

from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.training.checkpoints.checkpoint import Checkpoint
from keras_wavenet.training.data_parallel import processes
from keras_wavenet.training.monitoring.audio_samples import AudioSamples
from keras_wavenet.training.monitoring.pictures import RunPicture
from keras_wavenet.training.monitoring.run_report import RunReport
from keras_wavenet.training.resume import fit_steps
from keras_wavenet.training.run_presets import LastPreset
from keras_wavenet.training.weight_averaging import has_averages, take_averages
from keras_wavenet.utils.interruption import Interruption


def finish(
    model: keras.Model, step: int, reports: Iterable[keras.callbacks.Callback]
) -> keras.callbacks.History:
    """Leave a complete run as its `fit` does, had it been killed after the last step.

    Args:
        model: As it was restored; it gets the averages of its weights, if there are.
        step: Steps of the run.
        reports: The callbacks of `make_callbacks`, and the preset of the last epoch.

    Returns:
        A `History` without epochs.

    Raises:
        OSError: If the preset is missing still, and can't be saved.
    """
    for report in reports:
        if isinstance(report, AudioSamples | RunPicture | RunReport | LastPreset):
            report.set_model(model)
            report.finish(step)
    if has_averages(model):
        take_averages(model)
    history = keras.callbacks.History()
    history.epoch = []
    return history


def fit_until_interrupted(
    model: keras.Model,
    train: WindowDataset,
    steps: int,
    checkpoint: Checkpoint,
    show: Callable[[str], Any],
    callbacks: Sequence[keras.callbacks.Callback],
    **options: Any,
) -> keras.callbacks.History:
    """Call `fit_steps`, which Ctrl-C and SIGTERM end between two steps, saved.

    Args:
        model, train, steps, checkpoint, callbacks, **options: As in `fit_steps`.
        show: What prints a line, or does not.

    Raises:
        KeyboardInterrupt: After Ctrl-C or SIGTERM, or if a callback raised it.
    """
    together = processes.current()
    repeated_within = 1.0 if together.count > 1 else 0.0
    with Interruption(repeated_within=repeated_within) as interruption:

        def check(number=None, logs=None):
            received = together.agree_to_end(interruption.received)
            if received:
                checkpoint.save()
                interruption.received = received
                interruption.check()

        checking = keras.callbacks.LambdaCallback(
            on_train_begin=lambda logs: together.wait(),
            on_epoch_end=check,
            on_train_batch_end=check,
            on_test_batch_end=check,
        )
        callbacks = [*callbacks, checkpoint, checking]  # which has counted by then
        try:
            with together.joined(model):
                return fit_steps(
                    model, train, steps, checkpoint, callbacks=callbacks, **options
                )
        except KeyboardInterrupt:
            if checkpoint.saved_step is None:
                show("Stopped before there was anything to save.")
            else:
                show(
                    f"Saved step {checkpoint.saved_step}. Run the same again to resume."
                )
            raise
