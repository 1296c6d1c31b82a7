"""
What is wrong now, and who was told: list the alerts, settle one, or try every way to the operators.

A settled alert is silent until it gets worse or is over. Where messages lie in a folder that mailbot did not
fill, settling says that somebody has looked at them.
"""

import argparse
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common
from mailbot.errors import ConfigError, Gone, MailbotError

if TYPE_CHECKING:
    from mailbot.app import App
    from mailbot.watch.alerts import Alert

NAME = "alerts"
HELP = "what is wrong now, and who was told"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--settle", metavar="ALERT_ID", help="hear no more of this one unless it gets worse")
    which.add_argument("--test", action="store_true", help="send a test by every way that is configured")
    parser.add_argument("--json", action="store_true", help="the list, for a program")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """List, settle or try."""
    from mailbot.app import open_app

    with open_app(common.configuration(args)) as app:
        if args.test:
            return _try(app, out, err)
        if args.settle:
            _settle(app, args.settle, out)
            return 0
        _list(app, args.json, out)
    return 0


def _try(app: "App", out: TextIO, err: TextIO) -> int:
    from mailbot.adapters import build_channels
    from mailbot.watch.channels.base import Notice

    channels, now = build_channels(app.config, app.environ), datetime.now(UTC)
    if not channels:
        raise ConfigError("[watch]: no way to an operator is configured (mail, webhook or syslog)")
    failed = 0
    for channel in channels:
        try:
            channel.tell([Notice("on", "test", "", 0, now)], now)
            print(f"{channel.name}: sent; look whether it arrived", file=out)
        except MailbotError as error:
            failed = 1
            print(f"mailbot: {channel.name}: {error}", file=err)
    return failed


def _settle(app: "App", alert_id: str, out: TextIO) -> None:
    from mailbot.errors import Declined
    from mailbot.watch import alerts

    try:
        with app.store.unit() as unit:
            alerts.settle(unit, alert_id, common.actor(), datetime.now(UTC))
    except Declined:
        raise Gone("there is no such alert, or it is over") from None
    print("Settled.", file=out)


def _list(app: "App", as_json: bool, out: TextIO) -> None:
    from mailbot.watch import alerts

    with app.store.look() as db:
        found = alerts.standing(db)
    if as_json:
        print(json.dumps([_plain(one) for one in found], indent=2), file=out)
        return
    for one in found:
        print(_line(one), file=out)
    if not found:
        print("Nothing is wrong, as far as the worker has looked.", file=out)


def _line(one: "Alert") -> str:
    from mailbot.watch.rules import SENTENCES

    about, number = (f" [{one.about}]" if one.about else ""), (f" ({one.number})" if one.number else "")
    settled = f"; settled by {one.settled_by}" if one.settled_by else ""
    told = "told" if one.told_at else "nobody was told yet"
    since = f"{one.since:%Y-%m-%d %H:%M} UTC"
    return f"{one.alert_id}  since {since}: {SENTENCES[one.code]}{about}{number}; {told}{settled}"


def _plain(one: "Alert") -> dict[str, object]:
    return {
        "alert_id": one.alert_id,
        "code": one.code,
        "mailbox": one.about or None,
        "number": one.number,
        "since": one.since.isoformat(timespec="seconds"),
        "told_at": one.told_at.isoformat(timespec="seconds") if one.told_at else None,
        "settled_by": one.settled_by,
    }
