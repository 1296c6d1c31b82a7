"""
Answering requests: waitress around the console, in the caller's thread until it is told to stop.

SECURITY
    It speaks plain HTTP: a proxy in front speaks TLS. Only that proxy's word about where a request comes from
    is believed.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from waitress.server import create_server
from waitress.wasyncore import close_all

from mailbot import events
from mailbot.config import Console
from mailbot.errors import ConfigError
from mailbot.web.app import POST_BYTES

_PATIENCE = 5.0  # seconds for the answers that are being written when it is told to stop


class Server:
    """A listening console. `run` blocks; `stop` may be called from another thread."""

    def __init__(self, app: Flask, settings: Console, *, secure: bool, port: int | None = None) -> None:
        """Listen; port 0 is any free one. `ConfigError` when the address cannot be had."""
        proxy: dict[str, Any] = {}
        if settings.trusted_proxy:
            proxy = {"trusted_proxy": settings.trusted_proxy, "trusted_proxy_headers": "x-forwarded-for"}
        try:
            self._server: Any = create_server(
                app,
                host=settings.host,
                port=settings.port if port is None else port,
                threads=settings.threads,
                url_scheme="https" if secure else "http",
                ident=None,
                max_request_body_size=2 * POST_BYTES,
                clear_untrusted_proxy_headers=True,
                **proxy,
            )
        except OSError:
            where = f"{settings.host}:{settings.port if port is None else port}"
            raise ConfigError(f"[console] → port: {where} cannot be listened on; is it in use?") from None
        self._threads = settings.threads
        self.port = int(self._server.effective_port)

    def run(self) -> None:
        """Answer until `stop`."""
        events.console_started(self._threads)
        self._server.run()
        self._server.task_dispatcher.shutdown(timeout=_PATIENCE)
        events.console_stopped()

    def stop(self) -> None:
        """Let `run` end."""
        self._server.trigger.pull_trigger(lambda: close_all(self._server._map, ignore_all=True))


@contextmanager
def serving(server: Server) -> Iterator[None]:
    """The console beside something else, while the block runs."""
    thread = threading.Thread(target=server.run, name="console")
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join()
