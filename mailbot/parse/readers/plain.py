"""
Reads plain text: one paragraph for each line, as it was sent.

GUARANTEES
    Linear. Lines stay lines: whoever wants a sentence that a mail program wrapped joins them with what it
    knows of the form. Only `format=flowed` is undone here, because it is marked (RFC 3676).
"""

from collections.abc import Iterable, Iterator

from mailbot.domain.document import Document, Paragraph, Text
from mailbot.errors import LimitExceeded
from mailbot.parse.limits import Limits
from mailbot.parse.readers.symbols import clean

_DEEPEST_QUOTE = 100


def read(untrusted_text: str, limits: Limits, *, flowed: bool = False, delsp: bool = False) -> Document:
    """The document; `flowed` and `delsp` are the parameters of its content type."""
    if len(untrusted_text) > limits.body_characters:
        raise LimitExceeded("body_characters")
    raw = clean(untrusted_text).split("\n")
    lines = _unflow(map(_stuffed, raw), delsp=delsp) if flowed else map(_dequote, raw)
    blocks = tuple(
        Paragraph((Text(text),) if text else (), quoted=depth, where=f"line {number}")
        for number, (depth, text) in enumerate(_without_last_empty(lines), 1)
    )
    return Document(format="text", blocks=blocks)


def _dequote(line: str) -> tuple[int, str]:
    """Depth and text of a line: "> > text", ">>text" and "> text" are all quoted."""
    if not line.startswith(">"):
        return 0, line
    position = depth = 0
    while depth < _DEEPEST_QUOTE:
        ahead = position + 1 if line[position : position + 1] == " " else position
        if line[ahead : ahead + 1] != ">":
            break
        position, depth = ahead + 1, depth + 1
    return depth, line[position + 1 :] if line[position : position + 1] == " " else line[position:]


def _stuffed(line: str) -> tuple[int, str]:
    """Depth and text of a flowed line: only unbroken ">" quote, then one stuffed space (RFC 3676, 4.5)."""
    depth = min(len(line) - len(line.lstrip(">")), _DEEPEST_QUOTE)
    text = line[depth:]
    return depth, text[1:] if text.startswith(" ") else text


def _unflow(lines: Iterable[tuple[int, str]], *, delsp: bool) -> Iterator[tuple[int, str]]:
    """Join a line that ends in a space to the next of the same depth; "-- " is a signature's line."""
    words: list[str] = []
    current = 0
    for depth, text in lines:
        if words and depth != current:
            yield current, "".join(words)
            words = []
        current = depth
        soft = text.endswith(" ") and text != "-- "
        words.append(text[:-1] if soft and delsp else text)
        if not soft:
            yield current, "".join(words)
            words = []
    if words:
        yield current, "".join(words)


def _without_last_empty(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Without the empty line that is only the end of the last one."""
    waiting: tuple[int, str] | None = None
    for line in lines:
        if waiting is not None:
            yield waiting
        waiting = line
    if waiting is not None and waiting != (0, ""):
        yield waiting
