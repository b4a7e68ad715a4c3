"""An HTTP server on this machine that a test fills and damages, as hubs are."""

import contextlib
import http.server
import threading
import time
import urllib.parse


class Answer:
    """What a hub answers: a status, a body and headers."""

    def __init__(self, body=b"", status=200, **headers):
        self.body, self.status = body, status
        self.headers = {name.replace("_", "-"): v for name, v in headers.items()}


class Loopback(http.server.ThreadingHTTPServer):
    """A server whose `answer(method, path, query, body, headers)` a hub defines.

    Attributes:
        log: `"METHOD path"` of each request.
        statuses: Errors in place of answers: by a part of a path, the status.
        cut: Parts of paths whose next answer ends in the middle of its body; with the
            status of later answers, or None for whole ones.
        altered: Parts of paths whose bodies have another first byte.
        slow: Parts of paths that are answered after half a second.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.log, self.statuses = [], {}
        self.cut, self.altered, self.slow = {}, set(), set()

    def asked(self, part):
        """The requests whose path has a part."""
        return [line for line in self.log if part in line]

    def handle_error(self, request, client_address):
        """A client that has gone away is no error."""


@contextlib.contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        hub, url = self.server, urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(url.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        hub.log.append(f"{self.command} {path}")
        found = next((s for part, s in hub.statuses.items() if part in path), None)
        if found is None:
            query = dict(urllib.parse.parse_qsl(url.query))
            found = hub.answer(self.command, path, query, body, self.headers)
        elif isinstance(found, int):
            found = Answer(status=found)
        if any(part in path for part in hub.slow):
            time.sleep(0.5)
        self.send(path, found)

    def send(self, path, found):
        hub, body = self.server, found.body
        if any(part in path for part in hub.altered):
            body = bytes([body[0] ^ 1]) + body[1:]
        self.send_response(found.status)
        for name, value in {"Content-Length": len(body), **found.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        damaged = next((part for part in hub.cut if part in path), None)
        if damaged is not None:
            then = hub.cut.pop(damaged)
            if then is not None:
                hub.statuses[damaged] = then
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)

    def log_message(self, *_):
        """Print nothing."""

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer
