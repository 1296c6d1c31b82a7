"""Where fuzzing begins: small files made by the tests, earlier finds, and real ones where there are any."""

import io
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

from bench.fuzz import words

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = ROOT.parent / "shared" / "corpus" / "messages"
ENDINGS = {
    "docx": (".docx", ".docm"), "odt": (".odt",), "rtf": (".rtf",), "doc": (".doc",), "pdf": (".pdf",),
    "tnef": (".dat",), "msg": (".msg",),
}  # fmt: skip
MAIN = {"docx": "word/document.xml", "odt": "content.xml"}
LARGEST = 16 << 10  # a small file is changed more often


def main() -> None:
    """Fills the folder, and writes a dictionary beside it."""
    reader, folder = sys.argv[1], Path(sys.argv[2])
    found = _made(reader) + [p.read_bytes() for p in (ROOT / "tests/property/found" / reader).glob("*")]
    found += _real(reader)
    found += [part for data in found for part in _main_part(reader, data)]
    words.write(reader, folder.parent / "words")
    for number, data in enumerate(data for data in found if len(data) <= LARGEST or reader == "doc"):
        (folder / f"seed-{number:03}").write_bytes(data)


def _made(reader: str) -> list[bytes]:
    from tests.property.samples import SAMPLES

    if reader == "file":
        return [make() for makers in SAMPLES.values() for make in makers]
    return [make() for make in SAMPLES.get("mime" if reader == "headers" else reader, ())]


def _real(reader: str) -> list[bytes]:
    found: list[bytes] = []
    for path in sorted(MESSAGES.glob("*.eml")):
        raw = path.read_bytes()
        if reader in ("mime", "headers"):
            found.append(raw if reader == "mime" else raw[: raw.find(b"\n\n") + 1 or None])
            continue
        for part in message_from_bytes(raw).walk():
            ours = (part.get_filename() or "").lower().endswith(ENDINGS.get(reader, ("\0",)))
            content = {"html": "text/html", "text": "text/plain"}.get(reader)
            if ours or part.get_content_type() == content:
                found.append(bytes(part.get_payload(decode=True) or b""))
    return found


def _main_part(reader: str, data: bytes) -> list[bytes]:
    """The markup of a package, which is what is worth changing."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return [package.read(MAIN[reader])] if reader in MAIN else []
    except (zipfile.BadZipFile, LookupError, OSError, ValueError):
        return []


if __name__ == "__main__":
    main()
