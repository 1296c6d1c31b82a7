"""
A report as a page to print: tables, charts, and how the numbers were made. It stands by itself: one file, no
script, nothing fetched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mailbot import resources
from mailbot.statistics import words
from mailbot.statistics.charts import Bar, bars
from mailbot.statistics.counts import TOTAL, Place
from mailbot.statistics.kept import Public, Tables, publication_of
from mailbot.statistics.months import month


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its numbers."""

    heading: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class Part:
    """The tables of one period, ready to be written down."""

    period: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]  # the last is the total
    ticks: tuple[tuple[str, str], ...]
    total: str
    charts: tuple[Chart, ...]


def page(report: Public, *, draft: bool, site: Path | None = None) -> str:
    """The whole page; a draft says so on top. `site` is a site's own templates folder."""
    folders = [str(site / "report")] if site is not None else []
    environment = Environment(
        loader=FileSystemLoader([*folders, str(resources.find("templates/report"))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(**content(report, draft=draft))


def content(report: Public, *, draft: bool) -> dict[str, object]:
    """What the page says, for this template or another."""
    first, last = month(report.first), month(report.last)
    return {
        "draft": draft,
        "monthly": report.kind == "monthly",
        "period": last.words if first == last else f"{first.words} to {last.words}",
        "made_on": report.made_on,
        "parts": [_part(tables) for tables in report.tables],
        "speed": report.speed,
        "series": _series(report.months),
        "months": [(month(at).words, words.shown(number)) for at, number in report.months],
        "rules": words.rules(report.threshold, report.contributors, report.largest_share),
        "hidden": words.HIDDEN,
    }


def _series(months: tuple[tuple[str, int | None], ...]) -> Chart | None:
    if len(months) < 2:
        return None
    return _chart("Submissions by month", [(month(at).words, number) for at, number in months])


def _part(tables: Tables) -> Part:
    publication = publication_of(tables)
    shown = publication.shown
    kinds = [place.row for place in shown if place.table == "submissions" and place.row and not place.column]
    areas = [place.column for place in shown if place.column and not place.row]
    rows = [(kind, _row(shown, kind, areas)) for kind in kinds]
    ticks = [
        (words.TYPES.get(place.row, place.row), shown[place]) for place in shown if place.table == "ticks"
    ]
    first, last = publication.first, publication.last
    return Part(
        period=last.words if first == last else f"{first.words} to {last.words}",
        columns=tuple(areas),
        rows=(*rows, ("All", _row(shown, "", areas))),
        ticks=tuple((name, words.shown(number)) for name, number in ticks),
        total=words.shown(shown.get(TOTAL)),
        charts=(
            _chart("Submissions by organisation type", [(one, _of(shown, one, "")) for one in kinds]),
            _chart("Submissions by area", [(one, _of(shown, "", one)) for one in areas]),
            _chart("Ticks by information type", ticks),
        ),
    )


def _row(shown: Mapping[Place, int | None], kind: str, areas: list[str]) -> tuple[str, ...]:
    """Of one organisation type: each area, and all; a place where nobody is, is empty."""
    places = [Place("submissions", kind, area) for area in (*areas, "")]
    return tuple(words.shown(shown[place]) if place in shown else "" for place in places)


def _of(shown: Mapping[Place, int | None], kind: str, area: str) -> int | None:
    return shown.get(Place("submissions", kind, area))


def _chart(heading: str, some: list[Bar]) -> Chart:
    return Chart(heading, Markup(bars(heading, some)))  # noqa: S704  made by us; labels are text nodes
