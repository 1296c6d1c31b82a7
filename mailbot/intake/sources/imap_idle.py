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
_TALK = b"OK"  # "still here" says nothing about mail


def idle(client: Any, seconds: float, where: str) -> bool:
    """Listen for `seconds` at most; True when the server spoke of the folder."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        client.idle()
        spoke = _matter(_said_already(client), where) or _listen(client, min(left, RENEW_SECONDS), where)
        _, said_at_the_end = client.idle_done()
        if _matter([entry[0] for entry in said_at_the_end if entry], where) or spoke:
            return True
    return False


def _listen(client: Any, seconds: float, where: str) -> bool:
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        began = time.monotonic()
        said = [entry[0] for entry in client.idle_check(timeout=left) if entry]
        if _matter(said, where):
            return True
        # A closed connection is readable at once and for ever, and gives nothing: only the clock tells
        if not said and time.monotonic() - began < 0.9 * left:
            raise SourceUnavailable(f"the connection to {where} is dead")
    return False


def _matter(words: list[Any], where: str) -> bool:
    """Whether any of these first words may be about mail."""
    if b"BYE" in words:
        raise SourceUnavailable(f"{where} has said goodbye")
    return any(word != _TALK for word in words)


def _said_already(client: Any) -> list[bytes]:
    """
    The first words of what came in one packet with the grant of IDLE.

    It lies in imaplib's buffer, where no poll of the socket can see it.
    """
    words: list[bytes] = []
    sock = client.socket()
    sock.setblocking(False)
    try:
        while client._imap.file.peek(1):
            words.append(client._imap._get_line().removeprefix(b"* ").partition(b" ")[0])
    except OSError:
        return words  # nothing there: TLS says so by an exception
    finally:
        sock.setblocking(True)
        client._set_read_timeout()
    return words
