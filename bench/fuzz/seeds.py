"""Where fuzzing begins: small files made by the tests, earlier finds, and real ones where there are any."""

import sys
from email import message_from_bytes
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = ROOT.parent / "shared" / "corpus" / "messages"
ENDINGS = {
    "docx": (".docx", ".docm"), "odt": (".odt",), "rtf": (".rtf",), "doc": (".doc",), "pdf": (".pdf",),
    "tnef": (".dat",), "msg": (".msg",),
}  # fmt: skip
LARGEST = 16 << 10  # a small file is changed more often


def main() -> None:
    """Fills the folder."""
    reader, folder = sys.argv[1], Path(sys.argv[2])
    found = list(_made(reader)) + [p.read_bytes() for p in (ROOT / "tests/property/found" / reader).glob("*")]
    found += _real(reader)
    for number, data in enumerate(data for data in found if len(data) <= LARGEST or reader == "doc"):
        (folder / f"seed-{number:03}").write_bytes(data)


def _made(reader: str) -> list[bytes]:
    from tests.property.samples import SAMPLES

    return [make() for make in SAMPLES.get(reader, ())]


def _real(reader: str) -> list[bytes]:
    found: list[bytes] = []
    for path in sorted(MESSAGES.glob("*.eml")):
        raw = path.read_bytes()
        if reader == "mime":
            found.append(raw)
            continue
        for part in message_from_bytes(raw).walk():
            ours = (part.get_filename() or "").lower().endswith(ENDINGS.get(reader, ("\0",)))
            content = {"html": "text/html", "text": "text/plain"}.get(reader)
            if ours or part.get_content_type() == content:
                found.append(bytes(part.get_payload(decode=True) or b""))
    return found


if __name__ == "__main__":
    main()
