"""
Compares what was read with what is true, field by field.

A field is right, missing, or invented: a wrong value, or one that nobody wrote. Persons and things are paired so
that most agrees. Space, case, and signs at the end do not count; in telephones and marks only letters and digits do.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.layouts.fill import PLACE

_NOTHING = frozenset({"", "-", "n/a", "none", "not applicable", "not known", "unknown"})
_LISTS = ("subjects", "vehicles", "locations", "phones", "online")
_PERSON = [
    "role",
    "family_name",
    "given_names",
    "full_name",
    "dob",
    "age",
    "sex",
    "ethnicity",
    "address",
    "school",
    "school_year",
    "phone",
    "description",
    "relationship",
    "parent_guardian",
    "looked_after",
    "vulnerabilities",
    "aliases",
    "online",
]
_THING = ["text", "relevance", "vrm", "description", "link", "number", "note", "platform", "handle"]
_KNOWN = frozenset(
    {
        *PLACE.values(),
        "information_types",
        *(f"{name}.{key}" for name in _LISTS for key in (*_PERSON, *_THING)),
    }
)


def plain(key: str, value: Any) -> str:
    """A value made comparable; empty for nothing."""
    text = " ".join(unicodedata.normalize("NFKC", str(value or "")).casefold().split()).rstrip(" .,;")
    last = key.rpartition(".")[2]
    if last in ("phone", "number"):
        digits = re.sub(r"\D", "", text)
        return re.sub(r"^44", "0", digits)
    if last == "vrm":
        return re.sub(r"[^a-z0-9?]", "", text)
    if last == "school_year":
        return re.sub(r"^(year|yr|y)\s*", "", text)
    enumerated = last in (
        "safe",
        "origin_aware",
        "crime_indicated",
        "contact_safe",
        "looked_after",
        "level",
        "basis",
    )
    return text if enumerated or text not in _NOTHING else ""


def flat(node: Mapping[str, Any], path: str = "") -> Counter[tuple[str, str]]:
    """Every single value with its place; lists of persons and things are left out."""
    found: Counter[tuple[str, str]] = Counter()
    for key, value in node.items():
        place = f"{path}.{key}" if path else key
        if isinstance(value, Mapping):
            found.update(flat(value, place))
            continue
        if place not in _KNOWN:
            continue
        for one in value if isinstance(value, list | tuple) else [value]:
            if text := plain(place, one):
                found[place, text] += 1
    return found


def judged(want: Counter[tuple[str, str]], got: Counter[tuple[str, str]]) -> Counter[str]:
    """How many values are right, missing and invented: two different values at one place are one invention."""
    right = want & got
    lost, extra = want - right, got - right
    places = Counter(place for place, _ in extra.elements())
    missing = Counter(place for place, _ in lost.elements()) - places
    return Counter(right=right.total(), missing=missing.total(), invented=places.total())


def paired(path: str, want: Sequence[Mapping[str, Any]], got: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """Persons or things of the truth with those that were read, the most alike first."""
    left, total = [flat(one, path) for one in got], Counter[str]()
    for one in sorted((flat(one, path) for one in want), key=lambda facts: -facts.total()):
        best = max(left, key=lambda other: (one & other).total(), default=Counter())
        if best in left and (one & best):
            left.remove(best)
        else:
            best = Counter()
        total.update(judged(one, best))
    for other in left:
        total.update(judged(Counter(), other))
    return total


def record(want: Mapping[str, Any], got: Mapping[str, Any]) -> Counter[str]:
    """One record with what was read of it."""
    total = judged(flat(want), flat(got))
    for name in _LISTS:
        total.update(paired(name, want.get(name) or [], got.get(name) or []))
    return total
