"""Lines of a training that no terminal shows."""

import re

import keras
import numpy as np

from keras_wavenet.training.monitoring.step_log import StepLog

X = np.linspace(-1, 1, 48, dtype="float32")[:, None]


def fit(log, epochs, **options):
    """Six steps an epoch."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), loss="mse")
    model.fit(X, X, 8, epochs, callbacks=[log], verbose=0, **options)


def test_each_step_or_the_first_alone_is_a_line(capsys):
    fit(StepLog(seconds=0, initial_step=6), 3, initial_epoch=1)
    lines = capsys.readouterr().out.splitlines()
    pattern = r"Step (\d+), epoch (\d) of 3: loss [\d.e-]+; [\d.e-]+ s a step"
    found = [re.fullmatch(pattern, line).groups() for line in lines]
    assert found == [(str(step), str(2 + (step > 12))) for step in range(7, 19)]
    fit(StepLog(seconds=600), 2)
    assert capsys.readouterr().out.count("\n") == 1


def test_a_run_resumed_in_an_epoch_has_means_of_its_own_steps(capsys):
    log = StepLog(0, initial_step=8, initial_epoch_step=2)
    log.set_params({"epochs": 2})
    log.on_train_begin()
    log.on_epoch_begin(1)
    for batch, mean in enumerate([4.0, 3.5, 3.2]):  # of 3, 4 and 5 steps
        log.on_train_batch_end(batch, {"loss": mean})
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(";")[0] for line in lines] == [
        "Step 10, epoch 2 of 2: loss 2",
        "Step 11, epoch 2 of 2: loss 2",
    ]
