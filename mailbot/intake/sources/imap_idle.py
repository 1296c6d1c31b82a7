"""
IDLE: being told that something may have arrived, and noticing that nobody is there any more.

A hint that replaces sleeping, never a source of truth: whatever was said, the caller lists again.

BUGS
    A server that speaks before it grants IDLE makes IMAPClient give up; the caller reconnects and lists.
"""

import time
from typing import Any

from mailbot.errors import SourceUnavailable

RENEW_SECONDS = 300.0  # the standard allows 29 minutes; routers and servers forget us long before
_TALK = (b"OK",)  # "still here" says nothing about mail


def idle(client: Any, seconds: float, where: str) -> bool:
    """Listen for `seconds` at most; True when the server spoke of the folder."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        client.idle()
        spoke = _spoke_already(client) or _listen(client, min(left, RENEW_SECONDS), where)
        _, said_at_the_end = client.idle_done()
        if spoke or any(_matters(said) for said in said_at_the_end):
            return True
    return False


def _listen(client: Any, seconds: float, where: str) -> bool:
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        began = time.monotonic()
        said = client.idle_check(timeout=left)
        if any(entry[:1] == (b"BYE",) for entry in said):
            raise SourceUnavailable(f"{where} has said goodbye")
        if any(_matters(entry) for entry in said):
            return True
        # A closed connection is readable at once and for ever, and gives nothing: only the clock tells
        if not said and time.monotonic() - began < 0.9 * left:
            raise SourceUnavailable(f"the connection to {where} is dead")
    return False


def _matters(entry: Any) -> bool:
    return bool(entry) and entry[0] not in _TALK


def _spoke_already(client: Any) -> bool:
    """
    Whether a line came in one packet with the grant of IDLE.

    It then lies in imaplib's buffer, where no poll of the socket can see it.
    """
    sock = client.socket()
    sock.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except OSError:  # nothing there: TLS says so by an exception
        return False
    finally:
        sock.setblocking(True)
        client._set_read_timeout()
