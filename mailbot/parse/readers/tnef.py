"""
winmail.dat (MS-OXTNEF): what Outlook wraps a message in for a server that it takes for an Exchange.

tnefparse takes it apart; its checksums are not asked for, because real files get them wrong. On junk it
raises much, an unassigned name and a character set that nobody knows among it.
"""

import logging
from collections.abc import Sequence

from tnefparse import TNEF

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.ole import RAISES
from mailbot.parse.readers.registry import Found
from mailbot.parse.readers.tnef_counts import size_of

# Its warnings quote what a stranger wrote.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL + 1)


def unpack(untrusted: bytes, limits: Limits) -> Sequence[Found]:
    """The body, as HTML where there is one, and the attachments, of a file that was cut what there is."""
    cut = size_of(untrusted) > len(untrusted)
    try:
        tnef = TNEF(untrusted, do_checksum=False)
        found = [*_body(tnef), *(_file(attachment) for attachment in tnef.attachments[: limits.parts])]
    except (*RAISES, UnboundLocalError) as error:
        raise Unreadable("corrupt") from error
    if sum(len(one.untrusted_data) for one in found) > limits.archive_total_bytes:
        raise LimitExceeded("archive_total_bytes")
    return [*found, Found("", "", b"", problem="corrupt")] if cut else found


def _body(tnef: TNEF) -> list[Found]:
    for value, declared in (
        (tnef.htmlbody, "text/html"),
        (tnef.body, "text/plain"),
        (tnef.rtfbody, "text/rtf"),
    ):
        if value:
            data = value.encode("utf-8") if isinstance(value, str) else bytes(value)
            role = "attachment" if declared == "text/rtf" else "body"
            return [Found("body", declared, data, role, "utf-8" if isinstance(value, str) else "")]  # type: ignore[arg-type]
    return []


def _file(attachment: object) -> Found:
    name = getattr(attachment, "long_filename", None)
    name = (name() if callable(name) else name) or getattr(attachment, "name", "") or ""
    if isinstance(name, bytes):
        name = name.decode("utf-8", "replace")
    return Found(str(name).rstrip("\x00"), "", bytes(getattr(attachment, "data", b"") or b""))
