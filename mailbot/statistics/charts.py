"""
Charts: bars with their numbers beside them, as SVG that stands in a page by itself.

GUARANTEES
    No script, no style sheet, nothing fetched; the same numbers give the same bytes.
"""

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

import leather

Bar = tuple[str, int | None]  # what it is, and how many; None is not shown
_WIDTH, _BAR, _FRAME = 760, 34, 110  # of the picture, of a bar, of what is around the bars
_BLUE, _INK, _LINE = "#1d70b8", "#0b0c0c", "#b1b4b6"  # of the GOV.UK palette: enough contrast in print too
_STEP = 5

leather.theme.background_color = "#ffffff"
leather.theme.tick_font_family = leather.theme.axis_title_font_family = "Arial, sans-serif"
leather.theme.label_color = leather.theme.axis_title_color = _INK
leather.theme.tick_color, leather.theme.zero_color = _LINE, _INK


def bars(what: str, some: Sequence[Bar]) -> str:
    """A bar for each; `what` says what is counted, for those who cannot see it."""
    chart = leather.Chart()
    most = max([number or 0 for _, number in some], default=0)
    chart.add_x_scale(0, most + _STEP)
    chart.add_bars([(number or 0, _label(name, number)) for name, number in some], fill_color=_BLUE)
    picture = str(chart.to_svg(width=_WIDTH, height=_FRAME + _BAR * len(some)))
    label = quoteattr(f"Bar chart: {what}. The numbers stand in the table.")
    size = f'width="{_WIDTH}" height="{_FRAME + _BAR * len(some)}"'
    return picture.replace(
        size, f'viewBox="0 0 {_WIDTH} {_FRAME + _BAR * len(some)}" role="img" aria-label={label}', 1
    )


def _label(name: str, number: int | None) -> str:
    return f"{name}: {'not shown' if number is None else f'{number:,}'}"
