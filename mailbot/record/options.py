"""
Which option of a printed list was meant: by a tick, by what is struck out or stands out, or by typed words.

GUARANTEES
    An unmarked list gives nothing, never its first option. Several answers to a question that takes one
    give nothing, and say so.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from mailbot.record import rich, words
from mailbot.record.rich import MARK, ON, Line, Span
from mailbot.record.vocabulary import Options
from mailbot.record.wording import find

_BETWEEN = re.compile(r"\s*(?:/|\||\s{3,}|\t|;|,(?=\s)|\n)\s*")
_LISTED = re.compile(r"\s/\s|[A-Za-z]/[A-Za-z]|\||\t|\s{3,}")
_PARTS = re.compile(r"\s*(?:/|\||\s{2,}|\t|\n)\s*")
CROSS = re.compile(r"^(?:[xX✓✔√]\s+(?P<after>\S.*)|(?P<before>.*\S)\s+[xX✓✔√])$")
_ANSWER = re.compile(r"^\W*(yes|no|unknown|not known|don'?t know|unsure|not sure|n/?k)\b[\s,.;:–—-]*", re.I)


# answers that are printed in this order wherever all of them are
_SCALES = (
    ("reliable", "untested", "doubtful", "suspected_false"),
    ("none_known", "possible", "serious"),
    ("none_known", "possible", "serious", "unknown"),
)


_THREE = 3  # answers: beside yes and no, the third may be anything


class Choice(NamedTuple):
    """What was chosen."""

    values: tuple[str, ...] = ()
    rest: str = ""  # text beside the chosen options: "other: knives"
    conflict: bool = False
    raw: str = ""
    printed: bool = False  # a list was printed, marked or not
    aside: str = ""  # text beside a chosen option that is not "other"


class _Piece(NamedTuple):
    mark: bool | None
    text: str
    span: Span | None = None


def choose(lines: Sequence[Line], options: Options, many: bool = False) -> Choice:
    """What the answer says; `many` where several options may be chosen."""
    entered = [span for line in lines for span in line.spans if span.entry is not None and span.text.strip()]
    text = rich.text(lines).strip()
    if not text:
        return Choice()
    if entered and not MARK.search(text):
        said = " ".join(span.text.strip() for span in entered)
        chosen = [span.entry for span in entered if span.entry is not None and span.entry.kind == "choice"]
        values, more = find(said, options, one=not many and len(chosen) == 1)
        if len(values) == 1 and not more:
            return _settle(values, "", many, said)
        return _typed(said, options, many)
    if MARK.search(text):
        return _marked(lines, options, many, text)
    if crossed := _crossed(text, options):
        return _settle(crossed, "", many, text)._replace(printed=True)
    looks = _looks(lines, options)
    if looks is not None:
        return _settle(looks, "", many, text)
    return _typed(text, options, many)


def _crossed(text: str, options: Options) -> list[str]:
    """The options with a cross beside them among others without ("Yes / No X"), where all are options."""
    parts = [part for part in _PARTS.split(text.strip()) if part]
    hits = [CROSS.match(part) for part in parts]
    if not 2 <= len(parts) <= 20 or not any(hits):
        return []
    bare = [hit["after"] or hit["before"] if hit else part for part, hit in zip(parts, hits, strict=True)]
    named = [find(part, options, one=True) for part in bare]
    if not all(values and not rest for values, rest in named):
        return []
    return [values[0] for (values, _), hit in zip(named, hits, strict=True) if hit]


def _marked(lines: Sequence[Line], options: Options, many: bool, text: str) -> Choice:
    """The options whose boxes are ticked."""
    pieces: list[tuple[bool, str]] = []
    behind = [line.text for line in lines if MARK.search(line.text)]
    if len(lines) > 1 and not MARK.match(behind[0].strip()) and MARK.search(behind[-1].rstrip()[-3:]):
        pieces.extend(_pairs(" ".join(line.text for line in lines)))  # boxes behind, and the line was wrapped
    else:
        for line in lines:
            pieces.extend(_pairs(line.text))
    chosen: list[str] = []
    rest: list[str] = []
    aside: list[str] = []
    unknown: list[str] = []
    placed = by_place([said for _, said in pieces], options) if any(on for on, _ in pieces) else {}
    for number, (on, said) in enumerate(pieces):
        if not on:
            continue
        values, more = find(said, options, one=True)
        if not values and number in placed:
            values, more = [placed[number]], ""
        if values:
            chosen.extend(values[0].split())
            if more:
                (aside if many and values[0] != "other" else rest).append(more)
        else:
            unknown.append(said)
    if [words.words(said) for said in unknown] == ["yes"] and "serious" in options.values and len(pieces) > 2:
        return Choice(("serious",), raw=text, printed=True)  # of "no, possibly, yes" the last
    if unknown and not chosen:
        return Choice(rest=" ".join(unknown), raw=text, printed=True)
    choice = _settle(list(dict.fromkeys(chosen)), " ".join((*rest, *unknown)).strip(), many, text)
    return choice._replace(printed=True, aside=" ".join(aside))


def said(text: str) -> str:
    """The words of an answer: those at the boxes that are ticked, or all where there is none."""
    return " ".join(words for on, words in _pairs(text) if on) if MARK.search(text) else text


def by_place(printed: Sequence[str], options: Options) -> dict[int, str]:
    """
    What options mean that nobody listed, by their number: a step of a scale whose other steps are known, and
    the one that is left over where all others are known.
    """
    if not 2 < len(printed) <= len(options.values) + 1:
        return {}
    known = [next(iter(find(said, options, one=True)[0]), "") for said in printed]
    if all(known) or sum(map(bool, known)) < 2:
        return {}
    for scale in _SCALES:
        if len(scale) != len(printed) or not set(scale) <= set(options.values):
            continue
        steps = list(zip(known, scale, strict=True))
        if all(one in ("", step) for one, step in steps):
            return {number: step for number, (one, step) in enumerate(steps) if not one}
    left = [value for value in options.values if value not in known]
    single = known.count("") == 1 and len(left) == 1 and len(printed) > _THREE
    return {known.index(""): left[0]} if single else {}


def _pairs(text: str) -> list[tuple[bool, str]]:
    """Marks with the texts they belong to; boxes stand before their options, or all of them behind."""
    hits = list(MARK.finditer(text))
    if not hits:
        return []
    before = text[: hits[0].start()].strip(" \t:/|,")
    behind = text[hits[-1].end() :].strip(" \t:/|,")
    if before and not behind:
        starts = [0, *(hit.end() for hit in hits[:-1])]
        return [
            (_is_on(hit.group()), text[start : hit.start()]) for start, hit in zip(starts, hits, strict=True)
        ]
    ends = [*(hit.start() for hit in hits[1:]), len(text)]
    return [(_is_on(hit.group()), text[hit.end() : end]) for hit, end in zip(hits, ends, strict=True)]


def _is_on(mark: str) -> bool:
    return mark in ON or any(sign in mark for sign in "xX✓✔*")


def _looks(lines: Sequence[Line], options: Options) -> list[str] | None:
    """Options left by striking others out, or standing out among others; None where looks say nothing."""
    spans = [span for line in lines for span in line.spans if span.text.strip(" /|\t,;")]
    if any(span.strike for span in spans):
        left = [value for span in spans if not span.strike for value in _all(span.text, options)]
        struck = [value for span in spans if span.strike for value in _all(span.text, options)]
        return left if struck else None
    for look in ("picked", "bold"):
        picked = [span for span in spans if getattr(span, look)]
        if picked and len(picked) < len(spans):
            inside = [value for span in picked for value in _all(span.text, options)]
            outside = [
                value for span in spans if not getattr(span, look) for value in _all(span.text, options)
            ]
            if inside and outside:
                return inside
    return None


def _all(text: str, options: Options) -> list[str]:
    found: list[str] = []
    for part in re.split(r"\s*(?:\s/\s|\||\t|\n|\s{3,})\s*", text):
        values, _ = find(part, options)
        if not values:
            values = [value for bit in part.split("/") for value in find(bit, options)[0]]
        found.extend(values)
    return found


def _settle(values: list[str], rest: str, many: bool, text: str) -> Choice:
    flat = tuple(dict.fromkeys(word for value in values for word in value.split()))
    if many:
        return Choice(flat, rest, raw=text)
    if len(flat) > 1:
        return Choice(rest=rest, conflict=True, raw=text, printed=True)
    return Choice(flat, rest, raw=text)


def _typed(text: str, options: Options, many: bool) -> Choice:
    """An answer in words."""
    values, rest = find(text, options)
    if values and not rest and len(values) == 1 and " " not in values[0]:
        return Choice((values[0],), "", raw=text)
    if many:
        flat = tuple(dict.fromkeys(word for value in values for word in value.split()))
        if len(flat) >= max(5, len(options.values) - 3):
            return Choice(raw=text, printed=True)  # the whole list, and nothing marked
        return Choice(flat, rest, raw=text)
    flat = tuple(dict.fromkeys(values))
    if len(flat) > 1:
        lead = _lead(text, options) if not _LISTED.search(text) else None
        if lead is not None:
            return lead
        return Choice(raw=text, rest=text, printed="?" not in text)  # no list, but a second question
    if flat and len(rest.split()) > 3 and "yes" not in options.values:
        return Choice(rest=text, raw=text)  # a sentence that happens to hold an option's word
    if flat and rest and "yes" in options.values:
        return _lead(text, options) or Choice(rest=text, raw=text)
    return Choice(flat, rest, raw=text)


def _lead(text: str, options: Options) -> Choice | None:
    """ "Yes - by phone only": the first word decides, the rest is kept."""
    if "yes" not in options.values:
        return None
    hit = _ANSWER.match(words.plain(text))
    if not hit:
        return None
    value = options.exact.get(words.words(hit.group(1)))
    rest = words.plain(text)[hit.end() :].strip()
    return Choice((value,), rest, raw=text) if value else None
