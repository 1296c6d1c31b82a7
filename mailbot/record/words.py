"""
Text made comparable: what is the same label to a person becomes the same string here.

GUARANTEES
    Pure functions of the text, linear in its length; no expression here can backtrack badly.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

_PLAIN = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "\u00ad": None,
        "\u200b": None,
        "\u200e": None,
        "\u200f": None,
        "\ufeff": None,
        "\u00a0": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2009": " ",
        "\u202f": " ",
    }
)
_ODD = re.compile(f"[{re.escape(''.join(map(chr, _PLAIN)))}]")
_WORD = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"\([^()]{0,300}\)|\[[^\[\]]{0,300}\]")
_NUMBER = re.compile(
    r"^\s*(?:(?:q(?:uestion)?\.?\s?)?\d{1,2}(?:\.\d{1,2}){1,3}[a-z]?[.):]?\s(?=\s*[\"'(]?[a-z])"
    r"|(?:q(?:uestion)?\.?\s?)?\d{1,2}(?:\.\d{1,2}){0,3}[a-z]?\s*[.):\-–]|[a-z]\.?\d{1,2}[.):]?\s(?=\s*[a-z])"
    r"|\(?[a-z0-9]{1,2}\)|[a-z]\.\s|[*•▪◦·‣>#-]+)\s*",
    re.I,
)
_SECTION = re.compile(
    r"^\W*(?:(?:section|part|box|page|step|question|q)(?:\s*\d{1,2}[a-z]?|\s+(?:[a-z]|[ivx]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten))\b"
    r"(?:\s*of\s*\d{1,2})?|[ivx]{1,4}(?=[.)]\s)|\d{1,2}(?:\.\d{1,2}){1,2}[a-z]?\s(?=\s*[a-z])|\d{1,2}(?:\.\d{1,2}){0,2}(?=[.):]|[-–—]\s)|[a-h](?=[.)]\s))[\s.:)\-–—]*",
    re.I,
)
_BARE = re.compile(r"^\d{1,2}\s+(?=[A-Za-z])")
_BORN = re.compile(r"\bd\s?[./]\s?o\s?[./]\s?b\b\.?", re.I)  # no list that begins with "d."
_AND = re.compile(r"(?<=\w)\s{0,3}[/&]\s{0,3}(?=\w)")
_JOIN = (("d o b", "dob"), ("e mail", "email"), ("e mails", "emails"), ("a k a", "aka"), ("v r m", "vrm"))


def plain(text: str) -> str:
    """The same text with plain quotes, dashes and spaces, and composed characters."""
    if text.isascii():
        return text
    if _ODD.search(text):
        text = text.translate(_PLAIN)
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", text).translate(_PLAIN)


def clean(text: str) -> str:
    """A value as written: ends trimmed, runs of blanks made one, line ends kept."""
    if not text:
        return ""
    lines = (" ".join(line.split()) for line in text.replace("\r", "\n").split("\n"))
    return "\n".join(lines).strip()


@lru_cache(maxsize=8192)
def words(text: str) -> str:
    """Lower-case words with single spaces between; apostrophes join, everything else parts."""
    folded = plain(text).casefold().replace("'", "")
    joined = " ".join(_WORD.findall(folded))
    for old, new in _JOIN:
        if old in joined:
            joined = f" {joined} ".replace(f" {old} ", f" {new} ").strip()
    return joined


@lru_cache(maxsize=8192)
def label(text: str) -> str:
    """A printed label made comparable: without its number, its brackets and its colon."""
    text = _BORN.sub("dob", plain(text))
    bare = _BRACKETS.sub(" ", text)
    if not _WORD.search(bare):
        bare = text
    cut = _NUMBER.sub("", bare, count=1)
    return words(_AND.sub(" and ", cut if _WORD.search(cut) else bare))


@lru_cache(maxsize=4096)
def heading(text: str) -> tuple[str, bool]:
    """A heading made comparable, and whether it carried a section's number in front."""
    text = _BORN.sub("dob", plain(text)).strip(" \t=-_*#~:.|")
    cut = _SECTION.sub("", text, count=1)
    numbered = cut != text and bool(_WORD.search(cut))
    rest = cut if numbered else _BARE.sub("", text, count=1)
    return words(_BRACKETS.sub(" ", rest)) or words(rest), numbered


_ASKED = re.compile(
    r"^(?:please |now |then |also |and |next |first |kindly )*"
    r"(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:(?:tick|select|choose|circle|mark) (?:one |a box )?to (?:say|show|indicate) |let us know |tell us |"
    r"(?:state|give|enter|print|write|provide|say|record|list|quote|insert|indicate|specify|identify|note|add|supply|"
    r"fill in|set out|put|type|confirm|explain|include|name|show)(?: here| down| us| below)? |"
    r"(?:what|who|which) (?:is|are|was|were|would be) (?=the |your |their |his |her |its )|"
    r"(?:do you know|do you have|have you got|have you|is there|are there) "
    r"(?=the |your |their |his |her |its |any |an? |when |where |who |how )|"
    r"if (?:so|yes|known|told|any|possible|relevant|applicable) |where known )"
)
_LEADING = re.compile(r"^(?:the|an?|any|all|some|whether|if|his or her|his her|his|her|its) ")
_TRAILING = re.compile(
    r" (?:if (?:known|any|applicable|available|possible|relevant|appropriate|there is one|"
    r"you (?:know|have) (?:it|them|one|this)|"
    r"you know|so|yes)|where (?:known|applicable|relevant|possible)|when known|as known|(?:is |are )?known|"
    r"please|optional|in full|below|here|concerned|(?:that )?we can use|so far)$"
)


@lru_cache(maxsize=8192)
def variants(norm: str) -> tuple[str, ...]:
    """The same question put more plainly: without "please state", "the", "if known", the shortest last."""
    found: list[str] = []
    for _ in range(6):
        for pattern in (_TRAILING, _ASKED, _LEADING):
            plainer = pattern.sub("", norm, count=1)
            if plainer != norm and plainer:
                found.append(plainer)
                norm = plainer
                break
        else:
            break
    return tuple(found)


def plainly(norm: str) -> str:
    """A question without the order that it is put as: "give the date" gives nothing."""
    plain = _ASKED.sub("", norm, count=1)
    return _LEADING.sub("", plain, count=1) or norm if plain and plain != norm else norm


def distance(one: str, two: str, limit: int) -> int:
    """Edit distance of two strings, or `limit + 1` where it is more."""
    return Levenshtein.distance(one, two, score_cutoff=limit)


def near(one: str, known: Sequence[str], limit: int) -> list[int]:
    """Which of some strings are at most `limit` edits away, by their number."""
    if not known:
        return []
    found = process.extract(one, known, scorer=Levenshtein.distance, score_cutoff=limit, limit=None)
    return sorted(index for _, _, index in found)


def slip(one: str, two: str) -> bool:
    """Whether two labels differ within longer words only: "where" is no "when", and "age" no "name"."""
    said, known = one.split(), two.split()
    if len(said) != len(known):
        return True
    return all(a == b or min(len(a), len(b)) > 4 for a, b in zip(said, known, strict=True))
