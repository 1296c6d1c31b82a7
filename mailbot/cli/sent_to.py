"""What `mailbot check --send-to` does: send the real acknowledgement, and say what its receiver saw."""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mailbot.errors import ConfigError, Gone

if TYPE_CHECKING:
    from mailbot.app import App
    from mailbot.intake.sources.base import MailSource

PATIENCE = 120.0  # seconds in which it should have arrived
PAUSE = 2.0
_RESULT = re.compile(r"(?:^|[;\s])(spf|dkim|dmarc)\s*=\s*([a-z]{1,20})", re.IGNORECASE)
_SERVER = re.compile(r"[A-Za-z0-9.-]{1,80}")
_GOOD = {"spf": "pass", "dkim": "pass", "dmarc": "pass"}


def send(app: "App", recipient: str, out: TextIO) -> str:
    """Send one, as anybody gets it; its Message-ID. Raises as a transport does."""
    from mailbot.store.ids import new_id

    if not app.config.acknowledge.enabled:
        raise ConfigError("[acknowledge] → enabled: is false, so there is no acknowledgement to send")
    composer = app.composer()
    message_id = composer.message_id(new_id())
    with closing(app.transport()) as transport:
        transport.send(composer.compose(recipient, message_id, datetime.now(UTC)))
    print(f"The acknowledgement has left; its Message-ID is {message_id}.", file=out)
    return message_id


def find_source(app: "App", mailbox: str) -> "MailSource":
    """A mailbox of ours by its name."""
    source = next((source for box, source in app.sources() if box.name == mailbox), None)
    if source is None:
        raise ConfigError("--in-mailbox: names none of the mailboxes")
    return source


def listed(source: "MailSource") -> set[str]:
    """What is in its inbox now, by locator."""
    with source.session(look_only=True) as session:
        return {ref.locator for ref in session.arrivals()}


def wait_for(source: "MailSource", seen: set[str], message_id: str) -> bytes:
    """The message as it arrived in a mailbox of ours, where nothing is changed; `Gone` if it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with source.session(look_only=True) as session:
            new = [ref for ref in session.arrivals() if ref.locator not in seen]
            for arrival in session.fetch(new):
                seen.add(arrival.ref.locator)
                untrusted = b"".join(arrival.untrusted_chunks)
                if message_id.encode() in untrusted.partition(b"\r\n\r\n")[0]:
                    return untrusted
        time.sleep(PAUSE)
    raise Gone(f"it did not arrive in that mailbox within {PATIENCE:.0f} s")


def pasted(place: str, stdin: TextIO) -> bytes:
    """Headers that somebody copied out of the receiver's mail program: a file, or "-"."""
    try:
        return stdin.read().encode() if place == "-" else Path(place).read_bytes()
    except OSError as error:
        raise ConfigError(f"--received: cannot be read: {error.strerror}") from None


def verdicts(untrusted_headers: bytes) -> list[tuple[str, dict[str, str]]]:
    """What each server that received it says, the last one first: its name, and spf, dkim and dmarc."""
    message = message_from_bytes(untrusted_headers.lstrip(), policy=compat32)
    return [(name, told) for name, told in map(_told, _lines(message.items())) if told]


def explain(untrusted_headers: bytes, out: TextIO) -> bool:
    """Say it; whether all that was said is good."""
    found = verdicts(untrusted_headers)
    for name, told in found:
        words = ", ".join(f"{what} {told.get(what, 'not checked')}" for what in _GOOD)
        print(f"{name}: {words}", file=out)
    if not found:
        print("There is no Authentication-Results line: the receiver checks nothing.", file=out)
        return False
    first = found[0][1]
    bad = [what for what, good in _GOOD.items() if first.get(what, good) != good]
    if bad:
        print(f"Receivers may take our mail for junk: {', '.join(bad)} did not pass.", file=out)
    return not bad


def _lines(headers: Iterable[tuple[str, object]]) -> Iterator[str]:
    for name, value in headers:
        if name.lower() in ("authentication-results", "x-ms-exchange-authentication-results"):
            yield str(value)


def _told(untrusted_line: str) -> tuple[str, dict[str, str]]:
    server = untrusted_line.partition(";")[0].split()
    name = server[0] if server and _SERVER.fullmatch(server[0]) else "a server without a name"
    told: dict[str, str] = {}
    for what, result in _RESULT.findall(untrusted_line):
        told.setdefault(what.lower(), result.lower())
    return name, told
