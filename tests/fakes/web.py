"""
A web server on loopback for the fakes: HTTP/1.1 with or without TLS, scripted faults, and counts.

Each answer leaves in one piece, headers and body, as a good server's does. A fault stands before the fake
and is used up; it may take over the connection and do with it what it likes.
"""

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    method: str
    path: str  # quoted, as it came
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in small letters
    body: bytes
    connection: dict[str, Any] = field(default_factory=dict)  # what is known of the connection it came by

    @property
    def steps(self) -> list[str]:
        """The path between its slashes, unquoted."""
        return [unquote(step) for step in self.path.split("/")[1:]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered; `raw` takes the connection over instead."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Callable[[socket.socket], None] | None = None

    @classmethod
    def json(cls, value: Any, status: int = 200) -> "Reply":
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


@dataclass(slots=True)
class Fault:
    """An answer that comes instead of the fake's own, so many times."""

    wanted: "re.Pattern[str]"  # of "GET /path?query", or of the body
    reply: Reply
    times: int = 1
    of_body: bool = False
    after: bool = False  # the fake has done what was asked before


class WebServer:
    """Serves `answer`; subclasses say what that is."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.delay = 0.0  # seconds before each answer
        self.faults: list[Fault] = []
        self.requests: list[Request] = []
        self.now = 0
        self.most = 0  # at the same time
        self.broken: list[str] = []
        self.lock = threading.RLock()
        self._context = context
        self._server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.server_address[1])

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def answer(self, request: Request) -> Reply:
        """What the fake answers."""
        raise NotImplementedError

    def fail(self, wanted: str, reply: Reply, times: int = 1, *, after: bool = False) -> None:
        """Answer otherwise where "METHOD /path?query" matches; `after` having done what was asked."""
        with self.lock:
            self.faults.append(Fault(re.compile(wanted), reply, times, after=after))

    def fail_body(self, wanted: str, reply: Reply, times: int = 1, *, after: bool = False) -> None:
        """The same where the body of a signed-in request matches."""
        with self.lock:
            self.faults.append(Fault(re.compile(wanted), reply, times, of_body=True, after=after))

    def asked(self, wanted: str) -> int:
        """How many requests matched."""
        return sum(bool(re.search(wanted, f"{one.method} {one.path}")) for one in list(self.requests))

    def await_asked(self, wanted: str, seconds: float) -> None:
        """Until such a request came."""
        end = time.monotonic() + seconds
        while not self.asked(wanted):
            assert time.monotonic() < end, f"nobody asked for {wanted}"
            time.sleep(0.05)

    @contextmanager
    def serving(self, port: int = 0) -> Iterator["WebServer"]:
        """Have it run, on a free port where none is given."""
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.fake = self  # type: ignore[attr-defined]
        if self._context is not None:
            self._server.socket = self._context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join(10)
        assert [] == self.broken, self.broken

    def _fault(self, line: str, request: Request) -> Fault | None:
        body = request.body.decode("utf-8", "replace") if request.connection.get("user") else ""
        with self.lock:
            for fault in self.faults:
                if fault.times > 0 and fault.wanted.search(body if fault.of_body else line):
                    fault.times -= 1
                    return fault
        return None

    def reply_to(self, request: Request, line: str) -> Reply:
        """Count, wait, and answer."""
        with self.lock:
            self.requests.append(request)
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            time.sleep(self.delay)
            fault = self._fault(line, request)
            if fault is None:
                return self.answer(request)
            if fault.after:
                self.answer(request)
            return fault.reply
        except Exception as error:
            self.broken.append(repr(error))  # a fault of the fake, which its test has to hear of
            raise
        finally:
            with self.lock:
                self.now -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 50

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave together
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.state: dict[str, Any] = {}

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written."""

    def _serve(self) -> None:
        fake: WebServer = self.server.fake  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        if len(body) < length:  # a client that died in the middle of its request
            self.close_connection = True
            return
        request = Request(self.command, parts.path, query, headers, body, self.state)
        line = f"{self.command} {unquote(self.path)}"
        reply = fake.reply_to(request, line)
        if reply.raw is not None:
            self.close_connection = True
            with suppress(OSError):
                reply.raw(self.connection)
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()

    do_GET = do_POST = do_PATCH = do_DELETE = _serve
