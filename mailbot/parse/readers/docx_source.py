"""
The main part of a Word document as text: where an element ends, and a tree of one piece when it is needed.

GUARANTEES
    None is made of a part that is not written in the usual way: UTF-8, the prefix `w` bound once, at the
    root, neither comments nor CDATA nor instructions behind the prolog, ">" for the ends of tags alone.
    None is made either of one that is full of controls. Whoever gets none parses the whole.
SECURITY
    A piece is parsed like any stranger's XML, and their number is bounded: a part in a thousand pieces
    would cost more than the whole.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.docx_names import W
from mailbot.parse.readers.xml import Element, parse_xml

_PROLOG: Final = re.compile(r"\s*+<\?xml\s[^<>]*\?>\s*+")
_ENCODING: Final = re.compile(r"\sencoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
_ROOT: Final = re.compile(r"<w:document(\s[^>]*+)>(?:<w:background\s[^>]*+(?<=/)>)?<w:body>")
_BOUND: Final = re.compile(r"xmlns:w(?![\w.-])")
_NAMESPACE: Final = re.compile(r'\sxmlns:([\w.-]++)="[^"]*+"')
_USUAL_PREFIXES: Final = frozenset(("w", "w14", "w15", "r", "mc"))
_NAME: Final = re.compile(r"<([\w.-]++:[\w.-]++)")
_REFERENCE: Final = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));|&")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_MOST_PIECES: Final = 100  # a tree of each costs as much as twenty elements of one tree of all
_MANY_CONTROLS: Final = 30  # so where there are as many controls and form fields, one tree is cheaper
_TAG: Final = r"<(/?)(%s)(?=[ >/])[^>]*+(?:(?<=(/))>|>)"
_ANY_TAG: Final = re.compile(_TAG % r"[\w.-]++:[\w.-]++")
_TAGS: Final = {
    name: re.compile(_TAG % name)
    for name in ("w:r", "w:sdt", "w:sectPr", "w:pPr", "w:hyperlink", "w:ins", "w:del", "mc:AlternateContent")
}


class IrregularError(Exception):
    """The part is written in a way that only a parser of the whole can judge."""


class Source:
    """See the module."""

    def __init__(self, text: str, start: int, namespaces: list[tuple[str, str]], limits: Limits) -> None:
        self.text = text
        self.start = start  # behind the opening tag of the body
        self._limits = limits
        self._heads = [
            "<root" + "".join(one for prefix, one in namespaces if prefix in wanted) + ">"
            for wanted in (_USUAL_PREFIXES, dict(namespaces))
        ]
        self._left = _MOST_PIECES

    def element(self, piece: str) -> Element:
        """The tree of one element, or what stands in one."""
        self._left -= 1
        if not self._left:
            raise IrregularError
        for head in self._heads:  # most need few of the prefixes
            try:
                root = parse_xml(f"{head}{piece}</root>".encode(), self._limits)
            except Unreadable:
                continue
            if len(root) == 1:
                return root[0]
        raise IrregularError

    def end_of(self, position: int) -> tuple[str, int]:
        """The name of the element that begins here, and where it ends."""
        opening = _NAME.match(self.text, position)
        if opening is None:
            raise IrregularError
        name, depth = opening[1], 0
        for tag in _TAGS.get(name, _ANY_TAG).finditer(self.text, position):
            if tag[2] != name:
                continue
            if tag[1]:
                depth -= 1
            elif tag[3] is None:
                depth += 1
            if depth <= 0:
                return name, tag.end()
        raise IrregularError


def source_of(untrusted_part: bytes, limits: Limits) -> Source | None:
    """The part as text, or None where the usual rules of writing do not hold."""
    if len(untrusted_part) > limits.xml_bytes or (b"!" in untrusted_part and b"<!" in untrusted_part):
        return None  # one search for one sign is much cheaper than one for two
    if untrusted_part.count(b"<w:sdtPr") + untrusted_part.count(b"<w:ffData") > _MANY_CONTROLS:
        return None
    try:
        text = untrusted_part.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    prolog = _PROLOG.match(text)
    begin = 0 if prolog is None else prolog.end()
    root = _ROOT.match(text, begin)
    if root is None or (prolog is not None and _ENCODING.search(prolog[0])):
        return None
    if text.count("<") != text.count(">") or text.find("<?", begin) >= 0:
        return None  # a ">" elsewhere than at the end of a tag is legal, and rare
    if text.count("xmlns:w") != root[1].count("xmlns:w") and len(_BOUND.findall(text)) > 1:
        return None
    namespaces = [(one[1], one[0]) for one in _NAMESPACE.finditer(root[1])]
    if f' xmlns:w="{W[1:-1]}"' not in root[1]:
        return None
    return Source(text, root.end(), namespaces, limits)


def plain_text(untrusted_text: str) -> str:
    """Text with its references resolved."""
    return _REFERENCE.sub(_resolved, untrusted_text) if "&" in untrusted_text else untrusted_text


def _resolved(reference: re.Match[str]) -> str:
    if reference[1]:
        return _NAMED[reference[1]]
    code = int(reference[2]) if reference[2] else int(reference[3], 16) if reference[3] else 0
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return chr(code)
    raise IrregularError
