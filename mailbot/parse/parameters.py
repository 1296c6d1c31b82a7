"""
The parameters of Content-Type and Content-Disposition: names, charsets and boundaries.

GUARANTEES
    Linear, never raises. RFC 2231 (continued, with charset) and the encoded words that mail programs
    put into quoted names instead; an unquoted name with spaces is kept whole.
"""

import re
from urllib.parse import unquote_to_bytes

from mailbot.parse.headers import decode_words
from mailbot.parse.text import decode_text

_MOST = 64  # parameters; honest fields have four
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))', re.DOTALL)
_PIECE = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")


def split_value(untrusted: str) -> tuple[str, dict[str, str]]:
    """The value in lower case, and its parameters by lower-case name."""
    value, semicolon, rest = untrusted.partition(";")
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for number, found in enumerate(_PARAMETER.finditer(semicolon + rest)):
        if number >= _MOST:
            break
        name = _PIECE.fullmatch(found[1].lower())
        text = re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3].strip()
        if name is None or (name[2] is None and name[3] is None):
            plain.setdefault(found[1].lower(), decode_words(text))
        else:
            extended.setdefault(name[1], []).append((int(name[2] or 0), bool(name[3]), text))
    for base, pieces in extended.items():
        plain[base] = _joined(sorted(pieces, key=lambda piece: piece[0]))
    return value.strip().lower(), plain


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    charset = ""
    data = b""
    for number, (_, encoded, text) in enumerate(pieces):
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decode_text(data, charset)
