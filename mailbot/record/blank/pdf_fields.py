"""Form fields that stand in cells of a table."""

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from mailbot.record.blank.model import Box

_LOOK = {
    "borderWidth": 0, "borderColor": None, "fillColor": HexColor("#FFFFFF"), "textColor": HexColor("#1A1A1A"),
    "relative": True, "fontName": "Helvetica", "forceBorder": False,
}  # fmt: skip
_TICK = 11
_LEADING = 15


class Field(Flowable):  # type: ignore[misc]
    """A box for text, or a list to choose from."""

    def __init__(self, box: Box, width: float, height: float) -> None:
        super().__init__()
        self.box, self.width, self.height = box, width, height

    def draw(self) -> None:
        """Put the field where the cell is."""
        form: Any = self.canv.acroForm
        place = {"x": 0, "y": 0, "width": self.width, "height": self.height, "fontSize": 10}
        said = {"name": self.box.key, "tooltip": self.box.tip, **place, **_LOOK}
        if self.box.kind == "choice":
            options = [" ", *(option.text for option in self.box.options)]
            form.choice(value=" ", options=options, fieldFlags="combo", **said)
        else:
            flags = "multiline" if self.box.kind == "text" else ""
            form.textfield(value="", maxlen=None, fieldFlags=flags, **said)


class Checks(Flowable):  # type: ignore[misc]
    """Tick boxes with their answers, one below the other."""

    def __init__(self, box: Box) -> None:
        super().__init__()
        self.box, self.width, self.height = box, 300, _LEADING * len(box.options)

    def draw(self) -> None:
        """Put them where the cell is."""
        form: Any = self.canv.acroForm
        look = {**_LOOK, "borderWidth": 1, "borderColor": HexColor("#50565E"), "forceBorder": True}
        look.pop("fontName")
        for number, option in enumerate(self.box.options):
            y = self.height - _LEADING * (number + 1) + 2
            key, tip = self.box.option_key(option), f"{self.box.label}: {option.text}"
            form.checkbox(name=key, tooltip=tip, x=0, y=y, size=_TICK, buttonStyle="cross", **look)
            self.canv.setFont("Helvetica", 10)
            self.canv.drawString(_TICK + 5, y + 2, option.text)
