"""A headless Chromium that tests open pages in, driven through its debugging pipe.

Messages of the Chrome DevTools Protocol go through two pipes, as JSON with a zero byte
at the end of each: https://chromedevtools.github.io/devtools-protocol/
"""

import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--disable-extensions", "--mute-audio",
    "--remote-debugging-pipe",
)  # fmt: skip
SECONDS = 60  # that an answer may take


def find_browser():
    """The path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def started(program, profile):
    """A `Browser`, which ends with the context.

    Args:
        program: Path of the browser.
        profile: A new folder for its files.
    """
    read, browser_writes = os.pipe()
    browser_reads, write = os.pipe()

    def hand_over():
        """Make the pipes the descriptors 3 and 4 of the browser, as it expects."""
        ends = (browser_reads, browser_writes)
        pipes = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in ends]
        for pipe, number in zip(pipes, (3, 4), strict=True):
            os.dup2(pipe, number)

    process = subprocess.Popen(
        [program, *FLAGS, f"--user-data-dir={profile}"],
        preexec_fn=hand_over,
        close_fds=False,  # of Python's own none is inherited
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(browser_reads)
    os.close(browser_writes)
    try:
        yield Browser(read, write)
    finally:
        os.close(read)
        os.close(write)  # which ends the browser
        process.terminate()
        process.wait(SECONDS)


class Browser:
    """A tab of a browser.

    Attributes:
        events: What the browser reported, in order, since the last page was opened.
    """

    def __init__(self, read, write):
        self._read, self._write = read, write
        self._session, self._number, self._buffer = None, 0, b""
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def open(self, path: Path) -> None:
        """Open a file, and wait until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while not any(e["method"] == "Page.loadEventFired" for e in self.events):
            self._receive()

    def evaluate(self, expression):
        """The value of a JavaScript expression; promises are awaited."""
        answer = self.call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def problems(self):
        """Errors and warnings of the page, also of what its policy refused."""
        entries = [
            event["params"]["entry"]["text"]
            for event in self.events
            if event["method"] == "Log.entryAdded"
        ]
        kinds = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        return entries + [e["params"] for e in self.events if e["method"] in kinds]

    def requests(self):
        """The addresses outside of the page that the browser has asked for."""
        asked = {}
        for event in self.events:
            found = event["params"]
            if event["method"] == "Network.requestWillBeSent":
                asked[found["requestId"]] = found["request"]["url"]
            elif found.get("blockedReason") == "csp":  # by the policy of the page
                del asked[found["requestId"]]
        return [url for url in asked.values() if not url.startswith("data:")]

    def call(self, method, **parameters):
        """Call a method of the protocol, and wait for its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                assert "result" in answer, answer
                return answer["result"]

    def _receive(self):
        """The next message; an event is kept."""
        end = time.monotonic() + SECONDS
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], end - time.monotonic())
            content = os.read(self._read, 2**20) if ready else b""
            assert content, "the browser has ended, or does not answer"
            self._buffer += content
        line, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(line)
        if "method" in message:
            self.events.append(message)
        return message
