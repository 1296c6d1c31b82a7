"""
The audit chain: who did what to which thing. `verify` checks that nothing was changed, `show` prints it.
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


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Verify or show."""
    from mailbot.app import open_app
    from mailbot.store import audit

    with open_app(common.configuration(args)) as app, app.store.look() as db:
        if args.action == "show":
            for link in audit.entries(db):
                line = {"seq": link.seq, **link.entry._asdict(), "detail": json.loads(link.entry.detail)}
                print(json.dumps(line, ensure_ascii=False), file=out)
            return 0
        verdict = audit.verify(db, app.keyring)
        head = audit.head(db)
    if verdict.ok:
        print(f"The chain holds: {verdict.count} entries, head {head.mac if head else 'none'}", file=out)
        return 0
    print(f"mailbot: the audit chain is broken at entry {verdict.first_bad_seq}", file=err)
    return 1
