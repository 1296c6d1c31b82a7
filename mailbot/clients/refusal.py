"""
A password that was refused is not offered again for a while: a directory locks who tries so often.

Mail that is due would try it again and again. Another password counts at once.
"""

import hashlib
import secrets
import time

SECONDS = 900.0  # seldom enough for any lock-out rule; as long as a mailbox is left alone


class Refusal:
    """Of one account. The password itself is not kept, only its keyed digest."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._digest = b""
        self._until = 0.0

    def may_offer(self, password: str) -> bool:
        """Whether it may be offered now; what was offered last is what `note` is about."""
        digest = hashlib.blake2b(password.encode(), key=self._key).digest()
        if digest == self._digest and time.monotonic() < self._until:
            return False
        self._digest, self._until = digest, 0.0
        return True

    def note(self) -> None:
        """It was refused."""
        self._until = time.monotonic() + SECONDS
