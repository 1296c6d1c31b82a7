"""
What the listed wordings teach about those that nobody listed: how likely a wording asks for each field.

A linear model (multinomial logistic regression) over single words, pairs of neighbours and senses, learned
from the vocabulary by `mailbot forms learn`. Its weights are data: `config/vocabulary/learned.json`.

GUARANTEES
    Pure and deterministic: the same wording gets the same numbers in every process. Of a wording that is
    made of words which the vocabulary does not use, nothing is said.
BUGS
    It weighs words and neighbours, it does not parse: a "not" far from its verb is hardly heard. What turns
    the meaning of an answer is therefore never left to it alone (`telling.possible`).
"""

import math
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

import msgspec

from mailbot.record.likeness import Thesaurus

SCALE = 16.0  # a weight is kept as so many parts of one, in a byte
ZERO = 128


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was learned for one question: the targets, and what each feature says of them."""

    targets: tuple[str, ...]
    bias: tuple[float, ...]
    weights: dict[str, bytes]  # feature -> pairs of bytes: the target's number, and ZERO + SCALE * weight

    def __post_init__(self) -> None:
        """ValueError where a number names no target: better at the start than in every message."""
        known = len(self.targets)
        sound = all(
            len(pairs) % 2 == 0 and max(pairs[::2], default=0) < known for pairs in self.weights.values()
        )
        if not sound or len(self.bias) != known or not known:
            raise ValueError("the table does not fit its targets")


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: of which wordings it was learned, and a table for each sort of them."""

    digest: str
    labels: Table
    headings: Table
    training: Table


def features(norm: str, senses: Collection[str]) -> Iterator[str]:
    """What a comparable wording is made of."""
    said = norm.split()
    yield from sorted({f"w {word}" for word in said})
    yield from sorted({f"b {one} {two}" for one, two in zip(["^", *said], [*said, "$"], strict=True)})
    yield from sorted(f"s {word}" for word in senses)


class Learned:
    """One table, ready to be asked."""

    def __init__(self, table: Table, thesaurus: Thesaurus) -> None:
        self.table, self.thesaurus = table, thesaurus
        self.likely = lru_cache(maxsize=4096)(self._likely)

    def _likely(self, norm: str) -> dict[str, float]:
        """How likely a wording means each target; the shares add up to one, or there are none."""
        senses = self.thesaurus.senses(norm)
        if self._strange("w", norm.split()) or self._strange("s", senses):
            return {}
        scores = list(self.table.bias)
        parts = list(features(norm, senses))
        part = 1 / (SCALE * math.sqrt(len(parts) or 1))
        for one in parts:
            pairs = self.table.weights.get(one, b"")
            for position in range(0, len(pairs), 2):
                scores[pairs[position]] += (pairs[position + 1] - ZERO) * part
        top = max(scores)
        odds = [math.exp(score - top) for score in scores]
        total = sum(odds)
        return {target: value / total for target, value in zip(self.table.targets, odds, strict=True)}

    def _strange(self, sort: str, said: Collection[str]) -> bool:
        """Whether the vocabulary uses less than half of these words."""
        return sum(f"{sort} {word}" in self.table.weights for word in said) * 2 < len(said)


def most(shares: Mapping[str, float], others: float) -> tuple[str, float]:
    """The likeliest of some targets, and how likely it is if what is missing counts `others` of its share."""
    top = max(shares, key=lambda name: shares[name], default="")
    total = sum(shares.values())
    rest = total + others * (1 - total)
    return (top, shares[top] / rest) if top and rest else ("", 0.0)
