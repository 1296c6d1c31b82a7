"""
Domains that only look like a partner's: what a forger registers to be taken for a school.

GUARANTEES
    A sign, never a decision. Quick for thousands of partners, and linear in the domain.
"""

import unicodedata
from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

_SHORTEST = 5  # below it, nearly everything is one step from something
_FAR_ENOUGH = 12  # letters of a name in which two steps are still a likeness
# What the eye takes for another letter: digits, Cyrillic, Greek. Short on purpose: each entry makes two
# honest names alike.
_TWINS = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "5": "s", "ı": "i", "ℓ": "l"}
    | dict(zip("асԁеһіјӏорԛѕхуѵԝ", "acdehijlopqsxyvw", strict=True))
    | dict(zip("αγεικνορτυχ", "ayeikvoptux", strict=True))
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("-", ""))


def skeleton(domain: str) -> str:
    """The domain as the eye sees it: accents, look-alike letters and hyphens gone."""
    shown = ".".join(_shown(label) for label in domain.split("."))
    plain = "".join(char for char in unicodedata.normalize("NFKD", shown) if not unicodedata.combining(char))
    text = plain.casefold().translate(_TWINS)
    for two, one in _PAIRS:
        text = text.replace(two, one)
    return text


def _shown(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError):
        return label


class Likeness:
    """Compares with the domains of a directory."""

    def __init__(self, domains: Iterable[str]) -> None:
        self._domains = frozenset(domains)
        self._skeletons = sorted({skeleton(domain) for domain in self._domains})
        self._seen = frozenset(self._skeletons)
        self._heads = {head(one) for one in self._domains if len(head(one)) >= _SHORTEST}

    def looks_like_one(self, domain: str) -> bool:
        """Whether it is not in the directory, and the eye might take it for one that is."""
        if not self._domains or domain in self._domains:
            return False
        seen = skeleton(domain)
        if seen in self._seen or head(domain) in self._heads:
            return True
        if len(head(domain)) < _SHORTEST:
            return False
        most = 2 if len(head(domain)) >= _FAR_ENOUGH else 1
        return extractOne(seen, self._skeletons, scorer=OSA.distance, score_cutoff=most) is not None


def head(domain: str) -> str:
    """Its first label, hyphens gone: the same one under another ending is a likeness."""
    return skeleton(domain.partition(".")[0])


def is_mixed(domain: str) -> bool:
    """Whether one label mixes scripts: an honest name in Cyrillic is Cyrillic throughout."""
    return any(len(_scripts(_shown(label))) > 1 for label in domain.split("."))


def _scripts(label: str) -> set[str]:
    return {unicodedata.name(char, "?").split()[0] for char in label if char.isalpha()}
