"""Code pages of Rich Text, from an allow list, and characters that control words stand for."""

from typing import Final

_CHARSETS: Final = {
    0: "cp1252", 1: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936",
    136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_PAGES: Final = {
    437: "cp437", 850: "cp850", 852: "cp852", 866: "cp866", 874: "cp874", 932: "cp932", 936: "cp936",
    949: "cp949", 950: "cp950", 1250: "cp1250", 1251: "cp1251", 1252: "cp1252", 1253: "cp1253",
    1254: "cp1254", 1255: "cp1255", 1256: "cp1256", 1257: "cp1257", 1258: "cp1258", 10000: "mac-roman",
    28591: "cp1252", 65001: "utf-8",
}  # fmt: skip

WORDS: Final = {
    "tab": "\t", "line": "\n", "page": "\n", "column": "\n", "softline": "\n", "emdash": "—", "endash": "–",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": "\u2003",
    "enspace": "\u2002", "qmspace": "\u2005",
}  # fmt: skip
SIGNS: Final = {"~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}


def of_charset(number: int, otherwise: str) -> str:
    """The codec of a font's `\\fcharset`."""
    return _CHARSETS.get(number, otherwise)


def of_page(number: int) -> str:
    """The codec of `\\ansicpg`."""
    return _PAGES.get(number, "cp1252")


def decode(data: bytes, codec: str) -> str:
    """Text in a code page of the list above; what it does not have is a question to the reader."""
    return data.decode(codec, "replace")
