"""What a measurement says, and how it is shown."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One number, and what it should be. `most` and `least` are the limits that were promised."""

    measure: str
    what: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None
    spread: str = ""

    @property
    def verdict(self) -> str:
        """Whether the promise is kept, where there is one."""
        if self.least is None and self.most is None:
            return ""
        kept = (self.least is None or self.value >= self.least) and (
            self.most is None or self.value <= self.most
        )
        return "ok" if kept else "MISSED"

    def plain(self) -> dict[str, Any]:
        """For the JSON."""
        return asdict(self) | {"verdict": self.verdict}


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def spread(values: Sequence[float], digits: int = 1) -> str:
    """From the smallest to the largest."""
    return f"{min(values):.{digits}f}..{max(values):.{digits}f}"


def limits(row: Row) -> str:
    """The promise in words."""
    if row.least is not None:
        return f">= {row.least:g}"
    return f"<= {row.most:g}" if row.most is not None else ""


def show(rows: Sequence[Row]) -> str:
    """The rows as a table."""
    lines = [f"{'measure':10} {'what':58} {'value':>9} {'unit':10} {'range':>16} {'promised':>9}"]
    for row in rows:
        value = f"{row.value:.3g}" if abs(row.value) < 10 else f"{row.value:.0f}"
        number = f"{value:>9} {row.unit:10} {row.spread:>16}"
        lines.append(f"{row.measure:10} {row.what:58} {number} {limits(row):>9} {row.verdict}")
    return "\n".join(line.rstrip() for line in lines)
