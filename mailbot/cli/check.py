"""
Look at everything before it is needed: the configuration, its secrets, keys, database, mailboxes, the way
out, scanner, isolation, clock. Says what would be done. Changes nothing.

Everything is looked at, whatever fails before it. 1 when something does not work, 2 when the configuration
is wrong.

With --send-to the real acknowledgement is sent to an address of yours elsewhere. Paste the headers with
which it arrived (--received FILE, or "-"), or have it looked for in a mailbox that mailbot reads
(--in-mailbox NAME): what the receiver saw of SPF, DKIM and DMARC is said.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TextIO

from mailbot.cli import common
from mailbot.errors import ConfigError, MailbotError

NAME = "check"
HELP = "look at configuration and servers, and change nothing"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; `exit_code` is 0 when it is well."""

    what: str
    exit_code: int
    sentences: list[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--json", action="store_true", help="for a program")
    parser.add_argument("--send-to", metavar="ADDRESS", help="send the real acknowledgement there")
    parser.add_argument(
        "--received", metavar="FILE", help="the headers with which it arrived; - to paste them"
    )
    parser.add_argument("--in-mailbox", metavar="NAME", help="with --send-to: look for it in this mailbox")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Look at each in turn."""
    from mailbot.cli.looks import looks

    config = common.configuration(args)
    if args.send_to or args.received:
        return _delivered(args, out)
    findings = [_look(what, look) for what, look in looks(config, os.environ)]
    code = max(finding.exit_code for finding in findings)
    if args.json:
        shown = [asdict(finding) | {"ok": finding.exit_code == 0} for finding in findings]
        print(json.dumps({"ok": code == 0, "checks": shown}, indent=2), file=out)
    else:
        for finding in findings:
            _print(finding, out)
    if code:
        failed = ", ".join(finding.what for finding in findings if finding.exit_code)
        print(f"mailbot: does not work yet: {failed}", file=err)
    return code


def _delivered(args: argparse.Namespace, out: TextIO) -> int:
    from mailbot.app import open_app
    from mailbot.cli import sent_to

    if not args.send_to:
        return int(not sent_to.explain(sent_to.pasted(args.received, sys.stdin), out))
    with open_app(common.configuration(args)) as app:
        source = sent_to.find_source(app, args.in_mailbox) if args.in_mailbox else None
        before = sent_to.listed(source) if source else set()
        message_id = sent_to.send(app, args.send_to, out)
        if source:
            return int(not sent_to.explain(sent_to.wait_for(source, before, message_id), out))
    if args.received:
        return int(not sent_to.explain(sent_to.pasted(args.received, sys.stdin), out))
    print("Look at it where it arrived, and give its headers: mailbot check --received FILE", file=out)
    return 0


def _look(what: str, look: Callable[[], list[str]]) -> Finding:
    try:
        return Finding(what, 0, look())
    except ConfigError as error:
        return Finding(what, 2, [str(error)])
    except MailbotError as error:
        return Finding(what, 1, [str(error)])


def _print(finding: Finding, out: TextIO) -> None:
    mark = "ok    " if finding.exit_code == 0 else "FAILED"
    for index, sentence in enumerate(finding.sentences or [""]):
        head = f"{mark}  {finding.what:22}" if index == 0 else " " * 30
        print(f"{head}{sentence}", file=out)
