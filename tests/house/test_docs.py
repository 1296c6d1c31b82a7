"""What the documents say about the project is so."""

import re
from pathlib import Path

import pytest

from mailbot.cli import COMMANDS
from tests.house.source import PACKAGE, ROOT, name

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document: Path) -> None:
    """Each relative link names a file that is there."""
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))

    assert [] == [link for link in links if not (document.parent / link).exists()]


def test_the_readme_has_every_command() -> None:
    """A command that nobody can find does not exist."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(?:mailbot )([a-z-]+)", text))

    assert set() == {command.NAME for command in COMMANDS} - told


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_no_command_is_made_up(document: Path) -> None:
    """Each command that a document names exists."""
    text = document.read_text(encoding="utf-8")
    told = set(re.findall(r"(?:`|bin/)mailbot (?:--config \S+ )?([a-z-]+)", text))

    assert set() == told - {command.NAME for command in COMMANDS}


def test_every_room_is_in_the_map() -> None:
    """The table of rooms names each package and module at the top of the package."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [f"{path.name}/" for path in PACKAGE.iterdir() if path.is_dir() and list(path.glob("*.py"))]
    files = [path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("__")]

    assert [] == [place for place in rooms + files if f"`{place}`" not in text]
