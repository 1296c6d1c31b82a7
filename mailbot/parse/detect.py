"""
What are these bytes? Their first bytes decide, then the name's extension, then what the sender declared.

GUARANTEES
    Never raises and opens nothing but the list of names in a zip, and the first of OpenDocument.
"""

import io
import re
import zipfile
import zlib

from mailbot.parse.kinds import DECLARED, EXTENSIONS, OFFICE, OPEN_DOCUMENT
from mailbot.parse.names import extension_of
from mailbot.parse.readers.directory import read_directory

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_LONGEST_MEDIA = 100  # characters of a media type
_PLAIN_TEXT = re.compile(rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f]*")


def detect(untrusted: bytes, untrusted_name: str, declared: str) -> str:
    """One word of ours: "docx", "pdf", "zip", "jpeg", "text" …, or "binary"."""
    by_name = EXTENSIONS.get(extension_of(untrusted_name), "")
    named = by_name or DECLARED.get(declared, "")
    if named == "tnef" and extension_of(untrusted_name) == "dat" and untrusted_name.lower() != "winmail.dat":
        named = DECLARED.get(declared, "")  # any program writes .dat
    found = _by_magic(untrusted)
    if found and found != "zip_damaged":
        return found
    if named or found:
        return named or found  # its reader says that it is damaged
    if declared.startswith("image/"):
        return "image"
    if declared.startswith(("audio/", "video/")):
        return "media"
    return "text" if declared.startswith("text/") or _looks_like_text(untrusted) else "binary"


def _by_magic(untrusted: bytes) -> str:
    head = untrusted[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in untrusted[:1024]:
        return "pdf"
    if head.startswith((b"{\\rtf", b"{\\urtf")):
        return "rtf"
    if untrusted.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(untrusted)
    if untrusted.startswith(_OLE):
        return _ole_kind(untrusted)
    if untrusted.startswith(b"\x78\x9f\x3e\x22"):
        return "tnef"
    for magic, kind in _IMAGES:
        if untrusted.startswith(magic):
            return kind
    if untrusted[:4] == b"RIFF" and untrusted[8:12] == b"WEBP":
        return "webp"
    if untrusted[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif"):
        return "heic"
    if untrusted.startswith(b"\x76\xe8\x04\x60\xc4\x11\xe3\x86"):
        return "rpmsg"
    if head.startswith(b"-----BEGIN PGP MESSAGE"):
        return "pgp"
    if untrusted.startswith(b"Rar!"):
        return "rar"
    if untrusted.startswith(b"7z\xbc\xaf"):
        return "7z"
    if head[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "html"
    return "wordperfect" if untrusted.startswith(b"\xffWPC") else ""


def _zip_kind(untrusted: bytes) -> str:
    start = untrusted[:200]
    if start[30:38] == b"mimetype":
        for media, kind in sorted(OPEN_DOCUMENT.items(), reverse=True):
            if start[38 : 38 + len(media)] == media:
                return kind
    try:
        names = [member.filename for member in read_directory(untrusted).members]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError, IndexError):
        # Damaged: the first member still says what it was.
        return next((kind for prefix, kind in OFFICE if prefix.encode() in untrusted[:4096]), "zip_damaged")
    if "mimetype" in names and "content.xml" in names:  # packed, against the rule, and yet it is one
        return _packed_kind(untrusted)
    if "[Content_Types].xml" in names:
        return next(
            (kind for prefix, kind in OFFICE if any(name.startswith(prefix) for name in names)), "zip"
        )
    return "pages" if "Index/Document.iwa" in names else "zip"


def _packed_kind(untrusted: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as package, package.open("mimetype") as file:
            said = file.read(_LONGEST_MEDIA).strip()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        return "zip_damaged"
    return OPEN_DOCUMENT.get(said, "zip")


def _ole_kind(untrusted: bytes) -> str:
    """Names in the directory of a compound file are UTF-16; looking for them is enough here."""
    if _wide("EncryptedPackage") in untrusted or _wide("DataSpaces") in untrusted:
        return "encrypted_office"
    if _wide("__nameid_version1.0") in untrusted or _wide("__properties_version1.0") in untrusted:
        return "msg"
    if _wide("WordDocument") in untrusted:
        return "doc"
    if _wide("Workbook") in untrusted or _wide("Book") in untrusted:
        return "xls"
    return "ppt" if _wide("PowerPoint Document") in untrusted else "ole"


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _looks_like_text(untrusted: bytes) -> bool:
    return _PLAIN_TEXT.fullmatch(untrusted[:4096]) is not None
