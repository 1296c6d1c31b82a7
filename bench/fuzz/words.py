"""The words of each format, for the fuzzer to put in: libFuzzer's dictionary."""

from pathlib import Path

from tests.property.pieces import HTML_PIECES, OPEN_PIECES, RTF_PIECES, WORD_PIECES

_PDF = (
    "obj endobj stream endstream xref trailer startxref %%EOF /Type/Catalog /Pages /Kids[ /Annots[ "
    "/AcroForm /Fields[ /FT/Tx /FT/Btn /FT/Ch /V( /V/Yes /AS/Off /Opt[ /Parent /Kids /XFA "
    "/JS( /Contents /Resources /Font /Encoding /ToUnicode BT ET Tf Tj TJ Tm Td T* re m l c h "
    "S f W n q Q cm Do BI ID EI /Filter/FlateDecode /Rotate /MediaBox[ /ObjStm /Encrypt /Root"
).split()
_MAIL = (
    "From: ", "To: ", "Subject: ", "Date: ", "Message-ID: ", "Received: ", "Return-Path: ", "\r\n",
    "\r\n\r\n",
    "Content-Type: multipart/mixed; boundary=b", "Content-Type: message/rfc822", "Content-Type: text/html",
    "Content-Type: multipart/signed", "Content-Type: application/pkcs7-mime", "charset=utf-7", "charset=",
    "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "format=flowed",
    "Content-Disposition: attachment; filename*0*=utf-8''", "=?utf-8?b?", "=?iso-8859-1?q?", "?=", "--b\r\n",
    "--b--", "Authentication-Results: mx.police.example; dmarc=pass header.from=",
    "Auto-Submitted: auto-replied",
    "DKIM-Signature: v=1; ", "<a@b.example>", "@[IPv6:", "begin 644 x\n",
    "Content-Type: message/delivery-status",
    "Content-Type: application/ms-tnef", ">From ", "\x00", "\xff", "From: =?unknown-8bit?q?",
    "(((", '"', "\\",
)  # fmt: skip
WORDS = {
    "docx": WORD_PIECES, "odt": OPEN_PIECES, "html": HTML_PIECES, "rtf": RTF_PIECES, "pdf": _PDF,
    "mime": _MAIL, "headers": _MAIL,
    "text": ("> ", "[x] ", "☒", "....", "\n\n", "On ", " wrote:", "-----Original Message-----"),
}  # fmt: skip


def write(reader: str, path: Path) -> None:
    """A dictionary in a file; an empty one for a reader without words."""
    lines = (_quoted(word) for word in WORDS.get(reader, ()))
    path.write_text("".join(f'"{line}"\n' for line in lines if line), encoding="ascii")


def _quoted(word: str) -> str:
    data = word.encode("utf-8", "replace")
    plain = range(0x20, 0x7F)
    return "".join(chr(byte) if byte in plain and byte not in b'"\\' else f"\\x{byte:02X}" for byte in data)
