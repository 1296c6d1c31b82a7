"""The whole way of the same messages: mailbot beside others, interleaved."""

import sys
from typing import Any

from bench.setting import Setting
from bench.table import Row, median, spread

PROMISED = "django_mailbox"
LEAST = 2.0  # times it, though it reads no form; the target is 4


def run(setting: Setting) -> list[Row]:
    """All ways on each mailbox."""
    return [row for name in setting.sources for row in _mailbox(setting, name)]


def _must_be_whole(way: str, result: dict[str, Any]) -> None:
    """A way that leaves something out is not fast."""
    present, states = result["present"], result.get("states", {})
    if result["stored"] != present:
        raise SystemExit(f"{way} stored {result['stored']} of {present} messages: {result}")
    if states and (states.get("stored", 0) or states.get("quarantined", 0) > present / 50 or result["left"]):
        print(f"  {way} did not read or move everything: {result}", file=sys.stderr)


def _mailbox(setting: Setting, name: str) -> list[Row]:
    rates: dict[str, list[float]] = {way: [] for way in setting.ways}
    work: dict[str, list[float]] = {way: [] for way in setting.ways}
    for number in range(setting.rounds):
        for way in setting.ways:
            result = setting.way(way, setting.sources[name])
            _must_be_whole(way, result)
            rates[way].append(result["stored"] / result["wall"])
            work[way].append(1000 * result["tree"] / result["stored"])
            print(f"  {name} round {number} {way}: {rates[way][-1]:.0f}/s {result}", file=sys.stderr)
    rows = [
        Row("whole", f"{name}: {way}", median(rates[way]), "messages/s", spread=spread(rates[way], 0))
        for way in setting.ways
    ]
    rows += [
        Row("whole", f"{name}: {way}, processor", median(work[way]), "ms/message", spread=spread(work[way]))
        for way in setting.ways
    ]
    return rows + _ratios(name, rates)


def _ratios(name: str, rates: dict[str, list[float]]) -> list[Row]:
    """mailbot beside the other ways; its floor, which no faster reader can pass, beside the promised one."""
    pairs = [("mailbot", way) for way in rates if way != "mailbot"] + [("floor", PROMISED)]
    rows = []
    for mine, theirs in pairs:
        if mine in rates and theirs in rates:
            ratios = [one / other for one, other in zip(rates[mine], rates[theirs], strict=True)]
            least = LEAST if (mine, theirs) == ("mailbot", PROMISED) else None
            rows.append(
                Row(
                    "whole",
                    f"{name}: {mine} / {theirs}",
                    median(ratios),
                    "times",
                    least,
                    spread=spread(ratios, 2),
                )
            )
    return rows
