"""A process of a run, as the tests of several processes start it.

A fork server imports this module once, with Keras and its backend, and forks processes
of it in no time.
"""

import os
import signal
import sys
import traceback
from pathlib import Path

import keras
import numpy as np

from keras_wavenet import WaveNet
from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.training import OptimizerOptions, Run, RunConfig, data_parallel
from tests.array_source import array_source

PER_EPOCH = 4
CONFIG = RunConfig(
    OptimizerOptions(global_clipnorm=0.5, l2=1e-3, weight_averaging=0.5),
    steps_per_epoch=PER_EPOCH,
    save_every=1,
    sample_every=0,
    tensorboard=False,
)


def fit(folder, steps, batch_size=4, callbacks=()):
    """Train a very small network on tones of other lengths: windows of other weights.

    The last batch of the validation has one window of three: most processes get none.
    """
    keras.utils.set_random_seed(0)
    model = WaveNet(
        dilations=[1, 2],
        residual_channels=4,
        dilation_channels=4,
        skip_channels=4,
        sample_rate=4000,
    )
    options = {"batch_size": batch_size, "window_length": 50}
    train = tones([130, 70, 110, 90])
    validation = tones([60, 75, 30])
    Run(folder, CONFIG).fit(
        model,
        WindowDataset(train, model.data_spec, **options),
        WindowDataset(validation, model.data_spec, shuffle=False, **options),
        steps=steps,
        callbacks=callbacks,
        verbose=2,
    )


def tones(lengths):
    """Clips of these lengths, in samples."""
    waves = [0.5 * np.sin(np.arange(n) * (0.2 + 0.1 * n / 300)) for n in lengths]
    return array_source(waves, 4000)


class Signal(keras.callbacks.Callback):
    """Sends a signal to its process before a step of a training."""

    def __init__(self, number, before):
        super().__init__()
        self.number, self.before, self.seen = number, before, 0

    def on_train_batch_begin(self, batch, logs=None):
        if self.seen == self.before:
            os.kill(os.getpid(), self.number)
        self.seen += 1


def process(output, place, arguments):
    """The main function of a process, which prints to files.

    Args:
        output: Folder of the files `out-0` and `err-0`, of process 0.
        place: Arguments of `data_parallel`.
        arguments: Those of `fit`.
    """
    rank = place["process"]
    for name in ("stdout", "stderr"):
        file = Path(output, f"{name}-{rank}").open("w", buffering=1)  # noqa: SIM115
        os.dup2(file.fileno(), getattr(sys, name).fileno())
        setattr(sys, name, file)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the fork server ignores some
    try:
        with data_parallel(**place):
            fit(**arguments)
    except KeyboardInterrupt:
        sys.exit(143)
    except Exception:
        traceback.print_exc()
        sys.exit(1)
