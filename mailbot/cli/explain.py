"""
`read --explain`: what the reader saw in one file, what it took for what, and what it could not place.

For whoever describes a new form or wonders about a value. It shows content on purpose: the file is the
user's own. In colour on a terminal, plain in a pipe, 100 columns wide.
"""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mailbot.errors import LimitExceeded, Unreadable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from mailbot.cli.explain_pool import ExplainPool
    from mailbot.cli.forms_child import Explained, Form, Outline

COLUMNS = 100
_KIND_LOOK = {"heading": "bold cyan", "row": "", "text": "", "field": "green"}


def run(files: list[Path], out: TextIO, err: TextIO) -> int:
    """Explain them one after the other; 1 where one could not be opened."""
    from mailbot.cli.explain_pool import ExplainPool

    console, failed = _console(out), False
    with closing(ExplainPool()) as pool:
        for path in files:
            failed |= not _one(pool, path, console, err)
    return 1 if failed else 0


def _one(pool: "ExplainPool", path: Path, console: "Console", err: TextIO) -> bool:
    try:
        explained = pool.explain(path)
    except OSError as error:
        print(f"mailbot: {path}: cannot be opened: {error.strerror}", file=err)
        return False
    except (Unreadable, LimitExceeded) as error:
        code = error.code if isinstance(error, Unreadable) else "limit"
        print(f"mailbot: {path}: cannot be read ({code}); it would be queued for a person", file=err)
        return True
    with console.capture() as shown:
        _show(path, explained, console)
    text = shown.get()
    # rich fills lines up with blanks; a file or another program wants none
    console.file.write(
        text if console.is_terminal else "".join(f"{one.rstrip()}\n" for one in text.splitlines())
    )
    return True


def _console(out: TextIO) -> "Console":
    from rich.console import Console

    console = Console(file=out, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, COLUMNS) if out.isatty() else COLUMNS
    return console


def _show(path: Path, explained: "Explained", console: "Console") -> None:
    from rich.text import Text

    console.print(Text.assemble((f"{path}", "bold"), "  is read as  ", (explained.kind, "bold magenta")))
    _list(console, "Flags", explained.flags, "yellow")
    _list(console, "Not read", explained.unread, "red")
    for outline in explained.outlines:
        _outline(outline, console)
    for form in explained.forms:
        _form(form, console)
    console.print()


def _outline(outline: "Outline", console: "Console") -> None:
    from rich.text import Text

    _title(console, f"Seen in {outline.name} ({outline.format})")
    table = _table()
    for line in outline.lines:
        look = _KIND_LOOK.get(line.kind, "dim")
        text = Text(" │ ".join(cell.strip() for cell in line.cells), look)
        text.highlight_regex(r"‹[^›]+›|☒", "bold green")  # what somebody filled in
        table.add_row(Text(line.kind, "dim"), text, Text(line.where, "dim"))
    console.print(table)


def _form(form: "Form", console: "Console") -> None:
    from rich.text import Text

    if form.kind:
        named = f", {form.form} {form.version or ''}".rstrip() if form.form else ", no definition of its own"
        _title(console, f"Matched ({form.kind}{named})")
        table = _table("label", "field", "as written", "sure", "section, where")
        for one in form.findings:
            place = ", ".join(filter(None, (one.section, one.where)))
            sure = Text(f"{one.confidence:.1f}", "green" if one.confidence >= 1 else "yellow")
            table.add_row(
                Text(one.label.partition(" (")[0]),
                Text(one.path, "cyan"),
                Text(one.raw),
                sure,
                Text(place, "dim"),
            )
        console.print(table if form.findings else Text("  nothing was filled in", "dim"))
    else:
        _title(console, "No form in this part")
    _list(console, "Not matched", form.unmapped, "yellow")
    said = [f"{one.path}: {one.raw!r}, and {one.conflict!r}" for one in form.findings if one.conflict]
    _list(console, "Conflicts", said, "red")


def _written(raw: str) -> str:
    """What was written; of a list of tick boxes the lines that are ticked."""
    lines = raw.split("\n")
    ticked = [line for line in lines if not line.lstrip().startswith("☐")]
    return "\n".join(ticked if len(ticked) < len(lines) else lines)


def _title(console: "Console", text: str) -> None:
    from rich.text import Text

    console.print()
    console.print(Text(text, "bold underline" if console.is_terminal else ""))


def _list(console: "Console", title: str, items: "tuple[str, ...] | list[str]", look: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    if not items:
        return
    console.print(Text(f"{title}:", f"bold {look}"))
    for item in items:
        shown: RenderableType = Text.assemble(("- ", "dim"), (item, look))
        console.print(Padding(shown, (0, 0, 0, 2)))


def _table(*heads: str):  # type: ignore[no-untyped-def]
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD if heads else None, show_header=bool(heads), expand=True, pad_edge=False)
    if heads:
        for head, width in zip(heads, (24, 24, None, 4, 18), strict=True):
            table.add_column(head, width=width, ratio=None if width else 1, overflow="fold")
        return table
    table.add_column(width=8)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(width=18)
    return table
