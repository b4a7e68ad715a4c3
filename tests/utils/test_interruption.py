"""Ctrl-C and SIGTERM between two pieces of work."""

import os
import signal

import pytest

from keras_wavenet.utils.interruption import Interruption, Terminated

pytestmark = [
    pytest.mark.neutral,
    pytest.mark.skipif(os.name == "nt", reason="SIGINT would end the test run"),
]


@pytest.fixture(autouse=True)
def python_handler():
    """Python's own handler, also where the tests run in the background."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


def test_it_waits_for_the_next_check():
    done = False
    with pytest.raises(KeyboardInterrupt), Interruption() as interruption:
        interruption.check()
        signal.raise_signal(signal.SIGINT)
        done = True
        interruption.check()
    assert done


def test_sigterm_waits_too_and_has_its_own_exception():
    with pytest.raises(Terminated), Interruption() as interruption:
        signal.raise_signal(signal.SIGTERM)
        assert interruption.is_pending
        interruption.check()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_the_second_one_does_not_wait():
    with pytest.raises(KeyboardInterrupt), Interruption():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        pytest.fail("the second Ctrl-C was lost")


def test_one_that_a_launcher_repeats_waits_too():
    one = Interruption(repeated_within=60)
    with pytest.raises(KeyboardInterrupt), one as interruption:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        assert interruption.received == signal.SIGINT
        interruption.check()


def test_python_handles_it_again_afterwards():
    with Interruption():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_where_it_is_ignored_it_stays_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        interruption.check()
