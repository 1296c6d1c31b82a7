"""
Does a DKIM signature prove the domain in From? Asked where our border server said nothing about it.

The worker looks the key up in DNS; a child that has no network verifies. What came of it is written down
with the reading and never asked again.

SECURITY
    Whoever runs the DNS of the domain in From sees the question. So it is asked only where a site wants that,
    only about messages with a signature that could prove something, and once, whatever the message holds.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Literal, Protocol

from mailbot.domain.mail import NOT_CHECKED, Border, Envelope
from mailbot.errors import Permanent
from mailbot.parse.sandbox import ReaderPool

MODULE = "mailbot.parse.signed"  # what the child runs


@dataclass(frozen=True, slots=True)
class Keys:
    """What was found under some names; not `complete` where that could not be learned of each."""

    found: Mapping[str, str]
    complete: bool = True


class KeyFinder(Protocol):
    """Where keys come from."""

    def find(self, names: Sequence[str]) -> Keys:
        """What stands under these names. Takes seconds at most, and never raises."""
        ...


class Verifier:
    """A reader pool of its own, and where keys come from. Close it."""

    def __init__(
        self,
        keys: KeyFinder,
        mode: Literal["required", "best_effort"] = "required",
    ) -> None:
        self._keys = keys
        self._pool = ReaderPool(MODULE, mode, 1)

    def verified(self, untrusted_raw: bytes, envelope: Envelope, border: Border) -> Envelope:
        """
        The envelope; authenticated where a signature proves its From, and `NOT_CHECKED` among its defects
        where one might and the DNS did not answer: then a person decides about the acknowledgement.
        """
        if envelope.authentication not in ("none", "not_available") or not envelope.signatures:
            return envelope
        keys = self._keys.find(envelope.signatures)
        if self._passes(untrusted_raw, border, keys.found):
            return replace(envelope, authentication="pass")
        return envelope if keys.complete else replace(envelope, defects=(*envelope.defects, NOT_CHECKED))

    def _passes(self, untrusted_raw: bytes, border: Border, keys: Mapping[str, str]) -> bool:
        if not keys:
            return False
        try:
            said = self._pool.read(untrusted_raw, replace(border, keys=tuple(keys.items())))
        except Permanent:  # a limit was crossed, or the child died of it: nothing is proven
            return False
        return said.envelope.authentication == "pass"

    def close(self) -> None:
        """End its child."""
        self._pool.close()

    def __enter__(self) -> "Verifier":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def verifying(
    wanted: bool, mode: Literal["required", "best_effort"]
) -> AbstractContextManager[Verifier | None]:
    """A verifier over DNS, where one is wanted."""
    if not wanted:
        return nullcontext()
    from mailbot.parse.dns_keys import DnsKeys  # takes a tenth of a second to load, and few want it

    return Verifier(DnsKeys(), mode)
