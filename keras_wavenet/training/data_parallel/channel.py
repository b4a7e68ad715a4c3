"""Sockets between the first process of a run and the others: agreement, and loss.

The backends exchange gradients. Small values, such as whether somebody pressed Ctrl-C,
go through here, the same way on every backend; and a process that ends closes its
socket, which the others see at once, while a collective of a backend may wait for it
for minutes.
"""

import contextlib
import json
import queue
import secrets
import socket
import threading
from collections.abc import Callable
from typing import Any

from keras_wavenet.training.data_parallel.places import LOOPBACK

CONNECT_SECONDS = 60
LOST_SECONDS = 40  # without a sign of life of another host, such as after a power cut
_ANSWER_SECONDS = 5  # of the first process, when another one ends with an error
_GRACE_SECONDS = 1
_TOKEN_BITS = 31


class Ended(Exception):
    """Another process has ended this run; its error is printed there."""


class Channel:
    """Connections of one process: the first has one to each other, they one to it.

    Messages are lines of JSON. A thread for each connection reads them; when one
    brings the end of a process that is still needed, `on_end` is called there.

    Args:
        rank: Of this process.
        connections: Sockets by the rank that they lead to.
        on_end: Called once, in another thread, with the rank that ended and the text
            of its error, or None if it was killed or its host is gone.
    """

    def __init__(
        self,
        rank: int,
        connections: dict[int, socket.socket],
        on_end: Callable[[int, str | None], Any],
    ):
        self.rank = rank
        self._connections, self._on_end = connections, on_end
        self._values = {peer: queue.SimpleQueue() for peer in connections}
        self._end = None  # (rank, text): the first end that was seen
        self._is_ending = False  # this process ends: what others do is expected
        self._own_error = None
        self._end_seen = threading.Event()
        self._lock = threading.RLock()
        for peer, connection in connections.items():
            _notice_loss(connection)
            threading.Thread(
                target=self._read, args=(peer, connection), daemon=True
            ).start()

    def gather(self, value: Any, last: bool = False) -> list[Any]:
        """Wait until all processes call it, and return their values in their order.

        Args:
            value: What JSON can hold.
            last: Whether the processes part afterwards.
        """
        if self.rank:
            self._send(0, {"value": value, "last": last})
            return self._values[0].get()
        others = sorted(self._connections)
        values = [value, *(self._values[peer].get() for peer in others)]
        for peer in others:
            self._send(peer, {"value": values, "last": last})
        return values

    def end(self, text: str) -> None:
        """Tell the others that this process ends with an error, and why.

        If another one has ended before, this error is a consequence: `on_end` is called
        in place of a return.

        Raises:
            Ended: If another process ended with the same error, which is printed there.
        """
        with self._lock:
            self._is_ending, self._own_error = True, text
        if self.rank:
            self._send(0, {"ended": self.rank, "text": text})
        # A backend may see that a process is gone, and raise an error, before its
        # socket does.
        self._end_seen.wait(_ANSWER_SECONDS if self.rank else _GRACE_SECONDS)
        with self._lock:
            if self._end is None and not self.rank:
                self._end = (0, text)
                self._tell(0, text)
            end = self._end or (self.rank, text)
        if end[1] != text:
            self._on_end(*end)
        elif self.rank not in (0, end[0]):
            raise Ended

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            self._is_ending = True
            self._end = self._end or (self.rank, None)  # no message is sent any more
        for connection in self._connections.values():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _read(self, peer, connection):
        """Read the messages of a process until it ends, or all part."""
        lines = connection.makefile("r", encoding="utf-8")
        with contextlib.suppress(OSError, ValueError), lines:
            for line in lines:
                message = json.loads(line)
                if "ended" in message:
                    return self._see_end(message["ended"], message["text"])
                self._values[peer].put(message["value"])
                if message["last"]:
                    return None
        return self._see_end(peer, None)

    def _see_end(self, rank, text):
        with self._lock:
            if not self.rank and text is not None and text == self._own_error:
                rank = 0  # which prints it, for both
            first, self._end = self._end is None, self._end or (rank, text)
            if first and not self.rank:
                self._tell(rank, text)
            self._end_seen.set()
            if first and not self._is_ending:
                self._on_end(rank, text)

    def _tell(self, rank, text):
        for peer in self._connections:
            self._send(peer, {"ended": rank, "text": text})

    def _send(self, peer, message):
        with self._lock, contextlib.suppress(OSError):  # its end is seen by its thread
            self._connections[peer].sendall(json.dumps(message).encode() + b"\n")


def listen(host: str) -> tuple[socket.socket, list[int]]:
    """Listen for the other processes, in the first one.

    Args:
        host: Name or address by which the others reach this host.

    Returns:
        A listening socket, and the numbers that the others need to `join`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server(
        (host if host in LOOPBACK else "", 0), family=family
    )
    return listener, [listener.getsockname()[1], secrets.randbits(_TOKEN_BITS)]


def accept(
    listener: socket.socket, numbers: list[int], count: int
) -> dict[int, socket.socket]:
    """The connections of the other processes, by their rank.

    Raises:
        RuntimeError: If one of them does not come.
    """
    connections = {}
    listener.settimeout(CONNECT_SECONDS)
    with listener:
        while len(connections) < count - 1:
            try:
                connection, _ = listener.accept()
                connection.settimeout(CONNECT_SECONDS)
                rank, token = map(int, _read_line(connection).split())
            except TimeoutError as error:
                missing = sorted(set(range(1, count)) - set(connections))
                raise RuntimeError(
                    f"All {count} processes must reach the first one within "
                    f"{CONNECT_SECONDS} s. Received: none from {missing}. A firewall "
                    f"may close the ports of the first host."
                ) from error
            except (OSError, ValueError):  # a stranger, such as a scan of ports
                continue
            if token == numbers[1]:
                connection.settimeout(None)
                connections[rank] = connection
            else:
                connection.close()
    return connections


def join(host: str, numbers: list[int], rank: int) -> dict[int, socket.socket]:
    """The connection to the first process.

    Args:
        host: That of the first process.
        numbers: From its `listen`.
        rank: Of this process.
    """
    port, token = numbers
    connection = socket.create_connection((host, port), CONNECT_SECONDS)
    connection.settimeout(None)
    connection.sendall(f"{rank} {token}\n".encode())
    return {0: connection}


def _read_line(connection) -> bytes:
    """A first line, of which a stranger may send too much or nothing."""
    line = b""
    while not line.endswith(b"\n") and len(line) < 100:
        byte = connection.recv(1)
        if not byte:
            raise ValueError("no line")
        line += byte
    return line


def _notice_loss(connection):
    """Let the end of another host be seen, which sends nothing then."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", LOST_SECONDS // 4),
        ("TCP_KEEPINTVL", LOST_SECONDS // 8),
        ("TCP_KEEPCNT", 6),
        ("TCP_USER_TIMEOUT", LOST_SECONDS * 1000),
    ):
        if hasattr(socket, name):  # not on every system
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
