"""
Outlook's .msg files (MS-OXMSG): a message saved or forwarded as a file.

python-oxmsg reads the properties. An attached message is a storage of its own, which it does not open: we
look into it with olefile, one level, so that a form inside a forwarded message is found.

BUGS
    A body that is only there as compressed RTF is shown as an attachment that nobody could read.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from oxmsg import Message

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.ole import RAISES, open_ole
from mailbot.parse.readers.registry import Found


def unpack(untrusted: bytes, limits: Limits) -> Sequence[Found]:
    """The body, then the attachments; `Unreadable("corrupt")`."""
    try:
        found = list(_found(untrusted))[: limits.parts]
    except RAISES as error:
        raise Unreadable("corrupt") from error
    if sum(len(one.untrusted_data) for one in found) > limits.archive_total_bytes:
        raise LimitExceeded("archive_total_bytes")
    return found


def _found(untrusted: bytes) -> Iterator[Found]:
    open_ole(untrusted).close()  # the library does not ask how long its chains are
    message = Message.load(io.BytesIO(untrusted))
    yield from _body(message)
    for number, attachment in enumerate(message.attachments):
        data = attachment.file_bytes
        if data:
            yield Found(attachment.file_name or "", attachment.mime_type or "", data)
        else:
            yield from _inner(untrusted, number)


def _body(message: Any) -> Iterator[Found]:
    html, text = message.html_body, message.body
    if text and text.strip():
        yield Found("body", "text/plain", text.encode("utf-8"), "body", "utf-8")
    elif html:
        yield Found("body", "text/html", html.encode("utf-8"), "body", "utf-8")


def _inner(untrusted: bytes, number: int) -> Iterator[Found]:
    """The text and the files of a message that is attached to the message."""
    root = f"__attach_version1.0_#{number:08X}/__substg1.0_3701000D"
    with open_ole(untrusted) as ole:
        names = ["/".join(parts) for parts in ole.listdir() if "/".join(parts).startswith(root)]
        for name in names:
            leaf = name.removeprefix(root + "/")
            if leaf == "__substg1.0_1000001F":
                text = ole.openstream(name).read().decode("utf-16-le", "replace")
                yield Found("body", "text/plain", text.encode("utf-8"), "body", "utf-8")
            elif leaf.startswith("__attach") and leaf.endswith("__substg1.0_37010102"):
                title = name.replace("37010102", "3707001F")
                told = ole.openstream(title).read().decode("utf-16-le", "replace") if title in names else ""
                yield Found(told, "", ole.openstream(name).read())
