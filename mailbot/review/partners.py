"""
What the partner directory says about a sender, for handlers: never a reason to drop or to delay anything.

Flags: `unknown_partner` (no partner's domain), `never_seen` (the first message from this address, or the
first that is authenticated), `spoof_suspected` (a partner's look-alike, or a partner's name from elsewhere).
The signs behind them stand with the envelope, which is the source part.

GUARANTEES
    Without a directory nothing is added and nothing is kept. What is kept of a sender is keyed digests and
    counts.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from mailbot.config import Directory, Partner, parents
from mailbot.domain.mail import Envelope, Kind, Reading
from mailbot.review.likeness import Likeness, is_mixed
from mailbot.store.once import insert_into
from mailbot.store.schema import correspondent as TABLE
from mailbot.store.unit import Unit
from mailbot.store.vault import Vault

# Anybody can have an address there, in any name.
FREE_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com",
        "live.co.uk", "yahoo.com", "yahoo.co.uk", "icloud.com", "me.com", "aol.com", "proton.me",
        "protonmail.com", "gmx.com", "gmx.co.uk", "mail.com", "btinternet.com", "sky.com", "talktalk.net",
        "virginmedia.com",
    }
)  # fmt: skip
_STRONG = frozenset({"look_alike", "partner_name_elsewhere"})
_SEEN = select(TABLE.c.messages, TABLE.c.authenticated).where(TABLE.c.sender_digest == bindparam("digest"))


@dataclass(frozen=True, slots=True)
class Partners:
    """The directory, with what makes looking at it quick."""

    directory: Directory = field(default_factory=Directory)
    likeness: Likeness = field(default_factory=lambda: Likeness(()))

    @classmethod
    def of(cls, directory: Directory) -> "Partners":
        """Made once, at the start."""
        return cls(directory, Likeness(directory.domains))


def regard(unit: Unit, reading: Reading, known: Partners, now: datetime, *, count: bool = True) -> Reading:
    """The reading with flags and signs; `count` where the message came now, and is not read again."""
    envelope = reading.envelope
    if not known.directory or len(envelope.senders) != 1 or reading.kind is Kind.AUTOMATIC:
        return reading
    found = signs(envelope, known)
    flags = list(reading.flags)
    if known.directory.partner_of(_domain(envelope)) is None:
        flags.append("unknown_partner")
    if count and _note(unit, envelope, known.directory, now):
        flags.append("never_seen")
    if _STRONG & set(found):
        flags.append("spoof_suspected")
    shown = tuple(dict.fromkeys((*envelope.spoof_signs, *found)))
    return replace(reading, flags=tuple(dict.fromkeys(flags)), envelope=replace(envelope, spoof_signs=shown))


def signs(envelope: Envelope, known: Partners) -> tuple[str, ...]:
    """What a person should know who wonders whether the sender is who they say."""
    domain = _domain(envelope)
    found = []
    if domain in FREE_MAIL:
        found.append("free_mail")
    if is_mixed(domain):
        found.append("mixed_script")
    partner = known.directory.partner_of(domain)
    if partner is None and any(known.likeness.looks_like_one(one) for one in parents(domain)):
        found.append("look_alike")
    named = [one for one in known.directory.partners if _folded(one.name) in _folded(envelope.sender_name)]
    if named and partner not in named:
        found.append("partner_name_elsewhere")
    return tuple(found)


def _note(unit: Unit, envelope: Envelope, directory: Directory, now: datetime) -> bool:
    """Count the message; whether none came from this address before that was as well proven."""
    proven = envelope.authentication in ("pass", "internal")
    domain = _domain(envelope)
    listed = next((one for one in parents(domain) if one in directory.by_domain), domain)
    digest = unit.vault.digest("correspondent", envelope.senders[0].casefold().encode())
    before = unit.db.execute(_SEEN, {"digest": digest}).first()
    statement = insert_into(unit.db.dialect.name, TABLE).on_conflict_do_update(
        index_elements=[TABLE.c.sender_digest],
        set_={
            "last_at": now,
            "messages": TABLE.c.messages + 1,
            "authenticated": TABLE.c.authenticated + int(proven),
            **({} if proven else {"last_unproven_at": now}),
        },
    )
    row = {
        "sender_digest": digest,
        "domain_digest": _domain_digest(unit.vault, listed),
        "first_at": now,
        "last_at": now,
        "last_unproven_at": None if proven else now,
        "messages": 1,
        "authenticated": int(proven),
    }
    unit.db.execute(statement, row)
    return before is None or (proven and before.authenticated == 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a partner's mail fares: counts, and the last moment of each kind."""

    partner: Partner
    messages: int
    unproven: int
    last_at: datetime | None
    last_unproven_at: datetime | None


def standings(db: Connection, vault: Vault, directory: Directory) -> list[Standing]:
    """Every partner that wrote, by name. It tells who writes to us: the caller records that it was shown."""
    found = []
    for partner in sorted(directory.partners, key=lambda one: one.name):
        digests = [_domain_digest(vault, domain) for domain in partner.domains]
        row = db.execute(
            select(
                func.coalesce(func.sum(TABLE.c.messages), 0),
                func.coalesce(func.sum(TABLE.c.messages - TABLE.c.authenticated), 0),
                func.max(TABLE.c.last_at),
                func.max(TABLE.c.last_unproven_at),
            ).where(TABLE.c.domain_digest.in_(digests))
        ).one()
        if row[0]:
            found.append(Standing(partner, row[0], row[1], row[2], row[3]))
    return found


def to_be_phoned(standings: list[Standing], now: datetime, days: int) -> list[Standing]:
    """Those from whom something came lately that could not be authenticated: they were not answered."""
    since = now - timedelta(days=days)
    return [one for one in standings if one.last_unproven_at is not None and one.last_unproven_at >= since]


def _domain(envelope: Envelope) -> str:
    return envelope.senders[0].rpartition("@")[2].lower()


def _domain_digest(vault: Vault, domain: str) -> str:
    return vault.digest("correspondent.domain", domain.encode())


def _folded(text: str) -> str:
    """Letters and digits alone: "St. Mary's" and "St Marys" are one name."""
    return "".join(char for char in text.casefold() if char.isalnum())
