"""
The answers that forms print for a question of few values, ready to be looked up.

GUARANTEES
    Built once from the definitions; immutable afterwards, so a forked child may share it.
"""

from mailbot.record import words
from mailbot.record.forms import Definitions
from mailbot.record.likeness import Likeness, Thesaurus, stem

_LONGEST = 16  # words; what is longer is a sentence


class Options:
    """One vocabulary: exact wordings, and their first words for scanning."""

    def __init__(
        self,
        values: dict[str, tuple[str, ...]],
        thesaurus: Thesaurus | None = None,
        telling: dict[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.values = tuple(values)
        self.telling = [
            (value, [frozenset(group.split("|")) for group in key.split()])
            for value, keys in (telling or {}).items()
            for key in keys
        ]
        self.like = Likeness(thesaurus, values) if thesaurus is not None else None
        self.exact: dict[str, str] = {}
        for value, variants in values.items():
            for text in variants:
                for norm in (words.words(text), words.label(text)):
                    self.exact.setdefault(norm, value)
        self.sizes: dict[int, list[str]] = {}
        for norm in self.exact:
            self.sizes.setdefault(len(norm), []).append(norm)
        self.longest = max(len(norm.split()) for norm in self.exact)
        self.starts = {norm.split()[0] for norm in self.exact if norm}

    def told(self, text: str) -> str:
        """The answer for which words of a text speak, the first that the definitions name; or none."""
        said = words.words(text).split()
        if not self.telling or not 0 < len(said) <= _LONGEST:
            return ""
        every = {stem(word) for word in said} | set(said)
        return next((value for value, key in self.telling if all(every & group for group in key)), "")


def telling(definitions: Definitions, name: str) -> dict[str, tuple[str, ...]]:
    """The words that speak for the answers of a vocabulary."""
    return definitions.options.get(f"{name}_words", {})


def vocabularies(definitions: Definitions) -> dict[str, dict[str, tuple[str, ...]]]:
    """Every vocabulary by its name; wordings of two answers at once are among those of one."""
    found = {
        name: dict(values) for name, values in definitions.options.items() if not name.endswith("_words")
    }
    for name in [name for name in found if name.endswith("_several")]:
        found[name.removesuffix("_several")] |= found.pop(name)
    return found
