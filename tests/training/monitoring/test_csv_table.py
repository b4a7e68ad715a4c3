"""A table that grows by rows, and what a killed process leaves of it."""

import pytest

from keras_wavenet.training.monitoring.csv_table import (
    append_row,
    prune_rows,
    read_rows,
)

pytestmark = pytest.mark.neutral


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


def test_pruning_to_nothing_removes_the_table(tmp_path):
    path = tmp_path / "log.csv"
    assert prune_rows(path, 5) == []
    append_row(path, ["step", "loss"], {"step": 6})
    assert read_rows(path) == [{"step": 6, "loss": None}]
    assert prune_rows(path, 5) == []
    assert not path.exists()


def test_numbers_come_back_as_they_were(tmp_path):
    path = tmp_path / "log.csv"
    row = {"step": 123_456_789, "rate": 2e-06, "loss": 1 / 3, "nan": float("nan")}
    append_row(path, list(row), row)
    (found,) = read_rows(path)
    assert found["step"] == 123_456_789 and found["rate"] == 2e-06
    assert found["loss"] == pytest.approx(1 / 3, rel=1e-8)
    assert found["nan"] != found["nan"]
