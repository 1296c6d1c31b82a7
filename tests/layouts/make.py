"""
Makes the set: `python -m tests.layouts.make FOLDER [seed]` writes messages into FOLDER/messages and what is true
of them into FOLDER/truth.
"""

import json
import sys
from pathlib import Path
from random import Random

from tests.layouts.fill import Filler
from tests.layouts.form import Block, Layout, layouts
from tests.layouts.letters import COVERS, SUBJECTS, Letter, attach, message
from tests.layouts.others import others
from tests.layouts.pages import odt, rtf
from tests.layouts.people import Case, case
from tests.layouts.printed import acro, pdf
from tests.layouts.text import html, text
from tests.layouts.word import docx

FILES = {
    "docx": (docx, "docx"),
    "odt": (odt, "odt"),
    "rtf": (rtf, "rtf"),
    "pdf": (pdf, "pdf"),
    "acro": (acro, "pdf"),
}
EACH = 4


def filled(layout: Layout, story: Case, rng: Random) -> tuple[list[Block], dict[str, object]]:
    """One form filled in, and its truth."""
    filler = Filler(layout, story, rng)
    blocks = filler.blocks()
    return blocks, filler.record


def letter(layout: Layout, number: int, rng: Random) -> Letter:
    """One message with one form of this layout; the fourth file comes with a second one."""
    story = case(rng)
    blocks, record = filled(layout, story, rng)
    serial = int(layout.name[:2]) * 10 + number
    mail = message(rng, story.facts["email"], rng.choice(SUBJECTS), serial)
    group = f"{'held' if layout.held else 'open'}_{layout.name}"
    made = Letter(f"{layout.name}-{number}", group, mail, "cpi", [record])
    medium = layout.how["medium"]
    if medium == "text":
        mail.set_content(text(layout, blocks, rng))
    elif medium == "html":
        mail.set_content(html(layout, blocks, rng), subtype="html")
    else:
        setter, ending = FILES[medium]
        mail.set_content(rng.choice(COVERS) + story.facts["name"] + "\n" + story.facts["org"] + "\n")
        attach(mail, setter(layout, blocks, rng), ending, "form")
        if number == EACH - 1 and serial % 4 == 1:
            second, more = filled(layout, case(rng), rng)
            attach(mail, setter(layout, second, rng), ending, "second form")
            made.records.append(more)
    return made


def letters(seed: int = 1) -> list[Letter]:
    """The whole set."""
    out = [letter(layout, number, Random(f"{seed}/{layout.name}/{number}"))  # noqa: S311
           for layout in layouts() for number in range(EACH)]  # fmt: skip
    return out + others(Random(seed))  # noqa: S311


def write(folder: Path, seed: int = 1) -> list[Letter]:
    """The set as files."""
    made = letters(seed)
    for part in ("messages", "truth"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for one in made:
        (folder / "messages" / f"{one.name}.eml").write_bytes(one.message.as_bytes())
        text_ = json.dumps(one.truth(), indent=1, ensure_ascii=False)
        (folder / "truth" / f"{one.name}.json").write_text(text_, encoding="utf-8")
    return made


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1)
