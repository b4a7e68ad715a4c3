"""The map in threads: order of the results, and number of items in flight."""

import threading

import pytest

from keras_wavenet.utils.parallel import map_in_threads

pytestmark = pytest.mark.neutral


def test_results_are_in_the_order_of_the_items():
    assert list(map_in_threads(lambda n: n * n, range(3000))) == [
        n * n for n in range(3000)
    ]
    assert list(map_in_threads(str, [])) == []


def test_items_are_taken_as_results_are_fetched():
    taken = []

    def items():
        for number in range(10**6):
            taken.append(number)
            yield number

    results = map_in_threads(str, items())
    assert [next(results) for _ in range(3)] == ["0", "1", "2"]
    assert len(taken) < 1000
    results.close()


def test_an_error_is_raised_at_its_item():
    results = map_in_threads(lambda n: 1 / (2 - n), range(100))
    assert next(results) == 0.5
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_the_first_item_is_worked_on_alone():
    running = []

    def run(number):
        running.append(threading.current_thread() is threading.main_thread())
        return len(running)

    assert next(map_in_threads(run, range(100))) == 1
    assert running == [True]
