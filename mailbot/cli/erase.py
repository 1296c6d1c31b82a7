"""
Erase what is due: originals, readings, what was written about them, the addresses of old
acknowledgements, what the training desk keeps no longer, and old reports.

What waits for a person is never erased, nor what is on hold. Copies elsewhere are yours to delete: the
mailbox's own folders, backups, documents that desks were given.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common
from mailbot.errors import ConfigError, Gone

if TYPE_CHECKING:
    from mailbot.app import App

NAME = "erase"
HELP = "retention: erase what is due, or hold it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--due", action="store_true", help="what is due by [retention] (this is what it does)")
    which.add_argument(
        "--message", nargs="+", metavar="MESSAGE_ID", default=[], help="these alone, whatever their age"
    )
    which.add_argument("--hold", nargs="+", metavar="MESSAGE_ID", default=[], help="never erase these")
    which.add_argument("--unhold", nargs="+", metavar="MESSAGE_ID", default=[], help="hold these no longer")
    parser.add_argument("--dry-run", action="store_true", help="say what would be erased, and erase nothing")
    common.add_reason(parser)


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Erase, hold, or say what would be."""
    from mailbot.app import open_app

    config = common.configuration(args)
    if len(why := args.reason.strip()) > common.LONGEST_REASON or not why.isprintable():
        raise ConfigError(f"--reason: one line of at most {common.LONGEST_REASON} characters")
    with open_app(config) as app:
        if args.hold or args.unhold:
            return _hold(app, args.hold or args.unhold, bool(args.hold), out)
        _erase(app, args.message, args.dry_run, why, out)
    return 0


def _erase(app: "App", asked: Sequence[str], dry_run: bool, why: str, out: TextIO) -> None:
    from mailbot.statistics import retention as reports
    from mailbot.store import erasure
    from mailbot.training import retention as desk_retention

    now, retention = datetime.now(UTC), app.config.retention
    periods = erasure.Periods(
        law_enforcement=timedelta(days=retention.law_enforcement_days),
        training=timedelta(days=30 * app.config.training.keep_months),
        automatic=timedelta(days=retention.automatic_days),
        acknowledgements=timedelta(days=retention.acknowledgement_days),
    )
    with app.store.look() as db:
        ids = erasure.may_erase(db, asked) if asked else erasure.due(db, now, periods)
        mail = [] if asked else erasure.due_addresses(db, now, periods)
        training = 0 if asked else desk_retention.count_due(db, now)
        old = [] if asked else reports.due(db, app.store.vault, now)
    if not dry_run:
        _do(app, ids, mail, why, now)
        if training:
            _do_training(app, now)
        if old:
            with app.store.unit() as unit:
                reports.erase(unit, old, common.actor(), now)
    for message_id in ids:
        print(message_id, file=out)
    would = "would be erased" if dry_run else "erased"
    print(f"{len(ids)} messages and the addresses of {len(mail)} acknowledgements {would}.", file=out)
    if training:
        print(f"{training} requests and sessions of the training desk {would}.", file=out)
    if old:
        print(f"{len(old)} reports {would}.", file=out)
    if len(ids) < len(set(asked)):
        raise Gone(
            f"{len(set(asked)) - len(ids)} of these ids may not be erased: undecided, on hold, or gone"
        )


def _do(app: "App", ids: Sequence[str], mail: Sequence[str], why: str, now: datetime) -> None:
    from mailbot.store import erasure

    for start in range(0, len(ids), erasure.AT_ONCE):
        with app.store.unit() as unit:
            for message_id in ids[start : start + erasure.AT_ONCE]:
                erasure.erase(unit, message_id, common.actor(), now, why)
    for start in range(0, len(mail), erasure.AT_ONCE):
        with app.store.unit() as unit:
            erasure.forget_addresses(unit, mail[start : start + erasure.AT_ONCE], common.actor(), now)
    with app.store.look() as db:
        gone = erasure.orphans(db)
    for digest in gone:
        app.raw.erase(digest)
        app.marks.forget(digest)


def _do_training(app: "App", now: datetime) -> None:
    from mailbot.training.retention import erase_due

    while True:
        with app.store.unit() as unit:
            if not erase_due(unit, common.actor(), now):
                return


def _hold(app: "App", ids: Sequence[str], on: bool, out: TextIO) -> int:
    from mailbot.store import erasure

    with app.store.unit() as unit:
        done = [erasure.hold(unit, one, common.actor(), datetime.now(UTC), on=on) for one in ids]
    print(f"{sum(done)} {'on hold' if on else 'no longer on hold'}.", file=out)
    if not all(done):
        raise Gone(f"{len(ids) - sum(done)} of these ids name no message")
    return 0
