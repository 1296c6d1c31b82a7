"""Builds messages for the tests of `parse`: byte by byte, because most are what no library would write."""

import base64
import io
import zipfile

from mailbot.domain.mail import Border

BORDER = Border(("mx.police.example",), own_addresses=("partnership@police.example",))
HEAD = b"From: A <a@school.example>\r\nTo: partnership@police.example\r\nSubject: x\r\n"


def message(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"o", head: bytes = HEAD) -> bytes:
    """A multipart message of these parts."""
    inside = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return head + multipart(kind, boundary) + inside + b"--" + boundary + b"--\r\n"


def multipart(kind: bytes, boundary: bytes) -> bytes:
    """The field that begins one, and the empty line."""
    return b"Content-Type: multipart/" + kind + b"; boundary=" + boundary + b"\r\n\r\n"


def text(content: bytes, kind: bytes = b"plain", more: bytes = b"") -> bytes:
    """A body."""
    return b"Content-Type: text/" + kind + b"; charset=utf-8" + more + b"\r\n\r\n" + content


def attached(name: bytes, content: bytes, kind: bytes = b"application/octet-stream") -> bytes:
    """A file."""
    return (
        b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="' + name + b'"\r\n\r\n' + base64.encodebytes(content)
    )


def archive(*members: tuple[str, bytes]) -> bytes:
    """A zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            package.writestr(name, content)
    return file.getvalue()
