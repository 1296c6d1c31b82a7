"""
The form of a decision, as it comes in: typed texts and chosen codes, and the decision that they make.

The fields of the page, all optional, nothing chosen beforehand: `priority`, `outcomes`, `rationale`;
`logs-N-text`, `-person`, `-type`, `-wishes`, and the parts of the grade; `handover-OUTCOME-text`, `-marking`,
`-instructions`, `-wishes`, `-identity`; `room-by`, `-at`, `-incident`; `answer` with `asked`.

SECURITY
    Identities never travel in the page while the source part is closed: what was put into a handover is kept
    in the sealed draft, and the form names it by number.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailbot.review.grade import MOST, ControlRoom, Decision, Grade, Handover, Identity, Log
from mailbot.web.forms import clean

Fields = dict[str, list[str]]
_GRADE = (
    "source",
    "source_reason",
    "intelligence",
    "handling",
    "action",
    "sanitisation",
    "instructions",
    "marking",
)
HANDED = ("crime_desk", "safeguarding")
_KEPT = "kept-"  # identities that were put in, as the draft has them


@dataclass(frozen=True)
class DecisionForm:
    """What was typed; `fields` is what a draft keeps."""

    fields: Fields

    @classmethod
    def of(
        cls, untrusted: Mapping[str, list[str]], draft: Fields | None, offered: Mapping[str, Identity]
    ) -> "DecisionForm":
        """
        What came in, with the identities that the draft has kept and those that were ticked now.

        `offered` is what the opened source part has to put in, by key; empty while it is closed.
        """
        fields = {
            name: [clean(value) for value in values] for name, values in untrusted.items() if _is_ours(name)
        }
        for outcome in HANDED:
            kept = (draft or {}).get(f"{_KEPT}{outcome}", [])
            keep = {number for number in untrusted.get(f"handover-{outcome}-keep", []) if number.isdecimal()}
            left = [one for number, one in enumerate(kept) if str(number) in keep]
            ticked = untrusted.get(f"handover-{outcome}-identity", [])
            new = [_pack(offered[key]) for key in ticked if key in offered]
            fields[f"{_KEPT}{outcome}"] = list(dict.fromkeys([*left, *new]))[:MOST]
        return cls(fields)

    @property
    def logs(self) -> int:
        """How many logs are being written; one at least."""
        return min(max(self._number("logs"), 1), MOST)

    def _number(self, name: str) -> int:
        value = self.one(name)
        return int(value) if value.isdecimal() and len(value) < 4 else 0

    def one(self, name: str) -> str:
        """The value of a field; "" where there is none."""
        return self.fields.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """The values of a field of several."""
        return [value for value in self.fields.get(name, []) if value]

    def kept(self, outcome: str) -> list[Identity]:
        """The identities that were put into a handover."""
        return [_unpack(one) for one in self.fields.get(f"{_KEPT}{outcome}", [])]

    def decision(self) -> Decision:
        """What the form decides; whether it is whole is `grade.problems` to say."""
        outcomes = tuple(self.all("outcomes"))
        wants_log = "intelligence_log" in outcomes
        return Decision(
            priority=self.one("priority") or None,
            outcomes=outcomes,
            logs=tuple(self._log(number) for number in range(self.logs)) if wants_log else (),
            handovers=tuple(self._handover(outcome) for outcome in HANDED if outcome in outcomes),
            control_room=ControlRoom(
                self.one("room-by").strip(), self.one("room-at").strip(), self.one("room-incident").strip()
            ),
            rationale=self.one("rationale").strip(),
            answer=self.one("answer").strip(),
        )

    def with_log_text(self, number: int, text: str) -> "DecisionForm":
        """The same with another text in a log."""
        return DecisionForm(self.fields | {f"logs-{number}-text": [text]})

    def with_logs(self, count: int) -> "DecisionForm":
        """The same with so many logs."""
        return DecisionForm(self.fields | {"logs": [str(min(max(count, 1), MOST))]})

    def _log(self, number: int) -> Log:
        before = f"logs-{number}-"
        values = {name: self.one(before + name).strip() for name in _GRADE}
        free = [line.strip() for line in self.one(f"{before}persons").split("\n") if line.strip()]
        return Log(
            text=self.one(f"{before}text").strip(),
            grade=Grade(
                source=values["source"] or None,
                source_reason=values["source_reason"],
                intelligence=values["intelligence"] or None,
                handling=values["handling"] or None,
                action=values["action"] or None,
                sanitisation=values["sanitisation"] or None,
                instructions=values["instructions"],
                marking=values["marking"] or None,
            ),
            persons=tuple(dict.fromkeys([*self.all(f"{before}person"), *free])),
            information_types=tuple(self.all(f"{before}type")),
            wishes=self.one(f"{before}wishes").strip(),
        )

    def _handover(self, outcome: str) -> Handover:
        before = f"handover-{outcome}-"
        return Handover(
            outcome=outcome,
            text=self.one(f"{before}text").strip(),
            marking=self.one(f"{before}marking") or None,
            instructions=self.one(f"{before}instructions").strip(),
            wishes=self.one(f"{before}wishes").strip(),
            identities=tuple(self.kept(outcome)),
        )


def log_texts(decision: Decision) -> Iterable[str]:
    """Every text of the logs in which a value of the source must not stand."""
    for log in decision.logs:
        yield from (log.text, *log.persons, log.grade.instructions, log.grade.source_reason, log.wishes)


def _is_ours(name: str) -> bool:
    return (
        len(name) < 80
        and name.startswith(("priority", "outcomes", "rationale", "logs", "handover-", "room-", "answer"))
        and not name.endswith(("-identity", "-keep", "-label", "-value"))
    )


def _pack(identity: Identity) -> str:
    return json.dumps([identity.label, identity.value])


def _unpack(packed: str) -> Identity:
    label, value = json.loads(packed)
    return Identity(str(label), str(value))
