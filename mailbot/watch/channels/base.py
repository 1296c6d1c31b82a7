"""
The port by which alerts leave, and what they say.

SECURITY
    A notice holds codes, counts, times and sentences of ours, so it may travel over whatever a site watches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from mailbot.watch.rules import SENTENCES


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of an alert."""

    state: Literal["on", "over"]
    code: str
    about: str
    number: int
    since: datetime
    link: str = ""  # where to look, where that is a page of the console

    def line(self) -> str:
        """For a person."""
        head = "OVER" if self.state == "over" else "ALERT"
        about = f" [{self.about}]" if self.about else ""
        number = f" ({self.number})" if self.number else ""
        what = f"{self.code}{about}{number}: {SENTENCES[self.code]}"
        link = f"; {self.link}" if self.link else ""
        return f"{head} {what}; since {self.since:%Y-%m-%d %H:%M} UTC{link}"

    def plain(self) -> dict[str, Any]:
        """For a program."""
        return {
            "state": self.state,
            "code": self.code,
            "about": self.about,
            "number": self.number,
            "since": self.since.isoformat(timespec="seconds"),
            "text": SENTENCES[self.code],
            "link": self.link,
        }


class Channel(Protocol):
    """A configured way to an operator."""

    name: str

    def tell(self, notices: Sequence[Notice], now: datetime) -> None:
        """Hand them over; raises `Transient` or `Permanent` where that failed. Never retries by itself."""
        ...
