"""The summary of rows: quartiles, groups, speeds."""

import pytest

from keras_wavenet.evaluation import (
    Quartiles,
    Row,
    group_rows,
    samples_per_second,
    summarize,
)

pytestmark = pytest.mark.neutral


def row(system, speaker, pesq, seconds=1.0, generation_seconds=2.0):
    values = {} if pesq is None else {"pesq": pesq}
    return Row("clip", speaker, None, system, seconds, values, {}, generation_seconds)


def test_quartiles_are_over_the_clips_that_have_a_value():
    rows = [row("model", "anna", pesq) for pesq in (1, None, 2, 3, 5, 4)]
    assert summarize(rows) == {"model": {"pesq": Quartiles(2, 3, 4, 5)}}
    assert summarize([row("model", "anna", None)]) == {"model": {}}
    assert summarize([]) == {}


def test_groups_are_named_in_order_and_all_come_last():
    rows = [row("a", "ben", 1), row("a", "anna", 2), row("a", None, 3)]
    groups = group_rows(rows, "speaker")
    assert list(groups) == ["-", "anna", "ben", "all"]
    assert groups["anna"] == [rows[1]] and groups["all"] == rows
    assert group_rows(rows) == {"all": rows}


def test_speed_is_a_median_so_that_one_compilation_does_not_count():
    rows = [row("a", "ben", 1, 2.0, seconds) for seconds in (100, 4, 4)]
    assert samples_per_second(rows, 8000) == {"a": 4000}
