"""Word documents: packages, parts, flags and what stands outside the page."""

import io

import docx as python_docx
import pytest

from mailbot.domain.document import Aside
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.readers import docx
from tests.unit.parse.readers.building import LIMITS, WORD, archive, lines, relationships, word, word_package

P = "<w:p><w:r><w:t>text</w:t></w:r></w:p>"


def part(name: str, content: str) -> str:
    """The XML of a part whose root has this name."""
    return f"<w:{name} {WORD}>{content}</w:{name}>"


def test_a_document_of_another_writer() -> None:
    """What a common library writes comes back, with headings, tables and properties."""
    made = python_docx.Document()
    made.add_heading("Part 1", level=2)
    made.add_paragraph("plain ").add_run("bold").bold = True
    made.add_table(rows=1, cols=2).rows[0].cells[1].text = "value"
    made.core_properties.author = "Invented Author"
    buffer = io.BytesIO()
    made.save(buffer)

    found = docx.read(buffer.getvalue(), LIMITS)

    assert ["[b:Part 1]", "plain [b:bold]", [[[""], ["value"]]]] == lines(found)
    assert [2, 0] == [block.heading for block in found.blocks[:2] if hasattr(block, "heading")]
    assert "Invented Author" == found.properties["author"]
    assert () == found.flags


def test_the_main_part_is_found_by_relation() -> None:
    """The main part may have any name; parts that only look like it do not count."""
    members = word_package(P)
    members["other/main.xml"] = str(members["word/document.xml"]).replace("text", "right")
    members["_rels/.rels"] = relationships(("officeDocument", "/other/main.xml", False))

    assert ["right"] == lines(docx.read(archive(members), LIMITS))


def test_the_strict_form_is_read() -> None:
    """ISO's strict names mean the same."""
    members = word_package(P)
    for name in ("word/document.xml", "_rels/.rels"):
        members[name] = (
            str(members[name])
            .replace(
                "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                "http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            .replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
        )

    assert ["text"] == lines(docx.read(archive(members), LIMITS))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("header1.xml", "header"), ("footer1.xml", "footer")],
)
def test_headers_and_footers_stand_aside(name: str, kind: str) -> None:
    """What every page repeats is no part of the flow."""
    found = word(P, {name: part("hdr" if kind == "header" else "ftr", P.replace("text", "each page"))})

    assert ["text"] == lines(found)
    assert [(kind, "each page")] == [(aside.kind, aside.text) for aside in found.asides]


def test_notes_and_comments_stand_aside() -> None:
    """Notes and comments are kept, but never in the flow."""
    found = word(
        P,
        {
            "comments.xml": part(
                "comments", f'<w:comment w:id="0">{P.replace("text", "check this")}</w:comment>'
            ),
            "footnotes.xml": part(
                "footnotes",
                '<w:footnote w:type="separator"><w:p><w:r><w:t>-</w:t></w:r></w:p></w:footnote>'
                f"<w:footnote>{P.replace('text', 'note')}</w:footnote>",
            ),
        },
    )

    assert (
        Aside("footnote", "note", "footnote 2"),
        Aside("comment", "check this", "comment 1"),
    ) == found.asides


@pytest.mark.parametrize(
    ("relation", "flags"),
    [
        (("attachedTemplate", "https://template.example/t.dotm", True), ("unsafe_document",)),
        (("attachedTemplate", "\\\\server\\t.dotm", True), ("unsafe_document",)),
        (("attachedTemplate", "file:///C:\\Users\\x\\Normal.dotm", True), ()),
        (("hyperlink", "https://school.example", True), ()),
        (("image", "https://tracker.example/i.png", True), ("unsafe_document",)),
        (("oleObject", "embeddings/o.bin", False), ("unsafe_document",)),
        (("aFChunk", "afchunk.mht", False), ("unsafe_document",)),
    ],
)
def test_what_word_would_fetch_is_flagged(relation: tuple[str, str, bool], flags: tuple[str, ...]) -> None:
    """A relationship that leads outside, or to an embedded program's data, is reported."""
    assert flags == word(P, related=(relation,)).flags


def test_macros_are_flagged() -> None:
    """A macro project is reported by its content type or its name, and the text is read."""
    members = word_package(P)
    members["[Content_Types].xml"] = str(members["[Content_Types].xml"]).replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    by_name = word_package(P) | {"word/vbaProject.bin": b"x"}

    assert ("macro",) == docx.read(archive(members), LIMITS).flags
    assert ("macro",) == docx.read(archive(by_name), LIMITS).flags
    assert ["text"] == lines(docx.read(archive(by_name), LIMITS))


def test_a_dde_field_is_flagged() -> None:
    """A field that would start another program is reported."""
    body = '<w:p><w:fldSimple w:instr=" DDEAUTO c:\\\\x "><w:r><w:t>text</w:t></w:r></w:fldSimple></w:p>'

    assert ("unsafe_document",) == word(body).flags


def test_an_empty_document_is_never_nothing() -> None:
    """Perhaps it holds pictures: a person looks."""
    assert ("unreadable_part",) == word("<w:p/>").flags


def test_a_damaged_side_part_costs_only_itself() -> None:
    """Styles that cannot be parsed do not hide the text."""
    found = word(P, {"styles.xml": "<w:styles"})

    assert ["text"] == lines(found)
    assert ("unreadable_part",) == found.flags


@pytest.mark.parametrize("name", ["word/document.xml", "_rels/.rels", "word/header1.xml"])
def test_entities_are_refused_in_every_part(name: str) -> None:
    """No part of a Word document has an honest DOCTYPE."""
    members = word_package(P, {"header1.xml": part("hdr", P)})
    members[name] = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>' + str(members[name])

    with pytest.raises(Unreadable, match="entities"):
        docx.read(archive(members), LIMITS)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + bytes(40), "corrupt"),
        (archive({"a.txt": "no document"}), "corrupt"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
    ],
)
def test_what_is_no_word_document_says_why(data: bytes, code: str) -> None:
    """Empty, damaged and locked files are told apart."""
    with pytest.raises(Unreadable, match=code):
        docx.read(data, LIMITS)


def test_tables_nest_only_so_deep() -> None:
    """Tables in tables end at a limit, not at the stack."""
    deep = "<w:tbl><w:tr><w:tc>" * 60 + P + "</w:tc></w:tr></w:tbl>" * 60

    with pytest.raises(LimitExceeded, match="block_nesting"):
        word(deep)
