"""Word's tables: spans, merges, nesting, controls around cells and rows."""

from tests.unit.parse.readers.building import lines, only_table, word


def cell(text: str, properties: str = "") -> str:
    """A cell with one paragraph."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def table(*rows: str) -> str:
    """A table of rows."""
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def test_spans_and_merged_cells() -> None:
    """A covered cell is absent, the one above it grows; columns count on the grid."""
    found = only_table(
        word(
            table(
                cell("a", '<w:vMerge w:val="restart"/>') + cell("b", '<w:gridSpan w:val="2"/>'),
                cell("", "<w:vMerge/>") + cell("c") + cell("d", '<w:shd w:val="clear" w:fill="D9E2F3"/>'),
            )
        )
    )

    assert [[(0, 1, 2), (1, 2, 1)], [(1, 1, 1), (2, 1, 1)]] == [
        [(c.column, c.columns, c.rows) for c in row] for row in found.rows
    ]
    assert [[False, False], [False, True]] == [[c.shaded for c in row] for row in found.rows]


def test_header_rows() -> None:
    """Only the first rows are headers, as Word repeats them."""
    header = "<w:trPr><w:tblHeader/></w:trPr>"
    found = only_table(word(table(header + cell("h"), cell("v"), header + cell("no"))))

    assert [True, False, False] == [row[0].header for row in found.rows]


def test_a_table_in_a_cell() -> None:
    """A nested table is a block of its cell."""
    inner = table(cell("in"))
    body = table(f"<w:tc>{inner}<w:p><w:r><w:t>after</w:t></w:r></w:p></w:tc>")

    assert [[[[[[["in"]]], "after"]]]] == lines(word(body))


def test_controls_around_cells_and_rows() -> None:
    """A control around a cell makes its text an entry; one that repeats rows is only a wrapper."""
    around_cell = (
        "<w:sdt><w:sdtPr><w:tag w:val='T'/><w:text/></w:sdtPr>"
        f"<w:sdtContent>{cell('v')}</w:sdtContent></w:sdt>"
    )
    around_row = (
        "<w:sdt><w:sdtPr><w15:repeatingSection xmlns:w15='urn:x'/></w:sdtPr><w:sdtContent>"
        f"<w:tr>{cell('r')}</w:tr></w:sdtContent></w:sdt>"
    )
    body = f"<w:tbl><w:tr>{cell('l')}{around_cell}</w:tr>{around_row}</w:tbl>"

    assert [[[["l"], ["<T=v>"]], [["r"]]]] == lines(word(body))


def test_text_under_another_cell_stands_aside() -> None:
    """What a merged cell covers is not shown, but kept."""
    found = word(table(cell("a", '<w:vMerge w:val="restart"/>'), cell("under", "<w:vMerge/>")))

    assert [[[["a"]], []]] == lines(found)
    assert [("hidden", "under")] == [(aside.kind, aside.text) for aside in found.asides]


def test_a_deleted_row_stands_aside() -> None:
    """A row that a tracked change removes is not on the page."""
    found = word(table("<w:trPr><w:del/></w:trPr>" + cell("gone"), cell("kept")))

    assert [[[["kept"]]]] == lines(found)
    assert [("deleted", "gone")] == [(aside.kind, aside.text) for aside in found.asides]


def test_absurd_spans_are_cut() -> None:
    """A span is no way to make a table of a billion columns."""
    found = only_table(word(table(cell("a", '<w:gridSpan w:val="999999999"/>') * 3)))

    assert all(c.columns <= 100 and c.column <= 100 for c in found.rows[0])
