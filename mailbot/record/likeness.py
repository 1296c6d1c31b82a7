"""
Which listed option an unlisted one is most like: the same words, or words that mean the same on forms.

GUARANTEES
    Immutable once made, so a forked child may share it. How like the nearest is, and how far ahead of the
    next, is told: what is enough, the caller decides.
BUGS
    It knows words, not grammar: "who told the child" and "who the child told" are the same to it.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from mailbot.record import words

_LONGEST = 5  # words that have a meaning only together
_TELL = re.compile(r"^(?:please )?(?:(?:can|could|would) you )?(?:please )?(?:tell|let) us (?:know )?(?=\w)")
_LAST = {"on": "when", "by": "who", "from": "who"}  # "disclosed on", "disclosed by"


class Near(NamedTuple):
    """The target that is most like a wording, how like it is, and how far ahead of the next."""

    target: str
    score: float
    ahead: float


class Thesaurus:
    """Words made comparable by their meaning."""

    def __init__(self, same: Mapping[str, Iterable[str]], idle: Iterable[str]) -> None:
        self.idle = frozenset(idle)
        self.same: dict[tuple[str, ...], str] = {}
        for word, others in same.items():
            for other in (word, *others):
                self.same.setdefault(tuple(stem(one) for one in other.split()), word)
        self.sizes: dict[str, list[int]] = {}  # first word -> how many words may belong together, most first
        for together in self.same:
            if 0 < len(together) <= _LONGEST:
                self.sizes.setdefault(together[0], []).append(len(together))
        self.sizes = {word: sorted(set(many), reverse=True) for word, many in self.sizes.items()}
        self.senses = lru_cache(maxsize=8192)(self._senses)

    def _senses(self, norm: str) -> frozenset[str]:
        """What a comparable wording says, in words of our own."""
        said = [stem(word) for word in _TELL.sub("", norm).split()]
        found: list[str] = []
        position = 0
        while position < len(said):
            for size in self.sizes.get(said[position], ()):
                word = self.same.get(tuple(said[position : position + size]))
                if word is not None and position + size <= len(said):
                    found.append(word)
                    position += size
                    break
            else:
                found.append(said[position])
                position += 1
        said_last = _LAST.get(norm.rpartition(" ")[2], "") if 1 <= norm.count(" ") <= 3 else ""
        return frozenset(word for word in (*found, said_last) if word and word not in self.idle)


def stem(word: str) -> str:
    """A word without the ending that number and tense give it."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ing", "ed", "ly"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word[: -len(ending)]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


class Likeness:
    """Wordings by their target; the nearest one decides."""

    def __init__(self, thesaurus: Thesaurus, known: Mapping[str, Iterable[str]]) -> None:
        self.thesaurus = thesaurus
        self.known: dict[str, set[frozenset[str]]] = {}
        seen: Counter[str] = Counter()
        said = {
            target: Counter(senses for text in texts if (senses := self.senses(text)))
            for target, texts in known.items()
        }
        most = _most(said)
        for target, counts in said.items():
            self.known[target] = {senses for senses in counts if most[senses] == target}
            seen.update({word for senses in self.known[target] for word in senses})
        every = [
            (target, senses) for target, many in self.known.items() for senses in sorted(many, key=sorted)
        ]
        self.holding: dict[str, list[int]] = defaultdict(list)  # word -> the wordings with it, by number
        for number, (_, senses) in enumerate(every):
            for word in senses:
                self.holding[word].append(number)
        total = len(self.known) + 1
        self.strange = math.log(1 + total)  # what a word weighs that is in no wording
        self.weights = {word: math.log(1 + total / count) for word, count in seen.items()}
        self.targets = [target for target, _ in every]
        self.heavy = [sum(self.weights[word] for word in sorted(senses)) for _, senses in every]

    def senses(self, text: str) -> frozenset[str]:
        """What a wording says."""
        return self.thesaurus.senses(words.label(text))

    def nearest(self, text: str) -> Near | None:
        """The target of the wording that is most like this one."""
        said = self.senses(text)
        if not said:
            return None
        both: dict[int, float] = {}
        for word in sorted(said):
            weight = self.weights.get(word, self.strange)
            for number in self.holding.get(word, ()):
                both[number] = both.get(number, 0.0) + weight
        own = sum(self.weights.get(word, self.strange) for word in sorted(said))
        scores: dict[str, float] = {}
        for number, shared in both.items():
            target, score = self.targets[number], 2 * shared / (own + self.heavy[number])
            if score > scores.get(target, -1.0):
                scores[target] = score
        best = sorted(((score, target) for target, score in scores.items()), reverse=True)
        if not best:
            return None
        return Near(best[0][1], best[0][0], best[0][0] - (best[1][0] if len(best) > 1 else 0.0))


def _most(said: Mapping[str, Counter[frozenset[str]]]) -> dict[frozenset[str], str]:
    """The target that says each thing in most wordings; none where two say it as often."""
    most: dict[frozenset[str], tuple[int, str]] = {}
    for target, counts in said.items():
        for senses, count in counts.items():
            before = most.get(senses, (0, ""))[0]
            if count > before:
                most[senses] = count, target
            elif count == before:
                most[senses] = count, ""
    return {senses: target for senses, (_, target) in most.items()}
