"""
How things stand, in counts: messages, the queue, acknowledgements, mailboxes. No content, no names.

"Difference" is what does not fit together: messages without their review item or acknowledgement, and what
a mailbox lists and does not hand over. It is 0 when all is well.
"""

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TextIO

from mailbot.cli import common
from mailbot.cli.remedies import remedy

if TYPE_CHECKING:
    from mailbot.app import App
    from mailbot.config import Mailbox

NAME = "status"
HELP = "how things stand, in counts"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--json", action="store_true", help="for a program")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Count; changes nothing."""
    from mailbot.app import open_app

    with open_app(common.configuration(args)) as app:
        found = standing(app)
    if args.json:
        print(json.dumps(found, indent=2), file=out)
    else:
        _print(found, out)
    return 0


def standing(app: "App") -> dict[str, Any]:
    """Everything that is printed, as plain values."""
    from mailbot.cli import stored
    from mailbot.send import breaker
    from mailbot.store import status

    now = datetime.now(UTC)
    with app.store.look() as db:
        counts = status.counts(db)
        polls = stored.polls(db)
        missing = stored.unfetched_count(db)
        uncertain = stored.uncertain(db)
        breaker_open = breaker.is_open(db, now)
    return {
        "messages": counts["message"],
        "deliveries": counts["delivery"],
        "review": counts["review_item"],
        "outbox": counts["outbox"],
        "oldest_waiting": _iso(counts["oldest_waiting"]),
        "uncertain": uncertain,
        "breaker": "open" if breaker_open else "closed",
        "mailboxes": [_mailbox(box, polls.get(box.name, {}), now) for box in app.config.mailboxes],
        "unfetched": missing,
        "difference": counts["difference"] + missing,
        "sandbox": app.config.sandbox.mode,
    }


def _mailbox(box: "Mailbox", row: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "name": box.name,
        "kind": box.kind,
        "last_good_poll": _iso(row.get("last_good_at")),
        "last_poll": _iso(row.get("last_tried_at")),
        "listed": row.get("listed"),
        "error": row.get("error"),
        "what_to_do": remedy(row, box.poll_seconds, now),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _print(found: dict[str, Any], out: TextIO) -> None:
    for title, key in (
        ("Messages", "messages"),
        ("Deliveries", "deliveries"),
        ("Review queue", "review"),
        ("Acknowledgements", "outbox"),
    ):
        counts = ", ".join(f"{count} {state}" for state, count in sorted(found[key].items()) if count)
        print(f"{title:18}{counts or 'none'}", file=out)
    print(f"{'Oldest waiting':18}{found['oldest_waiting'] or 'nothing waits'}", file=out)
    for box in found["mailboxes"]:
        good = box["last_good_poll"] or "never"
        print(f"{'Mailbox':18}{box['name']}: last good poll {good}; now {box['error'] or 'well'}", file=out)
        if box["what_to_do"]:
            print(f"{'':18}what to do: {box['what_to_do']}", file=out)
    print(f"{'Difference':18}{found['difference']}", file=out)
    for mail_id in found["uncertain"]:
        print(
            f"In doubt: after a look at the mail server's log, perhaps `mailbot retry-ack {mail_id}`.",
            file=out,
        )
    if found["outbox"].get("held"):
        print(
            f"Held: {found['outbox']['held']} acknowledgements wait for a person; `mailbot held` lists them.",
            file=out,
        )
    if found["breaker"] == "open":
        print("The breaker is open: too many acknowledgements came back, so all are held.", file=out)
    if found["sandbox"] == "best_effort":
        print("Isolation is best effort: messages are read without what this kernel lacks.", file=out)
