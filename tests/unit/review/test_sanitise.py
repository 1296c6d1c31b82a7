"""What gives a source away is found, however it is written; nothing is removed by itself."""

from dataclasses import replace
from time import process_time

import pytest

from mailbot.domain.mail import Envelope
from mailbot.domain.record import Subject
from mailbot.review import vocabulary
from mailbot.review.sanitise import MASK, POSSIBLE, Sanitiser
from mailbot.store.parts import split
from tests.unit.review.people import invent, reading_of, shown_in

WORDS = vocabulary.load()
SOURCE = invent(7)


def sanitiser(narrative: str = "Nothing.", **more: object) -> Sanitiser:
    """For a message of the source."""
    reading = reading_of(SOURCE, narrative, **more)
    return Sanitiser(WORDS, split(reading)[1], reading.records)


GIVEN, FAMILY = SOURCE.name.split()[1:]
SCHOOL = SOURCE.school.split()[0]


@pytest.mark.parametrize(
    "text",
    [
        SOURCE.name,
        f"{GIVEN} {FAMILY}",
        f"{FAMILY}, {GIVEN}",
        f"{GIVEN[0]}. {FAMILY}",
        f"Miss {FAMILY}'s lesson",
        f"{FAMILY.upper()}",
        f"{FAMILY[:4]}{FAMILY[5:]}",  # a slip of the pen
        f"{GIVEN.lower()}{FAMILY.lower()}",  # run together
        f"told {GIVEN[0]}{FAMILY[0]} yesterday",
        f"seen by {GIVEN[0]}.{FAMILY[0]}. at the gate",
        SOURCE.school,
        f"a boy at {SCHOOL}",
        f"at {SCHOOL}'s gate",
        f"{SCHOOL[0]}CS",
        SOURCE.role.lower(),
        SOURCE.phone.replace(" ", ""),
        "+44 " + SOURCE.phone[1:],
        SOURCE.phone[:3] + " " + SOURCE.phone[3:].replace(" ", "-"),
        SOURCE.email,
        SOURCE.email.upper(),
        SOURCE.origin,
        SOURCE.origin.split()[-1],
        SOURCE.address.split(",")[0],
    ],
)
def test_a_value_is_found_in_each_way_of_writing(text: str) -> None:
    """Whole, in part, turned round, abbreviated, misspelt, run together."""
    whole = f"On that day {text} was there and nobody minded."
    found = sanitiser()

    assert any(one.kind == POSSIBLE for one in found.segments(whole, is_open=False))
    assert found.left_in(whole)
    assert MASK in found.masked(whole)


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Jane Mossop", "more at www.brackenholt.sch.uk or call", "brackenholt"),
        ("Jane Mossop", "write to office@staff.brackenholt.sch.uk soon", "brackenholt"),
        ("Jane Mossop", "as Miss Mossop.She saw it", "Mossop"),
        ("Jane Mossop", "Mrs.Mossop saw it", "Mossop"),
        ("Siân Pryse", "as Sian said", "Sian"),
        ("Sian Pryse", "as Sia\u0302n said", "Sia"),
        ("Ann Marsh-Lyle", "as Mrs Marsh Lyle said", "Lyle"),
        ("Ann Marsh-Lyle", "as Mrs Marsh‑Lyle said", "Lyle"),
        ("Una O'Dwyer", "as Miss O‘Dwyer said", "Dwyer"),
        ("Mei Ng", "Kind regards, Ms Ng", "Ng"),
    ],
)
def test_what_is_closed_does_not_show_through_a_spelling(name: str, text: str, left: str) -> None:
    """Addresses of the web, no space after a stop, accents, double names: the mask covers them."""
    reading = reading_of(SOURCE, "Nothing.")
    who = replace(reading.records[0].submitter, name=name, email="", organisation="")
    envelope = Envelope(senders=("head@staff.brackenholt.sch.uk",))
    records = (replace(reading.records[0], submitter=who),)
    found = Sanitiser(WORDS, split(replace(reading, envelope=envelope, records=records))[1])

    assert left not in found.masked(text)
    assert any(one.kind == POSSIBLE for one in found.segments(text, is_open=False))


def test_values_that_overlap_are_covered_to_their_ends() -> None:
    """Of two that run into each other, the end of the second does not stay."""
    reading = reading_of(SOURCE, "Nothing.")
    who = replace(reading.records[0].submitter, name="Ann Brackenholt", organisation="Brackenholt of We")
    records = (replace(reading.records[0], submitter=who),)
    found = Sanitiser(WORDS, split(replace(reading, records=records))[1])

    assert set(found.masked("Ann Brackenholt of We")) == set(MASK)


def test_a_subject_line_around_a_name_does_not_hide_the_question() -> None:
    """The line alone is no identity, so nobody would be asked; the name in it is one."""
    line = f"Concern from {SOURCE.name} about Friday"
    reading = reading_of(SOURCE, "Nothing.")
    envelope = replace(reading.envelope, subject=line)
    found = Sanitiser(WORDS, split(replace(reading, envelope=envelope))[1])

    assert "submitter.name" in found.left_in(f"Seen. {line}. Nothing else.")


@pytest.mark.parametrize(
    "text",
    [
        "A boy of fifteen waits behind the shops and hands out vapes to younger children.",
        "The car is a silver hatchback, registration ZZ70 QIQ, seen twice on Mock Street.",
        "Tobias Madeupson has a second telephone, 07700 900123.",
        "The school community has noticed it.",
    ],
)
def test_what_says_nothing_of_the_source_is_left_alone(text: str) -> None:
    """Ordinary words and other people's numbers are no hits."""
    assert () == sanitiser().left_in(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("when I and he", "first_person"),
        ("in my tutor group", "relation"),
        ("She told me at once", "told"),
        ("Nobody  else knows", "sole_knowledge"),
        ("I haven’t told anyone", "sole_knowledge"),
        ("in period 3", "time"),
        ("at 10:45am", "time"),
        ("in room B12", "place"),
        ("from year 9c", "place"),
    ],
)
def test_telling_phrases_are_marked(text: str, kind: str) -> None:
    """First person, being told, what only few know, times and places."""
    assert kind in {one.kind for one in sanitiser().segments(f"It was {text} there.", is_open=False)}


def test_a_mark_says_no_more_than_the_closed_part_may() -> None:
    """While it is closed a mark is a possible identifier; once it is open it says why."""
    text = f"{SOURCE.name} of {SOURCE.school}, told by {SOURCE.origin}"
    closed = {one.kind for one in sanitiser().segments(text, is_open=False) if one.kind}
    opened = {one.kind for one in sanitiser().segments(text, is_open=True) if one.kind}

    assert {POSSIBLE} == closed
    assert {"submitter.name", "submitter.organisation", "origin"} <= opened


def test_the_pieces_are_the_text() -> None:
    """Marking changes no letter."""
    text = f"  {SOURCE.name}\n\n told me ‮ {SOURCE.phone}\t{SCHOOL}  "

    assert text == "".join(one.text for one in sanitiser().segments(text, is_open=False))


def test_a_masked_document_says_nothing_of_the_source() -> None:
    """The whole form as text, for a hundred sources: no value is left."""
    for number in range(100):
        source = invent(number)
        reading = reading_of(source, "Boys hand out vapes.")
        mask = Sanitiser(WORDS, split(reading)[1], reading.records).masked
        shown = "\n".join(mask(text) for text in (reading.body, reading.parts[0].text, *reading.unmapped))

        assert [] == shown_in(source, shown), number
        assert "Boys hand out vapes." in shown


def test_who_is_also_a_subject_stands_as_a_subject() -> None:
    """Her name is marked, but is no reason to ask: she stands in the log as who she is."""
    reading = reading_of(SOURCE, "x")
    record = reading.records[0]
    given, family = SOURCE.origin.split()
    told = (Subject(role="victim", given_names=given, family_name=family),)
    records = (replace(record, subjects=told),)
    found = Sanitiser(WORDS, split(reading)[1], records)

    assert () == found.left_in(f"{SOURCE.origin} was followed home.")
    assert any(one.kind for one in found.segments(SOURCE.origin, is_open=False))


def test_a_message_without_a_form_has_a_source_too() -> None:
    """Its sender."""
    found = sanitiser(records=(), envelope=Envelope(senders=("q.vellumby@oak.example",)))

    assert ("sender",) == found.left_in("Regards, Vellumby")


def test_long_texts_take_no_longer_than_they_must() -> None:
    """A narrative of a hundred thousand letters in well under a second."""
    text = "The group met again near the water on Mock Street and nobody said anything. " * 1300
    found = sanitiser()
    begin = process_time()
    found.segments(text, is_open=False)

    assert process_time() - begin < 2.0


def test_a_representation_tells_nothing() -> None:
    """What a debugger or a traceback would print holds no value."""
    assert [] == shown_in(SOURCE, repr(sanitiser()))
