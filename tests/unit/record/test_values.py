"""Values as they are written, and never more than that."""

import pytest

from mailbot.record import dates
from tests.unit.record.build import p, record


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("03/04/2025", "2025-04-03"),
        ("3.4.25", "2025-04-03"),
        ("3-4-2025", "2025-04-03"),
        ("3rd April 2025", "2025-04-03"),
        ("Thursday 3 April 2025", "2025-04-03"),
        ("3rd of April, 2025", "2025-04-03"),
        ("03-Apr-25", "2025-04-03"),
        ("2025-04-03", "2025-04-03"),
        ("03042025", "2025-04-03"),
        ("April 3, 2025", "2025-04-03"),
        ("31/02/2025", None),
        ("April 2025", None),
        ("03/25/2025", None),
        ("3/4/2025 or 4/4/2025", None),
        ("approx 2010", None),
        ("Not known", None),
    ],
)
def test_dates(written: str, meant: str | None) -> None:
    """The day first; what is partial, impossible or doubtful gives nothing."""
    assert meant == dates.whole(written)


def test_two_digit_years_of_birth_lie_in_the_past() -> None:
    """Nobody who is written about was born in the future."""
    assert ("1999-05-12", "2012-05-12") == (
        dates.whole("12/05/99", born=True),
        dates.whole("12/05/12", born=True),
    )


def test_a_person() -> None:
    """Compound boxes feed two fields; lists are split; nothing is nothing."""
    found = record(
        p("Subject 1", heading=2),
        p("Full name: Bo Faux"),
        p("DOB/Age: 12/05/2012 (13)"),
        p("Alias / AKA: Ghost, Big T"),
        p("Schools/Education establishments/ Year: Mock School, Year 9"),
        p("Online accounts: Snapchat: @bo; TikTok: bo_1"),
        p("M/F: F"),
        p("Ethnicity (See Code): W1"),
        p("Vulnerabilities: N/A"),
        p("Relationship to child: -"),
    ).subjects[0]

    assert ("2012-05-12", "13", "Mock School", "Year 9") == (
        found.dob,
        found.age,
        found.school,
        found.school_year,
    )
    assert (("Ghost", "Big T"), ("Snapchat: @bo", "TikTok: bo_1")) == (found.aliases, found.online)
    assert ("female", "W1", None, None) == (
        found.sex,
        found.ethnicity,
        found.vulnerabilities,
        found.relationship,
    )


def test_an_age_gives_no_date() -> None:
    """A date of birth is never made from an age."""
    found = record(p("Subject 1", heading=2), p("Full name: Bo"), p("DOB/Age: approx 15")).subjects[0]

    assert (None, "approx 15") == (found.dob, found.age)


def test_name_and_role_in_one_box() -> None:
    """ "Name / Job Title" is two fields."""
    found = record(p("Name / Job Title: Ada Mock / Head of Year"))

    assert ("Ada Mock", "Head of Year") == (found.submitter.name, found.submitter.role)


def test_a_name_in_two_boxes_of_the_writer() -> None:
    """The writer's name has one field, whatever the form prints."""
    found = record(p("Forename: Ada"), p("Surname: Mock"))

    assert "Ada Mock" == found.submitter.name


def test_vehicles_in_one_box() -> None:
    """One box for all vehicles: a mark where one is written, and the rest as its description."""
    found = record(p("Vehicles", heading=2), p("Vehicle details: silver Ford HJ19 ABQ"))

    assert [("HJ19ABQ", "silver Ford")] == [(one.vrm, one.description) for one in found.vehicles]
