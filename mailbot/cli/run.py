"""
The worker: collects, reads, queues, acknowledges and tidies.

With --once it goes through everything a single time and ends. Otherwise it works until it is told to stop
(SIGTERM or Ctrl-C), which takes at most 30 seconds, or until something hangs so often that only a new process
helps: it then ends with 1, for the service manager to start it anew. --dry-run reads the real mailbox, prints
what would be done, and writes nothing anywhere.
"""

import argparse
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common, signals
from mailbot.errors import ConfigError

if TYPE_CHECKING:
    from mailbot.app import App

NAME = "run"
HELP = "the worker: collect, read, queue, acknowledge"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--once", action="store_true", help="go through everything once, and end")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be done, and write nothing anywhere"
    )
    parser.add_argument("--console", action="store_true", help="serve the review console as well")
    parser.add_argument("--json-log", action="store_true", help="write the log as JSON lines")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Work; 1 when a single run could not reach a mailbox or send something, or only a new process helps."""
    from mailbot.app import open_app
    from mailbot.store.lock import alone

    if args.console and (args.once or args.dry_run):
        raise ConfigError("--console serves until it is stopped: not with --once or --dry-run")
    config = common.configuration(args)
    with open_app(config) as app:
        if args.dry_run:
            return _say_failures(app.dry_run(lambda line: print(line, file=out)), err)
        # A single run ends by itself; a signal ends it like a power cut, which costs nothing.
        stop = threading.Event() if args.once else _stop_on_signals()
        with alone(config.mailbot.data), app.worker(stop, _sayer(args, err)) as worker:
            common.note_settings(app)
            if args.once:
                return _say_failures(worker.once(), err)
            with _console(app, wanted=args.console):
                worker.run()
            return _say_failures([worker.ended_by] if worker.ended_by else [], err)


def _console(app: "App", *, wanted: bool) -> AbstractContextManager[None]:
    """The console beside the worker, where it is wanted; a worker alone does not wait for its libraries."""
    if not wanted:
        return nullcontext()
    from mailbot.web.serve import serving

    return serving(app.console())


def _sayer(args: argparse.Namespace, err: TextIO) -> Callable[[str], None]:
    """Sentences for a person, between the lines of the log; a program that reads it gets the codes alone."""
    if args.json_log:
        return lambda sentence: None
    return lambda sentence: print(f"mailbot: {sentence}", file=err, flush=True)


def _say_failures(failures: Sequence[Exception], err: TextIO) -> int:
    for failure in failures:
        print(f"mailbot: {failure}", file=err)
    return max((2 if isinstance(failure, ConfigError) else 1 for failure in failures), default=0)


def _stop_on_signals() -> threading.Event:
    """Set by SIGTERM and Ctrl-C."""
    stop = threading.Event()
    signals.on_stop(stop.set)
    return stop
