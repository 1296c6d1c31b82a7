"""
XFA: the XML forms that some PDFs carry instead of, or beside, their fields (ISO 32000-1, 12.7.8).

The data set holds what was typed, the template holds the captions. Scripts in it are never looked at.
"""

from typing import Any

from lxml import etree
from pypdf import PdfReader
from pypdf.generic import ArrayObject

from mailbot.domain.document import NamedField
from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.pdf_fields import RAISES
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import parse_xml

MOST = 5_000  # leaves of the data


def fields(reader: PdfReader, limits: Limits) -> list[NamedField]:
    """What was typed into an XFA form, with its captions; empty when there is none."""
    packets = _packets(reader)
    roots = [root for root in (_parse(packet, limits) for packet in packets) if root is not None]
    captions: dict[str, str] = {}
    for root in roots:
        for node in root.iter("{*}field", "{*}exclGroup"):
            name, caption = node.get("name"), node.find("{*}caption//{*}text")
            if name and caption is not None and caption.text:
                captions.setdefault(name, clean(caption.text))
    return [found for root in roots for data in root.iter("{*}data") for found in _leaves(data, captions)][
        :MOST
    ]


def _packets(reader: PdfReader) -> list[bytes]:
    """The parts, whether they stand as one stream or as an array of names and streams."""
    try:
        root: Any = reader.trailer["/Root"]
        xfa = root["/AcroForm"]["/XFA"].get_object()
        if not isinstance(xfa, ArrayObject):
            return [xfa.get_data()]
        parts = {str(xfa[i]): xfa[i + 1].get_object().get_data() for i in range(0, len(xfa) - 1, 2)}
    except RAISES:
        return []
    return [parts[name] for name in ("template", "datasets") if name in parts] or [b"".join(parts.values())]


def _parse(packet: bytes, limits: Limits) -> Any | None:
    try:
        return parse_xml(packet, limits)
    except Unreadable:
        return None


def _leaves(data: Any, captions: dict[str, str]) -> list[NamedField]:
    found = []
    for node in data.iter(etree.Element):
        if len(node) == 0 and node.text and node.text.strip():
            name = etree.QName(node).localname
            found.append(NamedField(name, "text", clean(node.text.strip()), label=captions.get(name, "")))
    return found
