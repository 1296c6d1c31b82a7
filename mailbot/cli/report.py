"""
The monthly data report: a draft for each month, until a second person releases it; then it is frozen.

`mailbot report 2026-03 --out D` counts, protects (statistical disclosure control, also against everything
that was released before), keeps the draft and writes it as a page and as CSV. `--until 2026-06` makes one
table over several months instead, such as an answer to a freedom of information request: it goes the same
way.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common
from mailbot.errors import ConfigError, Declined

if TYPE_CHECKING:
    from mailbot.app import App
    from mailbot.statistics.months import Month
    from mailbot.statistics.releases import Report

NAME = "report"
HELP = "the monthly data report, with disclosure control"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("month", type=_month, metavar="YYYY-MM", help="the month")
    parser.add_argument(
        "--until", type=_month, metavar="YYYY-MM", help="one table from the month until this one, on request"
    )
    parser.add_argument("--out", type=Path, metavar="D", help="write the page and the CSV into this folder")
    parser.add_argument(
        "--release", action="store_true", help="release the draft that somebody else made, as it was made"
    )


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Make the draft, or release it, or show what is frozen."""
    from mailbot.app import open_app
    from mailbot.domain.states import ReportState
    from mailbot.statistics import draft, releases

    first, last = args.month, args.until or args.month
    if last < first:
        raise ConfigError("--until: the last month comes before the first")
    kind = draft.TABLE if args.until else draft.MONTHLY
    now = datetime.now(UTC)
    with open_app(common.configuration(args)) as app:
        with app.store.look() as db:
            found = releases.find(db, app.vault, first, last, kind)
        if args.release:
            _release(app, found, now)
        elif found is None or found.state is ReportState.DRAFT:
            app.report().make(first, last, kind, common.actor(), now)
        with app.store.look() as db:
            found = releases.find(db, app.vault, first, last, kind)
        assert found is not None  # noqa: S101  it was made, or is released
        _show(found, app.config.mailbot.templates, args.out, out, err)
    return 0


def _release(app: "App", found: "Report | None", now: datetime) -> None:
    from mailbot.statistics import releases, words

    try:
        if found is None:
            raise Declined("gone")
        with app.store.unit() as unit:
            releases.release(unit, found.report_id, common.actor(), now)
    except Declined as error:
        raise ConfigError(f"not released: {words.WHY[error.code]}") from error


def _show(found: "Report", site: Path | None, folder: Path | None, out: TextIO, err: TextIO) -> None:
    from mailbot.domain.states import ReportState
    from mailbot.statistics.flat import flat
    from mailbot.statistics.page import page

    is_draft = found.state is ReportState.DRAFT
    if folder is None:
        print(flat(found.public), end="", file=out)
    else:
        name = "-to-".join(dict.fromkeys((found.public.first, found.public.last)))
        name = f"report-{name}{'-draft' if is_draft else ''}"
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in (
            (folder / f"{name}.html", page(found.public, draft=is_draft, site=site)),
            (folder / f"{name}.csv", flat(found.public)),
        ):
            path.write_text(text, encoding="utf-8", newline="")
            print(path, file=out)
    if is_draft:
        print(
            "A draft: a second person releases it (`mailbot report MONTH --release`, or the console).",
            file=err,
        )


def _month(text: str) -> "Month":
    from mailbot.statistics.months import month

    try:
        return month(text)
    except ValueError:
        raise argparse.ArgumentTypeError("write a month as 2026-03") from None
