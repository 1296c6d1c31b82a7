"""
XFA: the XML forms that some PDFs carry instead of, or beside, their fields (ISO 32000-1, 12.7.8).

The data set holds what was typed, the template holds the captions. Scripts in it are never looked at.
"""

import ctypes
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

from mailbot.domain.document import NamedField
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import parse_xml

MOST = 5_000  # leaves of the data
PACKETS = 50


def fields(document: pypdfium2.PdfDocument, limits: Limits) -> tuple[list[NamedField], bool]:
    """What was typed into an XFA form, with its captions, and whether all of it could be read."""
    packets = _packets(document, limits)
    roots = [root for packet in packets for root in _parse(packet, limits)]
    captions: dict[str, str] = {}
    for root in roots:
        for node in root.iter("{*}field", "{*}exclGroup"):
            name, caption = node.get("name"), node.find("{*}caption//{*}text")
            if name and caption is not None and caption.text:
                captions.setdefault(name, clean(caption.text))
    data = [data for root in roots for data in root.iter("{*}data")]
    found = [leaf for one in data for leaf in _leaves(one, captions)]
    return found[:MOST], len(roots) == len(packets)


def _packets(document: pypdfium2.PdfDocument, limits: Limits) -> list[bytes]:
    """The parts, whether they stand as one stream or as an array of names and streams."""
    parts: dict[str, bytes] = {}
    room = limits.xml_bytes
    for index in range(min(pdfium.FPDF_GetXFAPacketCount(document.raw), PACKETS)):
        size = ctypes.c_ulong()
        if not pdfium.FPDF_GetXFAPacketContent(document.raw, index, None, 0, size):
            continue
        room -= size.value
        if room < 0:
            raise LimitExceeded("xml_bytes")
        content = ctypes.create_string_buffer(size.value)
        pdfium.FPDF_GetXFAPacketContent(document.raw, index, content, size.value, size)
        parts[_name(document, index)] = content.raw
    return [parts[name] for name in ("template", "datasets") if name in parts] or _joined(parts)


def _joined(parts: dict[str, bytes]) -> list[bytes]:
    """One stream that was cut into packets of other names."""
    return [b"".join(parts.values())] if parts else []


def _name(document: pypdfium2.PdfDocument, index: int) -> str:
    room = ctypes.create_string_buffer(64)
    pdfium.FPDF_GetXFAPacketName(document.raw, index, room, 64)
    return f"{room.value.decode('latin-1')}" or str(index)


def _parse(packet: bytes, limits: Limits) -> list[Any]:
    try:
        return [parse_xml(packet, limits)]
    except Unreadable:
        return []


def _leaves(data: Any, captions: dict[str, str]) -> list[NamedField]:
    found = []
    for node in data.iter(etree.Element):
        if len(node) == 0 and node.text and node.text.strip():
            name = etree.QName(node).localname
            found.append(NamedField(name, "text", clean(node.text.strip()), label=captions.get(name, "")))
    return found
