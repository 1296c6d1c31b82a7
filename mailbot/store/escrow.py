"""
The keys as one file for the safe, protected by a passphrase: without it a lost key folder loses everything.

The first line says how the rest was made, so that a file of today opens in ten years; the rest is
AES-256-GCM under a key that scrypt makes of the passphrase, the first line being authenticated with it.

SECURITY
    Whoever holds the file can guess passphrases at the pace of scrypt: a guess costs 128 MB and about
    half a second. The least length is a floor and no advice: take several random words.
"""

import base64
import binascii
import re
import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mailbot.errors import ConfigError, Tampered
from mailbot.store.keys import Keyring

LEAST_CHARACTERS = 12
_COST = 1 << 17  # OWASP's advice for scrypt with r=8, p=1
_MOST_COST = 1 << 20  # 1 GB: a file that asks for more is none of ours
_HEADER = re.compile(rb"mailbot-escrow 1 scrypt ([0-9]{1,8}) 8 1 ([0-9a-f]{32}) aes-256-gcm ([0-9a-f]{24})")


def write_escrow(keyring: Keyring, passphrase: str) -> bytes:
    """All keys as a text file for the safe."""
    if len(passphrase) < LEAST_CHARACTERS:
        raise ConfigError(f"the passphrase has fewer than {LEAST_CHARACTERS} characters")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    header = f"mailbot-escrow 1 scrypt {_COST} 8 1 {salt.hex()} aes-256-gcm {nonce.hex()}".encode()
    sealed = AESGCM(_key(passphrase, salt, _COST)).encrypt(
        nonce, msgspec.json.encode(keyring.files()), header
    )
    return header + b"\n" + base64.encodebytes(sealed)


def read_escrow(untrusted_blob: bytes, passphrase: str) -> dict[str, bytes]:
    """The key files, for `keys.put`; `Tampered` for a wrong passphrase or another file."""
    header, _, body = untrusted_blob.partition(b"\n")
    found = _HEADER.fullmatch(header)
    if found is None or not 2 <= int(found[1]) <= _MOST_COST or int(found[1]).bit_count() != 1:
        raise Tampered("this is no escrow file of mailbot")
    salt, nonce = bytes.fromhex(found[2].decode()), bytes.fromhex(found[3].decode())
    try:
        plain = AESGCM(_key(passphrase, salt, int(found[1]))).decrypt(nonce, base64.decodebytes(body), header)
    except (InvalidTag, binascii.Error) as error:
        raise Tampered("the passphrase is wrong, or the escrow file was changed") from error
    return msgspec.json.decode(plain, type=dict[str, bytes])


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())
