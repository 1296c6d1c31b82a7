"""
Partners whose mail could not be authenticated, with their telephone numbers: they were not answered, so
somebody should call them. `--all` lists every partner that wrote.

Tells who writes to us; recorded in the audit.
"""

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common
from mailbot.errors import ConfigError

if TYPE_CHECKING:
    from mailbot.review.partners import Standing

NAME = "partners"
HELP = "partners whose mail could not be authenticated"
DAYS = 7


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--all", action="store_true", help="every partner that wrote, whatever came of it")
    parser.add_argument(
        "--days", type=int, default=DAYS, metavar="N", help=f"look so many days back (default: {DAYS})"
    )
    parser.add_argument("--json", action="store_true", help="for a program")
    common.add_reason(parser)


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """First the record that it was shown, then the list."""
    from mailbot.app import open_app
    from mailbot.review import partners
    from mailbot.store.audit import Action

    config = common.configuration(args)
    why = common.reason(args, config)
    now = datetime.now(UTC)
    with open_app(config) as app:
        directory = app.partners().directory
        if not directory:
            raise ConfigError("[mailbot] → partners: no directory is configured")
        with app.store.unit() as unit:
            detail = {"command": NAME} | ({"reason": why} if why else {})
            unit.audit(common.actor(), Action.DISCLOSURE, "partners", now, **detail)
        with app.store.look() as db:
            found = partners.standings(db, app.vault, directory)
    shown = found if args.all else partners.to_be_phoned(found, now, args.days)
    if args.json:
        print(json.dumps([_plain(one) for one in shown], indent=2), file=out)
    else:
        _print(shown, out)
    return 0


def _plain(one: "Standing") -> dict[str, object]:
    return {
        "name": one.partner.name,
        "phone": one.partner.phone or None,
        "messages": one.messages,
        "not_authenticated": one.unproven,
        "last": one.last_at.isoformat(timespec="seconds") if one.last_at else None,
        "last_not_authenticated": (
            one.last_unproven_at.isoformat(timespec="seconds") if one.last_unproven_at else None
        ),
    }


def _print(shown: "list[Standing]", out: TextIO) -> None:
    for one in shown:
        last = f", last {one.last_unproven_at:%Y-%m-%d}" if one.last_unproven_at else ""
        phone = one.partner.phone or "no number in the directory"
        counts = f"{one.unproven} of {one.messages} not authenticated{last}"
        print(f"{one.partner.name}: {phone}; {counts}", file=out)
    if not shown:
        print("No partner's mail has failed.", file=out)
