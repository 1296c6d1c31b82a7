"""
Takes down answers: which person or thing an answer belongs to, and when an answer is over.
"""

from mailbot.record.answers import LONG, Answer, Block, Sheet
from mailbot.record.heads import THINGS
from mailbot.record.match import Meaning
from mailbot.record.rich import Line

_NAMES = {"subjects.full_name", "subjects.family_name"}


class Scribe:
    """The state while one form is read from the top down."""

    def __init__(self) -> None:
        self.sheet = Sheet()
        self.section = ""
        self.context = ""
        self.firm = False
        self.loose = ""
        self.role = ""
        self.group = ""  # the things that a label or heading just announced
        self.kind = ""  # the one kind of things that the section, or the last question in it, is about
        self.open: Answer | None = None
        self.block: Block | None = None
        self.things: dict[tuple[str, int], Block] = {}
        self.unasked: Answer | None = None  # what a section began with, taken for its answer
        self.labels_here = 0
        self.seen: set[str] = set()

    # ------------------------------------------------------------ sections

    def enter(self, text: str, context: str, firm: bool, loose: str, role: str) -> None:
        """A section begins."""
        self.close()
        self.section, self.context, self.firm, self.loose = text.strip(), context, firm, loose
        self.role, self.group, self.kind, self.labels_here = role, "", "", 0
        self.seen, self.unasked = set(), None
        self.sheet.contexts.add(context)
        if context != "subject":
            self.block = None

    def person(self, role: str, heading: str, printed: int = 0) -> Block:
        """A block about a person begins."""
        self.block = Block(len(self.sheet.blocks) + 1, "subjects", role, heading, printed)
        self.sheet.blocks.append(self.block)
        return self.block

    def thing(self, group: str, number: int = 0) -> Block:
        """The block of a thing: the one of that number, or a new one."""
        key = (group, number)
        if number and key in self.things:
            return self.things[key]
        block = Block(len(self.sheet.blocks) + 1, group, printed=number)
        self.sheet.blocks.append(block)
        if number:
            self.things[key] = block
        return block

    # ------------------------------------------------------------ answers

    def owner(self, meaning: Meaning) -> int:
        """To which block a label belongs; a label that comes again begins the next one."""
        group = meaning.field.path.partition(".")[0]
        if group == "subjects":
            return self._person_of(meaning).number
        if group not in THINGS:
            return 0
        if meaning.number:
            block = self.thing(group, meaning.number)
        else:
            block = self._latest(group, meaning.field.path) or self.thing(group)
        block.seen[meaning.field.path] = None
        return block.number

    def _latest(self, group: str, path: str) -> Block | None:
        """The block of that kind that is still being filled in."""
        for block in reversed(self.sheet.blocks):
            if block.group == group:
                return None if path in block.seen or block.printed < 0 else block
        return None

    def _person_of(self, meaning: Meaning) -> Block:
        path = meaning.field.path
        if meaning.number:
            for block in self.sheet.blocks:
                if block.group == "subjects" and block.printed == meaning.number:
                    break
            else:
                block = self.person("", "", meaning.number)
            self.block = block
        block = self.block or self.person(self.role, self.section)
        if path in block.seen and (path in _NAMES or path == next(iter(block.seen))) and not meaning.number:
            block = self.person(self.role, self.section)
        block.seen[path] = None
        return block

    def begin(self, meaning: Meaning, label: str, where: str, hint: str = "") -> Answer:
        """A question begins; its answer is what follows."""
        self.close()
        self._retract(meaning.field.path)
        self.labels_here += 1
        self.seen.add(meaning.field.path)
        self.open = Answer(
            meaning.field,
            self.owner(meaning),
            label,
            self.section,
            self.context,
            where,
            hint,
            sure=meaning.sure,
        )
        if (group := meaning.field.path.partition(".")[0]) in THINGS:
            self.kind = group
        self.group = (
            meaning.field.path
            if meaning.field.path in THINGS
            else meaning.field.path.partition(".")[0]
            if meaning.field.path in ("locations.text", "phones.number")
            else ""
        )
        return self.open

    def _retract(self, path: str) -> None:
        """A section that asks for its answer did not begin with it: what stood there was guidance."""
        if (
            self.unasked is not None
            and self.unasked.field.path == path
            and self.unasked in self.sheet.answers
        ):
            self.sheet.answers.remove(self.unasked)
            self.keep(self.unasked.text)
            self.labels_here, self.unasked = 0, None

    def add(self, line: Line) -> None:
        """One more line of the open answer."""
        if self.open is not None:
            self.open.lines.append(line)

    def hint(self, text: str) -> None:
        """Guidance, or a printed list of options, below the open question."""
        if self.open is not None:
            self.open.hint = f"{self.open.hint} {text}".strip()

    def close(self) -> None:
        """The open answer is over."""
        if self.open is not None:
            self.sheet.answers.append(self.open)
        self.open = None

    def drop(self) -> None:
        """The open question was only the caption of what follows."""
        if self.open is not None and not self.open.text:
            self.open = None
        self.close()

    def keep(self, text: str) -> None:
        """Text that goes into no field."""
        if text.strip():
            self.sheet.unmapped.append(text.strip())

    @property
    def waits(self) -> bool:
        """Whether a question stands open without an answer."""
        return (
            self.open is not None and not self.open.text and not any(line.entries for line in self.open.lines)
        )

    @property
    def goes_on(self) -> bool:
        """Whether the open answer may have more lines."""
        return self.open is not None and (self.waits or self.open.field.type in LONG)
