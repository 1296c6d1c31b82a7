"""
The forms that mailbot knows: their definitions, and the blank form of its own.

`check` says what is wrong in a definition and, with sample files, what each of them would match; `list`
names the definitions; `make` writes our own blank form, as a Word file and as a PDF; `learn` learns anew
what the wordings teach about labels that nobody listed. docs/forms.md shows how a force's form is added.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common
from mailbot.errors import ConfigError

if TYPE_CHECKING:
    from mailbot.record.blank.model import Sheet

NAME = "forms"
HELP = "check the form definitions; make the blank form"
OWN = "cpi-model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its sub-commands."""
    actions = parser.add_subparsers(title="actions", dest="action", metavar="ACTION", required=True)
    for name, says in (
        ("check", "are the definitions right, and what would they match"),
        ("list", "the definitions that are known"),
        ("make", "write the blank form as cpi-form.docx and cpi-form.pdf"),
        ("learn", "learn what your wordings teach about labels that no list has"),
    ):
        its = actions.add_parser(name, help=says, description=says)
        its.add_argument(
            "--config", type=Path, metavar="FILE", default=argparse.SUPPRESS, help="its forms are used"
        )
        its.add_argument(
            "--forms", type=Path, metavar="DIR", help="a folder with forms/ and vocabulary/ of a site"
        )
        if name == "check":
            its.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="samples: files or folders")
        if name in ("make", "learn"):
            its.add_argument("--out", type=Path, metavar="DIR", default=Path(), help="where to; here")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """One of them."""
    folder = _folder(args)
    if args.action == "check":
        from mailbot.cli import forms_check

        return forms_check.run(args.paths, folder, out, err)
    if args.action == "learn":
        from mailbot.cli import forms_learn

        return forms_learn.run(folder, args.out, out, err)
    return _list(folder, out) if args.action == "list" else _make(folder, args.out, out, err)


def _folder(args: argparse.Namespace) -> Path | None:
    """The site's own definitions."""
    folder: Path | None = args.forms
    if folder is None and args.config is not None:
        folder = common.configuration(args).mailbot.forms
    if folder is not None and not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder")
    return folder


def _list(folder: Path | None, out: TextIO) -> int:
    from mailbot.record import forms

    forms.load(folder)
    for path in forms.files(folder):
        form = forms.read(path)
        count = sum(len(section.field) for section in form.section)
        version = form.version or "-"
        print(
            f"{form.id:24}{form.kind:18}{version:9}{count:4} questions  {path.name}  {form.titles[0]}",
            file=out,
        )
    return 0


def _make(folder: Path | None, target: Path, out: TextIO, err: TextIO) -> int:
    from mailbot.record.blank import word

    sheet = _sheet(folder)
    target.mkdir(parents=True, exist_ok=True)
    _write(target / "cpi-form.docx", word.make(sheet), out)
    try:
        from mailbot.record.blank import pdf
    except ImportError:
        print("mailbot: the PDF needs reportlab: install mailbot with its extra `forms`", file=err)
        return 1
    _write(target / "cpi-form.pdf", pdf.make(sheet), out)
    return 0


def _sheet(folder: Path | None) -> "Sheet":
    from mailbot.record import forms
    from mailbot.record.blank.model import sheet

    definitions = forms.load(folder)
    own = [form for form in definitions.forms if form.id == OWN]
    if not own:
        raise ConfigError(f"no form has the id {OWN!r}; the blank form is made from that one")
    return sheet(own[0], definitions)


def _write(path: Path, data: bytes, out: TextIO) -> None:
    path.write_bytes(data)
    print(path, file=out)
