"""Sets a filled-in form as the text or the HTML of an e-mail."""

import re
import textwrap
from html import escape
from random import Random

from tests.layouts.form import Block, Field, Grid, Head, Layout, Note


def slug(text: str) -> str:
    """A name of letters only."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def value(field: Field, style: str) -> str:
    """The answer in words, or the options with marks."""
    if not field.options or style == "only":
        return field.words
    boxes = {"brackets": ("[x]", "[ ]")}.get(style, ("☒", "☐"))
    return "  ".join(f"{boxes[0] if on else boxes[1]} {name}" for name, on in field.options)


def line(label: str, answer: str, sep: str) -> str:
    """A label and an answer, with what stands between them."""
    if sep == "dash":
        return f"{label} - {answer}"
    if sep == "dots":
        return f"{label} {'.' * max(3, 34 - len(label))} {answer}"
    if sep == "equals":
        return f"{label} = {answer}"
    if sep == "stars":
        return f"**{label}**\n{answer}\n"
    return f"{label}\n\n{answer}\n" if answer else f"{label}\n"


def text(layout: Layout, blocks: list[Block], rng: Random) -> str:
    """A form as plain text."""
    out: list[str] = []
    for block in blocks:
        if isinstance(block, Head):
            out += [block.text if block.level else block.text + "\n" + "-" * len(block.text), ""]
            out[-2:-2] = [""] if block.level else []
        elif isinstance(block, Note):
            out += [block.text, ""]
        elif isinstance(block, Field):
            out.append(line(block.label, value(block, layout.how["ticks"]), layout.how["sep"]))
        assert not isinstance(block, Grid)
    lines = "\n".join(out).split("\n")
    if layout.how.get("wrap"):
        lines = [part for one in lines for part in (textwrap.wrap(one, int(layout.how["wrap"])) or [""])]
    if layout.how.get("quote"):
        lines = ["> " + one if one else ">" for one in lines]
        lines = ["Please see below, sent to me by a colleague.", "", "-----Original Message-----", ""] + lines
    return "\n".join(lines) + "\n"


def breaks(words: str) -> str:
    """Text as HTML with its line breaks."""
    return escape(words, quote=False).replace("\n", "<br>")


def html(layout: Layout, blocks: list[Block], rng: Random) -> str:
    """A form as HTML."""
    style, out = layout.how["style"], ["<html><head><meta charset='utf-8'></head><body>"]
    inside = ""
    wanted = {"dl": "dl", "table": "table", "outlook": "table"}.get(style, "")
    for block in [*blocks, Note("")]:
        if isinstance(block, Field):
            if wanted and not inside:
                out.append(f"<{wanted}{' class=MsoTableGrid border=1' if style == 'outlook' else ''}>")
                inside = wanted
            out.append(html_field(block, style, layout.how["ticks"]))
            continue
        if inside:
            out.append(f"</{inside}>")
            inside = ""
        if isinstance(block, Head):
            out.append(html_head(block, style))
        elif isinstance(block, Note) and block.text:
            out.append(f"<p><em>{escape(block.text)}</em></p>")
    return "\n".join([*out, "</body></html>"])


def html_head(head: Head, style: str) -> str:
    """A heading in the manner of the program that wrote it."""
    if style == "outlook":
        return f'<p class="MsoNormal"><b><span style="font-size:14.0pt">{escape(head.text)}<o:p></o:p></span></b></p>'
    tag = f"h{head.level + 1}" if style != "bbr" or head.level == 0 else "h4"
    return f"<{tag}>{escape(head.text)}</{tag}>"


def html_field(field: Field, style: str, ticks: str) -> str:
    """A question in the manner of the program that wrote it."""
    label, answer = escape(field.label, quote=False), breaks(value(field, ticks))
    if style == "dl":
        return f"<dt>{label}</dt><dd>{answer}</dd>"
    if style == "bbr":
        return f"<p><b>{label}</b><br>{answer}</p>"
    if style == "outlook":
        cell = '<td valign="top" style="padding:0cm 5.4pt"><p class="MsoNormal">{}<o:p></o:p></p></td>'
        return f"<tr>{cell.format(label)}{cell.format(answer or '&nbsp;')}</tr>"
    return f"<tr><th align='left'>{label}</th><td>{answer}</td></tr>"
