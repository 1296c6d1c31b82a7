"""
What the body of a plainly written Word document looks like, as expressions over its text.

SECURITY
    All quantifiers are possessive: what does not match fails at once, whatever a stranger writes. A tag ends
    at the next ">": `docx_source` lets no text through that holds one elsewhere.
"""

import re
from typing import Final

_OPEN: Final = r"(?: [^>]*+(?<!/))?+>"
_LEAF: Final = r"<w[^>]*+(?<=/)>"


def _holder(names: str) -> str:
    """An element that holds leaves alone."""
    return rf"<w:(?:{names})>(?:{_LEAF})*+</w:(?:{names})>"


def _leaf(names: str) -> str:
    return rf"<w:(?:{names})(?: [^>]*+|/)(?<=/)>"


_MUTE: Final = _leaf("proofErr|bookmarkStart|bookmarkEnd|permStart|permEnd|commentRangeStart|commentRangeEnd")
_LAYOUT: Final = rf"(?:<w:pPr>((?:{_LEAF}|{_holder('rPr|numPr|tabs|pBdr')})*+)</w:pPr>)?+"
_LOOK: Final = rf"(?:<w:rPr>((?:{_LEAF})*+)</w:rPr>)?+"
_WORDS: Final = rf"<w:t{_OPEN}([^<]*+)</w:t>"
_SAID: Final = _leaf("t|tab|br|cr|noBreakHyphen|lastRenderedPageBreak")
_RUN: Final = rf"<w:r{_OPEN}{_LOOK}(?:{_WORDS}</w:r>|((?:{_WORDS}|{_SAID})*+)</w:r>)"
_BARE: Final = re.compile(r"\((?!\?)")


def _ungrouped(pattern: str) -> str:
    return _BARE.sub("(?:", pattern)


PARAGRAPH: Final = re.compile(
    rf"<w:p(?: [^>]*+|/)?+(?:(?<=/)>|>{_LAYOUT}"
    rf"(?:<w:r{_OPEN}{_LOOK}{_WORDS}</w:r></w:p>|((?:{_ungrouped(_RUN)}|{_MUTE})*+)</w:p>))"
)
RUNS: Final = re.compile(_RUN)
OPENING: Final = re.compile(rf"<w:p(?: [^>]*+|/)?+(?:(?<=(/))>|>(?:{_LAYOUT}(?!<w:pPr))?)")
PIECES: Final = re.compile(r"<w:(\w++)([^>]*+)>(?:(?<=/>)|([^<]*+)</w:\w++>)")
_LONGER: Final = "t|delText|instrText"
INLINE: Final = re.compile(
    rf"<w:r{_OPEN}{_LOOK}((?:<w:(?:{_LONGER}){_OPEN}[^<]*+</w:(?:{_LONGER})>|{_SAID}"
    rf"|{_leaf('ptab|softHyphen|fldChar|sym')})*+)</w:r>|{_MUTE}|(</w:p>)"
)
KIND: Final = re.compile(r""" w:fldCharType=["']([a-z]*)["']""")
CHAR: Final = re.compile(r""" w:char=["']([^"']*)["']""")
FONT: Final = re.compile(r""" w:font=["']([^"']*)["']""")
TABLE: Final = re.compile(
    rf"<w:tbl>(?:<w:tblPr>(?:{_LEAF}|{_holder('tblBorders|tblCellMar')})*+</w:tblPr>)?+"
    rf"(?:<w:tblGrid>(?:{_LEAF})*+</w:tblGrid>)?+"
)
_TR: Final = rf"(<w:tr{_OPEN})(?:<w:trPr>((?:{_LEAF})*+)</w:trPr>)?+"
ROW: Final = re.compile(rf"{_TR}(?=<w:tc>)")
_TC: Final = rf"<w:tc>(?:<w:tcPr>((?:{_LEAF}|{_holder('tcBorders|tcMar')})*+)</w:tcPr>)?+"
CELL: Final = re.compile(rf"{_TC}(?!<w:tcPr)")
_LINE: Final = (  # a cell with one run of text or none
    rf"{_TC}<w:p(?: [^>]*+|/)?+(?:(?<=/)>|>{_LAYOUT}(?:<w:r{_OPEN}{_LOOK}{_WORDS}</w:r>)?+</w:p>)</w:tc>"
)
ROWS: Final = re.compile(rf"(?:{_ungrouped(_TR)}(?:{_ungrouped(_LINE)})++</w:tr>)++")
LINE_BY_LINE: Final = re.compile(rf"(?:{_TR})?+{_LINE}")
