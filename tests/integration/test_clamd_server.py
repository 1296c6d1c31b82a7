"""The scanner of the tests is what it claims to be; otherwise tests with it would show nothing."""

import socket
import zipfile
from io import BytesIO

import pytest

from tests.servers.clamd import Clamd

# In two pieces, so that a scanner on a developer's machine leaves this file alone.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def verdict(clamd: Clamd, data: bytes) -> str:
    """The daemon's own words about some bytes (INSTREAM)."""
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(20)
        asked.connect(str(clamd.socket))
        asked.sendall(b"zINSTREAM\0" + len(data).to_bytes(4) + data + bytes(4))
        return asked.recv(200).rstrip(b"\0").decode("ascii")


def zipped(data: bytes) -> bytes:
    """An archive with one member."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    return file.getvalue()


@pytest.mark.parametrize("data", [EICAR, zipped(EICAR)], ids=["bare", "zipped"])
def test_the_test_file_is_found(clamd: Clamd, data: bytes) -> None:
    """The EICAR file is found, bare and in an archive."""
    found = verdict(clamd, data)

    assert found.startswith("stream: Eicar-Test-File")
    assert found.endswith("FOUND")


def test_other_files_are_not_found(clamd: Clamd) -> None:
    """What is not the EICAR file is no finding."""
    found = verdict(clamd, b"a file like any other")

    assert "stream: OK" == found
