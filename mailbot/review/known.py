"""
Who the source is, as words to look for: the values of a source part, in each way of writing them.

A name is also its parts and its initials, a school also its telling word and its letters, a number also
without its spaces, an address also its lines.

BUGS
    Names that are ordinary words (Mark, Rose) are found where nobody is meant. A mark too many costs a look.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from mailbot.review.vocabulary import Names
from mailbot.store.parts import RecordSource, Source

JOINERS = "'’‘ʼ.\\-‐‑"  # within a class of letters; the last two are what Word makes of a hyphen
LETTERS = r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*"  # an accent may be a sign of its own
_WORD = re.compile(rf"{LETTERS}(?:[{JOINERS}]{LETTERS})*")
_JOINER = re.compile(f"[{JOINERS}]")
_POSTCODE = re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class Value:
    """What to look for. `weak`: worth a mark, but no identity by itself."""

    kind: str  # "submitter.name", "origin", "sender", …
    words: tuple[str, ...] = ()  # folded; one after the other
    exact: str = ""  # as it is, capital letters and all: initials, acronyms
    digits: str = ""  # of a telephone number
    weak: bool = False


def fold(word: str) -> str:
    """A word as it is compared: small, without accents, stops, hyphens, apostrophes, possessive ending."""
    small = word.casefold()
    if not small.isascii():
        small = "".join(
            sign for sign in unicodedata.normalize("NFKD", small) if not unicodedata.combining(sign)
        )
    small = re.sub("[’‘ʼ]", "'", small)
    small = small.removesuffix("'s") if len(small) > 3 else small
    return _JOINER.sub("", small)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(filter(None, (fold(word) for word in _WORD.findall(text))))


class Variants:
    """The values of a source part; which words tell nothing is vocabulary."""

    def __init__(self, names: Names) -> None:
        self._titles, self._generic, self._plain = names.titles, names.generic, names.plain

    def of(self, source: Source) -> tuple[Value, ...]:
        """Everything that a source part says, in every way of writing it, each once."""
        return tuple(dict.fromkeys(chain.from_iterable(self._all(source))))

    def _all(self, source: Source) -> Iterator[Iterable[Value]]:
        for record in source.records:
            yield self._of_record(record)
        envelope = source.envelope
        for address in (*envelope.senders, *envelope.reply_to):
            yield self.email("sender", address)
        yield self.name("sender", envelope.sender_name)
        yield _phrase("subject_line", envelope.subject, weak=True, least=2)
        for file_name in source.names:
            yield _phrase("file_name", file_name, weak=True, least=2)
        if (asked := source.training) is not None:
            yield self.name("submitter.name", asked.contact_name or "")
            yield self.email("submitter.email", asked.contact_email or "")
            yield phone("submitter.phone", asked.contact_phone or "")

    def _of_record(self, record: RecordSource) -> Iterator[Value]:
        who = record.submitter
        yield from self.name("submitter.name", who.name or "")
        yield from _role(who.role or "")
        yield from self.organisation("submitter.organisation", who.organisation or "")
        yield from phone("submitter.phone", who.phone or "")
        yield from self.email("submitter.email", who.email or "")
        yield from _address("submitter.organisation_address", who.organisation_address or "")
        yield from _phrase("submitter.own_reference", who.own_reference or "")
        yield from self._told("origin", record.origin or "")
        yield from _phrase("origin_relation", record.origin_relation or "", weak=True)
        yield from self._told("who_else_knows", record.who_else_knows or "")

    def name(self, kind: str, text: str) -> Iterator[Value]:
        """A person's name: whole, turned round, its parts, its initials."""
        text = text.split("(")[0].split("@")[0]
        parts = [word for word in words_of(text) if word not in self._titles]
        if not parts or len(parts) > 6:
            return
        yield Value(kind, tuple(parts))
        if len(parts) > 1:
            given, family = parts[0], parts[-1]
            yield Value(kind, (given, family))
            yield Value(kind, (family, given))
            yield Value(kind, (given[0], family))
            letters = "".join(part[0] for part in parts).upper()
            yield Value(kind, exact=letters)
            if len(letters) > 2:
                yield Value(kind, exact=letters[0] + letters[-1])
        for part in parts:
            if len(part) > 2:
                yield Value(kind, (part,))
            elif len(part) == 2:  # "Ms Ng"; small it is a word of many
                yield Value(kind, exact=part.capitalize(), weak=True)
        for word in _WORD.findall(text):  # "Smith-Jones", written apart
            pieces = [fold(piece) for piece in _JOINER.split(word)]
            if len(pieces) > 1:
                yield from (Value(kind, (piece,)) for piece in pieces if len(piece) > 2)

    def organisation(self, kind: str, text: str) -> Iterator[Value]:
        """A school: whole, its telling words, its letters."""
        words = words_of(text)
        if not words:
            return
        yield Value(kind, words)
        telling = tuple(word for word in words if word not in self._generic)
        if telling and telling != words:
            yield Value(kind, telling)
        for word in telling:
            if len(word) > 4:
                yield Value(kind, (word,))
        letters = "".join(word[0] for word in words if word not in {"the", "of", "and"}).upper()
        if len(letters) > 2:
            yield Value(kind, exact=letters)

    def email(self, kind: str, text: str) -> Iterator[Value]:
        """An address: whole, the person before the @, the telling word behind it."""
        for local, domain in re.findall(r"([\w.+\-']{1,64})@([\w.\-]{1,255})", text):
            yield Value(kind, words_of(f"{local} {domain}".replace(".", " ")))
            parts = [part for part in re.split(r"[._+\-]", local) if part.isalpha()]
            if len(parts) > 1:
                yield from self.name(kind, " ".join(parts))
            if len(local) > 3 and fold(local) not in self._generic:
                yield Value(kind, (fold(local),))
            for label in domain.split(".")[:-1]:  # the school may stand behind "staff."
                if len(label) > 4 and fold(label) not in self._generic:
                    yield Value(kind, (fold(label),), weak=True)

    def _told(self, kind: str, text: str) -> Iterator[Value]:
        """Free text about a person: whole where it is short, and each name in it."""
        whole = words_of(text)
        if 1 < len(whole) <= 8 or (len(whole) == 1 and whole[0] not in self._plain and len(whole[0]) > 2):
            yield Value(kind, whole)
        run: list[str] = []
        for word in [*_WORD.findall(text), "a"]:
            if word[0].isupper() and fold(word) not in self._plain | self._titles:
                run.append(word)
            elif run:
                yield from self.name(kind, " ".join(run))
                run = []
        yield from phone(kind, text)
        yield from self.email(kind, text)


def phone(kind: str, text: str) -> Iterator[Value]:
    """A telephone number, each of several."""
    for found in re.findall(r"\+?\d[\d ().\-]{4,}\d", text):
        digits = bare_number(found)
        if len(digits) > 5:
            yield Value(kind, digits=digits)


def bare_number(text: str) -> str:
    """The digits of a number as one dials them at home."""
    digits = re.sub(r"\D", "", text)
    return "0" + digits[2:].lstrip("0") if digits.startswith("44") and len(digits) > 10 else digits


def _role(text: str) -> Iterator[Value]:
    words = words_of(text)
    if len(words) > 1:
        yield Value("submitter.role", words)
        if len(words) > 2:
            yield Value("submitter.role", exact="".join(word[0] for word in words).upper())
    elif words and len(words[0]) > 3:
        yield Value("submitter.role", words, weak=True)


def _address(kind: str, text: str) -> Iterator[Value]:
    for piece in re.split(r"[,;\n]", text):
        words = words_of(piece)
        if len(words) > 1:
            yield Value(kind, words)
    for code in _POSTCODE.findall(text):
        yield Value(kind, words_of(code))


def _phrase(kind: str, text: str, *, weak: bool = False, least: int = 1) -> Iterator[Value]:
    words = words_of(text)
    if least <= len(words) <= 20 and sum(map(len, words)) > 3:
        yield Value(kind, words, weak=weak)
