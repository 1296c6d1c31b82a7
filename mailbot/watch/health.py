"""
`/healthz`, `/readyz` and `/metrics` on loopback, for whatever watches the watch.

SECURITY
    Bound to this machine only, GET only, and there is nothing in it that a log could not hold.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mailbot.errors import ConfigError
from mailbot.watch.metrics import registry, scraped
from mailbot.watch.rules import STOPPING
from mailbot.watch.watcher import Pulse

SILENT = timedelta(minutes=5)  # the watch looks every minute, and a channel may be slow
SECONDS = 10.0  # for a client that says nothing
Answer = tuple[HTTPStatus, str, bytes]


@contextmanager
def serving(port: int, pulse: Pulse, clock: Callable[[], datetime]) -> Iterator[int]:
    """The server while the block runs; gives its port. 0 means none, as in the configuration."""
    if not port:
        yield 0
        return
    answers = _answers(pulse, clock)
    try:
        server = _Server(("127.0.0.1", port), _handler(answers))
    except OSError:
        raise ConfigError(f"[watch] → port: {port} is in use, or may not be used") from None
    thread = threading.Thread(target=server.serve_forever, args=(0.5,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _answers(pulse: Pulse, clock: Callable[[], datetime]) -> dict[str, Callable[[], Answer]]:
    families = registry(pulse)

    def healthz() -> Answer:
        well = clock() - pulse.at < SILENT
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        return status, "text/plain", b"ok\n" if well else b"the watch is silent\n"

    def readyz() -> Answer:
        codes = sorted({alarm.code for alarm in pulse.alarms})
        ready = not STOPPING & set(codes) and healthz()[0] is HTTPStatus.OK and pulse.facts is not None
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return status, "application/json", json.dumps({"ready": ready, "alarms": codes}).encode()

    def metrics() -> Answer:
        return HTTPStatus.OK, "text/plain; version=0.0.4; charset=utf-8", scraped(families)

    return {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is nobody's business; without this, its traceback is printed."""


def _handler(answers: dict[str, Callable[[], Answer]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS
        server_version, sys_version = "mailbot", ""

        def do_GET(self) -> None:
            """One of the three."""
            answer = answers.get(self.path.partition("?")[0])
            status, kind, body = answer() if answer else (HTTPStatus.NOT_FOUND, "text/plain", b"not here\n")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the path is a stranger's."""

    return Handler
