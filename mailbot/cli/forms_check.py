"""`forms check`: first the definitions, then what they make of some samples."""

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mailbot.cli.progress import progress
from mailbot.errors import LimitExceeded, Unreadable

if TYPE_CHECKING:
    from mailbot.cli.forms_child import Explained, Form
    from mailbot.record.forms import Definitions

_CLOSED = frozenset(("unreadable_part", "encrypted_attachment"))
MOST_UNMAPPED = 12  # pieces shown for one file


def run(paths: list[Path], folder: Path | None, out: TextIO, err: TextIO) -> int:
    """0 when every definition is right and every sample could be opened."""
    from mailbot.cli.forms_faults import faults
    from mailbot.record import forms

    found = faults(folder)
    for said in found:
        print(f"mailbot: {said}", file=err)
    if found:
        count = len(found)
        print(f"mailbot: {count} {'mistake' if count == 1 else 'mistakes'} in the form definitions", file=err)
        return 1
    definitions = forms.load(folder)
    own = [path.stem for path in forms.files(folder) if folder is not None and path.is_relative_to(folder)]
    yours = f" Yours: {', '.join(own)}." if own else ""
    print(f"The definitions are right.{yours}", file=out)
    return _samples(paths, definitions, out, err) if paths else 0


def _samples(paths: list[Path], definitions: "Definitions", out: TextIO, err: TextIO) -> int:
    from mailbot.cli.explain_pool import ExplainPool

    files, failed = _files(paths), False
    matched: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    with closing(ExplainPool()) as pool, progress(err, "reading", len(files)) as step:
        for path in files:
            step(1)
            try:
                explained = pool.explain(path, definitions)
            except OSError as error:
                print(f"mailbot: {path}: cannot be opened: {error.strerror}", file=err)
                failed = True
            except (Unreadable, LimitExceeded) as error:
                code = error.code if isinstance(error, Unreadable) else "limit"
                print(f"{path}: cannot be read ({code})", file=out)
                matched["not readable"] += 1
            else:
                matched[_print(path, explained, out)] += 1
                unknown.update(text for form in explained.forms if form.kind for text in form.unmapped)
    _summary(matched, unknown, out)
    return 1 if failed else 0


def _files(paths: list[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        below = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        found |= dict.fromkeys(below)
    return list(found)


def _print(path: Path, explained: "Explained", out: TextIO) -> str:
    """What one file gave; returns under which name it is counted."""
    forms = [form for form in explained.forms if form.kind]
    if not forms and _CLOSED & set(explained.flags):
        print(f"{path}: cannot be read ({', '.join(explained.unread)})", file=out)
        return "not readable"
    if not forms:
        print(f"{path}: no form found", file=out)
        return "no form found"
    for form in forms:
        count = len(form.findings)
        fields = f"{count} {'field' if count == 1 else 'fields'}"
        print(f"{path}: {_name(form)}: {fields}, {len(form.unmapped)} unmapped", file=out)
        for text in form.unmapped[:MOST_UNMAPPED]:
            print(f"    unmapped: {' / '.join(text.split(chr(10)))}", file=out)
        for one in form.findings:
            if one.conflict:
                print(f"    conflict: {one.path}: {one.raw!r} and {one.conflict!r}", file=out)
    return _name(forms[0])


def _name(form: "Form") -> str:
    if form.form:
        return f"{form.form} {form.version}" if form.version else form.form
    return {"cpi": "a form without a definition", "blank": "a blank form"}.get(form.kind, form.kind)


def _summary(matched: Counter[str], unknown: Counter[str], out: TextIO) -> None:
    print(f"\n{sum(matched.values())} files", file=out)
    for name, count in matched.most_common():
        print(f"  {count:4}  {name}", file=out)
    often = [(text, count) for text, count in unknown.most_common(5) if count > 1]
    if often:
        print("Unmapped in several files, so probably printed on the form:", file=out)
        for text, count in often:
            print(f"  {count:4}  {' / '.join(text.split(chr(10)))[:90]}", file=out)
