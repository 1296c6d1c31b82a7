"""
The audit chain: who did what to which thing. `verify` checks that nothing was changed, `show` prints it, or
what was done to one item or by one person.
"""

import argparse
import json
from typing import TextIO

from mailbot.cli import common

NAME = "audit"
HELP = "check or print the audit chain"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its sub-commands."""
    parser.add_argument(
        "action", choices=("verify", "show"), help="check the chain, or print it as JSON lines"
    )
    parser.add_argument(
        "--item", metavar="ID", default="", help="show: what was done to it, and to what it led"
    )
    parser.add_argument("--person", metavar="NAME", default="", help="show: what they did")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Verify or show."""
    from mailbot.app import open_app
    from mailbot.store import audit
    from mailbot.web import trail

    with open_app(common.configuration(args)) as app:
        if args.action == "show":
            for link in trail.export(app.store, trail.Wanted(item=args.item, actor=args.person)):
                line = {"seq": link.seq, **link.entry._asdict(), "detail": json.loads(link.entry.detail)}
                print(json.dumps(line, ensure_ascii=False), file=out)
            return 0
        with app.store.look() as db:
            verdict = audit.verify(db, app.keyring)
            head = audit.head(db)
    if verdict.ok:
        print(f"The chain holds: {verdict.count} entries, head {head.mac if head else 'none'}", file=out)
        return 0
    print(f"mailbot: the audit chain is broken at entry {verdict.first_bad_seq}", file=err)
    return 1
