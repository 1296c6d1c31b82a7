"""What the listed wordings teach about those that nobody listed."""

import json
from pathlib import Path

import msgspec
import pytest

from mailbot import resources
from mailbot.errors import ConfigError
from mailbot.record import forms, words
from mailbot.record.books import library
from mailbot.record.forms import FieldDef
from mailbot.record.learn import learn
from mailbot.record.learned import Learned, most
from mailbot.record.lessons import Lessons, Wordings, lessons
from mailbot.record.likeness import Thesaurus
from mailbot.record.shapes import kind, suits
from tests.unit.record.build import TITLE, p, reading, table


def test_the_weights_were_learned_from_the_vocabulary_as_it_is() -> None:
    """Whoever edits a wording learns anew: `mailbot forms learn --out config/vocabulary`."""
    path = resources.find("config/vocabulary/wordings.toml")
    wordings = msgspec.toml.decode(path.read_bytes(), type=Wordings)
    definitions = forms.load()

    assert lessons(definitions, wordings).digest == definitions.learned.digest


def test_every_example_is_of_something_that_there_is() -> None:
    """An example of a field or a section that nobody knows would teach nothing, and nobody would see it."""
    definitions = forms.load()
    path = resources.find("config/vocabulary/wordings.toml")
    wordings = msgspec.toml.decode(path.read_bytes(), type=Wordings)

    assert wordings.labels.keys() <= {field.path for field in definitions.fields}
    assert wordings.headings.keys() <= {part.context for part in definitions.sections}


def test_learning_few_lessons() -> None:
    """What was taught is known, and a word more or less does not matter; the numbers add up to one."""
    labels = tuple(
        sorted(
            [("name of the caller", "who"), ("who rang", "who"), ("full name", "who"), ("your name", "who"),
             ("when was it", "when"), ("date of call", "when"), ("the date", "when"), ("when seen", "when"),
             ("where was it", "where"), ("place", "where"), ("where seen", "where"), ("street", "where")]
        )
    )  # fmt: skip
    definitions = forms.load()
    weights = learn(definitions, Lessons(labels, labels, labels))
    asked = Learned(weights.labels, Thesaurus({}, ())).likely

    assert asked("date when seen")["when"] > 0.6
    assert asked("full name of caller")["who"] > 0.6
    assert 1 == pytest.approx(sum(asked("your full name").values()))
    assert {} == asked("zebra crossing closed")
    assert weights == learn(definitions, Lessons(labels, labels, labels))


@pytest.mark.parametrize(
    ("label", "context", "path"),
    [
        ("Name of the colleague who fills this in", "submitter", "submitter.name"),
        ("When did that person tell you about it?", "provenance", "provenance.learned_at"),
        ("Date on which it took place", "matter", "provenance.event_at"),
        ("How did all of this come to your ears?", "provenance", "provenance.basis"),
        ("Write down everything that you have noticed", "matter", "narrative"),
    ],
)
def test_labels_that_no_list_has(label: str, context: str, path: str) -> None:
    """Words that forms use, put together as no list has them."""
    book = library().cpi
    norm = words.label(label)
    found = book.guesser.best(norm, context)

    assert norm not in book.every
    assert found is not None
    assert path == found.field.path


def test_what_is_missing_counts_a_share() -> None:
    """The likeliest of a few targets, where the others may count less than their due."""
    assert ("a", 0.5) == most({"a": 0.4, "b": 0.4}, 0.0)
    assert ("a", 0.4) == most({"a": 0.4, "b": 0.4}, 1.0)
    assert ("", 0.0) == most({}, 0.5)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("yes", "tri"), ("a.b@school.example", "email"), ("01632 960001", "phone"), ("3 May 2026", "day"),
        ("12/05/2026 at break", "day"), ("☒ Yes ☐ No", "marks"), ("word " * 30, "long"), ("an aunt", "words"),
    ],
)  # fmt: skip
def test_kinds_of_values(text: str, what: str) -> None:
    """What an answer looks like."""
    assert what == kind(text)


def test_a_date_is_nobody_s_name() -> None:
    """The kind of a value speaks for or against a field."""
    origin, when = FieldDef("provenance.origin"), FieldDef("provenance.learned_at")

    assert suits(origin, "2 September 2026") < 0.1 < suits(when, "2 September 2026")
    assert suits(when, "her aunt") < 0.2 < suits(when, "Friday after lunch")
    assert 1.0 == suits(origin, "her aunt") == suits(origin, "")


def test_the_value_decides_between_two_questions() -> None:
    """ "Received from whom and when" is asked twice in the same words: the date goes to the day."""
    found = reading(
        p(TITLE, heading=1),
        p("About you", heading=2),
        table(["Your name", "Ada Mock"], ["Agency", "Mock School"]),
        p("Source of the information", heading=2),
        table(
            ["How do you know?", "Told by one person"], ["Date received from informant", "2 September 2026"]
        ),
        p("What happened", heading=2),
        table(["What do you know?", "They met at the kiosk every day after school."]),
    )

    assert found.records[0].provenance.origin is None
    assert "2 September 2026" == found.records[0].provenance.learned_at


TABLE = {"targets": ["a"], "bias": [0.0], "weights": {}}
BEYOND = {"targets": ["a"], "bias": [0.0], "weights": {"w x": "AYA="}}  # of target 1, which there is not


@pytest.mark.parametrize(
    "content", [{"digest": 1}, {"digest": "", "labels": BEYOND, "headings": TABLE, "training": TABLE}]
)
def test_a_file_that_is_none(tmp_path: Path, content: object) -> None:
    """A site's weights that cannot be used are a mistake with a way out."""
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary" / "learned.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ConfigError, match="mailbot forms learn"):
        forms.load(tmp_path)
