"""
The register of schools: take over the public CSV of all schools, whole or some local authorities of it.

The monthly report takes the type and area of a school from it, the admins' desk its name. Who is missing
in a newer file counts as closed. `mailbot schools` alone says how many there are.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from mailbot.cli import common

NAME = "schools"
HELP = "the register of schools"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--import", dest="file", type=Path, metavar="CSV", help="take this register over")
    parser.add_argument(
        "--area", action="append", default=[], metavar="NAME", help="only this local authority (repeatable)"
    )


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Import, and count."""
    from mailbot.app import open_app
    from mailbot.store import schools
    from mailbot.store.audit import Action
    from mailbot.training import register

    config = common.configuration(args)
    found = register.read(args.file.read_bytes(), frozenset(args.area)) if args.file else None
    with open_app(config) as app:
        if found is not None:
            now = datetime.now(UTC)
            with app.store.unit() as unit:
                count = schools.save(unit, found, now)
                unit.audit(common.actor(), Action.ALTERATION, "schools", now, count=count)
        with app.store.look() as db:
            every = schools.every(db)
    areas = len({school.area for school in every})
    print(f"{len(every)} open schools in {areas} local authorities.", file=out)
    return 0
