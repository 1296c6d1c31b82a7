"""Sealing small values, and digests."""

from pathlib import Path

import pytest

from mailbot.errors import Tampered
from mailbot.store.keys import Keyring, rotate
from mailbot.store.vault import Part, Vault


def test_a_value_opens_where_it_was_sealed_and_nowhere_else(keyring: Keyring) -> None:
    """Another row, another column or another part of knowledge does not open it."""
    vault = Vault(keyring)
    sealed = vault.seal(Part.SOURCE, b"a name", "outbox.recipient.1")

    assert b"a name" == vault.open(Part.SOURCE, sealed, "outbox.recipient.1")
    for part, context in (
        (Part.SOURCE, "outbox.recipient.2"),
        (Part.SOURCE, "outbox.content.1"),
        (Part.CONTENT, "outbox.recipient.1"),
        (Part.TRAINING, "outbox.recipient.1"),
    ):
        with pytest.raises(Tampered):
            vault.open(part, sealed, context)


def test_the_same_value_never_looks_the_same(keyring: Keyring) -> None:
    """Sealed values tell nothing by being equal."""
    vault = Vault(keyring)

    assert vault.seal(Part.CONTENT, b"x", "a.b.c") != vault.seal(Part.CONTENT, b"x", "a.b.c")


@pytest.mark.parametrize(
    "untrusted", [b"", b".", b"v1", b"v1.1", b"v1.1.", b"v1.1.short", b"v2.1." + b"x" * 40]
)
def test_what_is_no_sealed_value_is_refused(keyring: Keyring, untrusted: bytes) -> None:
    """Whatever stands in the column: `Tampered`, nothing else."""
    with pytest.raises(Tampered):
        Vault(keyring).open(Part.CONTENT, untrusted, "a.b.c")


@pytest.mark.parametrize("kid", [b"9", b"", b"\xff", b"1" * 50])
def test_an_unknown_key_id_is_refused(keyring: Keyring, kid: bytes) -> None:
    """A sealed value that names a key that is not here."""
    with pytest.raises(Tampered, match="not here"):
        Vault(keyring).open(Part.CONTENT, b"v1." + kid + b"." + b"x" * 40, "a.b.c")


def test_old_values_open_after_a_rotation_and_new_ones_name_the_new_key(
    keyring: Keyring, tmp_path: Path
) -> None:
    """The key id in a value finds its key."""
    old = Vault(keyring).seal(Part.CONTENT, b"old", "a.b.c")
    rotate(tmp_path / "keys")
    vault = Vault(Keyring.load(tmp_path / "keys"))

    assert b"old" == vault.open(Part.CONTENT, old, "a.b.c")
    assert vault.seal(Part.CONTENT, b"new", "a.b.c").startswith(b"v1.2.")


def test_a_digest_finds_the_same_data_for_the_same_purpose(keyring: Keyring, tmp_path: Path) -> None:
    """Another purpose or another installation gives another digest; steps give the same one."""
    vault, other = Vault(keyring), Vault(Keyring.create(tmp_path / "other"))
    digester = vault.digester("raw")
    digester.update(b"some ")
    digester.update(b"bytes")

    assert vault.digest("raw", b"some bytes") == digester.hexdigest()
    assert 64 == len(digester.hexdigest())
    assert vault.digest("raw", b"some bytes") != vault.digest("recipient", b"some bytes")
    assert vault.digest("raw", b"some bytes") != other.digest("raw", b"some bytes")
