"""
Reads OpenDocument texts (odt, ott), with the controls of their form layer where they are anchored.

SECURITY
    Nothing is run, followed or fetched; macros, links to outside and embedded objects are only reported.
"""

from mailbot.domain.document import Document
from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.odt_flow import Walker
from mailbot.parse.readers.odt_forms import form_controls
from mailbot.parse.readers.odt_names import DRAW, OFFICE, STYLE, TEXT, XLINK
from mailbot.parse.readers.odt_styles import Styles
from mailbot.parse.readers.package import Package, open_package
from mailbot.parse.readers.symbols import clean
from mailbot.parse.readers.xml import Element, parse_xml

_PROPERTIES = {
    "initial-creator": "author",
    "creator": "last_modified_by",
    "title": "title",
    "subject": "subject",
    "description": "comments",
    "keyword": "keywords",
    "creation-date": "created",
    "date": "modified",
}
_LINKING = (
    *(DRAW + name for name in ("image", "object", "object-ole", "plugin", "floating-frame")),
    *(OFFICE + name for name in ("dde-source", "script")),
    *(TEXT + name for name in ("section-source", "dde-connection-decl")),
)
_ALWAYS = frozenset(
    (DRAW + "object-ole", DRAW + "plugin", OFFICE + "dde-source", TEXT + "dde-connection-decl")
)


def read(untrusted: bytes, limits: Limits) -> Document:
    """The document; raises `Unreadable` or `LimitExceeded`."""
    package = open_package(untrusted, limits)
    flags: set[str] = set()
    names = set(package.names)
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable("password")
    content = parse_xml(package.read("content.xml"), limits)
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise Unreadable("corrupt")
    styles = _part(package, "styles.xml", limits, flags)
    controls = form_controls(body)
    walker = Walker(Styles(styles, content), controls, limits)
    try:
        blocks = walker.blocks(body)
        _pages(styles, walker)
    except RecursionError as error:  # the tree is bounded, the stack below us is not ours
        raise Unreadable("corrupt") from error
    if not any(block.text.strip() for block in blocks) and not controls:
        flags.add("unreadable_part")  # perhaps pictures; never "nothing was sent"
    return Document(
        format="odt",
        blocks=tuple(blocks),
        fields=tuple(field for key, field in controls.items() if key not in walker.placed),
        asides=tuple(walker.asides),
        flags=tuple(sorted(flags | _dangers(names, content, styles))),
        properties=_properties(_part(package, "meta.xml", limits, flags)),
    )


def _part(package: Package, name: str, limits: Limits, flags: set[str]) -> Element | None:
    """A part that may be missing or damaged; the rest counts all the same."""
    if name not in package.names:
        return None
    try:
        return parse_xml(package.read(name), limits)
    except Unreadable as error:
        if error.code in ("entities", "password"):
            raise
        flags.add("unreadable_part")
        return None


def _pages(styles: Element | None, walker: Walker) -> None:
    """Headers and footers of the master pages."""
    for page in () if styles is None else styles.iter(STYLE + "master-page"):
        for element in page:
            kind = element.tag.removeprefix(STYLE).split("-")[0]
            if kind == "header":
                walker.note("header", element)
            elif kind == "footer":
                walker.note("footer", element)


def _dangers(names: set[str], *roots: Element | None) -> set[str]:
    flags = set()
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        flags.add("macro")
    for root in roots:
        for element in () if root is None else root.iter(*_LINKING):
            target = element.get(XLINK + "href", "")
            if element.tag == OFFICE + "script":
                flags.add("macro")
            elif element.tag in _ALWAYS or ":" in target or target.startswith(("//", "\\\\", "../")):
                flags.add("unsafe_document")
    return flags


def _properties(root: Element | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in () if root is None else root.iter():
        name = _PROPERTIES.get(element.tag.rpartition("}")[2])
        text = clean(element.text or "").strip()
        if name and text:
            found.setdefault(name, text[:500])
    return found
