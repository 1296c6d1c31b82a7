"""What the partner directory tells a handler about a sender, and what it never does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.config import Directory, Partner
from mailbot.domain.mail import Envelope, Kind, Reading
from mailbot.review import partners
from mailbot.review.likeness import Likeness, is_mixed, skeleton
from mailbot.review.partners import Partners, regard, signs
from mailbot.store.unit import Store
from tests.house.silence import canary

canary("Nowherefield Primary School", "Elsewhereham Academy")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PRIMARY = Partner(name="Nowherefield Primary School", domains=("nowherefield.example",), phone="01632 960001")
ACADEMY = Partner(name="Elsewhereham Academy", domains=("elsewhereham.example", "eha.example"))
KNOWN = Partners.of(
    Directory(
        (PRIMARY, ACADEMY),
        {"nowherefield.example": PRIMARY, "elsewhereham.example": ACADEMY, "eha.example": ACADEMY},
    )
)


def reading(address: str, name: str = "", authentication: str = "pass", kind: Kind = Kind.CPI) -> Reading:
    """An ordinary message from this address."""
    plain = Envelope(senders=(address,), from_headers=1, sender_name=name)
    return Reading(replace(plain, authentication=authentication), kind)  # type: ignore[arg-type]


def flags(store: Store, message: Reading, known: Partners = KNOWN, now: datetime = NOON) -> tuple[str, ...]:
    """The flags that are raised."""
    with store.unit() as unit:
        return regard(unit, message, known, now).flags


def test_without_a_directory_nothing_is_said_or_kept(store: Store) -> None:
    """Nobody is unknown where nobody is listed."""
    with store.unit() as unit:
        before = reading("a@stranger.example")

        assert before == regard(unit, before, Partners(), NOON)
        assert [] == partners.standings(unit.db, unit.vault, KNOWN.directory)


def test_a_partner_is_new_once(store: Store) -> None:
    """The first message of an address is flagged, the second not; a colleague's is another address."""
    assert ("never_seen",) == flags(store, reading("a@nowherefield.example"))
    assert () == flags(store, reading("A@nowherefield.example"))
    assert ("never_seen",) == flags(store, reading("b@nowherefield.example"))


def test_a_forger_makes_nobody_known(store: Store) -> None:
    """What came unproven under an address does not make the first proven message an old acquaintance."""
    flags(store, reading("a@nowherefield.example", authentication="none"))

    assert () == flags(store, reading("a@nowherefield.example", authentication="none"))
    assert ("never_seen",) == flags(store, reading("a@nowherefield.example"))
    assert () == flags(store, reading("a@nowherefield.example"))


def test_subdomains_belong_to_their_partner(store: Store) -> None:
    """A department is not a stranger; a domain that only ends alike is."""
    assert "unknown_partner" not in flags(store, reading("a@staff.nowherefield.example"))
    assert "unknown_partner" in flags(store, reading("a@notnowherefield.example"))


def test_reading_again_counts_nobody(store: Store) -> None:
    """A second reading of the same message is no second message."""
    with store.unit() as unit:
        regard(unit, reading("a@nowherefield.example"), KNOWN, NOON, count=False)

    assert ("never_seen",) == flags(store, reading("a@nowherefield.example"))


def test_robots_are_nobody(store: Store) -> None:
    """An absence note makes no acquaintance."""
    assert () == flags(store, reading("a@nowherefield.example", kind=Kind.AUTOMATIC))
    assert ("never_seen",) == flags(store, reading("a@nowherefield.example"))


LIKE = [
    "n0wherefield.example",  # a digit
    "nowherefleld.example",  # one letter
    "nowherefieid.example",
    "nowhere-field.example",  # a hyphen
    "novvherefield.example",  # two letters for one
    "nowherefield.test",  # another ending
    "nowherefield.co.example",
    "nowherefeild.example",  # two letters changed about
    "xn--nowherefeld-vcb.example",  # an accent
    "mail.nowherefleld.example",  # below a likeness
    "xn--nwherefield-rnj.example",  # a Cyrillic letter
]
UNLIKE = [
    "nowherefield.example",
    "staff.nowherefield.example",
    "somewhere.example",
    "ehb.example",
    "gmail.com",
]


@pytest.mark.parametrize("domain", LIKE)
def test_what_looks_like_a_partner(domain: str) -> None:
    """The eye would take it for one."""
    assert "look_alike" in signs(reading(f"a@{domain}").envelope, KNOWN)


@pytest.mark.parametrize("domain", UNLIKE)
def test_what_does_not(domain: str) -> None:
    """A partner, their department, a stranger, a name too short to tell."""
    assert "look_alike" not in signs(reading(f"a@{domain}").envelope, KNOWN)


def test_a_likeness_is_suspected(store: Store) -> None:
    """It reaches the handler with a flag, and the sign that explains it."""
    with store.unit() as unit:
        found = regard(unit, reading("a@nowherefleld.example"), KNOWN, NOON)

    assert ("unknown_partner", "never_seen", "spoof_suspected") == found.flags
    assert ("look_alike",) == found.envelope.spoof_signs


def test_a_partner_s_name_from_elsewhere() -> None:
    """A school's name before a free mailbox; from the school itself it is only a name."""
    name = "Office, NOWHEREFIELD primary-school"

    assert ("free_mail", "partner_name_elsewhere") == signs(reading("a@gmail.com", name).envelope, KNOWN)
    assert () == signs(reading("a@nowherefield.example", name).envelope, KNOWN)
    assert ("partner_name_elsewhere",) == signs(reading("a@eha.example", name).envelope, KNOWN)


def test_scripts_that_are_mixed() -> None:
    """One foreign letter in a word, and not a word in another script."""
    assert is_mixed("xn--nwherefield-rnj.example")
    assert not is_mixed("xn--e1aybc.example")
    assert "test" == skeleton("tеst")


def test_thousands_of_partners_cost_little() -> None:
    """A likeness is looked for among ten thousand domains in a blink."""
    many = Likeness(f"school-number-{number:05d}.example" for number in range(10_000))

    assert many.looks_like_one("schoo1-number-00077.example")
    assert not many.looks_like_one("an-honest-stranger.example")


def test_whom_to_telephone(store: Store) -> None:
    """A partner with mail that could not be authenticated lately, with the counts; nobody else."""
    flags(store, reading("a@nowherefield.example"))
    flags(store, reading("b@staff.nowherefield.example", authentication="none"))
    flags(store, reading("c@eha.example"))
    flags(store, reading("d@stranger.example", authentication="fail"))
    with store.look() as db:
        found = partners.standings(db, store.vault, KNOWN.directory)

    assert [("Elsewhereham Academy", 1, 0), ("Nowherefield Primary School", 2, 1)] == [
        (one.partner.name, one.messages, one.unproven) for one in found
    ]
    assert [PRIMARY] == [one.partner for one in partners.to_be_phoned(found, NOON + timedelta(days=6), 7)]
    assert [] == partners.to_be_phoned(found, NOON + timedelta(days=8), 7)
