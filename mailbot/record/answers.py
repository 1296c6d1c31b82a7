"""
What was answered to which question: the evidence between geometry and the record.
"""

from dataclasses import dataclass
from dataclasses import field as made

from mailbot.record.forms import FieldDef
from mailbot.record.rich import Line

LONG = frozenset({"text", "things", "many"})  # answers that may go on over lines


@dataclass(slots=True)
class Answer:
    """A question of the form and what stands at it."""

    field: FieldDef
    owner: int = 0  # which person or thing, by the order of its block; 0 for the form as a whole
    label: str = ""
    section: str = ""
    context: str = ""  # the kind of section it stands in
    where: str = ""
    hint: str = ""
    lines: list[Line] = made(default_factory=list)
    sure: float = 1.0

    @property
    def text(self) -> str:
        """What stands there, a line each."""
        return "\n".join(line.text for line in self.lines).strip()

    @property
    def typed(self) -> bool:
        """Whether all of it was typed into a control: then every space was meant."""
        spans = [span for line in self.lines for span in line.spans if span.text.strip()]
        return bool(spans) and all(span.entry is not None for span in spans)


@dataclass(slots=True)
class Block:
    """A printed block about one person or one thing."""

    number: int
    group: str  # subjects, locations, vehicles, phones, online
    role: str = ""
    heading: str = ""
    printed: int = 0  # the number that is printed with it
    seen: dict[str, None] = made(default_factory=dict)  # in order


@dataclass(slots=True)
class Sheet:
    """Everything that one form gave."""

    answers: list[Answer] = made(default_factory=list)
    blocks: list[Block] = made(default_factory=list)
    unmapped: list[str] = made(default_factory=list)
    title: str = ""
    text: str = ""
    labels: set[str] = made(default_factory=set)  # comparable labels and headings that were recognised
    contexts: set[str] = made(default_factory=set)
