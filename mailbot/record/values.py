"""
From what stands at a question to the value of its field: one small function for each type.

GUARANTEES
    Nothing is guessed: what is not wholly understood gives no value, and its words are returned as the
    rest, to be kept.
"""

import re
from dataclasses import dataclass, field

from mailbot.record import dates, rich, words
from mailbot.record.answers import Answer
from mailbot.record.match import Book
from mailbot.record.options import Choice, choose
from mailbot.record.rich import MARK
from mailbot.record.vocabulary import Options

_YEAR = re.compile(
    r"[\s,;:(/–-]+((?:school\s+|nc\s+)?(?:year|yr|y)\.?\s*(?:group\s*)?(?:\d{1,2}|r|n"
    r"|reception)[a-z]?|reception|nursery|sixth form|year\s*r)\)?\s*$",
    re.I,
)
_BROKEN = re.compile(r"(@[\w-]*)\s+([\w-]+\.[\w.-]+)$")  # an address that a narrow column has cut in two
_AGE = re.compile(r"^\W*(?:age[d]?\b:?\s*)?(.*?)\W*$", re.I | re.S)
_PLATE = re.compile(r"\b([A-Z]{2}\d{2}\s?[A-Z?]{3}|[A-Z]\d{1,3}\s?[A-Z]{3}|[A-Z]{3}\s?\d{1,3}[A-Z])\b")
_SEVERAL = re.compile(r"\s*(?:[,;\n]|\s/\s|\s(?:and|&|or)\s)\s*")
_ACCOUNT = re.compile(r"^\s*([A-Za-z][\w .+/'-]{1,30}?)\s*(?::|\s[-–]\s|=)\s*(\S.*)$")
_PHONE = re.compile(r"(?<![\w@])(?:\+|\(?0)[\d\s()./-]{7,}\d(?:\s*(?:ext|x)\.?\s*\d{1,5})?", re.I)


@dataclass(slots=True)
class Value:
    """What one answer gives: values by path, and words that are left."""

    parts: dict[str, object] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)
    raw: str = ""
    conflict: bool = False
    printed: bool = False


class Values:
    """Turns answers into values."""

    def __init__(self, book: Book) -> None:
        self.book = book
        phrases = book.definitions.phrases
        self.nothing = frozenset(words.words(text) for text in phrases.nothing)
        self.placeholders = frozenset(words.words(text) for text in phrases.placeholders)

    def empty(self, text: str) -> bool:
        """Whether a text says that there is nothing, or says nothing at all."""
        if len(text) > 40:
            return False
        norm = words.words(text)
        return not norm or norm in self.nothing or norm in self.placeholders

    def value(self, answer: Answer) -> Value:
        """The values of an answer."""
        kind, path = answer.field.type, answer.field.path
        if answer.field.vocabulary:
            return self._choice(answer, many=kind == "many")
        text = answer.text if answer.typed else words.clean(answer.text)
        if self._unfilled(answer, text):
            return Value(raw=text)
        if path == "unmapped":
            return Value(rest=[f"{answer.label} {text}".strip()], raw=text)
        made: Value = getattr(self, f"_{kind}", self._line)(path, text)
        made.raw = text
        return made

    def _unfilled(self, answer: Answer, text: str) -> bool:
        if kind_allows_unknown(answer.field.path):
            silent = not words.words(text) and not text.strip("-–—. ")
            return silent or words.words(text) in self.placeholders
        return self.empty(text)

    def _choice(self, answer: Answer, many: bool) -> Value:
        options = self.book.options[answer.field.vocabulary]
        text = words.clean(answer.text)
        if words.words(text) in self.placeholders or not text.strip(" -–—./_"):
            chosen = Choice()
            if answer.hint and MARK.search(answer.hint):
                chosen = choose([rich.of(answer.hint)], options, many)
        else:
            chosen = Choice() if self._nothing(text, options) else choose(answer.lines, options, many)
        made = Value(raw=chosen.raw, conflict=chosen.conflict, printed=chosen.printed)
        if chosen.values:
            made.parts[answer.field.path] = chosen.values if many else chosen.values[0]
        if chosen.aside:
            made.rest.append(chosen.aside)
        self._rest(answer, chosen, text, made)
        return made

    def _nothing(self, text: str, options: Options) -> bool:
        """Whether "N/A" or the like was typed, and is none of the answers."""
        return words.words(text) not in options.exact and self.empty(text)

    def _rest(self, answer: Answer, chosen: Choice, text: str, made: Value) -> None:
        """Words beside the options: the other type that was named, or something to keep."""
        if (
            not chosen.rest
            or (chosen.printed and not chosen.values and not MARK.search(text))
            or self.empty(chosen.rest)
        ):
            if chosen.conflict:
                made.rest.append(f"{answer.label} {text}")
            return
        if answer.field.path == "information_types" and "other" in chosen.values:
            made.parts["information_type_other"] = words.clean(chosen.rest)
        else:
            made.rest.append(f"{answer.label} {words.clean(chosen.rest)}")

    def _line(self, path: str, text: str) -> Value:
        text = text[2:].lstrip() if text.startswith(". ") else text  # the last of dotted leaders
        if path.endswith(".email"):
            text = _BROKEN.sub(r"\1\2", text, count=1)
        return Value({path: text})

    _text = _line

    def _date(self, path: str, text: str) -> Value:
        found = dates.whole(text, born=path == "subjects.dob")
        if found is None:
            return Value(rest=[text])
        return Value({path: found})

    def _list(self, path: str, text: str) -> Value:
        splitter = re.compile(r"\s*[;\n]\s*|,\s+(?=[A-Za-z@])") if path == "subjects.online" else _SEVERAL
        text = re.sub(r"^(?:aka|a\.k\.a\.?|also known as|known as)\s+", "", text, flags=re.I)
        parts = tuple(
            part.strip(" ,;") for part in splitter.split(text) if part.strip(" ,;") and not self.empty(part)
        )
        return Value(
            {path: tuple(part.strip("\"'“”") if path == "subjects.aliases" else part for part in parts)}
        )

    def _dates(self, path: str, text: str) -> Value:
        parts = re.split(r"\s*[;\n]\s*|\s+or\s+", text)
        return Value({path: tuple(part.strip(" ,;") for part in parts if part.strip(" ,;"))})

    def _dob_age(self, path: str, text: str) -> Value:
        group = path.rsplit(".", 1)[0]
        found = dates.find(text, born=True)
        if found is None:
            return Value({f"{group}.age": text})
        left = words.plain(text)[: found[1]] + " " + words.plain(text)[found[2] :]
        age = (_AGE.match(left.strip(" ()/,;-")) or [left, left])[1].strip(" ()/,;-")
        if age and not re.search(r"\d", age):
            return Value({f"{group}.dob": found[0].isoformat()}, [age])
        value = Value({f"{group}.dob": found[0].isoformat()})
        if age:
            value.parts[f"{group}.age"] = age
        return value

    def _sex_age(self, path: str, text: str) -> Value:
        options = self.book.options["sex"]
        value = Value()
        for part in re.split(r"\s*[/,;\s]\s*", text, maxsplit=3):
            if part.isdigit():
                value.parts["subjects.age"] = part
            elif sex := options.exact.get(words.words(part)):
                value.parts["subjects.sex"] = sex
            elif part:
                value.rest.append(part)
        return value

    def _name_role(self, path: str, text: str) -> Value:
        for sign in (" / ", "\n", " - ", " – ", " — ", ", ", "/", ","):
            head, found, tail = text.partition(sign)
            if found and head.strip() and tail.strip():
                return Value({"submitter.name": head.strip(), "submitter.role": tail.strip()})
        return Value({"submitter.name": text})

    def _school_year_both(self, path: str, text: str) -> Value:
        hit = _YEAR.search(" " + text)
        if hit is None:
            return Value({"subjects.school": text})
        school = text[: hit.start() - 1 if hit.start() else 0].strip(" ,;:(-/")
        value = Value({"subjects.school_year": hit.group(1).strip()})
        if school:
            value.parts["subjects.school"] = school
        return value

    def _vrm(self, path: str, text: str) -> Value:
        mark = re.sub(r"[^A-Z0-9?]", "", words.plain(text).upper().replace("*", "?"))
        if 2 <= len(mark) <= 8 and "\n" not in text and len(text) <= 16:
            return Value({path: mark})
        hits = _PLATE.findall(words.plain(text).upper())
        if len(hits) == 1:
            left = (
                re.sub(_PLATE, " ", words.plain(text), count=1) if _PLATE.search(words.plain(text)) else text
            )
            value = Value({path: hits[0].replace(" ", "")})
            if left.strip(" ,;-") and left != text:
                value.parts["vehicles.description"] = words.clean(left).strip(" ,;-")
            elif left == text:
                value.rest.append(text)
            return value
        return Value(rest=[text])

    def _phone(self, path: str, text: str) -> Value:
        return Value({path: text})

    def _things(self, path: str, text: str) -> Value:
        return Value({path: text})


def kind_allows_unknown(path: str) -> bool:
    """Whether "not known" may be an answer in words there; it never is: no field of text keeps it."""
    return path in ("narrative", "additional_comments")


def plates(text: str) -> list[str]:
    """The vehicle marks in a text."""
    return [mark.replace(" ", "") for mark in _PLATE.findall(words.plain(text).upper())]


def account(text: str) -> tuple[str | None, str]:
    """Platform and handle, where the text says both."""
    hit = _ACCOUNT.match(text)
    return (
        (hit.group(1).strip(), hit.group(2).strip()) if hit and "//" not in hit.group(2)[:3] else (None, text)
    )


def phone(text: str) -> tuple[str, str | None]:
    """A number and what is written beside it."""
    hit = _PHONE.search(text)
    if not hit:
        return text, None
    rest = (text[: hit.start()] + " " + text[hit.end() :]).strip(" ,;:()-–\n")
    return hit.group().strip(), rest or None
