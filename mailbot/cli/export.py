"""
Print every stored message as JSON, in the form of the record contract. An audited disclosure.
"""

import argparse
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from mailbot.cli import common
from mailbot.cli.progress import progress
from mailbot.cli.writer import Writer

if TYPE_CHECKING:
    from mailbot.app import App
    from mailbot.cli.stored import Stored

NAME = "export"
HELP = "print every stored message as JSON"
AT_ONCE = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--jsonl", action="store_true", help="one line for each message")
    parser.add_argument(
        "--since", type=common.moment, metavar="DATE", help="only what was received since then"
    )
    common.add_reason(parser)


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """First the record that they are shown, then the messages; some at a time."""
    from mailbot.app import open_app
    from mailbot.cli import stored

    config = common.configuration(args)
    why = common.reason(args, config)
    with open_app(config) as app:
        with app.store.look() as db:
            ids = stored.all_messages(db, args.since)
        writer = Writer(out, lines=args.jsonl, many=True)
        with progress(err, "exporting", len(ids)) as step:
            for start in range(0, len(ids), AT_ONCE):
                some = ids[start : start + AT_ONCE]
                _record(app, some, why)
                with app.store.look() as db:
                    rows = list(stored.messages(db, some))
                for row in rows:
                    writer.write(of_stored(app, row))
                    step(1)
        writer.close()
    return 0


def of_stored(app: "App", row: "Stored") -> dict[str, Any]:
    """One message in the form of the contract."""
    from mailbot.cli.record_json import of_reading, unread, verdict
    from mailbot.domain.mail import Envelope
    from mailbot.send.policy import WHY_NOT
    from mailbot.store.readings import load_reading

    digest = _sha256(app, row)
    with app.store.look() as db:
        reading = load_reading(db, app.vault, row.message_id)
    if reading is None:
        reading = unread(Envelope(), "not_read_yet")
    judged = verdict(reading, app.settings().rules)
    may, code = judged.may, judged.code
    if row.ack_state in ("not_due", "held") and row.ack_code in WHY_NOT:
        may, code = False, row.ack_code
    return {
        "message_id": row.message_id,
        "mailbox": row.mailbox,
        "received_at": row.received_at.isoformat(),
        "state": row.state,
        "raw_sha256": digest,
        "acknowledgement": row.ack_state,
        "attempts": row.attempts,
        "deliveries": row.deliveries,
        **of_reading(reading, may, code),
    }


def _sha256(app: "App", row: "Stored") -> str | None:
    """Of the original bytes; None where they were erased."""
    if row.erased:
        return None
    digest = hashlib.sha256()
    for piece in app.raw.chunks(row.raw_digest):
        digest.update(piece)
    return digest.hexdigest()


def _record(app: "App", ids: list[str], why: str) -> None:
    from mailbot.store.audit import Action

    detail = {"command": NAME} | ({"reason": why} if why else {})
    with app.store.unit() as unit:
        for message_id in ids:
            unit.audit(common.actor(), Action.DISCLOSURE, message_id, datetime.now(UTC), **detail)
