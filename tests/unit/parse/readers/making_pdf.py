"""Small PDF files, written by hand: what a test needs of a page and nothing else."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
BOLD = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>"
DINGBATS = b"<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>"
FORM = b"<</Type/XObject/Subtype/Form/BBox[0 0 20 20]/Length 0>>stream\n\nendstream"
HEIGHT = 842


@dataclass
class Pdf:
    """A document under construction; y counts from the top of the page, as one looks at it."""

    pages: list[list[str]] = field(default_factory=lambda: [[]])
    widgets: list[list[str]] = field(default_factory=lambda: [[]])
    catalog: str = ""
    form: str = ""
    extra: dict[int, bytes] = field(default_factory=dict)  # object number, from 900, to its bytes
    page_more: str = ""

    def page(self) -> "Pdf":
        """Another page."""
        self.pages.append([])
        self.widgets.append([])
        return self

    def draw(self, operators: str) -> "Pdf":
        """Anything."""
        self.pages[-1].append(operators)
        return self

    def text(self, x: float, y: float, words: str, font: str = "F", size: float = 10) -> "Pdf":
        """Words with their base line at y."""
        shown = words.encode("cp1252", "replace").hex()
        return self.draw(f"BT /{font} {size} Tf {x} {HEIGHT - y} Td <{shown}> Tj ET")

    def line(self, x1: float, y1: float, x2: float, y2: float) -> "Pdf":
        """A thin line."""
        return self.draw(f"0.5 w {x1} {HEIGHT - y1} m {x2} {HEIGHT - y2} l S")

    def box(self, left: float, top: float, right: float, bottom: float, paint: str = "S") -> "Pdf":
        """A rectangle."""
        return self.draw(f"0.5 w {left} {HEIGHT - bottom} {right - left} {bottom - top} re {paint}")

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> "Pdf":
        """A ruled table."""
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        return self

    def annotation(self, left: float, top: float, right: float, bottom: float, keys: str) -> "Pdf":
        """A widget, or something else of the kind."""
        rectangle = f"/Rect[{left} {HEIGHT - bottom} {right} {HEIGHT - top}]"
        self.widgets[-1].append(f"<</Type/Annot{rectangle}{keys}>>")
        return self

    def entry(
        self, left: float, top: float, right: float, bottom: float, name: str, value: str, more: str = ""
    ) -> "Pdf":
        """A text field."""
        typed = value.encode("utf-16-be").hex()
        keys = f"/Subtype/Widget/FT/Tx/T({name})/V<FEFF{typed}>{more}"
        return self.annotation(left, top, right, bottom, keys)

    def check(self, left: float, top: float, name: str, on: bool, more: str = "") -> "Pdf":
        """A tick box of 10 points."""
        state = "Yes" if on else "Off"
        looks = "/AP<</N<</Yes 5 0 R/Off 5 0 R>>>>"
        keys = f"/Subtype/Widget/FT/Btn/T({name})/V/{state}/AS/{state}{looks}{more}"
        return self.annotation(left, top, left + 10, top + 10, keys)

    def bytes(self) -> bytes:
        """The file."""
        objects: dict[int, bytes] = {3: HELVETICA, 4: BOLD, 5: FORM, 6: DINGBATS, **self.extra}
        number, kids, fields = 10, [], []
        for operators, widgets in zip(self.pages, self.widgets, strict=True):
            page, content, number = number, number + 1, number + 2
            notes = list(range(number, number + len(widgets)))
            number += len(widgets)
            for at, widget in zip(notes, widgets, strict=True):
                objects[at] = widget.encode("latin-1")
                fields.append(f"{at} 0 R")
            kids.append(f"{page} 0 R")
            packed = zlib.compress("\n".join(operators).encode("latin-1"))
            objects[content] = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (
                len(packed),
                packed,
            )
            annotations = " ".join(f"{at} 0 R" for at in notes)
            objects[page] = (
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 {HEIGHT}]/Contents {content} 0 R"
                f"/Resources<</Font<</F 3 0 R/B 4 0 R/Z 6 0 R>>>>/Annots[{annotations}]{self.page_more}>>"
            ).encode("latin-1")
        objects[2] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
        form = f"/AcroForm<</Fields[{' '.join(fields)}]{self.form}>>" if fields or self.form else ""
        objects[1] = f"<</Type/Catalog/Pages 2 0 R{form}{self.catalog}>>".encode("latin-1")
        return written(objects)


def written(objects: dict[int, bytes], trailer: str = "") -> bytes:
    """Objects as a file with its table."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    last = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % last
    for number in range(1, last):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    out += f"trailer\n<</Size {last}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
