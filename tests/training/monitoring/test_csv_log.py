"""The table of a run: its rows, and what a killed process leaves of it."""

import keras
import numpy as np
import pytest

from keras_wavenet.training.monitoring.csv_log import (
    CSVLog,
    append_row,
    prune_rows,
    read_rows,
)

X = np.linspace(-1, 1, 48, dtype="float32")[:, None]


class Losses(keras.callbacks.Callback):
    """The loss of each single step, from the running means that Keras reports."""

    def __init__(self):
        super().__init__()
        self.each, self.sum = [], 0.0

    def on_train_batch_end(self, batch, logs=None):
        before = 0.0 if batch == 0 else self.sum
        self.sum = logs["loss"] * (batch + 1)
        self.each.append(self.sum - before)


def fit(log, epochs, *others, **options):
    """Six steps an epoch."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), loss="mse")
    callbacks = [*others, log]
    model.fit(X, X, 8, epochs, callbacks=callbacks, verbose=0, **options)


def column(path, name):
    return [row[name] for row in read_rows(path)]


def test_an_epoch_ends_with_a_row_and_a_long_one_has_more(tmp_path):
    path = tmp_path / "run" / "log.csv"
    losses = Losses()
    fit(CSVLog(path, every=2), 2, losses, validation_data=(X, X))
    assert column(path, "step") == [2, 4, 6, 8, 10, 12]
    assert column(path, "epoch") == [1, 1, 1, 2, 2, 2]
    assert column(path, "learning_rate") == pytest.approx([0.01] * 6)
    stretches = np.reshape(losses.each, (6, 2)).mean(axis=1)
    assert column(path, "loss") == pytest.approx(stretches, rel=1e-4)
    scored = [value is not None for value in column(path, "val_loss")]
    assert scored == [False, False, True] * 2
    seconds = column(path, "seconds")
    assert seconds == sorted(seconds) and seconds[-1] < 60


def test_without_validation_its_columns_stay_empty(tmp_path):
    fit(CSVLog(tmp_path / "log.csv"), 1)
    (row,) = read_rows(tmp_path / "log.csv")
    assert list(row) == [
        "step", "epoch", "seconds", "learning_rate", "loss", "val_loss",
    ]  # fmt: skip
    assert row["step"] == 6 and row["val_loss"] is None


def test_a_resumed_run_goes_on_where_it_stopped(tmp_path):
    path = tmp_path / "log.csv"
    fit(CSVLog(path), 3)
    seconds = column(path, "seconds")
    with path.open("a") as file:
        file.write("24,4,3.1,0.0")  # killed half-way
    fit(CSVLog(path, initial_step=12), 4, initial_epoch=2)
    assert column(path, "step") == [6, 12, 18, 24]
    assert column(path, "epoch") == [1, 2, 3, 4]
    again = column(path, "seconds")
    assert again[:2] == seconds[:2]
    assert again == sorted(again)


@pytest.mark.parametrize("done", [2, 5])
def test_a_run_resumed_in_an_epoch_counts_its_steps_apart(tmp_path, done):
    path = tmp_path / "log.csv"
    log = CSVLog(path, every=2, initial_step=6 + done, initial_epoch_step=done)
    log.set_model(keras.Sequential())
    log.model.compile(keras.optimizers.SGD(0.01), loss="mse")
    losses = np.arange(1.0, 7.0)  # of the six steps of the epoch
    log.on_train_begin()
    log.on_epoch_begin(1)
    for batch, step in enumerate(range(done, 6)):
        log.on_train_batch_begin(batch)
        log.on_train_batch_end(batch, {"loss": losses[: step + 1].mean()})
    log.on_epoch_end(1, {"loss": losses.mean()})
    expected = {2: {11: 4.5, 12: 6.0}, 5: {12: 3.5}}[done]
    found = {row["step"]: row["loss"] for row in read_rows(path)}
    assert found == pytest.approx(expected)


def test_a_new_run_replaces_the_table(tmp_path):
    path = tmp_path / "log.csv"
    fit(CSVLog(path), 2)
    fit(CSVLog(path), 1)
    assert column(path, "step") == [6]


@pytest.mark.neutral
def test_a_half_written_row_is_as_if_it_were_not_there(tmp_path):
    path = tmp_path / "log.csv"
    for step in (1, 2):
        append_row(path, ["step", "loss"], {"step": step, "loss": 1.5, "other": 7})
    whole = path.read_text()
    assert whole == "step,loss\n1,1.5\n2,1.5\n"
    for cut in range(len("step,loss\n1,1.5\n"), len(whole)):
        path.write_text(whole[:cut])
        assert read_rows(path) == [{"step": 1, "loss": 1.5}]
    assert prune_rows(path, 9) == [{"step": 1, "loss": 1.5}]
    assert path.read_text() == "step,loss\n1,1.5\n"


@pytest.mark.neutral
def test_pruning_to_nothing_removes_the_table(tmp_path):
    path = tmp_path / "log.csv"
    assert prune_rows(path, 5) == []
    append_row(path, ["step", "loss"], {"step": 6})
    assert read_rows(path) == [{"step": 6, "loss": None}]
    assert prune_rows(path, 5) == []
    assert not path.exists()


HEADER = "step,epoch,seconds,learning_rate,loss,val_loss"
TABLE = f"{HEADER}\n6,1,2.5,0.01,0.5,\n12,2,5,0.01,0.25,0.75\n"
EXCEL = TABLE.replace(",", ";").replace(".", ",").replace("\n", "\r\n")


@pytest.mark.neutral
@pytest.mark.parametrize(
    "edited",
    [
        TABLE + "from here on with another seed\n",
        TABLE + "13,2\n",
        TABLE + ",,,,,\n",
        TABLE.replace("0.25,0.75", "0.25,0.75,looks good"),
        TABLE.replace("\n", "\r\n") + "\r\n",
        "\ufeff" + EXCEL,
        TABLE.replace("6,1,2.5", "6,1,n/a"),
        TABLE + '"' + "x" * 200_000 + '"\n',
        "notes\n",
    ],
    ids=["words", "short", "empty", "long", "crlf", "excel", "n/a", "huge", "other"],
)
def test_an_edited_table_does_not_stop_a_run_and_is_kept(edited, tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(edited.encode())
    read_rows(path)
    log = CSVLog(path, initial_step=12)
    with pytest.warns(UserWarning, match="log.edited-00000012.csv"):
        fit(log, 3, initial_epoch=2)
    rows = read_rows(path)
    assert rows[-1]["step"] == 18 and rows[-1]["loss"] is not None
    assert (tmp_path / "log.edited-00000012.csv").read_bytes() == edited.encode()
    if len(rows) > 1:
        assert [row["step"] for row in rows] == [6, 12, 18]
        assert rows[1]["val_loss"] == 0.75


@pytest.mark.neutral
@pytest.mark.filterwarnings("ignore:.*lacks the row")
def test_a_table_that_can_not_be_written_is_warned_of_and_caught_up(tmp_path):
    path = tmp_path / "log.csv"

    class Blocked(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 0:
                path.mkdir()
            if epoch == 2:
                path.rmdir()

    log = CSVLog(path)
    with pytest.warns(UserWarning, match="lacks the row of step 6"):
        fit(log, 3, Blocked())
    assert column(path, "step") == [6, 12, 18]
    with pytest.warns(UserWarning, match="can't be continued"):
        fit(CSVLog(path / "under_a_file"), 1)


@pytest.mark.neutral
def test_half_a_row_is_taken_back_when_the_disk_is_full(tmp_path, small_files):
    path = tmp_path / "log.csv"
    append_row(path, ["step", "loss"], {"step": 1, "loss": 0.5})
    with small_files(path.stat().st_size + 3), pytest.raises(OSError):
        append_row(path, ["step", "loss"], {"step": 2, "loss": 0.25})
    append_row(path, ["step", "loss"], {"step": 2, "loss": 0.25})
    assert path.read_text() == "step,loss\n1,0.5\n2,0.25\n"


@pytest.mark.neutral
def test_numbers_come_back_as_they_were(tmp_path):
    path = tmp_path / "log.csv"
    row = {"step": 123_456_789, "rate": 2e-06, "loss": 1 / 3, "nan": float("nan")}
    append_row(path, list(row), row)
    (found,) = read_rows(path)
    assert found["step"] == 123_456_789 and found["rate"] == 2e-06
    assert found["loss"] == pytest.approx(1 / 3, rel=1e-8)
    assert found["nan"] != found["nan"]
