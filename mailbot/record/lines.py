"""
Where a label ends and an answer begins, in a line that holds both.

A label ends at a colon, a question mark, dots, a dash, a tab, where bold print ends, where a control
begins, or with the line. The longest beginning that is a known label wins.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mailbot.record import words
from mailbot.record.match import Book, Meaning
from mailbot.record.rich import MARK, Line
from mailbot.record.rows import Row

_CUT = re.compile(r"[:?]|\t|\.{3,}|…+|_{3,}|\s[-–—=|]+\s|\s{3,}|\*(?=\s)|;\s")
_AFTER = re.compile(r"^(?:[\s:?…|=*]|\.{2,}|_{2,}|[-–—](?=\s))+")
_HINT = re.compile(r"^\s*(\([^()]{0,300}\)|\[[^\[\]]{2,300}\])[\s:?…]*")
_ASKS = re.compile(
    r"(?:please (?:say|state|specify|describe|explain|give details)|give details|say (?:which|what)|which\?)"
    r"(?=[\s:.?]*$|\s*[:?]\s)[\s:.?]*",
    re.I,
)
_STAR = re.compile(r"\s*\*+[\s:]*")
_ASIDE = re.compile(r"^\([a-z][a-z']*(?: [a-z'&/]+){1,9}\)$")  # "(names and agencies)": no name, no number
_WHOLE = re.compile(r"^\([^()\d]{8,120}\)[\s:*]*$")
_SENTENCE = re.compile(r"[a-z]{3}[.!] [A-Z]")
FRAMED = re.compile(r"^\s*(?:\*{1,2}[^*]{2,80}\*{1,2}|\[[^\[\]]{3,80}\])\s*$")  # **Label** or [Label]
_SIGNED = re.compile(r"^\s*[A-Z*\d][^:?]{1,58}?(\.{3,}|…|\t|\s[-–—]+(?:\s|$)|\s=(?:\s|$)|\s\|(?:\s|$))")
_SIGN = re.compile(r"\.{3,}|…|\t|\s*([-–—=|])")
_PLURAL = re.compile(r"\((?:s|es|ren)\)", re.I)
_HABIT = 6  # so many lines with one sign, and it is the sign of this form
_FAR = 400
_MORE = 0.55
_SAYS_MORE = re.compile(
    r"\((?!please|if |e\.?g|include|incl|state|specify|give|optional|when known|see )", re.I
)


class Match(NamedTuple):
    """A line that begins with a label."""

    meaning: Meaning
    label: str
    rest: Line  # the answer, or nothing yet
    hint: str = ""  # guidance, or an answer written over it
    whole: bool = False  # nothing but the label stands there
    ended: bool = False  # by a sign, not only by the end of the line
    bold: bool = False
    sign: str = ""  # the first that stands behind it


class Matcher:
    """Finds labels at the beginning of lines."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.signs: frozenset[str] = (
            frozenset()
        )  # between labels and answers on this form, beside the usual ones
        # by the id of a line, with the line itself, so that its id stays its own
        self.heads: dict[int, tuple[Line, str, list[tuple[int, str]]]] = {}

    def match(
        self,
        line: Line,
        context: str,
        close: bool = True,
        cell: bool = False,
        kind: str = "",
        free: bool = False,
    ) -> Match | None:
        """The label with which a line begins, in a section; None for a line that begins otherwise.

        `close` allows a misspelt or an unlisted label; `cell` says that the line is where labels stand,
        `kind` which things the section is about, `free` that no heading says which section it is.
        """
        if (known := self.heads.get(id(line))) is None:
            known = self.heads[id(line)] = (line, *self._heads(line))
        _, printed, heads = known
        best: tuple[int, Meaning] | None = None
        for cut, head in heads:
            if best is None or cut > best[0]:
                meaning = self._bracketed(printed[:cut], head, context, kind)
                best = (cut, meaning) if meaning is not None else best
        if best is None and close:
            asked = (context, kind, free)
            best = self._close(heads, context) or self._guess(line, printed, heads, asked, cell)
        return self._matched(line, printed, *best) if best else None

    def _bracketed(self, printed: str, head: str, context: str, kind: str) -> Meaning | None:
        """A listed label; where it is one word, what stands in brackets behind it may say more."""
        meaning = self.book.label(head, context, kind)
        if " " in head or not _SAYS_MORE.search(printed):
            return meaning
        more = self.book.guess(words.words(printed), context, kind)
        return more if more is not None and (meaning is None or more.sure > _MORE) else meaning

    def _heads(self, line: Line) -> tuple[str, list[tuple[int, str]]]:
        """What is printed before any control, and where it may end as a label: place and comparable text."""
        end = min(line.printed, _FAR)
        printed = line.text[:end]
        if not printed.strip():
            return "", []
        return printed, [(cut, words.label(printed[:cut])) for cut in self._cuts(line, printed, end)]

    def habitual(self, text: str) -> bool:
        """Whether a line looks as only questions do on this form."""
        if FRAMED.match(text):
            return True
        hit = _SIGNED.match(text)
        return hit is not None and _sign(hit[1]) in self.signs - {"-"}

    def _cuts(self, line: Line, printed: str, end: int) -> list[int]:
        cuts = [hit.start() for hit in _CUT.finditer(printed)][:8]
        if bold := line.bold_until():
            cuts.append(min(bold, end))
        if (end == len(line.text) and (end <= 160 or "(" in printed)) or end < min(len(line.text), _FAR):
            cuts.append(end)
        bracket = printed.find("(")
        if bracket > 0 and not _PLURAL.match(printed, bracket) and not any(cut < bracket for cut in cuts):
            cuts.append(bracket)
        return [cut for cut in cuts if cut > 0]

    def _close(self, heads: list[tuple[int, str]], context: str) -> tuple[int, Meaning] | None:
        """A misspelt label, where a sign says that there is a label at all."""
        if not context:
            return None
        for cut, head in heads[:2]:
            if meaning := self.book.close(head, context):
                return cut, meaning
        return None

    def _guess(
        self,
        line: Line,
        printed: str,
        heads: list[tuple[int, str]],
        asked: tuple[str, str, bool],
        cell: bool,
    ) -> tuple[int, Meaning] | None:
        """A label that nobody listed, by its words, where a sign, bold print or a cell shows one."""
        for cut, norm in sorted(set(heads)):
            head = printed[:cut]
            if not (cell or self._signed(line, printed, cut)) or _SENTENCE.search(head):
                continue
            if meaning := self.book.guess(norm, *asked):
                return cut, meaning
        return None

    def _signed(self, line: Line, printed: str, cut: int) -> bool:
        """Whether a sign or bold print ends a label there."""
        if printed[cut : cut + 1] in (":", "?") or printed[:cut].rstrip().endswith((":", "?")):
            return True
        if self.signs and _sign(printed[cut:]) in self.signs:
            return True
        if (line.bold_until() or line.bold) and cut >= len(printed.rstrip()) - 1:
            return True
        return bool(FRAMED.match(printed))

    def _matched(self, line: Line, printed: str, cut: int, meaning: Meaning) -> Match:
        rest = line.after(cut)
        sign = _AFTER.match(rest.text[: max(0, rest.printed) or len(rest.text)]) if rest.text else None
        ended = bool(sign and sign.group().strip()) or printed[:cut].rstrip().endswith((":", "?", "…"))
        if sign:
            rest = rest.after(sign.end())
        hint = _bracket(printed[:cut])
        if asks := _ASKS.match(rest.text[: rest.printed]):
            rest = rest.after(asks.end())  # "Other: please say"
        rest, more = self._guided(rest)
        if more and (star := _STAR.match(rest.text)):
            rest = rest.after(star.end())
        asked = rest.text.strip()
        if asked and line.bold and not rest.entries and (_WHOLE.match(asked) or self.guidance(asked)):
            more, rest = f"{more} {rest.text.strip()}".strip(), rest.after(len(rest.text))
        return Match(
            meaning, printed[:cut].strip(), rest, " ".join(filter(None, (hint, more))),
            not rest.text.strip() and not rest.entries,
            ended, bool(line.spans) and bool(line.bold_until() or line.bold), printed[cut:].lstrip()[:1],
        )  # fmt: skip

    def _guided(self, rest: Line) -> tuple[Line, str]:
        """The answer without guidance in brackets or in italics before it."""
        hints = []
        hit = _HINT.match(rest.text)
        if (
            hit
            and not MARK.match(hit.group(1))
            and (self.guidance(hit.group(1)) or _ASIDE.match(hit.group(1)))
        ):
            hints.append(hit.group(1))
            rest = rest.after(hit.end())
        if rest.spans and rest.spans[0].italic and rest.spans[0].entry is None:
            italic = 0
            for span in rest.spans:
                if span.text.strip() and not (span.italic and span.entry is None):
                    break
                italic += len(span.text)
            if self.guidance(rest.text[:italic]):
                hints.append(rest.text[:italic].strip())
                rest = rest.after(italic)
        return rest, " ".join(hints)

    def guidance(self, text: str) -> bool:
        """Whether a text is printed to guide, not to answer."""
        bare = words.plain(text).casefold().strip(" ()[]*.:")
        return bool(bare) and (bare.startswith(self.book.guides) or bare in ("s", "es"))


def _sign(text: str) -> str:
    """What kind of sign a text begins with."""
    hit = _SIGN.match(text)
    return "" if hit is None else {"–": "-", "—": "-", "…": "."}.get(hit[1] or hit[0][0], hit[1] or hit[0][0])


def habits(texts: Iterable[str]) -> frozenset[str]:
    """The signs that stand behind so many beginnings of lines that they end the labels of this form."""
    counts = Counter(_sign(hit[1]) for text in texts if (hit := _SIGNED.match(text)))
    return frozenset(sign for sign, count in counts.items() if sign and count >= _HABIT)


def width(rows: Sequence[Row]) -> int:
    """At which column a mail program wrapped the lines; 0 where nothing shows that it did."""
    sizes = [len(row.text.rstrip()) for row in rows if not row.table]
    longest = max(sizes, default=0)
    if not 50 <= longest <= 100 or sum(size > longest - 14 for size in sizes) < 3:
        return 0
    return longest


def _bracket(label: str) -> str:
    start = label.find("(")
    return label[start:].strip() if start > 0 else ""
