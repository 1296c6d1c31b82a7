"""
Print the original bytes of a message, as the server served them. Recorded in the audit.
"""

import argparse
from datetime import UTC, datetime
from typing import TextIO

from mailbot.cli import common
from mailbot.errors import Gone

NAME = "raw"
HELP = "print the original bytes of a message"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("message_id", metavar="MESSAGE_ID", help="mailbot's own id of the message")
    common.add_reason(parser)


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """First the record that they were shown, then the bytes."""
    from mailbot.app import open_app
    from mailbot.store import messages
    from mailbot.store.audit import Action

    config = common.configuration(args)
    why = common.reason(args, config)
    with open_app(config) as app:
        with app.store.unit() as unit:
            message = messages.get(unit.db, args.message_id)
            if message is None:
                raise Gone("there is no message of this id")
            detail = {"command": NAME} | ({"reason": why} if why else {})
            unit.audit(common.actor(), Action.DISCLOSURE, message.message_id, datetime.now(UTC), **detail)
        for piece in app.raw.chunks(message.raw_digest):
            out.buffer.write(piece)
        out.buffer.flush()
    return 0
