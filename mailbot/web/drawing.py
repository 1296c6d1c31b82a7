"""
Pictures for pages: drawn in the sandbox, by a reader that is started when the first is asked for.

SECURITY
    The original is opened in memory and goes to the child alone. A limit that is crossed, or a child that
    dies, is a picture that cannot be shown.
"""

import threading
from typing import Literal

from mailbot.errors import Permanent
from mailbot.intake.raw import RawStore
from mailbot.parse.pictures import Picture
from mailbot.parse.sandbox import ReaderPool

_MODULE = "mailbot.parse.pictures"


class Drawing:
    """Draws. For any number of threads; one picture at a time."""

    def __init__(self, raw: RawStore, mode: Literal["required", "best_effort"]) -> None:
        self._raw = raw
        self._mode = mode
        self._lock = threading.Lock()
        self._pool: ReaderPool | None = None

    def draw(self, raw_digest: str, path: str, page: int, *, blurred: bool) -> Picture | None:
        """A picture of a part of a stored message; None where there can be none."""
        with self._lock:
            if self._pool is None:
                self._pool = ReaderPool(_MODULE, self._mode, readers=1)
        try:
            wish = f"{path}\t{page}\t{int(blurred)}"
            return self._pool.ask_for(wish, self._raw.read(raw_digest), Picture)
        except Permanent:
            return None

    def original(self, raw_digest: str) -> bytes:
        """The message as it came."""
        return self._raw.read(raw_digest)

    def close(self) -> None:
        """End the reader."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
                self._pool = None
