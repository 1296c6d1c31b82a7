"""
Bytes of a text become characters.

GUARANTEES
    Never raises; only charsets of this list are used (a codec named by a stranger may be `zlib_codec`).
    The order is the one of browsers: UTF-8 where it fits, the declared charset, Windows-1252. The
    result has no control characters but tab and newline, and line ends are "\\n".
"""

import codecs
import re

from mailbot.parse.limits import Limits

# iso-8859-1 and us-ascii mean Windows-1252 in practice (WHATWG Encoding Standard).
_WESTERN = {"iso8859-1", "latin-1", "ascii", "cp1252", ""}
_ALLOWED = re.compile(
    r"utf-?(7|8|8-sig|16|16-le|16-be|32|32-le|32-be)|iso8859-\d{1,2}|cp\d{3,4}|koi8-[rut]|mac-(roman|latin2|cyrillic)"
    r"|gb2312|gbk|gb18030|hz|big5|big5hkscs|euc_(jp|kr)|shift_jis|iso2022_(jp|jp_\d|kr)|johab|tis-620|ptcp154"
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ENDS = re.compile("[\u2028\u2029\x0b\x0c\x85]")


def known_charset(untrusted: str) -> str:
    """Python's name for the charset, or nothing where it is none of a text's."""
    try:
        name = codecs.lookup(untrusted.strip().strip("\"'")).name
    except (LookupError, ValueError, TypeError):
        return ""
    return name if _ALLOWED.fullmatch(name) or name in _WESTERN else ""


def decode_text(untrusted: bytes, untrusted_charset: str = "") -> str:
    """The characters, not yet cleaned."""
    if not untrusted_charset and untrusted.isascii():
        return untrusted.decode("ascii")
    for mark, marked in _MARKS:
        if untrusted.startswith(mark):
            return untrusted.decode(marked, "replace")
    charset = known_charset(untrusted_charset) if untrusted_charset else ""
    tries = ("utf-8", "cp1252") if charset in _WESTERN else (charset, "utf-8", "cp1252")
    for name in tries:
        try:
            return untrusted.decode(name)
        except ValueError:  # UnicodeError is one
            continue
    return untrusted.decode("cp1252", "replace")


def to_text(untrusted: bytes) -> str:
    """A header's bytes as characters: UTF-8, or Windows-1252."""
    return decode_text(untrusted)


def clean(untrusted: str, limits: Limits) -> str:
    """One kind of line end, no control characters, not endless."""
    cut = untrusted[: limits.body_characters].replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _ENDS.sub("\n", cut))


def body_text(untrusted: bytes, parameters: dict[str, str], limits: Limits) -> str:
    """The text of a part, decoded and cleaned."""
    return clean(decode_text(untrusted, parameters.get("charset", "")), limits)
