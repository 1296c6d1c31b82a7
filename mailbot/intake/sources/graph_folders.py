"""
Folders of a mailbox by Microsoft Graph, found by the names that people see.

The inbox has a name in every language, so "INBOX" stands for the inbox whatever it is called. "A/B" is the
folder B inside A.
"""

from mailbot.clients.graph import Graph
from mailbot.clients.trouble import Kind, Trouble
from mailbot.intake.sources.graph_answers import Folder, Folders

_FIELDS = {"$select": "id,displayName,totalItemCount"}
_MOST = 5_000  # folders looked through


def inbox(client: Graph, name: str) -> Folder:
    """The folder in which messages arrive. `Trouble` of kind missing where there is none."""
    if name.casefold() == "inbox":
        return client.get("/mailFolders/inbox", Folder, **_FIELDS)
    found = find(client, name)
    if found is None:
        raise Trouble(Kind.MISSING, f"{client.where} has no such inbox folder")
    return found


def find(client: Graph, name: str) -> Folder | None:
    """A folder by its name."""
    found, place = None, "/mailFolders"
    for step in name.split("/"):
        found = _within(client, place, step)
        if found is None:
            return None
        place = f"/mailFolders/{found.id}/childFolders"
    return found


def make(client: Graph, name: str) -> Folder:
    """Make a folder, and what it lies in; another worker may have been faster."""
    found, place = None, "/mailFolders"
    for step in name.split("/"):
        found = _within(client, place, step) or _make(client, place, step)
        place = f"/mailFolders/{found.id}/childFolders"
    assert found is not None  # noqa: S101  a name has at least one step
    return found


def _make(client: Graph, place: str, step: str) -> Folder:
    try:
        return client.post(place, {"displayName": step}, Folder)
    except Trouble as error:
        if error.code == 409 and (found := _within(client, place, step)) is not None:
            return found
        raise


def _within(client: Graph, place: str, step: str) -> Folder | None:
    if place == "/mailFolders" and step.casefold() == "inbox":
        return client.get("/mailFolders/inbox", Folder, **_FIELDS)
    page, seen = client.get(place, Folders, **_FIELDS, **{"$top": 100}), 0
    while True:
        for folder in page.value:
            if folder.displayName.casefold() == step.casefold():
                return folder
        seen += len(page.value)
        if not page.next or seen > _MOST:
            return None
        page = client.follow(page.next, Folders)
