"""
Pictures that must not be seen again: sealed for everybody, by whoever saw what they are.

GUARANTEES
    Sealed is the picture, not its place: the same file in another message, the same mail by another route for
    example, is sealed with it. A seal is never taken off here.
SECURITY
    What is kept of the picture is a keyed digest of its digest, by which nobody outside can ask for it.
BUGS
    A picture that was changed, if only in its size, is another file.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_, select

from mailbot.domain.mail import Part
from mailbot.errors import Declined
from mailbot.store.audit import Action
from mailbot.store.desk import sealed_part as table
from mailbot.store.once import insert_once
from mailbot.store.schema import review_item
from mailbot.store.unit import Unit
from mailbot.store.vault import Vault

LONGEST_PATH = 200


def seal(unit: Unit, item_id: str, part: Part, actor: str, now: datetime) -> None:
    """Nobody sees it again; `Declined("unknown")`. The caller raises the concern."""
    message_id = unit.db.scalar(select(review_item.c.message_id).where(review_item.c.item_id == item_id))
    if message_id is None or len(part.path) > LONGEST_PATH:
        raise Declined("unknown")
    row = {
        "message_id": message_id,
        "path": part.path,
        "digest": _digest(unit.vault, part),
        "sealed_by": actor,
        "sealed_at": now,
    }
    if insert_once(unit.db, table, row):
        unit.audit(actor, Action.ALTERATION, item_id, now, what="image_sealed")


def sealed(db: Connection, vault: Vault, message_id: str, parts: Collection[Part]) -> frozenset[str]:
    """The paths of those parts of a message that nobody may see again."""
    digests = {part.path: _digest(vault, part) for part in parts}
    same = table.c.digest.in_(list(digests.values()))
    rows = db.execute(select(table).where(or_(table.c.message_id == message_id, same))).all()
    own = {row.path for row in rows if row.message_id == message_id}
    found = {row.digest for row in rows}
    return frozenset(own | {path for path, digest in digests.items() if digest in found})


def _digest(vault: Vault, part: Part) -> str:
    return vault.digest("sealed_part", part.sha256.encode())
