"""
The forms that the sample schools fill in, and how they write them: as text, as HTML, as a Word file.

Everybody and everything in them is invented: telephone numbers of the ranges kept for drama, postcodes
that do not exist, domains that cannot be registered.
"""

import html
import io
import zipfile
from dataclasses import dataclass

Section = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Filled:
    """One completed form: headings with labels and what was written behind them."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What somebody writes into a community partnership information form."""

    name: str
    role: str
    school: str
    narrative: str
    kind: str
    person: tuple[str, str, str]  # role, name, date of birth
    safe: str = "Yes"
    urgent: str = "No"
    vehicle: str = ""
    place: str = ""
    told: str = "A person told me"


def cpi(case: Case) -> Filled:
    """The form with that in it."""
    return Filled("COMMUNITY PARTNERSHIP INFORMATION", (*_who(case), *_what(case)))


def _who(case: Case) -> tuple[Section, ...]:
    part, whom, born = case.person
    sender = (
        ("Date Completed", "12/05/2026"),
        ("Name", case.name),
        ("Job title", case.role),
        ("School / College", case.school),
        ("Telephone", "01632 960114"),
        ("Are you happy to be contacted?", _ticked("Yes", "Yes", "No", "Unknown")),
        ("Is it safe to contact you?", _ticked(case.safe, "Yes", "No", "Unknown")),
    )
    person = (
        ("Role in this information", part),
        ("Full name", whom),
        ("Date of birth", born),
        ("School / college attended", case.school),
    )
    kind = (("Category", case.kind),)
    return (
        ("Part A: Your details", sender),
        ("Part B: Type of information", kind),
        ("Part C: Persons", person),
    )


def _what(case: Case) -> tuple[Section, ...]:
    known = (
        ("Information / intelligence", case.narrative),
        ("Where did this happen?", case.place),
        ("Vehicle registration", case.vehicle),
        ("Is this information urgent?", _ticked(case.urgent, "Yes", "No", "Unknown")),
    )
    source = (
        ("How do you know this?", _ticked(case.told, "First hand", "A person told me", "I overheard it")),
        ("Risk to the source", _ticked("None known", "None known", "Possible", "Serious", "Unknown")),
    )
    return ("Part D: What you know", known), ("Part E: Its source", source)


def referral(name: str, school: str) -> Filled:
    """Another form, which belongs to the safeguarding hub and is sent here by mistake."""
    return Filled(
        "Safeguarding Children REFERRAL Form",
        (
            (
                "1. Details of Practitioner MAKING this REFERRAL",
                (("Name of Referrer", name), ("Job title", "Safeguarding lead"), ("Agency", school)),
            ),
            (
                "2. CHILD/YOUNG PERSON DETAILS",
                (("Last Name", "Notreal"), ("First Name", "Pim"), ("Parental Responsibility?", "Mother")),
            ),
            ("8. Reason for Referral", (("Reason for Referral", "Neglect; see our earlier referral."),)),
        ),
    )


def as_text(form: Filled) -> str:
    """`Label: value` lines."""
    lines = [form.title, ""]
    for heading, rows in form.sections:
        lines += [heading, "-" * len(heading), *(f"{label}: {value}" for label, value in rows), ""]
    return "\n".join(lines)


def as_html(form: Filled) -> str:
    """A table for each section, as a mail program makes it."""
    body = [f"<h1>{html.escape(form.title)}</h1>"]
    for heading, rows in form.sections:
        cells = "".join(
            f"<tr><td><b>{html.escape(label)}</b></td><td>{html.escape(value)}</td></tr>"
            for label, value in rows
        )
        body.append(f"<h2>{html.escape(heading)}</h2><table border='1'>{cells}</table>")
    return f"<html><body>{''.join(body)}</body></html>"


def as_docx(form: Filled) -> bytes:
    """A Word file with label and value side by side."""
    import docx

    document = docx.Document()
    document.add_heading(form.title, 1)
    for heading, rows in form.sections:
        document.add_heading(heading, 2)
        table = document.add_table(rows=0, cols=2, style="Table Grid")
        for label, value in rows:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = label, value
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def as_zip(name: str, data: bytes) -> bytes:
    """An archive with one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def _ticked(chosen: str, *options: str) -> str:
    return "  ".join(f"{'☒' if option == chosen else '☐'} {option}" for option in options)
