"""
Messages off an IMAP server: small ones many at a time, giants in parts.

GUARANTEES
    Nothing is marked: only BODY.PEEK is asked for. Of a giant at most one part is in memory. What the
    server lists and does not serve is left out, and one message that it cannot serve costs no other.
SECURITY
    ENVELOPE and BODYSTRUCTURE are never asked for: they make the server parse what a stranger wrote, and
    the library log it.
BUGS
    RFC822.SIZE only chooses the way. Some servers are wrong about it by a factor of three, so what came is
    never compared with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from imapclient.exceptions import IMAPClientError

from mailbot.errors import Gone
from mailbot.intake.sources.base import Arrival, Ref
from mailbot.intake.sources.imap_errors import is_lost, translated

TOGETHER = 20  # per FETCH: more is not faster on loopback, and costs memory
TOGETHER_BYTES = 8 * 2**20
GIANT_BYTES = 32 * 2**20
PART_BYTES = 4 * 2**20
UIDS_A_COMMAND = 500  # 5.5 kB of command line; servers must take 8 kB


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message by its number in the folder that is open now."""

    uid: int
    ref: Ref


def windows(uids: Sequence[int], size: int = UIDS_A_COMMAND) -> Iterator[Sequence[int]]:
    """The numbers, as many at a time as fit into one command."""
    return (uids[start : start + size] for start in range(0, len(uids), size))


def fetch(client: Any, where: str, wanted: Sequence[Wanted]) -> Iterator[Arrival]:
    """The messages that the server serves, in this order."""
    for start in range(0, len(wanted), UIDS_A_COMMAND):
        sized = _sized(client, where, wanted[start : start + UIDS_A_COMMAND])
        for group in _groups(sized):
            if group[0].ref.size > GIANT_BYTES:
                yield Arrival(group[0].ref, _parts(client, where, group[0].uid))
            else:
                yield from _together(client, where, group)


def _sized(client: Any, where: str, wanted: Sequence[Wanted]) -> list[Wanted]:
    told = _ask(client, where, [one.uid for one in wanted], ["RFC822.SIZE", "INTERNALDATE"])
    sized = []
    for one in wanted:
        if (data := told.get(one.uid)) is not None:
            size, at = data.get(b"RFC822.SIZE"), data.get(b"INTERNALDATE")
            ref = replace(
                one.ref,
                size=size if isinstance(size, int) else 0,
                received_at=at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo else None,
            )
            sized.append(replace(one, ref=ref))
    return sized


def _groups(sized: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    group: list[Wanted] = []
    weight = 0
    for one in sized:
        if group and (len(group) == TOGETHER or weight + one.ref.size > TOGETHER_BYTES):
            yield group
            group, weight = [], 0
        group.append(one)
        weight += one.ref.size
    if group:
        yield group


def _together(client: Any, where: str, group: list[Wanted]) -> Iterator[Arrival]:
    served = _ask(client, where, [one.uid for one in group], ["BODY.PEEK[]"])
    for one in group:
        body = served.pop(one.uid, {}).get(b"BODY[]")  # popped: the largest thing we hold
        # Nothing at all, for a message that has a size, is how some servers fail to serve one
        if isinstance(body, bytes) and (body or not one.ref.size):
            yield Arrival(one.ref, _cut(body))


def _cut(body: bytes) -> Iterator[bytes]:
    if len(body) <= PART_BYTES:
        return iter((body,))
    return (body[start : start + PART_BYTES] for start in range(0, len(body), PART_BYTES))


def _parts(client: Any, where: str, uid: int) -> Iterator[bytes]:
    offset = 0
    while True:
        items = _ask(client, where, [uid], [f"BODY.PEEK[]<{offset}.{PART_BYTES}>"]).get(uid, {})
        key = b"BODY[]<%d>" % offset
        if key not in items:
            raise Gone("a large message vanished while it was being fetched")
        part = items[key]
        if not isinstance(part, bytes) or not part:
            return
        yield part
        offset += len(part)


def _ask(client: Any, where: str, uids: list[int], items: list[str]) -> dict[int, dict[bytes, Any]]:
    """One FETCH; one for each when the server refuses them together because of a single one."""
    with translated(where):
        try:
            return dict(client.fetch(uids, items))
        except IMAPClientError as error:
            if is_lost(error):
                raise
        client.noop()  # lets the server tell what is gone, if that was it
        return _one_by_one(client, uids, items)


def _one_by_one(client: Any, uids: list[int], items: list[str]) -> dict[int, dict[bytes, Any]]:
    served: dict[int, dict[bytes, Any]] = {}
    for uid in uids:
        try:
            served.update(client.fetch([uid], items))
        except IMAPClientError as error:
            if is_lost(error):
                raise
    return served
