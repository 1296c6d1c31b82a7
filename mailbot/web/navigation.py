"""
The bar at the top: which pages it names, and for whom.

`ENTRIES` is in the order of the bar; each has the permission that its page needs. Where somebody lands after
signing in is the first entry that they may see.
"""

from dataclasses import dataclass

from flask import Flask, g, request, url_for

from mailbot.domain.roles import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in the bar."""

    text: str
    endpoint: str
    needs: Permission


ENTRIES: tuple[Entry, ...] = ()


def shown() -> list[dict[str, object]]:
    """The entries for whoever asks, as the component wants them."""
    person = g.get("person")
    return [
        {"text": entry.text, "href": url_for(entry.endpoint), "current": request.endpoint == entry.endpoint}
        for entry in ENTRIES
        if person is not None and person.may(entry.needs)
    ]


def install(app: Flask) -> None:
    """Enter it for the templates."""
    app.add_template_global(shown, "navigation")
