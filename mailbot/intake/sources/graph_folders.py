"""
Folders of a mailbox by Microsoft Graph, found by the names that people see.

The inbox has a name in every language, so "INBOX" stands for the inbox whatever it is called. "A/B" is the
folder B inside A.
"""

from mailbot.clients.graph import Graph
from mailbot.clients.trouble import Kind, Trouble
from mailbot.errors import Refused
from mailbot.intake.sources.graph_answers import Folder, Folders
from mailbot.intake.sources.names import TWICE

_FIELDS = {"$select": "id,displayName,totalItemCount"}
_MOST = 5_000  # folders looked through


def inbox(client: Graph, name: str) -> Folder:
    """The folder in which messages arrive. `Trouble` of kind missing for none, `Refused` for two."""
    if name.casefold() == "inbox":
        return client.get("/mailFolders/inbox", Folder, **_FIELDS)
    found = find(client, name, alone=True)
    if found is None:
        raise Trouble(Kind.MISSING, f"{client.where} has no such inbox folder")
    return found


def find(client: Graph, name: str, *, alone: bool = False) -> Folder | None:
    """A folder by its name; of two with one name the first, unless it has to be `alone`."""
    found, place = None, "/mailFolders"
    for step in name.split("/"):
        several = _within(client, place, step)
        if not several:
            return None
        if alone and len(several) > 1:
            raise Refused(TWICE)
        found = several[0]
        place = f"/mailFolders/{found.id}/childFolders"
    return found


def make(client: Graph, name: str) -> Folder:
    """Make a folder, and what it lies in; another worker may have been faster."""
    found, place = None, "/mailFolders"
    for step in name.split("/"):
        there = _within(client, place, step)
        found = there[0] if there else _make(client, place, step)
        place = f"/mailFolders/{found.id}/childFolders"
    assert found is not None  # noqa: S101  a name has at least one step
    return found


def _make(client: Graph, place: str, step: str) -> Folder:
    try:
        return client.post(place, {"displayName": step}, Folder)
    except Trouble as error:
        if error.code == 409 and (there := _within(client, place, step)):
            return there[0]
        raise


def _within(client: Graph, place: str, step: str) -> list[Folder]:
    """Those with this name."""
    if place == "/mailFolders" and step.casefold() == "inbox":
        return [client.get("/mailFolders/inbox", Folder, **_FIELDS)]
    page, seen = client.get(place, Folders, **_FIELDS, **{"$top": 100}), 0
    found: list[Folder] = []
    while True:
        found += [folder for folder in page.value if folder.displayName.casefold() == step.casefold()]
        seen += max(1, len(page.value))
        if not page.next or seen > _MOST:
            return found
        page = client.follow(page.next, Folders)
