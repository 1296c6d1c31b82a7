"""
The review console alone, in a browser; the worker may run elsewhere (`mailbot run`).

It speaks plain HTTP to the proxy that speaks TLS to people. It ends on SIGTERM or Ctrl-C.
"""

import argparse
from typing import TextIO

from mailbot.cli import common, signals

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
        signals.on_stop(server.stop)
        if not args.json_log:
            print(f"mailbot: the console is at {console_url(config)}", file=err, flush=True)
        server.run()
    return 0
