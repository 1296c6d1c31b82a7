"""The parts of Microsoft Graph's answers that are looked at."""

from datetime import datetime

import msgspec


class Item(msgspec.Struct, frozen=True):
    """A message without its content."""

    id: str
    receivedDateTime: datetime | None = None


class Placed(msgspec.Struct, frozen=True):
    """A message and the folder that it is in."""

    id: str
    parentFolderId: str


class Page(msgspec.Struct, frozen=True):
    """A page of a listing."""

    value: tuple[Item, ...]
    next: str = msgspec.field(default="", name="@odata.nextLink")


class Folder(msgspec.Struct, frozen=True):
    """A mail folder."""

    id: str
    displayName: str = ""
    totalItemCount: int = 0


class Folders(msgspec.Struct, frozen=True):
    """A page of folders."""

    value: tuple[Folder, ...]
    next: str = msgspec.field(default="", name="@odata.nextLink")
