"""Whatever a reader makes of a file, understanding it never fails and never invents."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.domain.document import Box, Cell, Document, Entry, NamedField, Paragraph, Table, Text
from mailbot.domain.mail import Envelope, ParsedMail, Part, Piece
from mailbot.record.understand import understand

SETTINGS = settings(derandomize=True, deadline=None, max_examples=150)
WORDS = st.sampled_from(
    [
        "Name", "Your name:", "Date of birth", "☐ Yes", "☒ No", "[x]", "Subject 1", "Section 1: About you",
        "Details of information", "VRM", "Vehicle 1 registration:", "CPI form", "Yes / No", "Location",
        "Platform", "Is this urgent?", "(dd/mm/yyyy)", "\t", "\n", "", "12/05/2012", "A. B.", "PART 2",
        "-----Original Message-----", "From: a\nSent: b", "Kind regards", "====", "Training request form",
    ]
)  # fmt: skip
TEXTS = st.one_of(WORDS, st.text(max_size=30)).map(lambda text: text.replace("\r", ""))
INLINES = st.one_of(
    st.builds(Text, TEXTS, st.booleans(), st.booleans(), strike=st.booleans(), highlight=st.booleans()),
    st.builds(Box, st.booleans(), TEXTS),
    st.builds(Entry, TEXTS, st.sampled_from(["text", "date", "choice"]), TEXTS),
)
PARAGRAPHS = st.builds(
    Paragraph, st.lists(INLINES, max_size=4).map(tuple), st.integers(0, 3), quoted=st.integers(0, 2)
)


def _table(rows: list[list[tuple[object, ...]]]) -> Table:
    return Table(
        tuple(tuple(Cell(blocks, column=column) for column, blocks in enumerate(row)) for row in rows),  # type: ignore[arg-type]
        "table 1",
    )


BLOCKS = st.recursive(
    PARAGRAPHS,
    lambda inner: st.lists(
        st.lists(st.lists(inner, max_size=2).map(tuple), min_size=1, max_size=4), max_size=4
    ).map(_table),
    max_leaves=8,
)
FIELDS = st.builds(
    NamedField,
    TEXTS,
    st.sampled_from(["text", "choice", "check"]),
    TEXTS,
    st.sampled_from([None, True, False]),
    TEXTS,
)
DOCUMENTS = st.builds(
    Document,
    st.sampled_from(["docx", "text", "pdf", "html"]),
    st.lists(BLOCKS, max_size=12).map(tuple),
    st.lists(FIELDS, max_size=3).map(tuple),
)


def _mail(document: Document) -> ParsedMail:
    role = "body" if document.format in ("text", "html") else "attachment"
    part = Part("1", "x", "", document.format, 1, "", "read", role=role)  # type: ignore[arg-type]
    return ParsedMail(Envelope(), (Piece(part, document),), (part,))


@SETTINGS
@given(DOCUMENTS)
def test_any_document_is_understood(document: Document) -> None:
    """No arrangement of blocks, looks and fields makes it fail."""
    assert understand(_mail(document)).kind is not None


@SETTINGS
@given(DOCUMENTS)
def test_every_value_stands_in_the_document(document: Document) -> None:
    """What a finding says was written was written: its words are in the document."""
    fields = " ".join(f"{one.value} {one.label}" for one in document.fields)
    written = "".join(f"{document.text} {fields}".split())

    for record in understand(_mail(document)).records:
        for finding in record.findings:
            assert all("".join(line.split()) in written for line in finding.raw.split("\n"))


@SETTINGS
@given(st.lists(st.text(max_size=20).map(lambda text: f"[ ] {text}"), max_size=6))
def test_an_unmarked_list_never_answers(options: list[str]) -> None:
    """Boxes without a mark give nothing, whatever is printed beside them."""
    blocks = (
        Paragraph((Text("CPI form"),), 1),
        Paragraph((Text("Your name: A"),)),
        Paragraph((Text("Is this urgent?"),)),
        *(
            Paragraph((Text(option.replace("\n", " ").replace("x", "").replace("X", "")),))
            for option in options
        ),
    )
    found = understand(_mail(Document("docx", blocks)))

    assert all(record.urgent is None for record in found.records)
