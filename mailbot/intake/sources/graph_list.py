"""
Listing a folder by Microsoft Graph, past the items that it cannot list.

One damaged or specially marked item turns the whole page in which it would stand into an HTTP 500. So the
page is halved until the item is alone, and stepped over; the next are asked for one at a time, then more.

BUGS
    Stepping over counts places. Where somebody takes messages out at that very moment, one may be missed;
    the next poll finds it.
"""

import time
from dataclasses import dataclass, field

from mailbot.clients.graph import Graph
from mailbot.clients.trouble import Kind, Trouble
from mailbot.intake.sources.graph_answers import Item, Page

PAGE = 100
MOST_ITEMS = 200_000  # far above what any folder of ours holds; a server that lists for ever is stopped
OUTAGE = 30  # places in a row that cannot be listed: that is the server and not an item
PATIENCE = 300.0  # seconds for a listing in which something fails


@dataclass(slots=True)
class Listing:
    """What a folder holds, in the order in which it came; `holes` are places that cannot be listed."""

    items: dict[str, Item] = field(default_factory=dict)
    holes: list[int] = field(default_factory=list)


def list_folder(client: Graph, folder: str, *, page: int = PAGE) -> Listing:
    """Read it to the end. Raises `Trouble`."""
    found, place, size, link, in_a_row = Listing(), 0, page, "", 0
    until, links = time.monotonic() + PATIENCE, set()
    while True:
        try:
            got = client.follow(link, Page) if link else _page(client, folder, place, size)
        except Trouble as error:
            if error.kind is not Kind.FAULT or in_a_row == OUTAGE or time.monotonic() > until:
                raise
            if size == 1 and not link:
                found.holes.append(place)
                place, in_a_row = place + 1, in_a_row + 1
            else:
                link, size = "", max(1, size // 2)
            continue
        found.items |= {item.id: item for item in got.value}
        place, in_a_row = place + len(got.value), 0
        if not got.next:
            return found
        if place > MOST_ITEMS or not got.value or got.next in links:
            raise Trouble(Kind.BROKE, f"{client.where} lists without an end")
        links.add(got.next)
        link = got.next if size == page else ""  # past what was in the way: larger pages again
        size = min(page, size * 2)


def _page(client: Graph, folder: str, place: int, size: int) -> Page:
    query: dict[str, str | int] = {
        "$select": "id,receivedDateTime",
        "$orderby": "receivedDateTime",
        "$top": size,
    }
    if place:
        query["$skip"] = place
    return client.get(f"/mailFolders/{folder}/messages", Page, **query)
