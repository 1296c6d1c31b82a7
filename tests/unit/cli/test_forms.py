"""Definitions are checked in words that one can act on, and the blank form is what its definition says."""

import re
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Call, Said

ROOT = Path(__file__).resolve().parents[3]
RIGHT = """
id = "NAME"
kind = "cpi"
titles = ["Another form"]

[[section]]
context = "submitter"
heading = "Who calls"
field = [{ path = "submitter.name", label = "Caller" }]
"""


def right(name: str) -> str:
    """A definition without a mistake."""
    return RIGHT.replace("NAME", name)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site's folder with one right definition."""
    (tmp_path / "site" / "forms").mkdir(parents=True)
    (tmp_path / "site" / "forms" / "other.toml").write_text(right("other"))
    return tmp_path / "site"


def test_the_example_of_the_documentation(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever follows docs/forms.md gets what it says, to the letter."""
    text = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(toml|text|console)\n(.*?)```", text, re.DOTALL))
    (tmp_path / "site" / "forms").mkdir(parents=True)
    (tmp_path / "site" / "forms" / "testshire.toml").write_text(blocks["toml"], encoding="utf-8")
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "note.txt").write_text(blocks["text"], encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    said = call("forms", "check", "--forms", "site", "samples")

    assert (0, blocks["console"]) == (said.code, said.out)


def test_the_committed_form_is_what_the_command_makes(tmp_path: Path, call: Call) -> None:
    """Nobody edits the blank form by hand, and nobody forgets to make it anew."""
    said = call("forms", "make", "--out", tmp_path)

    assert 0 == said.code
    for name in ("cpi-form.docx", "cpi-form.pdf"):
        assert (ROOT / "templates" / "documents" / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_definitions_are_listed(site: Path, call: Call) -> None:
    """Ours and the site's, with their files."""
    said = call("forms", "list", "--forms", site)

    assert {"cpi-model", "other"} <= {line.split()[0] for line in said.out.splitlines()}
    assert "other.toml" in said.out


MISTAKES = {
    "field": (
        "submitter.name",
        "submitter.nmae",
        "section[0].field[0].path: there is no field 'submitter.nmae'; perhaps submitter.name",
    ),
    "context": (
        'context = "submitter"',
        'context = "sender"',
        "section[0].context: there is no 'sender'; write",
    ),
    "heading": ('"Who calls"', '"Narrative"', "section[0].heading: 'Narrative' already means a section of"),
    "label": (
        '"Caller"',
        '"Job title"',
        "section[0].field[0].label: 'Job title' in a section of kind 'submitter' already",
    ),
    "empty": ('"Caller"', '" : "', "section[0].field[0].label: empty"),
    "kind": (
        'kind = "cpi"',
        'kind = "cpl"',
        "kind: there is no kind 'cpl'; write one of cpi, training_request",
    ),
    "titles": ('["Another form"]', "[]", "titles: give the words"),
    "id": ('id = "id"', 'id = "cpi-model"', "id: 'cpi-model' is the id of cpi-model.toml too"),
}


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory, call: Call) -> Said:
    """About a site with one mistake in each file, and two in the last; asked once, because it takes long."""
    folder = tmp_path_factory.mktemp("mistaken") / "forms"
    folder.mkdir()
    for name, (old, new, _) in MISTAKES.items():
        (folder / f"{name}.toml").write_text(right(name).replace(old, new, 1))
    wrong = right("two").replace("submitter.name", "name").replace('"Who calls"', '"Narrative"')
    (folder / "two.toml").write_text(wrong)
    return call("forms", "check", "--forms", folder.parent)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named(mistaken: Said, name: str) -> None:
    """The file, the key and what to do, on a line of its own; the exit code is 1."""
    found = [line for line in mistaken.err.splitlines() if line.startswith(f"mailbot: forms/{name}.toml: ")]

    assert 1 == mistaken.code
    assert [True] == [line.startswith(f"mailbot: forms/{name}.toml: {MISTAKES[name][2]}") for line in found]


def test_every_mistake_is_named_at_once(mistaken: Said) -> None:
    """Nobody has to run the check once for each, whether they stand in one file or in many."""
    assert 2 == mistaken.err.count("mailbot: forms/two.toml: ")
    assert f"{len(MISTAKES) + 2} mistakes in the form definitions" in mistaken.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("titles =", "title =", "unknown field `title`"),
        ('"Caller"', "7", "Expected `str`, got `int` - at `$.section[0].field[0].label`"),
        ("[[section]]", "[[section", "forms/other.toml: "),
    ],
)
def test_what_is_no_definition_is_named(site: Path, call: Call, old: str, new: str, said: str) -> None:
    """The file, the key and what to do; the exit code is 1."""
    (site / "forms" / "other.toml").write_text(right("other").replace(old, new, 1))

    answer = call("forms", "check", "--forms", site)

    assert 1 == answer.code
    assert "forms/other.toml: " in answer.err
    assert said in answer.err


def test_a_configuration_lends_its_forms(site: Path, tmp_path: Path, call: Call) -> None:
    """[mailbot] forms is where a site keeps its own; a folder that is not there is a misuse."""
    (tmp_path / "mailbot.toml").write_text(f'[mailbot]\ndata = "d"\nforms = "{site}"\n')

    lent = call("forms", "list", "--config", tmp_path / "mailbot.toml")
    gone = call("forms", "list", "--forms", tmp_path / "gone")

    assert "other.toml" in lent.out
    assert (2, True) == (gone.code, "is not a folder" in gone.err)


def test_a_sample_that_is_not_there(tmp_path: Path, call: Call) -> None:
    """It is named, and the exit code is 1."""
    answer = call("forms", "check", tmp_path / "none.docx")

    assert 1 == answer.code
    assert "none.docx: cannot be opened" in answer.err


def test_what_the_reader_saw_is_explained(tmp_path: Path, call: Call) -> None:
    """Blocks, labels with their fields, what was left over, conflicts and flags; 100 columns, plain."""
    note = tmp_path / "note.txt"
    note.write_text(
        "COMMUNITY PARTNERSHIP INFORMATION\n\nYour details\n\nYour name: Robin Sample\nShoe size: 7\n\n"
        "Information / intelligence: Waits by the kiosk.\nIs this urgent? Yes\n"
    )

    answer = call("read", note, "--explain")

    assert 0 == answer.code
    assert f"{note}  is read as  cpi" in answer.out
    assert re.search(r"Your name +submitter\.name +Robin Sample +1\.0", answer.out)
    assert "Not matched:\n  - Shoe size: 7" in answer.out
    assert "  - urgent\n" in answer.out
    assert "\x1b" not in answer.out
    assert max(map(len, answer.out.splitlines())) <= 100


def test_what_cannot_be_read_is_explained_too(tmp_path: Path, call: Call) -> None:
    """A file that defeats the reader is told of, as it would be queued; one that is missing is an error."""
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 not an archive")

    answer = call("read", "--explain", broken, tmp_path / "none.docx")

    assert 1 == answer.code
    assert "broken.docx" in answer.out + answer.err
    assert "none.docx: cannot be opened" in answer.err


def test_a_sample_that_is_not_readable(tmp_path: Path, call: Call) -> None:
    """A file that is empty or damaged is not one without a form: it says what is wrong with it."""
    (tmp_path / "damaged.docx").write_bytes(b"PK\x03\x04junk")
    (tmp_path / "empty.docx").write_bytes(b"")
    (tmp_path / "note.txt").write_text("Hello")
    said = call("forms", "check", tmp_path)

    assert 0 == said.code
    assert f"{tmp_path}/damaged.docx: cannot be read (damaged.docx: corrupt)" in said.out
    assert f"{tmp_path}/empty.docx: cannot be read (empty.docx: empty)" in said.out
    assert f"{tmp_path}/note.txt: no form found" in said.out
    assert "   2  not readable" in said.out
