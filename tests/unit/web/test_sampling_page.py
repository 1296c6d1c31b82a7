"""Dip-sampling from its page: drawn by a supervisor, looked at on the item's page, answered there."""

import pytest

from mailbot.domain.roles import Role
from tests.unit.review.deciding import settle
from tests.unit.review.items import add_item
from tests.unit.web.conftest import NOON, Browser, Office
from tests.unit.web.test_item import post

DRAW = {"days": "7", "size": "5"}


def drawn(office: Office, decider: str = "ada") -> tuple[str, Browser]:
    """An item that chance drew for a supervisor, and her browser."""
    item = add_item(office.desk.store, received_at=NOON)
    settle(office.desk.store, item, actor=decider)
    office.clock.later(hours=1)
    sue = office.signed_in("sue", Role.SUPERVISOR)
    chief = office.signed_in("chief", Role.SUPERVISOR)
    assert "Chance has drawn" in post(chief, "/sampling/draw", dict(DRAW), "/sampling")
    return item, sue


def test_a_sample_is_drawn_looked_at_and_answered(office: Office) -> None:
    """It waits in the list until its outcome is recorded, and the item's page then tells what was found."""
    item, sue = drawn(office)
    page = f"/items/{item}"
    assert f"{page}#sample" in sue.get("/sampling").text
    assert "What did you find?" in sue.get(page).text
    answer = {"outcome": "dip_to_discuss", "text": "Speak about the grading."}
    done = post(sue, f"{page}/sample", answer, page)

    assert "Your answer is recorded." in done
    assert "Nothing waits for an outcome" in done
    assert "Speak about the grading." in sue.get(page).text
    assert "What did you find?" not in sue.get(page).text


def test_nothing_is_found_beforehand_and_a_word_is_needed(office: Office) -> None:
    """Neither outcome is ticked; one to discuss without a word is asked for it; twice is once."""
    item, sue = drawn(office)
    page, path = f"/items/{item}", f"/items/{item}/sample"
    assert " checked" not in sue.get(page).text
    assert "Select what you found" in post(sue, path, {}, page)
    assert "Enter what there is to discuss" in post(
        sue, path, {"outcome": "dip_to_discuss", "text": " "}, page
    )
    fine = {"outcome": "dip_satisfactory"}
    first, second = (sue.post(path, fine, "/sampling") for _ in range(2))

    assert (302, 409) == (first.status_code, second.status_code)
    assert "its outcome is recorded already" in second.text


def test_nobody_answers_for_their_own_decision(office: Office) -> None:
    """The page says why there is no form, and the address refuses."""
    item, sue = drawn(office, decider="sue")
    page = f"/items/{item}"
    refused = sue.post(f"{page}/sample", {"outcome": "dip_satisfactory"}, "/sampling")

    assert "Another person must say what they find" in sue.get(page).text
    assert "another person must answer" in sue.get("/sampling").text
    assert 409 == refused.status_code


def test_a_handler_sees_no_question(office: Office) -> None:
    """What was drawn is the supervisors' business."""
    item, _ = drawn(office)
    ada = office.signed_in("ada", Role.HANDLER)

    assert "Dip-sample" not in ada.get(f"/items/{item}").text


@pytest.mark.parametrize("size", ["", "0", "51", "five", "٣"])
def test_how_many_has_limits(office: Office, size: str) -> None:
    """Said beside the field; nothing is drawn."""
    sue = office.signed_in("sue", Role.SUPERVISOR)
    answer = sue.post("/sampling/draw", DRAW | {"size": size}, "/sampling")

    assert 400 == answer.status_code
    assert "Enter how many to draw" in answer.text


def test_nothing_to_draw_is_said(office: Office) -> None:
    """With a sentence, and no empty list."""
    sue = office.signed_in("sue", Role.SUPERVISOR)

    assert "There is nothing more to draw" in post(sue, "/sampling/draw", dict(DRAW), "/sampling")
