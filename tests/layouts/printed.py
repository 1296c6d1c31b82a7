"""Sets a filled-in form as PDF: flat, and with fields that somebody filled in."""

import io
from random import Random
from xml.sax.saxutils import escape

from reportlab.lib.colors import lightgrey
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from tests.layouts.form import Block, Field, Head, Layout, Note
from tests.layouts.pages import marked
from tests.layouts.text import slug


def words(text: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph that keeps its line breaks."""
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def shown(field: Field, style: str) -> str:
    """The answer; boxes in characters that every font has."""
    if not field.options:
        return field.text or ""
    parts = [m.replace("☒", "[X]").replace("☐", "[ ]") for m in marked(field, style)]
    return ("\n" if len(parts) > 4 else "   ").join(parts)


def pdf(layout: Layout, blocks: list[Block], rng: Random) -> bytes:
    """A form as a flat PDF: label left of the answer, or above it in the same box."""
    sheet = getSampleStyleSheet()
    body, above = sheet["BodyText"], layout.how["arrange"] == "above"
    grid = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    story: list[Flowable] = []
    for block in blocks:
        if isinstance(block, Head):
            story.append(words(block.text, sheet["Heading1" if block.level == 0 else "Heading3"]))
        elif isinstance(block, Note):
            story.append(words(block.text, sheet["Italic"]))
        elif isinstance(block, Field):
            label, value = (
                words(block.label, sheet["Heading5"]),
                words(shown(block, layout.how["ticks"]), body),
            )
            if above:
                story += [
                    Table(
                        [[label], [value]], [460], style=[*grid, ("BACKGROUND", (0, 0), (0, 0), lightgrey)]
                    ),
                    Spacer(1, 4),
                ]
            else:
                story.append(Table([[label, value]], [160, 300], style=grid))
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, title=layout.title, invariant=1).build(story)
    return out.getvalue()


class Fillable:
    """A PDF with fields."""

    def __init__(self, layout: Layout) -> None:
        self.how, self.out = layout.how, io.BytesIO()
        self.canvas = Canvas(self.out, pagesize=A4, invariant=1)
        self.y, self.count, self.part = 800, 0, ""

    def room(self, height: int) -> None:
        """Begins a page where there is no room left."""
        if self.y - height < 40:
            self.canvas.showPage()
            self.y = 800

    def name(self, text: str) -> str:
        """A field's inner name."""
        self.count += 1
        return f"{slug(self.part)}_{slug(text)}" if self.how["names"] == "plain" else f"Text{self.count}"

    def field(self, field: Field) -> None:
        """A label and its box or boxes."""
        tip = field.label if self.how["tips"] == "yes" else None
        height = 110 if field.long else 24 if not field.options else 16 * len(field.options)
        self.room(height + 10)
        self.canvas.setFont("Helvetica-Bold", 9)
        self.canvas.drawString(40, self.y - 12, field.label)
        self.canvas.setFont("Helvetica", 9)
        form = self.canvas.acroForm
        if field.options:
            base = self.name(field.label)
            for number, (option, on) in enumerate(field.options):
                y = self.y - 14 - 16 * number
                form.checkbox(name=f"{base}_{number}", tooltip=f"{tip}: {option}" if tip else None, checked=on,
                              x=230, y=y, size=12, buttonStyle="check")  # fmt: skip
                self.canvas.drawString(248, y + 2, option)
        else:
            flags = "multiline" if field.long else ""
            form.textfield(name=self.name(field.label), tooltip=tip, value=(field.text or ""), x=230,
                           y=self.y - height + 4, width=320, height=height - 6, fontSize=8, maxlen=4000,
                           fieldFlags=flags)  # fmt: skip
        self.y -= height + 6


def acro(layout: Layout, blocks: list[Block], rng: Random) -> bytes:
    """A form as a PDF with fields."""
    page = Fillable(layout)
    for block in blocks:
        if isinstance(block, Head):
            page.room(60)
            page.part = block.text
            page.canvas.setFont("Helvetica-Bold", 15 if block.level == 0 else 12)
            page.canvas.drawString(40, page.y - 16, block.text)
            page.y -= 28
        elif isinstance(block, Field):
            page.field(block)
    page.canvas.save()
    return page.out.getvalue()
