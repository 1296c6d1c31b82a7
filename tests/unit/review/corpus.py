"""Records of the sample corpus, each with an invented source in the place of its own."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from mailbot.codec import decode, plain
from mailbot.domain.mail import Border, Reading
from mailbot.reading import read_message
from mailbot.store.parts import split
from tests.house.silence import CORPUS
from tests.unit.review.people import Source, invent, shown_in

BORDER = Border(authserv_ids=("mx.police.example",), own_addresses=("cpi@police.example",))
SHORTEST = 4  # letters of a word that is replaced wherever it stands; a shorter one is part of others
# what it is that a field of the form tells, as `Source` calls it
TOLD = {
    "name": "name", "role": "role", "organisation": "school", "phone": "phone", "email": "email",
    "organisation_address": "address", "origin": "origin", "origin_relation": "relation",
    "who_else_knows": "knows",
}  # fmt: skip


def readings(count: int) -> Iterator[tuple[Source, Reading]]:
    """So many messages with records, read as ever, each as one invented source would have sent it."""
    number = 0
    for path in sorted((CORPUS / "messages").glob("*.eml")):
        reading = read_message(path.read_bytes(), BORDER)
        if reading.records and number < count:
            source = invent(number)
            yield source, sent_by(reading, source)
            number += 1


def sent_by(reading: Reading, source: Source) -> Reading:
    """The reading with every value of its source, wherever it stands, as those of another."""
    pairs: dict[str, str] = {}
    for record in reading.records:
        fields = asdict(record.submitter) | asdict(record.provenance)
        pairs |= {fields[name]: getattr(source, other) for name, other in TOLD.items() if fields.get(name)}
        pairs |= _words(record.submitter.name, source.name) | _words(record.provenance.origin, source.origin)
    envelope = reading.envelope
    pairs |= dict.fromkeys((*envelope.senders, *envelope.reply_to, envelope.return_path or ""), source.email)
    pairs |= {envelope.sender_name: source.name, envelope.subject: source.subject}
    pairs |= _words(envelope.sender_name, source.name)
    pairs |= dict.fromkeys((part.name for part in reading.parts if part.role != "body"), source.file_name)
    pairs.pop("", None)
    return decode(json.dumps(_replaced(plain(reading), _Swap(pairs))).encode(), Reading)


def of_source(reading: Reading, source: Source) -> list[str]:
    """The values of the source that its part of the reading tells."""
    return shown_in(source, json.dumps(plain(split(reading)[1]), ensure_ascii=False))


def of_content(reading: Reading, source: Source) -> list[str]:
    """Those that somebody wrote into fields of the content: a handler must see them to take them out."""
    told = [
        {name: value for name, value in plain(record).items() if name not in ("provenance", "source_risk")}
        for record in split(reading)[0].records
    ]
    return shown_in(source, json.dumps(told, ensure_ascii=False))


class _Swap:
    """Puts the new words for the old, the longest first, whatever stands between them."""

    def __init__(self, pairs: dict[str, str]) -> None:
        self._new = {_flat(old): new for old, new in pairs.items()}
        longest = sorted(self._new, key=len, reverse=True)
        found = "|".join(r"\s+".join(map(re.escape, old.split())) for old in longest)
        self._pattern = re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        return self._pattern.sub(lambda match: self._new[_flat(match[0])], text)


def _replaced(value: Any, swap: _Swap) -> Any:
    if isinstance(value, str):
        return value if re.fullmatch("[a-z_]*", value) else swap(value)  # a code stays
    if isinstance(value, list | tuple):
        return [_replaced(one, swap) for one in value]
    if isinstance(value, dict):
        return {name: _replaced(one, swap) for name, one in value.items()}
    return value


def _words(old: str | None, new: str) -> dict[str, str]:
    """A name's words: the last is the family's, the others are given."""
    words = [word for word in re.findall(r"[^\W\d_]+", old or "") if len(word) >= SHORTEST]
    others = new.split()
    return {word: others[-1] if word is words[-1] else others[-2] for word in words}


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()
