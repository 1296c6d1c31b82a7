"""
A person's decision: send an acknowledgement whose fate is not known, or that was refused, after all.

Look into the mail server's log first. If it did arrive, the sender gets a second one.
"""

import argparse
from datetime import UTC, datetime
from typing import TextIO

from mailbot.cli import common
from mailbot.errors import Gone

NAME = "retry-ack"
HELP = "send an acknowledgement in doubt after all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("ack_id", metavar="ACK_ID", help="the id that `mailbot status` shows")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """The worker sends it at its next look."""
    from mailbot.app import open_app
    from mailbot.send.release import retry

    with open_app(common.configuration(args)) as app, app.store.unit() as unit:
        if not retry(unit, args.ack_id, common.actor(), datetime.now(UTC)):
            raise Gone("there is no acknowledgement of this id in doubt, and none that was refused")
    print("It is due now; the worker sends it at its next look.", file=out)
    return 0
