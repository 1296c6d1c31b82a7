"""What the blank form holds, what it says before anything is sent, and whom it serves."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import fields
from functools import cache

import pytest
from lxml import etree
from pypdf import PdfReader

from mailbot.domain.record import (
    Account,
    Location,
    Phone,
    Provenance,
    Record,
    Safeguarding,
    SourceRisk,
    Subject,
    Submitter,
    Vehicle,
)
from mailbot.record.blank import arrange, pdf, word
from mailbot.record.blank.model import Sheet, sheet
from mailbot.record.books import library
from tests.unit.record.blank.filling import W14, W

PARTS = {
    "submitter": Submitter, "provenance": Provenance, "source_risk": SourceRisk, "safeguarding": Safeguarding,
    "subjects": Subject, "locations": Location, "vehicles": Vehicle, "phones": Phone, "online": Account,
}  # fmt: skip
OURS = {"form", "form_version", "reader_version", "schema_version", "findings"}  # nobody fills them in
BY_TWO_BOXES = {"subjects.full_name"}  # family name and first names


@cache
def form() -> Sheet:
    """The blank form."""
    book = library()
    return sheet(next(one for one in book.forms if one.id == "cpi-model"), book.cpi.definitions)


@cache
def parts() -> dict[str, bytes]:
    """The parts of the Word file."""
    with zipfile.ZipFile(io.BytesIO(word.make(form()))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def opened() -> PdfReader:
    """The PDF."""
    return PdfReader(io.BytesIO(pdf.make(form())))


def controls() -> Iterator[etree._Element]:
    """The properties of every content control."""
    return etree.fromstring(parts()["word/document.xml"]).iter(f"{W}sdtPr")


def text(format: str) -> str:
    """All that is printed, in one line."""
    if format == "docx":
        root = etree.fromstring(parts()["word/document.xml"])
        found = " ".join("".join(one.itertext()) for one in root.iter(f"{W}p"))
    else:
        found = " ".join(page.extract_text() for page in opened().pages)
    return " ".join(found.split())


def keys() -> list[str]:
    """Every key that something is filled in under."""
    return [
        key
        for box in form().boxes()
        for key in ([box.option_key(one) for one in box.options] if box.kind == "checks" else [box.key])
    ]


def test_every_field_that_a_school_fills_in_is_there() -> None:
    """The record's fields, no more and no fewer; three people, and three of each thing."""
    paths = [box.path for box in form().boxes()]
    record = {one.name for one in fields(Record)} - OURS - set(PARTS)
    within = {f"{name}.{one.name}" for name, kind in PARTS.items() for one in fields(kind)}

    assert record | within - BY_TWO_BOXES == set(paths)
    assert {3} == {
        paths.count(path) for path in ("subjects.dob", "locations.text", "vehicles.vrm", "phones.number")
    }


def test_both_files_have_every_box_once() -> None:
    """The Word file's tags and the PDF's names are the keys of the form, in its order."""
    tags = [control.find(f"{W}tag").get(f"{W}val") for control in controls()]
    names = [str(field.get_object()["/T"]) for page in opened().pages for field in page.get("/Annots", ())]

    assert keys() == tags
    assert keys() == names


@pytest.mark.parametrize("format", ["docx", "pdf"])
def test_the_head_warns_before_anything_is_sent(format: str) -> None:
    """Who must not e-mail it and what to do then stands before the first question; so does what it is not."""
    head = text(format).partition("About you")[0]

    assert "Do not e-mail this form if a reply could put you or anybody else at risk." in head
    assert re.search(r"telephone 101 and ask for the education partnership team, or ring the team", head)
    assert "This is not for emergencies. If anybody is in danger now, telephone 999." in head
    assert "This is not a crime report. To tell the police of a crime, telephone 101" in head
    assert "This is not a referral." in head
    assert "is not issued by any police force" in head


def test_a_screen_reader_gets_what_it_needs_from_the_word_file() -> None:
    """Headings, the language, a title, a name for every control, header rows where there are columns."""
    document, styles = parts()["word/document.xml"].decode(), parts()["word/styles.xml"].decode()
    core = parts()["docProps/core.xml"].decode()

    assert [part.heading for part in form().parts if part.level == 1] == re.findall(
        r'<w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>([^<]*)', document
    )
    assert {"en-GB"} == set(re.findall(r'<w:lang w:val="([^"]*)', styles))
    assert f"<dc:title>{form().title}</dc:title>" in core
    assert all(control.find(f"{W}alias").get(f"{W}val").strip() for control in controls())
    assert sum(block.grid for part in form().parts for block in part.blocks) == document.count(
        "<w:tblHeader/>"
    )
    assert document.count("<w:tbl>") + document.count("<w:tbl ") == document.count("<w:tblCaption ")


def test_a_screen_reader_gets_what_it_needs_from_the_pdf() -> None:
    """A tool tip for every field, the order of the tab key, the language and a title that is shown."""
    boxes = [one.get_object() for page in opened().pages for one in page.get("/Annots", ())]
    root = opened().root_object

    assert all(str(field["/TU"]).strip() for field in boxes)
    assert {"/R"} == {str(page["/Tabs"]) for page in opened().pages}
    assert ("en-GB", True) == (str(root["/Lang"]), bool(root["/ViewerPreferences"]["/DisplayDocTitle"]))


def test_nobody_is_named_in_the_files() -> None:
    """No author, no program, no date of today, no picture of the first page."""
    core = etree.fromstring(parts()["docProps/core.xml"])
    told = {child.tag.rpartition("}")[2]: child.text for child in core if child.text}

    assert {"title", "language", "revision", "created", "modified"} == set(told)
    assert told["created"] == told["modified"] == "2020-01-01T00:00:00Z"
    assert {"[Content_Types].xml", "_rels/.rels", "docProps/core.xml"} == {
        name for name in parts() if not name.startswith("word/")
    }
    assert {"/Title": form().title} == dict(opened().metadata or {})


def test_the_same_definition_gives_the_same_bytes() -> None:
    """Made twice, compared."""
    assert word.make(form()) == word.make(form())
    assert pdf.make(form()) == pdf.make(form())


def test_nothing_is_filled_in() -> None:
    """Every control shows its prompt, every box is empty, every field of the PDF has no value."""
    boxes = [one.get_object() for page in opened().pages for one in page.get("/Annots", ())]

    assert {"", " ", "/Off"} >= {str(field.get("/V", "")) for field in boxes}
    assert not any("/I" in field for field in boxes)  # an index that goes stale would hide what was chosen
    for control in controls():
        check = control.find(f"{W14}checkbox/{W14}checked")
        assert (
            control.find(f"{W}showingPlcHdr") is not None if check is None else check.get(f"{W14}val") == "0"
        )


def test_short_questions_share_a_row_and_long_ones_do_not() -> None:
    """A question with a hint, many lines or a long label has its row for itself; none is lost."""
    for part in form().parts:
        for block in part.blocks:
            rows = arrange.rows(block) if not block.grid else list(block.rows)

            assert [box for row in block.rows for box in row] == [box for row in rows for box in row]
            assert all(len(row) == 1 for row in rows if any(box.hint or box.lines > 1 for box in row))
