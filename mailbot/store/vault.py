"""
Encryption at rest, and keyed digests: what a thief of the database, the disk or a backup cannot read.

A small value is `v1.kid.nonce.ciphertext` (AES-256-GCM); the place where it stands ("table.column.row") is
authenticated with it, so a value moved to another row or column does not open. Large ones: `envelope`.

SECURITY
    The source part, the content part and the training desk have keys of their own: what opens one opens
    no other. Digests are HMACs, for one purpose each; without the key nobody can try whether a known
    address or a known file is among them. The nonce is random: a key must seal fewer than 2^32 values.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailbot.errors import Tampered
from mailbot.store import envelope
from mailbot.store.keys import KeyClass, Keyring

_NONCE = 12


class Part(Enum):
    """Which knowledge a sealed value belongs to."""

    SOURCE = KeyClass.SOURCE
    CONTENT = KeyClass.CONTENT
    TRAINING = KeyClass.TRAINING


class Vault:
    """Seals, opens and digests. For any number of threads."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self._ciphers: dict[tuple[Part, str], AESGCM] = {}
        self._purposes: dict[str, hmac.HMAC] = {}

    def __repr__(self) -> str:
        return f"Vault({self.keyring!r})"

    def seal(self, part: Part, plain: bytes, context: str) -> bytes:
        """The value, sealed for one place."""
        kid, _ = self.keyring.active(part.value)
        head = b"v1.%s." % kid.encode()
        nonce = secrets.token_bytes(_NONCE)
        return head + nonce + self._cipher(part, kid).encrypt(nonce, plain, head + context.encode())

    def open(self, part: Part, sealed: bytes, context: str) -> bytes:
        """The value that was sealed for this place, or `Tampered`."""
        version, _, rest = sealed.partition(b".")
        kid, _, rest = rest.partition(b".")
        if version != b"v1":
            raise Tampered("a sealed value of an unknown version")
        head = b"v1.%s." % kid
        try:
            cipher = self._cipher(part, kid.decode("ascii", "replace"))
            return cipher.decrypt(rest[:_NONCE], rest[_NONCE:], head + context.encode())
        except (InvalidTag, ValueError) as error:
            raise Tampered("a sealed value does not verify") from error

    def digest(self, purpose: str, data: bytes) -> str:
        """HMAC-SHA256 in hex, by which the same data is found again for the same purpose."""
        digester = self.digester(purpose)
        digester.update(data)
        return digester.hexdigest()

    def digester(self, purpose: str) -> hmac.HMAC:
        """The same in steps: `update`, then `hexdigest`."""
        if purpose not in self._purposes:
            key = hmac.digest(self.keyring.active(KeyClass.DIGEST)[1], purpose.encode(), "sha256")
            self._purposes[purpose] = hmac.new(key, digestmod=hashlib.sha256)
        return self._purposes[purpose].copy()

    def seal_stream(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """A large value on its way to a file; source part."""
        kid, _ = self.keyring.active(KeyClass.SOURCE)
        return envelope.seal(chunks, kid, self._cipher(Part.SOURCE, kid))

    def open_stream(self, file: BinaryIO) -> Iterator[bytes]:
        """What such a file holds, frame by frame, each verified; `Tampered` at the first that is not ours."""
        return envelope.open_sealed(file, self._source_cipher)

    def rewrap(self, header: bytes) -> bytes:
        """The header of an envelope under the active key; its frames stay as they are."""
        kid, _ = self.keyring.active(KeyClass.SOURCE)
        return envelope.rewrap(header, self._source_cipher, kid, self._cipher(Part.SOURCE, kid))

    def is_outdated(self, header: bytes) -> bool:
        """Whether an envelope is wrapped by another key than the active one."""
        return envelope.key_id(header) != self.keyring.active(KeyClass.SOURCE)[0]

    def _source_cipher(self, kid: str) -> AESGCM:
        return self._cipher(Part.SOURCE, kid)

    def _cipher(self, part: Part, kid: str) -> AESGCM:
        cipher = self._ciphers.get((part, kid))
        if cipher is None:
            key = self.keyring.find(part.value, kid)
            if key is None:
                raise Tampered(f"a sealed value names a key of class {part.value.value} that is not here")
            cipher = self._ciphers[part, kid] = AESGCM(key)
        return cipher
