"""The keys in the safe."""

from pathlib import Path

import pytest

from mailbot.errors import ConfigError, Tampered
from mailbot.store.escrow import read_escrow, write_escrow
from mailbot.store.keys import Keyring, put

_PASSPHRASE = "correct horse battery staple"


def test_the_keys_come_back_from_the_safe(keyring: Keyring, tmp_path: Path) -> None:
    """What was written with a passphrase is a key folder again with the same one."""
    blob = write_escrow(keyring, _PASSPHRASE)
    put(tmp_path / "restored", read_escrow(blob, _PASSPHRASE))

    assert keyring.files() == Keyring.load(tmp_path / "restored").files()
    assert blob.isascii()
    assert blob.startswith(b"mailbot-escrow 1 scrypt 131072 8 1 ")


def test_a_wrong_passphrase_and_a_changed_file_are_refused(keyring: Keyring) -> None:
    """Nothing comes out of either, and both read alike."""
    blob = write_escrow(keyring, _PASSPHRASE)
    changed = blob[:-10] + (b"A" if blob[-10:-9] != b"A" else b"B") + blob[-9:]

    with pytest.raises(Tampered, match="wrong, or"):
        read_escrow(blob, _PASSPHRASE + "!")
    with pytest.raises(Tampered, match="wrong, or"):
        read_escrow(changed, _PASSPHRASE)


@pytest.mark.parametrize("untrusted", [b"", b"hello", b"mailbot-escrow 1 scrypt 99999999 8 1 "])
def test_another_file_is_refused_at_once(untrusted: bytes) -> None:
    """Also one that asks for more memory than there is."""
    header = untrusted + (b"0" * 32 + b" aes-256-gcm " + b"0" * 24 if untrusted.endswith(b"1 ") else b"")

    with pytest.raises(Tampered, match="no escrow file"):
        read_escrow(header, _PASSPHRASE)


def test_a_short_passphrase_is_refused(keyring: Keyring) -> None:
    """Eleven characters are guessed."""
    with pytest.raises(ConfigError, match="12 characters"):
        write_escrow(keyring, "elevenchars")
