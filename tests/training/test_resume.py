"""Training for a number of steps that was stopped anywhere, and resumes."""

import keras
import numpy as np
import pytest

import keras_wavenet
from keras_wavenet.data import ClipInfo, ClipSource, Reader
from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.training import Checkpoint, CSVLog, WeightAveraging, fit_steps

STEPS, STEPS_PER_EPOCH = 11, 4


class Tones(Reader):
    """A tone of another frequency for each recording."""

    def read(self, recording, start, stop):
        frequency = 0.2 + 0.1 * recording
        return np.sin(np.arange(start, stop) * frequency).astype("float32")


def tones():
    """A few tones."""
    return ClipSource(
        4000, [ClipInfo(f"tone {n}", 300, 4000) for n in range(5)], Tones()
    )


class Stop(keras.callbacks.Callback):
    """Stops a run after a step, or in the validation that follows it."""

    def __init__(self, step, validating=False):
        super().__init__()
        self.step, self.validating, self.seen = step, validating, 0

    def on_train_batch_end(self, batch, logs=None):
        self.seen += 1
        if self.seen == self.step and not self.validating:
            raise KeyboardInterrupt

    def on_test_batch_end(self, batch, logs=None):
        if self.seen == self.step:
            raise KeyboardInterrupt


class Beginnings(keras.callbacks.Callback):
    """Counts how often a training begins and ends."""

    began = ended = 0

    def on_train_begin(self, logs=None):
        self.began += 1

    def on_train_end(self, logs=None):
        self.ended += 1


@pytest.fixture(scope="module")
def train():
    """The run: a function of its folder and of what stops it.

    Returns all its variables in the end, and the history. One model serves, so that it
    is compiled once; each run begins with everything as it was in the beginning.
    """
    model = keras_wavenet.WaveNet([1, 2], 4, 4, 4, post_channels=4, dropout=0.3)
    model.compile(keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.8))
    training, validation = (
        WindowDataset(
            tones(), model.data_spec, batch_size=2, window_length=60, shuffle=shuffle
        )
        for shuffle in (True, False)
    )
    # What is made in the first steps of a process is made here, for all runs alike.
    model.fit(training, steps_per_epoch=1, validation_data=validation, verbose=0)
    variables = [*model.variables, *model.optimizer.variables]
    beginning = copy(variables)

    def run(folder, *stop):
        for variable, value in zip(variables, beginning, strict=True):
            variable.assign(value)
        keras.utils.set_random_seed(0)
        checkpoint, beginnings = Checkpoint(folder, every=3), Beginnings()
        checkpoint.restore(model)
        history = fit_steps(
            model,
            training,
            STEPS,
            checkpoint,
            steps_per_epoch=STEPS_PER_EPOCH,
            validation_data=validation,
            validation_steps=2,
            callbacks=[WeightAveraging(), beginnings, checkpoint, *stop],
            verbose=0,
        )
        assert beginnings.began == beginnings.ended <= 1
        return copy(variables), history

    return run


def copy(variables):
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]


@pytest.fixture(scope="module")
def uninterrupted(train, tmp_path_factory):
    folder = tmp_path_factory.mktemp("uninterrupted")
    variables, history = train(folder)
    assert history.epoch == [0, 1, 2]
    return folder, variables, history


@pytest.mark.parametrize(
    "stop",
    [Stop(2), Stop(6), Stop(8), Stop(8, validating=True), Stop(10)],
    ids=["before any save", "within", "at the end", "in the validation", "last epoch"],
)
def test_a_run_that_was_stopped_ends_like_one_that_was_not(
    stop, train, uninterrupted, tmp_path
):
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, stop)
    variables, history = train(tmp_path)
    _, expected, expected_history = uninterrupted
    for value, other in zip(variables, expected, strict=True):
        np.testing.assert_array_equal(value, other)
    epochs = len(history.epoch)
    assert history.epoch == expected_history.epoch[-epochs:]
    for name, values in expected_history.history.items():
        assert history.history[name] == values[-epochs:], name


def test_a_complete_run_is_left_as_it_is(train, uninterrupted):
    folder = uninterrupted[0]
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    _, history = train(folder)
    assert history.history == {}
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == contents


def test_a_run_that_has_ended_leaves_the_same_weights_when_it_is_asked_for_again(
    train, tmp_path
):
    (first, _), (again, history) = train(tmp_path), train(tmp_path)
    assert history.history == {}
    for before, after in zip(first, again, strict=True):
        np.testing.assert_array_equal(after, before)


def test_callbacks_count_on_by_themselves(train, tmp_path):
    path = tmp_path / "log.csv"
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "run", Stop(10), CSVLog(path))
    counting = CSVLog(path)
    train(tmp_path / "run", counting)
    assert counting.step == STEPS
    steps = [int(line.split(",")[0]) for line in path.read_text().splitlines()[1:]]
    assert steps == [4, 8, 11]


@pytest.mark.neutral
def test_what_cannot_be_resumed_is_refused(tmp_path):
    tiling = WindowDataset(tones(), keras_wavenet.data.DataSpec(4000, 4), shuffle=False)
    for train, steps, words in [
        (tiling, 10, "`train` must be shuffled"),
        (tiling, 0, "steps=0"),
    ]:
        with pytest.raises(ValueError, match=words):
            fit_steps(None, train, steps, Checkpoint(tmp_path))
    with pytest.raises(ValueError, match="`model` must be compiled"):
        Checkpoint(tmp_path).restore(keras.Sequential())
