"""
The review console alone, in a browser; the worker may run elsewhere (`mailbot run`).

It speaks plain HTTP to the proxy that speaks TLS to people. It ends on SIGTERM or Ctrl-C.
"""

import argparse
import signal
import threading
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common

if TYPE_CHECKING:
    from mailbot.web.serve import Server

NAME = "serve"
HELP = "the review console"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--json-log", action="store_true", help="write the log as JSON lines")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Serve until told to stop."""
    from mailbot.app import open_app
    from mailbot.config import console_url

    config = common.configuration(args)
    with open_app(config) as app:
        common.note_settings(app)
        server = app.console()
        stop_on_signals(server)
        if not args.json_log:
            print(f"mailbot: the console is at {console_url(config)}", file=err, flush=True)
        server.run()
    return 0


def stop_on_signals(server: "Server") -> None:
    """SIGTERM and Ctrl-C end it in order; a second Ctrl-C at once."""

    def ask(number: int, frame: object) -> None:
        server.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)
