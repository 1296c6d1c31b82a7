"""The register of schools, and how long the desk keeps what it knows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mailbot.domain.mail import Kind
from mailbot.domain.states import TrainingState
from mailbot.errors import ConfigError
from mailbot.store import schools
from mailbot.store.office import training_answer, training_request
from mailbot.store.schema import outbox
from mailbot.store.schools import School
from mailbot.store.unit import Store
from mailbot.training import register, requests, retention
from tests.unit.training.office import NOW, Desk

NAMES = (
    "URN", "LA (code)", "LA (name)", "EstablishmentName", "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)", "PhaseOfEducation (name)", "Town", "Postcode", "SchoolWebsite",
    "TelephoneNum",
)  # fmt: skip
FIRST = (
    "900001", "851", "Portsmouth", "Inventley Community Junior School", "Community school", "Open", "Primary",
    "Inventley", "ZZ1 1ZZ", "http://www.inventley.example/home", "01632960001",
)  # fmt: skip
SECOND = (
    "900002", "851", "Portsmouth", "Ysgol Tŷ Nowhere", "Community special school",
    "Open, but proposed to close", "Not applicable", "Nowhere", "ZZ1 2ZZ", "nowhere.example", "",
)  # fmt: skip
THIRD = (
    "900003", "852", "Southampton", "Closed Academy", "Academy converter", "Closed", "Secondary", "", "",
    "not a site", "",
)  # fmt: skip


def line(cells: tuple[str, ...]) -> str:
    """A row of the file."""
    return ",".join(f'"{cell}"' for cell in cells) + "\r\n"


HEAD, ROWS = line(NAMES), "".join(map(line, (FIRST, SECOND, THIRD)))


def test_the_public_columns_are_read() -> None:
    """Type by phase, or by kind of school where it has none; the host of its web site; open or not."""
    first, second, third = register.read((HEAD + ROWS).encode())

    assert School(
        "900001", "Inventley Community Junior School", "Primary", "Portsmouth", "Inventley", "ZZ1 1ZZ",
        "01632960001", "inventley.example", True,
    ) == first  # fmt: skip
    assert ("Community special school", "nowhere.example", True) == (
        second.kind,
        second.domain,
        second.is_open,
    )
    assert ("", False) == (third.domain, third.is_open)


def test_some_authorities_alone() -> None:
    """Whatever their case."""
    found = register.read((HEAD + ROWS).encode(), frozenset({"southampton"}))

    assert ["900003"] == [one.urn for one in found]


def test_an_old_windows_encoding_is_read() -> None:
    """As the download has it."""
    found = register.read((HEAD + ROWS.replace("Tŷ", "Café")).encode("cp1252"))

    assert "Ysgol Café Nowhere" == found[1].name


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "lacks columns"),
        (b"a,b\r\n1,2\r\n", "lacks columns"),
        (HEAD.encode() + b'"x","","","","","","","","","",""\r\n', "row 2"),
        (b"\x00" * 100, "lacks columns"),
    ],
)
def test_what_is_no_register_is_refused(data: bytes, complaint: str) -> None:
    """In a sentence."""
    with pytest.raises(ConfigError, match=complaint):
        register.read(data)


def test_a_school_that_is_missing_in_a_newer_register_is_closed(store: Store) -> None:
    """But not forgotten; one that is there again is open again."""
    some = register.read((HEAD + ROWS).encode())
    for imported in (some, some[1:], some[:1]):
        with store.unit() as unit:
            schools.save(unit, imported, NOW)
    with store.look() as db:
        assert ["900001"] == [one.urn for one in schools.every(db)]
        assert 3 == len(schools.every(db, closed=True))
        assert ["900001"] == [one.urn for one in schools.find(db, "junior inventley")]
        assert [] == schools.find(db, "100%")


def test_what_is_due_is_erased_for_good(desk: Desk) -> None:
    """After its period: sealed part, address, answers. Its state and its school's number stay."""
    desk.arrive()
    desk.arrive(Kind.ENQUIRY, None, subject=desk.only.token, body="Yes")
    with desk.store.unit() as unit:
        requests.change(unit, desk.only.request_id, desk.only.version, "ada", desk.now, urn="900001")
        early = retention.erase_due(unit, "mailbot", desk.now + timedelta(days=700))
        erased = retention.erase_due(unit, "mailbot", desk.now + timedelta(days=800))
    with desk.store.look() as db:
        row = db.execute(select(training_request)).one()
        answers = db.execute(select(training_answer)).all()
        counts = requests.counts(db)

    assert (0, 1) == (early, erased)
    assert (b"", "", "900001") == (row.sealed, row.requester_digest, row.urn)
    assert [] == answers
    assert 0 == counts[TrainingState.REQUESTED]


def test_what_is_held_is_not_erased(desk: Desk) -> None:
    """A disposal freeze."""
    desk.arrive()
    with desk.store.unit() as unit:
        requests.change(unit, desk.only.request_id, desk.only.version, "ada", desk.now, hold=True)

        assert 0 == retention.erase_due(unit, "mailbot", desk.now + timedelta(days=8000))


def test_letters_are_erased_with_their_request(desk: Desk) -> None:
    """Also out of the outbox: no address and no text is left, and what had not left never leaves."""
    desk.arrive()
    desk.write("offer", desk.plan())
    with desk.store.unit() as unit:
        retention.erase_due(unit, "mailbot", desk.now + timedelta(days=800))
    with desk.store.look() as db:
        row = db.execute(select(outbox)).one()

    assert (None, None, None) == (row.content, row.recipient, row.recipient_digest)
    assert "not_due" == row.state
