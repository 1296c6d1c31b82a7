"""What is typed into the blank form comes back as it was typed, from the Word file and from the PDF."""

import json
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot import codec
from mailbot.domain.mail import Kind
from mailbot.reading import read_document
from mailbot.record import words
from mailbot.record.blank import pdf, word
from mailbot.record.blank.model import Box, Sheet, sheet
from mailbot.record.books import library
from tests.unit.record.blank import filling

EXACT = settings(derandomize=True, deadline=None, max_examples=60)
KEPT_TOO = {"submitter.contact_preference", "provenance.frequency"}  # shown to the handler twice
GROUPS = ("subjects", "locations", "vehicles", "phones", "online")
DATES = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%y", "%-d %B %Y", "%a %-d %b %Y", "%Y-%m-%d", "%d %b '%y")
NAMES = (
    "Zoë O'Neill-Smith",
    "Siân Ap-Rhys",
    "François D’Arcy",
    "Łukasz Żak",
    "N'Golo",
    "Mrs A. Example",
    "Person 2",
)
LABELS = (
    "Name:", "Date of birth: not asked", "Urgent? Yes", "Suspect", "Vehicle registration: none seen",
    "3. Type of information", "He said: Handling instructions", "Family name", "Phones", "Who told you?",
    "Is it safe to contact you? No", "Person 2", "☒ Yes ☐ No", "Kind regards", "--", "1. About you",
    "On Monday she wrote:", "(please see above)", "Title:\tnone",
)  # fmt: skip
SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:'’\"-–!?()/&@#£éèüçñŵłØ"


@cache
def form() -> Sheet:
    """The blank form."""
    book = library()
    return sheet(next(one for one in book.forms if one.id == "cpi-model"), book.cpi.definitions)


@cache
def blank(format: str) -> bytes:
    """The blank form's bytes."""
    return word.make(form()) if format == "docx" else pdf.make(form())


@cache
def silent() -> frozenset[str]:
    """Words that say nothing, so that their field stays empty by rule."""
    phrases = library().cpi.definitions.phrases
    return frozenset(words.words(text) for text in (*phrases.nothing, *phrases.placeholders))


def speaks(text: str) -> bool:
    """Whether a text says something."""
    return bool(words.words(text)) and words.words(text) not in silent()


def typed(*pools: str) -> st.SearchStrategy[str]:
    """One line, as somebody may type it."""
    free = st.text(SIGNS, min_size=1, max_size=40).map(str.strip)
    return st.one_of(st.sampled_from((*NAMES, *pools)), free).filter(speaks)


def written() -> st.SearchStrategy[str]:
    """Several lines, some of them like questions of the form, some of them empty."""
    line = st.one_of(st.just(""), st.sampled_from(LABELS), typed())
    lines = st.lists(line, min_size=1, max_size=8).map("\n".join)
    return lines.map(str.strip).filter(lambda text: speaks(text) and "\n\n\n" not in text)


def answer(box: Box) -> st.SearchStrategy[tuple[str, Any]]:
    """What is typed, and what the record must then say."""
    name = box.path.partition(".")[2] or box.path
    if box.kind == "choice":
        return st.sampled_from(box.options).map(lambda option: (option.text, option.value))
    if box.kind == "date":
        days = (
            st.dates(date(1941, 1, 1), date(2029, 12, 31))
            if name != "dob"
            else st.dates(date(1941, 1, 1), date(2020, 12, 31))
        )
        return st.tuples(days, st.sampled_from(DATES)).map(lambda pair: (_spelt(*pair), pair[0].isoformat()))
    if name == "vrm":
        return st.from_regex(r"[A-Z]{2}[0-9?]{2} ?[A-Z?]{3}", fullmatch=True).map(
            lambda text: (text.lower(), text.replace(" ", ""))
        )
    if name in ("aliases", "online") and box.path.startswith("subjects"):
        pool = ("Dj", "O'Neill", "Zoë", "T-Man", "snap: zoe.k_09", "@lil_k")
        return st.lists(st.sampled_from(pool), min_size=1, max_size=3, unique=True).map(
            lambda many: ("; ".join(many), many)
        )
    return (written() if box.kind == "text" else typed()).map(lambda text: (text, text))


def _spelt(day: date, style: str) -> str:
    return day.strftime(style if 1970 <= day.year <= 2025 or "y" not in style else "%d/%m/%Y")


@st.composite
def filled(draw: st.DrawFn) -> tuple[dict[str, str | bool], dict[str, Any]]:
    """Answers by box, and the values by key that must come back; often most boxes stay empty."""
    some = draw(st.sets(st.sampled_from([box.key for box in form().boxes()]), max_size=25))
    answers: dict[str, str | bool] = {}
    expected: dict[str, Any] = {}
    for box in form().boxes():
        if box.key not in some:
            continue
        if box.kind == "checks":
            ticked = draw(st.lists(st.sampled_from(box.options), min_size=1, unique=True))
            answers |= {box.option_key(option): True for option in ticked}
            expected[box.key] = [option.value for option in box.options if option in ticked]
        else:
            answers[box.key], expected[box.key] = draw(answer(box))
    return answers, expected


def record(expected: dict[str, Any]) -> dict[str, Any]:
    """The record that these values make, and nothing else."""
    empty: dict[str, Any] = {"information_types": [], **{group: [] for group in GROUPS}}
    blocks: dict[tuple[str, str], dict[str, Any]] = {}
    for box in form().boxes():
        group, _, name = box.path.partition(".")
        if group in GROUPS:
            if box.key in expected:
                number = box.key.split("-")[1]
                blocks.setdefault((group, number), {})[name] = expected[box.key]
        elif box.key in expected:
            empty[box.path] = expected[box.key]
    for (group, _), values in blocks.items():
        empty[group].append(values)
    return empty


def found(read: Any) -> dict[str, Any]:
    """What a reading holds, in the same shape: without what is empty."""
    flat: dict[str, Any] = {}
    for name, value in json.loads(json.dumps(codec.plain(read))).items():
        if name in ("findings", "form", "form_version", "reader_version", "schema_version"):
            continue
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": one for inner, one in value.items() if one is not None}
        elif name in GROUPS:
            flat[name] = [{key: one for key, one in item.items() if one} for item in value]
        elif value is not None:
            flat[name] = value
    return flat


@pytest.mark.parametrize("format", ["docx", "pdf"])
@EXACT
@given(case=filled())
def test_what_is_typed_comes_back(format: str, case: tuple[dict[str, str | bool], dict[str, Any]]) -> None:
    """Every answer is in its field as it was typed, every other field is empty, and nothing is left over."""
    answers, expected = case
    fill = filling.word if format == "docx" else filling.pdf

    reading = read_document(fill(blank(format), answers), f"cpi-form.{format}")

    if not expected:
        assert (Kind.ENQUIRY, ()) == (reading.kind, reading.records)
        return
    assert [record(expected)] == [found(one) for one in reading.records]
    twice = [value for key, value in expected.items() if key.replace("-", ".", 1) in KEPT_TOO]
    assert sorted(twice) == sorted(reading.unmapped)
    assert ("cpi-model", "1.0") == (reading.records[0].form, reading.records[0].form_version)
