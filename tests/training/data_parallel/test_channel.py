"""What processes tell each other: values, and that one has ended."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from keras_wavenet.training.data_parallel.channel import (
    Channel,
    Ended,
    accept,
    join,
    listen,
)

pytestmark = pytest.mark.neutral


class Ends:
    """What a channel tells of the end of another process."""

    def __init__(self):
        self.seen, self.event = None, threading.Event()

    def __call__(self, rank, text):
        self.seen = rank, text
        self.event.set()

    def wait(self):
        assert self.event.wait(10)
        return self.seen


@pytest.fixture
def channels():
    """Those of three processes, and what each receives."""
    pairs = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    theirs = [socket.create_connection(one.getsockname()) for one in pairs]
    firsts = [one.accept()[0] for one in pairs]
    for one in pairs:
        one.close()
    ends = [Ends() for _ in range(3)]
    made = [Channel(0, dict(enumerate(firsts, 1)), ends[0])]
    made += [Channel(n, {0: theirs[n - 1]}, ends[n]) for n in (1, 2)]
    yield made, ends
    for channel in made:
        channel.close()


def test_all_get_the_values_of_all(channels):
    with ThreadPoolExecutor(3) as pool:
        for last in (False, True):
            calls = [
                pool.submit(channel.gather, {"rank": rank}, last)
                for rank, channel in enumerate(channels[0])
            ]
            assert [call.result(10) for call in calls] == [
                [{"rank": 0}, {"rank": 1}, {"rank": 2}]
            ] * 3
    for channel in channels[0]:
        channel.close()  # no message is sent: they have parted
    assert all(ends.seen is None for ends in channels[1])


@pytest.mark.parametrize("lost, others", [(2, (0, 1)), (0, (1, 2))])
def test_a_process_that_is_lost_is_noticed_by_the_others(channels, lost, others):
    made, ends = channels
    made[lost].close()
    for rank in others:
        assert ends[rank].wait() == (lost, None)


def test_an_error_reaches_the_others(channels):
    made, ends = channels
    made[1].end("no such file")
    assert ends[0].wait() == ends[2].wait() == (1, "no such file")
    assert ends[1].seen is None


def test_an_error_of_all_is_printed_once(channels):
    made, ends = channels
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(made[0].end, "no such file")
        with pytest.raises(Ended):
            pool.submit(made[1].end, "no such file").result(10)
        first.result(10)


def test_an_error_that_a_lost_process_causes_is_not_the_cause(channels):
    made, ends = channels
    made[2].close()
    assert ends[0].wait() == (2, None)
    made[1].end("connection closed by peer")
    assert ends[1].wait() == (2, None)


def test_a_stranger_does_not_join():
    listener, numbers = listen("127.0.0.1")
    with ThreadPoolExecutor(1) as pool:
        accepted = pool.submit(accept, listener, numbers, 2)
        stranger = join("127.0.0.1", [numbers[0], numbers[1] + 1], 1)[0]
        known = join("127.0.0.1", numbers, 1)[0]
        connections = accepted.result(10)
    assert connections[1].getpeername() == known.getsockname()
    for one in (stranger, known, connections[1]):
        one.close()
