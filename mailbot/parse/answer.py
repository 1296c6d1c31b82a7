"""
What goes between the worker and a reading child: lengths, bytes, and codes of ours.

SECURITY
    The worker's half trusts nothing: lengths are checked before bytes are read, codes must look like
    ours, and the JSON is decoded against its type, which is flat; depth has no room in it.
"""

import re
import struct

from mailbot.errors import LimitExceeded, Permanent, Unreadable

REQUEST = struct.Struct(">cII")  # what to read, length of what goes with it, length of the bytes
REPLY = struct.Struct(">cI")  # how it went, length of what follows
ENDED = struct.Struct(">i")  # how the child ended, as `os.waitpid` says
STARTED = struct.Struct(">i")  # its process id

MESSAGE, DOCUMENT, HEADERS = b"m", b"d", b"h"
DONE, UNREADABLE, LIMIT = b"+", b"u", b"l"

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def failure(kind: bytes, untrusted_text: bytes) -> Permanent:
    """The error that a child reports, if it reports it in words of ours."""
    code = untrusted_text.decode("ascii", "replace")
    if kind not in (UNREADABLE, LIMIT) or not _CODE.fullmatch(code):
        return Unreadable("answer")
    return Unreadable(code) if kind == UNREADABLE else LimitExceeded(code)
