"""
The bar at the top: which pages it names, and for whom.

`ENTRIES` is in the order of the bar; each has the permission that its page needs. Where somebody lands after
signing in is the first entry that they may see.
"""

from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for

from mailbot.domain.roles import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in the bar."""

    text: str
    endpoint: str
    needs: Permission


ENTRIES = (
    Entry("Queue", "queue.waiting", Permission.QUEUE_SEE),
    Entry("Mine", "queue.mine", Permission.ITEM_WORK),
    Entry("Taken", "queue.taken", Permission.ITEM_SUPERVISE),
    Entry("Attention", "supervise.attention", Permission.ITEM_SUPERVISE),
    Entry("Openings", "source.waiting", Permission.SOURCE_APPROVE),
    Entry("Held", "held.all", Permission.QUEUE_SEE),
    Entry("Decided", "queue.decided", Permission.QUEUE_SEE),
    Entry("Samples", "sampling.all", Permission.ITEM_SUPERVISE),
    Entry("Requests", "training.all", Permission.TRAINING_WORK),
    Entry("Sessions", "sessions.all", Permission.TRAINING_WORK),
    Entry("Schools", "schools.all", Permission.TRAINING_WORK),
    Entry("Reports", "reports.all", Permission.STATISTICS_WORK),
    Entry("Audit", "audit.all", Permission.AUDIT_SEE),
    Entry("Accounts", "accounts.all", Permission.ACCOUNTS_MANAGE),
    Entry("Wall-board", "board.show", Permission.BOARD_SEE),
)
_ITEM = "item.show"


def shown() -> list[dict[str, object]]:
    """The entries for whoever asks, as the component wants them."""
    person = g.get("person")
    return [
        {"text": entry.text, "href": url_for(entry.endpoint), "current": request.endpoint == entry.endpoint}
        for entry in ENTRIES
        if person is not None and person.may(entry.needs)
    ]


def item_url(item_id: str) -> str:
    """Where an item is shown; "" for whoever may not see it."""
    person = g.get("person")
    if _ITEM not in current_app.view_functions or person is None or not person.may(Permission.ITEM_SEE):
        return ""
    return url_for(_ITEM, item_id=item_id)


def install(app: Flask) -> None:
    """Enter it for the templates."""
    app.add_template_global(shown, "navigation")
    app.add_template_global(item_url, "item_url")
