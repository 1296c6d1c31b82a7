"""
Which answers of a vocabulary a text names: in listed words, misspelt, or in words that mean the same.
"""

from functools import lru_cache

from mailbot.record import words
from mailbot.record.vocabulary import Options

_OPTION = 80  # characters; what is longer is a sentence
_ALIKE, _AHEAD = 0.6, 0.1


def find(text: str, options: Options, one: bool = False) -> tuple[list[str], str]:
    """Options named in a text, longest wording first, and the words that name none.

    `one` says that the text is a single option: of several wordings in it the longest names it.
    """
    values, rest = _find(text, options, one)
    return list(values), rest


@lru_cache(maxsize=4096)
def _find(text: str, options: Options, one: bool) -> tuple[list[str], str]:
    whole = words.words(text)
    if not whole:
        return [], ""
    if value := options.exact.get(whole) or options.exact.get(words.label(text)):
        return [value], ""
    tokens = whole.split()
    if len(tokens) > 60:
        return [], text.strip()
    found: list[str] = []
    sizes: list[int] = []
    rest: list[str] = []
    position = 0
    while position < len(tokens):
        size = _longest(tokens, position, options)
        if size:
            found.append(options.exact[" ".join(tokens[position : position + size])])
            sizes.append(size)
            position += size
        else:
            rest.append(tokens[position])
            position += 1
    if not found:
        told = options.told(text)
        meant = _nearly(whole, options) or _alike(text, options) or ([told] if told else [])
        return meant, "" if meant else text.strip()
    if one and (len(rest) > 1 or len(set(found)) > 1) and (like := _alike(text, options)):
        return like, ""
    if one and len(set(found)) > 1:
        longest = [value for value, size in zip(found, sizes, strict=True) if size == max(sizes)]
        return (longest, _original(text, rest)) if len(set(longest)) == 1 else ([], text.strip())
    return found, _original(text, rest)


def _longest(tokens: list[str], position: int, options: Options) -> int:
    if tokens[position] not in options.starts:
        return 0
    for size in range(min(options.longest, len(tokens) - position), 0, -1):
        if " ".join(tokens[position : position + size]) in options.exact:
            return size
    return 0


def _nearly(whole: str, options: Options) -> list[str]:
    """A misspelt option."""
    if len(whole) < 6 or len(whole) > 60:
        return []
    limit = 1 if len(whole) < 12 else 2
    sizes = range(len(whole) - limit, len(whole) + limit + 1)
    near = {
        options.exact[norm]
        for size in sizes
        for norm in options.sizes.get(size, ())
        if words.distance(whole, norm, limit) <= limit
    }
    return list(near) if len(near) == 1 else []


def _alike(text: str, options: Options) -> list[str]:
    """An option in words that nobody listed, but with the meaning of one."""
    if options.like is None or len(text) > _OPTION:
        return []
    if len(words.words(text).split()) < 2:
        return []
    near = options.like.nearest(text)
    return [near.target] if near is not None and near.score >= _ALIKE and near.ahead >= _AHEAD else []


def _original(text: str, rest: list[str]) -> str:
    """The words left over as they were written; joining words and the form's own prompts do not count."""
    left = [word for word in rest if word not in _EMPTY]
    if not left:
        return ""
    for sign in (":", " - ", " – ", "("):
        _head, found, tail = text.partition(sign)
        if found and all(word in words.words(tail) for word in left):
            return tail.strip(" )")
    return " ".join(left)


_EMPTY = {
    "and",
    "or",
    "the",
    "a",
    "please",
    "state",
    "below",
    "specify",
    "tick",
    "also",
    "both",
    "see",
    "details",
    "give",
    "say",
    "what",
    "of",
    "is",
    "it",
    "describe",
}
