"""
The parts of a Word package, found through its relationships, and what those betray.

SECURITY
    A relationship is only read. Whatever Word would fetch or run on opening sets a flag.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.docx_names import transitional
from mailbot.parse.readers.docx_sheet import Sheet
from mailbot.parse.readers.package import Package, open_package
from mailbot.parse.readers.xml import Element, parse_xml

_ROOT_RELS = "_rels/.rels"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TYPES = "[content_types].xml"
_MAIN_TYPE = re.compile(r"\.(document|template)\.(main|macroenabled\w*\.main)\+xml$", re.IGNORECASE)
_EMBEDDED = frozenset(("oleObject", "package", "aFChunk", "control", "subDocument"))
_LOCAL_TEMPLATE = re.compile(
    r"(file:///)?[a-z](:|%3a)[\\/]", re.IGNORECASE
)  # a path of the writer's own disk


class Relation(NamedTuple):
    """One relationship of a part."""

    kind: str  # the last word of its type
    target: str
    external: bool


@dataclass(slots=True)
class Parts:
    """The main part, and the others, which are parsed when somebody asks."""

    package: Package
    limits: Limits
    main: bytes
    flags: set[str]
    names: dict[str, str]  # by their name in lower case: part names do not tell case apart
    main_relations: list[Relation] = field(default_factory=list)
    root_relations: list[Relation] = field(default_factory=list)
    main_name: str = ""

    def related(self, kind: str) -> Iterator[Element]:
        """The parts of a kind, in the order of their names; a damaged one is flagged, the rest counts."""
        wanted = (relation for relation in self.main_relations if relation.kind == kind)
        names = {_resolve(self.main_name, relation.target) for relation in wanted if not relation.external}
        for name in sorted(names):
            root = self._parse(name)
            if root is not None:
                yield root

    def related_one(self, kind: str) -> Element | None:
        """The first part of a kind."""
        return next(self.related(kind), None)

    def properties(self) -> Iterator[Element]:
        """The parts that hold author, title, company."""
        for relation in self.root_relations:
            if relation.kind in ("core-properties", "extended-properties") and not relation.external:
                root = self._parse(_resolve("", relation.target))
                if root is not None:
                    yield root

    def sheet(self) -> Sheet:
        """The style sheet; a damaged one is flagged, and no style is known."""
        for relation in self.main_relations:
            name = _resolve(self.main_name, relation.target)
            if relation.kind == "styles" and not relation.external and name in self.names:
                try:
                    return Sheet(self.package.read(self.names[name]), self.limits)
                except Unreadable as error:
                    if error.code in ("entities", "password"):
                        raise
                    self.flags.add("unreadable_part")
        return Sheet(b"", self.limits)

    def _parse(self, name: str) -> Element | None:
        if name not in self.names:
            return None
        try:
            return parse_xml(transitional(self.package.read(self.names[name])), self.limits)
        except Unreadable as error:
            if error.code in ("entities", "password"):
                raise
            self.flags.add("unreadable_part")
            return None


def open_parts(untrusted: bytes, limits: Limits) -> Parts:
    """The package with its main part; raises `Unreadable` or `LimitExceeded`."""
    if untrusted.startswith(_OLE) and _ENCRYPTED in untrusted:
        raise Unreadable("password")  # Office wraps the encrypted package into an older kind of file
    package = open_package(untrusted, limits)
    names = {name.lower().lstrip("/"): name for name in package.names}
    if not names:
        raise Unreadable("empty")
    root = _relations(package, names, _ROOT_RELS, limits)
    types = _types(package, names, limits)
    main_name = _main_name(root, types, names)
    main = transitional(package.read(names[main_name]))
    parts = Parts(package, limits, main, set(), names, root_relations=root, main_name=main_name)
    folder, base = posixpath.split(main_name)
    main_rels = f"{folder}/_rels/{base}.rels".lstrip("/")
    for name in names:
        if name.endswith(".rels"):
            relations = root if name == _ROOT_RELS else _relations(package, names, name, limits)
            parts.flags |= {"unsafe_document"} if any(map(_unsafe, relations)) else set()
            if name == main_rels:
                parts.main_relations = relations
    if _has_macros(types, names):
        parts.flags.add("macro")
    return parts


def _main_name(root: list[Relation], types: dict[str, str], names: dict[str, str]) -> str:
    for relation in root:
        if relation.kind == "officeDocument" and not relation.external:
            name = _resolve("", relation.target)
            if name in names:
                return name
    for name, kind in types.items():
        if _MAIN_TYPE.search(kind) and name in names:
            return name
    raise Unreadable("corrupt")


def _types(package: Package, names: dict[str, str], limits: Limits) -> dict[str, str]:
    if _TYPES not in names:
        return {}
    root = parse_xml(package.read(names[_TYPES]), limits)
    found = {}
    for child in root:
        name = child.get("PartName") or "." + child.get("Extension", "")
        found[name.lower().lstrip("/")] = child.get("ContentType", "")
    return found


def _relations(package: Package, names: dict[str, str], name: str, limits: Limits) -> list[Relation]:
    if name not in names:
        return []
    root = parse_xml(package.read(names[name]), limits)
    return [
        Relation(
            child.get("Type", "").rpartition("/")[2],
            child.get("Target", ""),
            child.get("TargetMode", "").lower() == "external",
        )
        for child in root
    ]


def _resolve(main_name: str, target: str) -> str:
    """A part's name in lower case; it stays inside the package whatever it says."""
    folder = posixpath.dirname(main_name)
    return posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/").lower()


def _unsafe(relation: Relation) -> bool:
    if relation.kind in _EMBEDDED:
        return True
    if not relation.external or relation.kind == "hyperlink":
        return False
    # Word notes the path of the writer's own template in ordinary documents; nothing is fetched from afar.
    return not (relation.kind == "attachedTemplate" and is_own_disk(relation.target))


def is_own_disk(untrusted_path: str) -> bool:
    """Whether a template's path is one of the writer's own disk."""
    return _LOCAL_TEMPLATE.match(untrusted_path) is not None


def _has_macros(types: dict[str, str], names: dict[str, str]) -> bool:
    kinds = "\n".join(types.values()).lower()
    return "macroenabled" in kinds or "vbaproject" in kinds or "vbaproject" in "\n".join(names)
