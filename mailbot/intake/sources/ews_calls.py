"""
What is asked of an Exchange server, in exchangelib's words: folders, a listing, a message, a move.

Each function is given an account, and raises what exchangelib raises; `Exchange.ask` translates it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from exchangelib import ExtendedProperty, Folder, Message, errors
from exchangelib.fields import FieldOrder, FieldPath
from exchangelib.folders import Inbox, SingleFolderQuerySet
from exchangelib.folders.queryset import SHALLOW
from exchangelib.properties import FolderId
from exchangelib.services import CreateFolder, FindItem, GetItem

from mailbot.errors import Refused
from mailbot.intake.sources.names import TWICE

PAGE = 100
MOST_ITEMS = 200_000  # far above what any folder of ours holds; a server that lists for ever is stopped
_registering = threading.Lock()


class SearchKey(ExtendedProperty):  # type: ignore[misc]
    """PidTagSearchKey: stays the same when an item is moved."""

    property_tag = 0x300B
    property_type = "Binary"


class _Find(FindItem):  # type: ignore[misc]
    """Whatever lies in the folder: exchangelib gives up at an element that it does not know."""

    def _elem_to_obj(self, elem: Any) -> Any:
        return Message.from_xml(elem=elem, account=self.account)


class _Get(GetItem):  # type: ignore[misc]
    """The same."""

    def _elem_to_obj(self, elem: Any) -> Any:
        return Message.from_xml(elem=elem, account=self.account)


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


def find_folder(account: Any, name: str, *, alone: bool = False) -> Place | None:
    """
    A folder by the name that people see; "INBOX" in every language; "A/B" is B inside A.

    Of two with one name the first, unless it has to be `alone`.
    """
    if name.casefold() == "inbox":
        return _place(account.inbox)
    found = account.msg_folder_root
    for step in name.split("/"):
        several = _children(account, found, step)
        if not several:
            return None
        if alone and len(several) > 1:
            raise Refused(TWICE)
        found = several[0]
    return _place(found)


def make_folder(account: Any, name: str) -> Place:
    """Make a folder, and what it lies in; another worker may have been faster."""
    found = account.msg_folder_root
    for step in name.split("/"):
        there = next(iter(_children(account, found, step)), None)
        if there is None:
            try:
                # by the service itself: a folder's own `save` reads the whole hierarchy first
                new = Folder(root=account.root, name=step, folder_class="IPF.Note")
                there = CreateFolder(account=account).get(parent_folder=found, folders=[new])
            except errors.ErrorFolderExists:
                there = next(iter(_children(account, found, step)), None)
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
    items = _Find(account=account, page_size=PAGE).call(
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
    seen: set[str] = set()
    again = 0
    for item in items:
        if isinstance(item, Exception):
            raise item
        if len(seen) > MOST_ITEMS or again > PAGE:
            raise errors.ErrorInternalServerError("lists without an end")
        if item.id in seen:  # pages shift while people put messages in
            again += 1
            continue
        seen.add(item.id)
        received = item.datetime_received
        at = datetime.fromtimestamp(received.timestamp(), UTC) if received else None
        locator = _locator(item, at)
        if locator in found:
            locator = f"id|{item.id}"
        found[locator] = Listed(item.id, item.changekey, int(item.size or 0), at)
    return found


def is_lasting(locator: str) -> bool:
    """Whether it stays with the message wherever that is moved: not where its id has to serve."""
    return locator.startswith("key|")


def _locator(item: Any, at: datetime | None) -> str:
    """The key goes with each copy, a changed one too, and programs may set it; the time does not."""
    key = getattr(item, "search_key", None)
    if isinstance(key, bytes) and key and at is not None:
        return f"key|{key.hex()}|{int(at.timestamp())}"
    return f"id|{item.id}"


def fetch(account: Any, some: Sequence[Listed]) -> list[Any]:
    """The bytes of each message, or (as a value) the exception that kept the server from serving it."""
    ids = [(one.id, one.changekey) for one in some]
    wanted = {FieldPath(field=Message.get_field_by_fieldname("mime_content"))}
    served = list(
        _Get(account=account, chunk_size=len(ids)).call(items=ids, additional_fields=wanted, shape="IdOnly")
    )
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


def _children(account: Any, parent: Any, name: str) -> list[Any]:
    """Those with this name."""
    children = list(SingleFolderQuerySet(account=account, folder=parent).depth(SHALLOW).only("name"))
    for folder in children:
        if isinstance(folder, Exception):
            raise folder
    return [folder for folder in children if folder.name.casefold() == name.casefold()]


def _register() -> None:
    """Once for the process: exchangelib keeps fields in its classes."""
    with _registering:
        for kind in Inbox.supported_item_models:
            if "search_key" not in {field.name for field in kind.FIELDS}:
                kind.register("search_key", SearchKey)
