"""
The doors: one file per sub-command.

Each has `NAME`, `HELP`, `add_arguments(parser)` and `run(args, out, err)`, which gives the exit code: 0 done,
1 something failed, 2 misconfigured or misused. Results go to `out`, everything else to `err`. A sub-command
imports what it works with only when it runs, so that help is quick.

GUARANTEES
    Whatever happens, a person sees one sentence and never a traceback: not even a fault of ours may print
    what somebody wrote.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mailbot.cli import (
    alerts,
    audit,
    backup,
    check,
    demo,
    erase,
    export,
    forms,
    held,
    init,
    keys,
    partners,
    program,
    raw,
    read,
    report,
    reprocess,
    restore,
    retry_ack,
    run,
    schools,
    serve,
    status,
    upgrade,
    users,
)
from mailbot.errors import ConfigError, MailbotError

COMMANDS = (
    demo,
    init,
    check,
    run,
    serve,
    status,
    alerts,
    read,
    export,
    raw,
    reprocess,
    held,
    retry_ack,
    partners,
    report,
    schools,
    audit,
    keys,
    forms,
    upgrade,
    backup,
    restore,
    erase,
    users,
)
INTERRUPTED = 130  # as a shell gives it after Ctrl-C


def main(argv: Sequence[str] | None = None) -> int:
    """The program; without `argv` it is one, and arranges for its own last words and log."""
    args = _parser().parse_args(argv)
    if argv is None:
        program.prepare(
            sys.stderr,
            talks=args.command.NAME in (run.NAME, serve.NAME),
            as_json=getattr(args, "json_log", False),
        )
    try:
        code: int = args.command.run(args, sys.stdout, sys.stderr)
        sys.stdout.flush()
    except MailbotError as error:
        print(f"mailbot: {error}", file=sys.stderr)
        return 2 if isinstance(error, ConfigError) else 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has gone; without this, Python would say so when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:  # a full disk, a missing right; not its file name, which may be anybody's
        print(f"mailbot: the system refuses: {os.strerror(error.errno or 0)}", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mailbot",
        description="Collects the forms that schools send by e-mail, reads them, queues them for people, and"
        " acknowledges each with one sentence that tells nothing.",
        epilog="Begin with `mailbot demo`. Exit: 0 done, 1 something failed, 2 misconfigured or misused.",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", default=None, help=_CONFIG)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        its = commands.add_parser(command.NAME, help=command.HELP, description=command.__doc__)
        its.add_argument("--config", type=Path, metavar="FILE", default=argparse.SUPPRESS, help=_CONFIG)
        command.add_arguments(its)
        its.set_defaults(command=command)
    return parser


_CONFIG = "the configuration; else $MAILBOT_CONFIG, ./mailbot.toml, /etc/mailbot/mailbot.toml"
