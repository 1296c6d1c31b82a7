"""
The package of a Word file without anything about who or what made it, and the same bytes every time.
"""

import io
import zipfile
from datetime import datetime
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.oxml.ns import qn

MADE = datetime(2020, 1, 1)  # says nothing, and is always the same
_ZIPPED = (2020, 1, 1, 0, 0, 0)
_UNWANTED = ("metadata/thumbnail", "extended-properties")


def of(document: Any, title: str) -> bytes:
    """The bytes of a document."""
    _nameless(document, title)
    _modern(document.settings.element)
    written = io.BytesIO()
    document.save(written)
    return _zipped(written)


def _nameless(document: Any, title: str) -> None:
    core = document.core_properties
    core.title, core.language = title, "en-GB"
    core.author = core.last_modified_by = core.comments = core.keywords = core.subject = core.category = ""
    core.created = core.modified = MADE
    core.revision = 1
    relations = document.part.package.rels
    for key in [key for key, one in relations.items() if one.reltype.endswith(_UNWANTED)]:
        del relations[key]
    own = document.part.rels
    for key in [
        key for key, one in own.items() if one.reltype.endswith(("stylesWithEffects", KIND.CUSTOM_XML))
    ]:
        del own[key]


def _modern(settings: Any) -> None:
    """No compatibility mode, no marks of editing sessions, British English."""
    for one in settings.iter(qn("w:compatSetting")):
        if one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), "15")
    for name in ("w:rsids", "w:savePreviewPicture", "w:proofState"):
        for one in settings.findall(qn(name)):
            settings.remove(one)
    for one in settings.findall(qn("w:themeFontLang")):
        one.set(qn("w:val"), "en-GB")


def _zipped(written: io.BytesIO) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _ZIPPED)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name))
    return file.getvalue()
