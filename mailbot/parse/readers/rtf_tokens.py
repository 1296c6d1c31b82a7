"""
Cuts Rich Text into groups, control words and text, in one pass.

GUARANTEES
    Linear; never raises. A damaged token is text.
"""

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(
    r"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])"
    r"|([{}])|([^\\{}\r\n\0]+)|[\r\n\0\\]",
    re.S,
)
_LARGEST = 2**31

# The kinds of token; a word carries its number, or None.
WORD, BYTE, SIGN, BRACE, TEXT = range(5)
Token = tuple[int, str, int | None]


def tokens(untrusted: bytes) -> Iterator[Token]:
    """Every token in order; binary data behind `\\bin` is passed over."""
    text = untrusted.decode("latin-1")
    position, size = 0, len(text)
    match = _TOKEN.match
    while position < size:
        found = match(text, position)
        if found is None:
            position += 1
            continue
        position = found.end()
        kind = found.lastindex
        if kind in (1, 2):
            number = found[2]
            value = None if number is None else max(-_LARGEST, min(int(number), _LARGEST))
            if found[1] == "bin":
                position += max(value or 0, 0)
            else:
                yield WORD, found[1], value
        elif kind is not None:
            yield kind - 2, found[kind], None
