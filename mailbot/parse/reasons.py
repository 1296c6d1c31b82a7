"""Why a part was not read, in one word of ours, and what follows from it."""

from mailbot.domain.mail import PartState
from mailbot.parse.items import Item
from mailbot.parse.kinds import ENCRYPTED, IMAGES
from mailbot.parse.names import extension_of

HARMLESS = {"logo", "signature", "keys", "calendar", "contact"}  # no handler must see these first
_ENCRYPTED = {"password", "encrypted", "rights"}
_LIMIT = {"parts", "nesting", "messages"}
_LOGO_BYTES = 48 * 1024  # a signature's picture; a photograph that can be read has more


def why_not(item: Item, kind: str) -> str:
    """Why no reader is asked."""
    if kind in IMAGES or kind == "image":
        small = len(item.untrusted_data) <= _LOGO_BYTES
        return "logo" if small and (item.referenced or item.role == "inline") else "image"
    if kind in ENCRYPTED:
        return "rights" if kind == "rpmsg" else "password"
    return "corrupt" if kind == "zip_damaged" else kind


def state_of(kind: str, reason: str) -> PartState:
    """The state of a part that was not read for this reason."""
    if reason in _ENCRYPTED:
        return "encrypted"
    if reason in _LIMIT or reason.startswith("archive_"):
        return "limit"
    unsupported = reason in HARMLESS or reason in ("image", "no_reader") or reason == kind
    return "unsupported" if unsupported else "unreadable"


def extension(kind: str) -> str:
    """For a part without a name."""
    return {"text": "txt", "jpeg": "jpg", "encrypted_office": "docx"}.get(kind, extension_of(f"x.{kind}"))
