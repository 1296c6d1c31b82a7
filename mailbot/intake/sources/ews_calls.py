"""
What is asked of an Exchange server, in exchangelib's words: folders, a listing, a message, a move.

Each function is given an account, and raises what exchangelib raises; `Exchange.ask` translates it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from exchangelib import ExtendedProperty, Folder, errors
from exchangelib.fields import FieldOrder, FieldPath
from exchangelib.folders import Inbox, SingleFolderQuerySet
from exchangelib.folders.queryset import SHALLOW
from exchangelib.properties import FolderId
from exchangelib.services import CreateFolder, FindItem

PAGE = 100
MOST_ITEMS = 200_000  # far above what any folder of ours holds; a server that lists for ever is stopped
_registering = threading.Lock()


class SearchKey(ExtendedProperty):  # type: ignore[misc]
    """PidTagSearchKey: stays the same when an item is moved."""

    property_tag = 0x300B
    property_type = "Binary"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, by what the server calls it."""

    id: str
    changekey: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of a folder, without its content."""

    id: str
    changekey: str
    size: int
    received_at: datetime | None


def find_folder(account: Any, name: str) -> Place | None:
    """A folder by the name that people see; "INBOX" in every language; "A/B" is B inside A."""
    if name.casefold() == "inbox":
        return _place(account.inbox)
    found = account.msg_folder_root
    for step in name.split("/"):
        found = _child(account, found, step)
        if found is None:
            return None
    return _place(found)


def make_folder(account: Any, name: str) -> Place:
    """Make a folder, and what it lies in; another worker may have been faster."""
    found = account.msg_folder_root
    for step in name.split("/"):
        there = _child(account, found, step)
        if there is None:
            try:
                # by the service itself: a folder's own `save` reads the whole hierarchy first
                new = Folder(root=account.root, name=step, folder_class="IPF.Note")
                there = CreateFolder(account=account).get(parent_folder=found, folders=[new])
            except errors.ErrorFolderExists:
                there = _child(account, found, step)
        found = there
    return _place(found)


def count(account: Any, place: Place) -> int:
    """How many items a folder holds."""
    return int(_folder(account, place).refresh().total_count or 0)


def list_folder(account: Any, place: Place) -> dict[str, Listed]:
    """All of a folder by their locators, the oldest first."""
    _register()
    folder = _folder(account, place)
    # by the service itself: a query would ask for the search keys in a second request
    fields = {
        FieldPath.from_string(name, folder=folder) for name in ("datetime_received", "size", "search_key")
    }
    items = FindItem(account=account, page_size=PAGE).call(
        folders=[folder],
        additional_fields=fields,
        restriction=None,
        order_fields=[FieldOrder.from_string("datetime_received", folder=folder)],
        shape="IdOnly",
        query_string=None,
        depth="Shallow",
        calendar_view=None,
        max_items=None,
        offset=0,
    )
    found: dict[str, Listed] = {}
    for item in items:
        if isinstance(item, Exception):
            raise item
        if len(found) > MOST_ITEMS:
            raise errors.ErrorInternalServerError("lists without an end")
        key = getattr(item, "search_key", None)
        locator = f"key|{key.hex()}" if isinstance(key, bytes) and key else f"id|{item.id}"
        if locator in found:
            locator = f"id|{item.id}"
        received = item.datetime_received
        at = datetime.fromtimestamp(received.timestamp(), UTC) if received else None
        found[locator] = Listed(item.id, item.changekey, int(item.size or 0), at)
    return found


def fetch(account: Any, some: Sequence[Listed]) -> list[Any]:
    """The bytes of each message, or (as a value) the exception that kept the server from serving it."""
    ids = [(one.id, one.changekey) for one in some]
    served = list(account.fetch(ids, only_fields=["mime_content"], chunk_size=len(ids)))
    if len(served) != len(ids):
        raise errors.ErrorItemNotFound("served fewer than were asked for")
    return [
        item if isinstance(item, Exception) else item.mime_content or errors.ErrorItemNotFound("nothing")
        for item in served
    ]


def move(account: Any, some: Sequence[Listed], place: Place) -> None:
    """Move them; those already gone are no error. Proves nothing."""
    account.bulk_move([(one.id, one.changekey) for one in some], to_folder=_folder(account, place))


def _folder(account: Any, place: Place) -> Any:
    return Inbox(root=account.root, _id=FolderId(id=place.id, changekey=place.changekey))


def _place(folder: Any) -> Place:
    return Place(folder.id, folder.changekey)


def _child(account: Any, parent: Any, name: str) -> Any:
    children = SingleFolderQuerySet(account=account, folder=parent).depth(SHALLOW).only("name")
    for folder in children:
        if isinstance(folder, Exception):
            raise folder
        if folder.name.casefold() == name.casefold():
            return folder
    return None


def _register() -> None:
    """Once for the process: exchangelib keeps fields in its classes."""
    with _registering:
        for kind in Inbox.supported_item_models:
            if "search_key" not in {field.name for field in kind.FIELDS}:
                kind.register("search_key", SearchKey)
