"""
What printed headings mean: the kind of section, a person's block, the one kind of things.

GUARANTEES
    Immutable once the definitions are in, so a forked child may share it.
"""

import re
from typing import NamedTuple

from mailbot.record import words
from mailbot.record.guess import Guesser

THINGS = ("locations", "vehicles", "phones", "online")
NOUNS = {
    "vehicle": "vehicles",
    "car": "vehicles",
    "location": "locations",
    "place": "locations",
    "venue": "locations",
    "phone": "phones",
    "telephone": "phones",
    "mobile": "phones",
    "account": "online",
    "online account": "online",
    "social media account": "online",
}
_KINDS = {
    "vehicle": "vehicles",
    "location": "locations",
    "where": "locations",
    "address": "locations",
    "phone": "phones",
    "phone_number": "phones",
    "online": "online",
}
_PERSON = (
    r"subject|person|child|young person|individual|suspect|victim|witness|associate|nominal|pupil"
    r"|student|adult|party"
    r"|sibling|parent|carer|child young person|named person|perpetrator|offender|people"
)
_NUMBER = r"\d{1,2}|[a-f]|one|two|three|four|five|six|first|second|third|fourth|fifth"
_PERSON_HEADING = re.compile(
    rf"^(?:details of |about |the )?(?:(?:{_NUMBER}) )?({_PERSON})(?: details"
    rf"| information)?(?: (?:no |number )?({_NUMBER}))?"
    rf"(?: details| information| of \d{{1,2}})?(?: (?:continued|cont|contd|if any|if known"
    rf"|additional person|another|if applicable|if more))*$"
)
_TAIL = re.compile(r"[?:–—-]\s+(\w[\w /]{3,40})\W*$")
_EXTRA_HEADING = re.compile(rf"^(?:another|additional|next|further|other) ({_PERSON})(?: details)?$")
NUMBERED = re.compile(rf"^({'|'.join(NOUNS)}|{_PERSON}) (\d{{1,2}})(?: (.+))?$")
_ENDING = re.compile(
    r"(?: continued| cont| contd| person \d{1,2}| additional person| details continued| \d{1,2})+$"
)


class Head(NamedTuple):
    """A heading that was understood."""

    context: str
    loose: str = ""
    role: str = ""
    person: bool = False  # opens a block about one person
    group: str = ""  # opens a block about one thing


class Heads:
    """Looks headings up."""

    headings: dict[str, Head]
    roles: dict[str, str]
    guesser: Guesser

    def kind(self, text: str) -> str:
        """The one kind of things that a heading names; nothing where it names several."""
        senses = self.guesser.thesaurus.senses(words.heading(text)[0])
        found = {_KINDS[sense] for sense in senses if sense in _KINDS}
        return found.pop() if len(found) == 1 else ""

    def _head(self, text: str) -> tuple[Head | None, bool]:
        """What a heading means, and whether it was numbered as a section."""
        norm, numbered = words.heading(text)
        if not norm or len(norm) > 120:
            return None, numbered
        if (tail := _TAIL.search(text)) and norm not in self.headings:  # "Who is this about? Person 1"
            last = _PERSON_HEADING.match(words.heading(tail[1])[0])
            if last and last.group(2):
                return Head("subject", role=self._role(last.group(1), text), person=True), numbered
        known = self.headings.get(norm) or self.headings.get(_ENDING.sub("", norm))
        if known is not None:
            return known._replace(person=known.context == "subject" and norm != "people"), numbered
        hit = _PERSON_HEADING.match(norm) or _EXTRA_HEADING.match(norm)
        if hit and (hit.re is _EXTRA_HEADING or hit.group(2) or norm != hit.group(1)):
            return Head("subject", role=self._role(hit.group(1), text), person=True), numbered
        thing = NUMBERED.match(norm)
        if thing and not thing.group(3) and thing.group(1) in NOUNS:
            return Head("things", group=NOUNS[thing.group(1)]), numbered
        return None, numbered

    def role_in(self, text: str) -> str:
        """The role that a heading of several words states, in brackets or as a whole."""
        return self._role(words.heading(text)[0], text)

    def _role(self, noun: str, text: str) -> str:
        """The role that a person's heading states: "Suspect 1", "Person 2 (witness)"."""
        inside = re.search(r"\(([^()]{1,40})\)", text)
        for said in (inside.group(1) if inside else "", noun):
            role = self.roles.get(words.words(said))
            if role and role != "unknown":
                return role
        return ""
