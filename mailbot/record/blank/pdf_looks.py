"""How the PDF looks: the same colours and sizes as the Word file."""

from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle

BORDER = "#8A94A3"
SHADE = HexColor("#EEF1F5")
INK, BLUE, GREY, RED = HexColor("#1A1A1A"), HexColor("#1D3A63"), HexColor("#50565E"), HexColor("#B3261E")


def _look(
    name: str, size: float, color: HexColor, before: float, after: float, bold: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName="Helvetica-Bold" if bold else "Helvetica", fontSize=size, leading=size * 1.22,
        textColor=color, spaceBefore=before, spaceAfter=after,
    )  # fmt: skip


LOOKS = {
    "title": _look("title", 19, BLUE, 0, 3, bold=True),
    "subtitle": _look("subtitle", 10, GREY, 0, 12),
    "heading1": _look("heading1", 14, BLUE, 16, 5, bold=True),
    "heading2": _look("heading2", 11, BLUE, 10, 4, bold=True),
    "body": _look("body", 10, INK, 0, 5),
    "warning": ParagraphStyle(
        "warning", _look("w", 10.5, INK, 4, 14), borderColor=RED, borderWidth=1.2, borderPadding=7,
        backColor=HexColor("#FDF1F0"), leftIndent=8, rightIndent=8,
    ),
    "note": _look("note", 9.5, GREY, 0, 5),
    "label": _look("label", 9.5, INK, 0, 0),
    "hint": _look("hint", 8.5, GREY, 0, 0),
    "option": _look("option", 10, INK, 0, 0),
}  # fmt: skip


def escaped(text: str) -> str:
    """Text for a paragraph, which is XML."""
    return escape(text)
