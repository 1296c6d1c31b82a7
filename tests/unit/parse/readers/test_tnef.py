"""winmail.dat: the body and the files in it."""

import pytest

from mailbot.errors import Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.tnef import unpack
from tests.unit.parse.readers.making_ole import winmail

LIMITS = Limits()


def test_body_and_files() -> None:
    """Both come out, with their names."""
    found = unpack(winmail(b"Body", [(b"a.doc", b"abc"), (b"b.doc", b"def")]), LIMITS)
    names = [(one.role, one.untrusted_name, one.untrusted_data) for one in found]

    assert [
        ("body", "body", b"Body"),
        ("attachment", "a.doc", b"abc"),
        ("attachment", "b.doc", b"def"),
    ] == names


@pytest.mark.parametrize("untrusted", [b"", b"junk", bytes(100)])
def test_junk(untrusted: bytes) -> None:
    """What is none is corrupt."""
    with pytest.raises(Unreadable) as caught:
        unpack(untrusted, LIMITS)

    assert "corrupt" == caught.value.code
