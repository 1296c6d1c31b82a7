"""How the Word file looks: one sans-serif face, dark on light, boxes that can be seen when printed."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

WARNING, NOTE, GAP = "FormWarning", "FormNote", "FormGap"
LABEL, HINT, ANSWER = "FormLabel", "FormHint", "FormAnswer"
TABLE = "TableGrid"
SHADE = "EEF1F5"
FACE = "Arial"
INK, BLUE, GREY = RGBColor(0x1A, 0x1A, 0x1A), RGBColor(0x1D, 0x3A, 0x63), RGBColor(0x50, 0x56, 0x5E)
_BORDER = "8A94A3"


def apply(document: Any, foot: str) -> None:
    """Page, language, styles and foot."""
    _page(document.sections[0])
    _defaults(document.styles.element)
    for name, size, color, before, after in (
        ("Title", 20.0, BLUE, 0, 2),
        ("Subtitle", 10, GREY, 0, 8),
        ("Heading 1", 14, BLUE, 16, 4),
        ("Heading 2", 11, BLUE, 10, 3),
        ("Body Text", 10, INK, 0, 4),
        ("Normal", 10, INK, 0, 4),
    ):
        _style(document.styles[name], size, color, before, after)
    for name, size, color, before, after in (
        (WARNING, 10.5, INK, 0, 8),
        (NOTE, 9.5, GREY, 0, 4),
        (LABEL, 9.5, INK, 2, 2),
        (HINT, 8.5, GREY, 0, 2),
        (ANSWER, 10, INK, 2, 2),
        (GAP, 4, INK, 0, 0),
    ):
        _style(document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), size, color, before, after)
    _unruled(document.styles["Title"])
    document.styles["Title"].font.bold = True
    frame = document.styles[WARNING].paragraph_format
    frame.left_indent = frame.right_indent = Pt(7)  # the frame stands outside the text
    _framed(document.styles[WARNING], "B3261E", "FDF1F0")
    _placeholder(document.styles)
    _borders(document.styles["Table Grid"])
    _foot(document.sections[0], foot)


def _page(section: Any) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(18), Mm(18)


def _defaults(styles: Any) -> None:
    """British English, and one line's height."""
    for language in styles.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    for spacing in styles.find(qn("w:docDefaults")).iter(qn("w:spacing")):
        spacing.set(qn("w:after"), "0")
        spacing.set(qn("w:line"), "252")


def _style(style: Any, size: float, color: RGBColor, before: float, after: float) -> None:
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):  # a theme's face would win
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), FACE)
    style.font.size, style.font.color.rgb, style.font.italic = Pt(size), color, False
    for spacing in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spacing)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    style.hidden = False


def _unruled(style: Any) -> None:
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _framed(style: Any, line: str, fill: str) -> None:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="6" w:color="{line}"/>'
        for side, size in (("top", 8), ("left", 36), ("bottom", 8), ("right", 8))
    )
    properties = style.element.get_or_add_pPr()
    properties.insert(0, parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>'))
    properties.insert(0, parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"))


def _placeholder(styles: Any) -> None:
    style = styles.add_style("PlaceholderText", WD_STYLE_TYPE.CHARACTER)
    style.element.find(qn("w:name")).set(qn("w:val"), "Placeholder Text")
    style.font.color.rgb = GREY


def _borders(style: Any) -> None:
    for border in style.element.iter(qn("w:tblBorders")):
        for side in border:
            side.set(qn("w:sz"), "6")
            side.set(qn("w:color"), _BORDER)


def _foot(section: Any, text: str) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(f"{text} · page ").font.size = Pt(8.5)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:sz w:val="17"/></w:rPr><w:t>1</w:t></w:r>'))
    paragraph._p.append(field)
