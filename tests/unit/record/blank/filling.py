"""Fills in the blank forms as Word and PDF viewers do: by the keys of their boxes."""

import io
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from functools import cache

from lxml import etree
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, NameObject, TextStringObject

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
Answers = Mapping[str, str | bool]  # the key of a box, and what was typed, chosen or ticked


def word(blank: bytes, answers: Answers) -> bytes:
    """The Word file with these answers; everything else is as it was."""
    with zipfile.ZipFile(io.BytesIO(blank)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    root = etree.fromstring(parts["word/document.xml"])
    left = dict(answers)
    for control in root.iter(f"{W}sdt"):
        key = control.find(f"{W}sdtPr/{W}tag").get(f"{W}val")
        if key in left:
            _fill(control, left.pop(key))
    assert not left
    parts["word/document.xml"] = etree.tostring(root)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return file.getvalue()


def _fill(control: etree._Element, answer: str | bool) -> None:
    properties, content = control.find(f"{W}sdtPr"), control.find(f"{W}sdtContent")
    run = content.find(f".//{W}r")
    if isinstance(answer, bool):
        properties.find(f"{W14}checkbox/{W14}checked").set(f"{W14}val", "1")
        run.find(f"{W}t").text = "☒"
        return
    prompt = properties.find(f"{W}showingPlcHdr")
    properties.remove(prompt)
    run = deepcopy(run)
    for child in list(run):
        run.remove(child)
    for number, line in enumerate(answer.split("\n")):
        if number:
            etree.SubElement(run, f"{W}br")
        text = etree.SubElement(run, f"{W}t")
        text.text = line
        text.set(SPACE, "preserve")
    content[:] = [run]


@cache
def _opened(blank: bytes) -> PdfWriter:
    """A writer of the blank PDF, made once because it takes longer than everything else."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(blank)))
    writer.root_object["/AcroForm"][NameObject("/NeedAppearances")] = BooleanObject(True)
    return writer


def pdf(blank: bytes, answers: Answers) -> bytes:
    """The PDF with these answers as its fields' values; what is drawn is left to the viewer."""
    writer = _opened(blank)
    fields = {
        str(field["/T"]): field
        for page in writer.pages
        for field in (reference.get_object() for reference in page.get("/Annots", ()))
    }
    before = {key: dict(fields[key]) for key in answers}
    for key, answer in answers.items():
        field = fields[key]
        if isinstance(answer, bool):
            on = next(state for state in field["/AP"]["/N"] if state != "/Off")
            field[NameObject("/V")] = field[NameObject("/AS")] = NameObject(on)
        else:
            field[NameObject("/V")] = TextStringObject(answer.replace("\n", "\r"))
            field.pop("/AP", None)
    file = io.BytesIO()
    writer.write(file)
    for key, entries in before.items():
        fields[key].clear()
        fields[key].update(entries)
    return file.getvalue()
