"""
The one way in which a stranger's XML is parsed.

SECURITY
    No DOCTYPE, so no entities, no external subset and no expansion; no network; libxml2's own limits on
    depth (256) and size stay on. Whatever walks the tree may recurse: its depth is bounded.
"""

from typing import TypeAlias

from lxml import etree

from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits

Element: TypeAlias = etree._Element

_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")


def parse_xml(untrusted_data: bytes, limits: Limits) -> Element:
    """The root of a document without DOCTYPE; `Unreadable` ("entities", "corrupt") or `LimitExceeded`."""
    if len(untrusted_data) > limits.xml_bytes:
        raise LimitExceeded("xml_bytes")
    if _has_doctype(untrusted_data):
        raise Unreadable("entities")
    try:
        root: Element | None = etree.fromstring(untrusted_data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("corrupt") from error
    if root is None:
        raise Unreadable("corrupt")
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding we did not look through
        raise Unreadable("entities")
    return root


def text_of(element: Element, *tags: str) -> str:
    """All text in an element, or in those of its descendants that are named."""
    return "".join(map(str, element.itertext(*tags)))


def _parser() -> etree.XMLParser:
    """A fresh one: a parser keeps the errors of the file before."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _has_doctype(untrusted_data: bytes) -> bool:
    if untrusted_data[:2] in _UTF16:
        return b"<!DOCTYPE" in untrusted_data.replace(b"\x00", b"")
    return b"<!DOCTYPE" in untrusted_data
