"""
Names and single lines that a stranger wrote, made safe to show.

GUARANTEES
    What comes out is one line without control, bidirectional or invisible characters, and short. It is
    for eyes: storage names are generated, and nothing here is ever used as a path.
"""

import re
import unicodedata

_LINE = 4096  # a header that a person still reads
_NAME = 120
_BREAKS = re.compile(r"[\r\n\t\v\f\x85\u2028\u2029]+")
# Controls, surrogates, bidirectional marks and overrides, zero-width characters, tags.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def one_line(untrusted: str, limit: int = _LINE) -> str:
    """The text as one line to show."""
    cut = untrusted[: 4 * limit]
    if cut.isascii() and cut.isprintable():  # nothing of what follows is in it
        return cut.strip()[:limit]
    shown = _UNSEEN.sub("", _BREAKS.sub(" ", cut))
    return unicodedata.normalize("NFC", shown).strip()[:limit]


def part_name(untrusted_name: str, index: int, extension: str) -> str:
    """A part's name to show: without folders, or "part-3.pdf" where the sender gave none."""
    last = re.split(r"[\\/]", untrusted_name.replace("\x00", ""))[-1]
    if len(last) > _NAME:  # the end says what kind of file it is
        last = f"{last[: _NAME - 21]}…{last[-20:]}"
    shown = one_line(last, _NAME).strip(" .")
    return shown or f"part-{index}.{extension or 'bin'}"


def extension_of(name: str) -> str:
    """The extension in lower case, or nothing."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem and last.isalnum() and len(last) <= 8 else ""
