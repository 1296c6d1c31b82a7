"""
The answers that forms print for a question of few values, ready to be looked up.

GUARANTEES
    Built once from the definitions; immutable afterwards, so a forked child may share it.
"""

from mailbot.record import words
from mailbot.record.forms import Definitions
from mailbot.record.likeness import Likeness, Thesaurus


class Options:
    """One vocabulary: exact wordings, and their first words for scanning."""

    def __init__(self, values: dict[str, tuple[str, ...]], thesaurus: Thesaurus | None = None) -> None:
        self.values = tuple(values)
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


def vocabularies(definitions: Definitions) -> dict[str, dict[str, tuple[str, ...]]]:
    """Every vocabulary by its name; wordings of two answers at once are among those of one."""
    found = {name: dict(values) for name, values in definitions.options.items()}
    for name in [name for name in found if name.endswith("_several")]:
        found[name.removesuffix("_several")] |= found.pop(name)
    return found
