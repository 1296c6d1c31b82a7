"""Decisions that the tests of the review make."""

from datetime import datetime
from typing import Any

from mailbot.config import Desks as DeskSettings
from mailbot.review import claims, decide, vocabulary
from mailbot.review.dispatch import Desks
from mailbot.review.grade import ControlRoom, Decision, Grade, Handover, Identity, Log
from mailbot.store.unit import Store
from tests.unit.review.items import NOON

GRADING = vocabulary.load().grading
DESKS = Desks.of(DeskSettings())
GRADE = Grade("2", "", "C", "P", marking="OFFICIAL-SENSITIVE")
LOG = Log("Boys hand out vapes behind the shops.", GRADE, ("Tobias Madeupson, born 2011-09-03",))
HANDOVER = Handover(
    "safeguarding",
    "A child may be at risk.",
    "OFFICIAL-SENSITIVE",
    identities=(Identity("Name of submitter", "Mrs P Sampleton"),),
)
ROOM = ControlRoom("PC 0000 Example", "12:05", "44260000000")


def a_decision(**more: Any) -> Decision:
    """One log, of normal priority, unless said otherwise."""
    values: dict[str, Any] = {"priority": "normal", "outcomes": ("intelligence_log",), "logs": (LOG,)}
    return Decision(**(values | more))


def settle(
    store: Store, item_id: str, decision: Decision | None = None, actor: str = "ada", at: datetime = NOON
) -> str:
    """Claim and decide; the decision's id."""
    with store.unit() as unit:
        version = claims.claim(unit, item_id, actor, at)
        return decide.decide(unit, item_id, actor, version, decision or a_decision(), GRADING, DESKS, at)
