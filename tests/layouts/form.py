"""
What a layout file says, and what one form says when it is filled in.

A layout is a text of lines: `title = …`, `medium = … key=value`, `[[Heading | key=value]]`, `~ guidance`, and
`keys = Label {Option=value|Option} ~ hint`.
"""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent / "forms"
TRI = {"yes": "yes", "no": "no"}


@dataclass(frozen=True)
class Ask:
    """One question as printed."""

    keys: tuple[str, ...]
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of the form: its heading, how it is set, and its questions."""

    heading: str
    how: dict[str, str]
    items: tuple["Ask | str", ...]


@dataclass(frozen=True)
class Layout:
    """One form as designed."""

    name: str
    title: str
    how: dict[str, str]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def held(self) -> bool:
        """Whether it is kept from whoever mends the reader."""
        return int(self.name[:2]) % 3 == 0


@dataclass
class Field:
    """A question with its answer: words, or which of the printed options were marked."""

    label: str
    hint: str = ""
    text: str | None = None
    options: list[tuple[str, bool]] = field(default_factory=list)
    long: bool = False
    day: bool = False

    @property
    def chosen(self) -> str:
        """The marked options in words."""
        return ", ".join(name for name, on in self.options if on)

    @property
    def words(self) -> str:
        """The answer where only words can stand."""
        return self.chosen if self.options else (self.text or "")


@dataclass
class Head:
    """A heading."""

    text: str
    level: int = 1


@dataclass
class Note:
    """A sentence of guidance."""

    text: str


@dataclass
class Grid:
    """A table with a heading row; an option list in a cell is a field without a label."""

    head: list[str]
    rows: list[list[Field]]
    column_heads: bool = False


Block = Head | Note | Field | Grid


def options(text: str) -> tuple[tuple[str, str], ...]:
    """`Yes|No|Not sure=unknown` as pairs of what is printed and what it means."""
    pairs = []
    for part in text.split("|"):
        name, _, value = part.partition("=")
        pairs.append((name.strip(), value.strip() or TRI.get(name.strip().lower(), "unknown")))
    return tuple(pairs)


def ask(line: str) -> Ask:
    """One line of a layout as a question."""
    keys, _, rest = line.partition(" = ")
    rest, _, hint = rest.partition(" ~ ")
    found = re.search(r"\{(.*)\}\s*$", rest)
    label = rest[: found.start()] if found else rest
    return Ask(tuple(keys.split("+")), label.strip(), hint.strip(), options(found[1]) if found else ())


def settings(text: str) -> dict[str, str]:
    """`a=b c="d e"` as a table."""
    return dict(part.partition("=")[::2] for part in shlex.split(text))


def read(path: Path) -> Layout:
    """One layout from its file."""
    head: dict[str, str] = {}
    notes: list[str] = []
    parts: list[tuple[str, dict[str, str], list[Ask | str]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("[["):
            name, _, how = line.strip("[]").partition("|")
            parts.append((name.strip(), settings(how), []))
        elif line.startswith("~ "):
            (parts[-1][2] if parts else notes).append(line[2:])
        elif line.startswith(("title = ", "medium = ")):
            head[line.split(" = ")[0]] = line.partition(" = ")[2]
        elif line.strip():
            parts[-1][2].append(ask(line))
    medium, _, how = head["medium"].partition(" ")
    sections = tuple(Section(name, how_, tuple(items)) for name, how_, items in parts)
    return Layout(path.stem, head["title"], {"medium": medium, **settings(how)}, tuple(notes), sections)


def layouts() -> list[Layout]:
    """Every layout, in order."""
    return [read(path) for path in sorted(HERE.glob("*.form"))]
