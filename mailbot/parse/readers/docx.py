"""
Reads Word documents: docx, docm, dotx, in the transitional and the strict form.

GUARANTEES
    Text, boxes, controls and fields as a person sees them in Word, with their states. Text outside the
    page's flow, deleted or hidden, is kept as asides.
SECURITY
    Bytes in, values out. Nothing is run, followed or fetched: macros, remote templates, embedded objects
    and fields that would fetch are only reported.
"""

from functools import cache

from mailbot.domain.document import Aside, Block, Document
from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.docx_flow import Walker
from mailbot.parse.readers.docx_lists import Lists
from mailbot.parse.readers.docx_names import W
from mailbot.parse.readers.docx_parts import Parts, open_parts
from mailbot.parse.readers.docx_scan import Scan
from mailbot.parse.readers.docx_source import IrregularError, source_of
from mailbot.parse.readers.docx_styles import Styles
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import Element, parse_xml

_PROPERTIES = {
    "creator": "author",
    "title": "title",
    "lastModifiedBy": "last_modified_by",
    "Company": "company",
    "Manager": "manager",
    "created": "created",
    "modified": "modified",
    "subject": "subject",
    "keywords": "keywords",
    "description": "comments",
}
_SEPARATORS = frozenset(("separator", "continuationSeparator", "continuationNotice"))


def read(untrusted: bytes, limits: Limits) -> Document:
    """The document; raises `Unreadable` or `LimitExceeded`."""
    parts = open_parts(untrusted, limits)
    try:
        return _document(parts, limits)
    except RecursionError as error:  # the tree is bounded, the stack below us is not ours
        raise Unreadable("corrupt") from error


def _document(parts: Parts, limits: Limits) -> Document:
    walker, blocks = _blocks(parts, limits)
    asides = [*_pages(parts, walker), *_notes(parts, walker)]
    flags = parts.flags | walker.flags
    if not any(_says(block) for block in blocks):
        flags.add("unreadable_part")  # perhaps pictures; never "nothing was sent"
    return Document(
        format="docx",
        blocks=tuple(blocks),
        asides=(*asides, *walker.asides),
        flags=tuple(sorted(flags)),
        properties=_properties(parts),
    )


def _blocks(parts: Parts, limits: Limits) -> tuple[Walker, list[Block]]:
    """What stands in the body, and who read it."""
    styles = Styles(parts.sheet())
    source = source_of(parts.main, limits)
    if source is not None:
        walker = _walker(parts, styles, limits)
        try:
            return walker, Scan(source, walker).body()
        except IrregularError:
            pass  # from the start, by someone who knows nothing of what was seen so far
    return _parsed(parts, styles, limits)


def _parsed(parts: Parts, styles: Styles, limits: Limits) -> tuple[Walker, list[Block]]:
    """The same from a tree of the whole part."""
    main = parse_xml(parts.main, limits)
    body = main.find(W + "body")
    if main.tag != W + "document" or body is None:
        raise Unreadable("corrupt")
    walker = _walker(parts, styles, limits)
    return walker, walker.blocks(body)


def _walker(parts: Parts, styles: Styles, limits: Limits) -> Walker:
    return Walker(styles, cache(lambda: Lists(parts.related_one("numbering"))), limits)  # most have no lists


def _says(block: Block) -> bool:
    return bool(block.text.strip())


def _pages(parts: Parts, walker: Walker) -> list[Aside]:
    """Headers and footers, each once however many sections show it."""
    asides: list[Aside] = []
    for root in parts.related("header"):
        _append(asides, Aside("header", _text(walker, root), "header"))
    for root in parts.related("footer"):
        _append(asides, Aside("footer", _text(walker, root), "footer"))
    return asides


def _notes(parts: Parts, walker: Walker) -> list[Aside]:
    asides: list[Aside] = []
    for kind in ("footnotes", "endnotes"):
        for root in parts.related(kind):
            for number, note in enumerate(root, 1):
                if note.get(W + "type") not in _SEPARATORS:
                    _append(asides, Aside("footnote", _text(walker, note), f"{kind[:-1]} {number}"))
    for root in parts.related("comments"):
        for number, comment in enumerate(root, 1):
            _append(asides, Aside("comment", _text(walker, comment), f"comment {number}"))
    return asides


def _append(asides: list[Aside], aside: Aside) -> None:
    if aside.text and aside not in asides[-20:]:  # sections repeat theirs; a thousand notes are not compared
        asides.append(aside)


def _text(walker: Walker, root: Element) -> str:
    walker.depth += 1  # so that its paragraphs do not count as the body's
    text = "\n".join(block.text for block in walker.blocks(root)).strip()
    walker.depth -= 1
    return text


def _properties(parts: Parts) -> dict[str, str]:
    found: dict[str, str] = {}
    for root in parts.properties():
        for child in root:
            name = _PROPERTIES.get(child.tag.rpartition("}")[2])
            text = clean(child.text or "").strip() if name else ""
            if name and text:
                found[name] = text[:500]
    return found
