"""How two runs differ, as a reader can take it in."""

import keras
import pytest

from keras_wavenet.training.run_differences import differences

pytestmark = pytest.mark.neutral


def one_line(was, now):
    (line,) = differences({"x": was}, {"x": now})
    return line


def test_no_digest_is_shown():
    was, now = ({"data": {"names_and_lengths": letter * 64}} for letter in "ab")
    assert differences(was, now) == ["the names or lengths of the clips have changed"]


def test_parts_in_a_list_are_compared_one_by_one():
    was, now = ([{"name": "mel", "n_mels": n}, {"name": "f0"}] for n in (80, 40))
    assert one_line(was, now) == "x[0].n_mels: was 80, is 40"


def test_an_object_is_shown_by_its_class():
    sgd, adam = map(
        keras.optimizers.serialize, (keras.optimizers.SGD(), keras.optimizers.Adam())
    )
    assert one_line(sgd, "adam") == "x: was SGD, is adam"
    assert one_line(sgd, adam) == "x: was SGD, is Adam"


def test_long_values_are_shown_where_they_differ():
    names = [f"speaker {number}" for number in range(100)]
    line = one_line(names, [*names[:70], "anna", *names[71:]])
    assert "'speaker 70'" in line and "'anna'" in line and len(line) < 200
