"""The pages of one item, without a browser: what they show, what they refuse, what they keep."""

import html
import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from msgspec import structs
from sqlalchemy import select

from mailbot.config import Review, SourceRules
from mailbot.domain.mail import Kind, Reading
from mailbot.domain.record import Record, Training
from mailbot.domain.roles import Role
from mailbot.review import decide, dispatch, fields, openings
from mailbot.store import schema
from mailbot.store.vault import Part
from mailbot.training import requests
from mailbot.training.shapes import Details, Rules
from tests.house.silence import canary, heard
from tests.unit.review.items import a_reading, add_item
from tests.unit.review.people import invent, reading_of, shown_in
from tests.unit.web.conftest import NOON, Browser, Office, app_of

SOURCE = invent(11)
GRADED = {
    "priority": "normal",
    "outcomes": "intelligence_log",
    "logs": "1",
    "logs-0-text": "Boys hand out vapes behind the shops.",
    "logs-0-source": "2",
    "logs-0-intelligence": "C",
    "logs-0-handling": "P",
    "logs-0-marking": "OFFICIAL-SENSITIVE",
    "act": "decide",
}
HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(2)> =HYPERLINK("http://a.example") '
    "{{7*7}} \x1b[31m \u202etxt.exe\u202c \u2066a\u2069 \x07 'x' \"y\" &amp;"
)


def post(browser: Browser, path: str, fields: dict[str, object], page: str) -> str:
    """Send a form as its page had it, and follow where it leads."""
    shown = browser.get(page).text
    version = re.search(r'name="version"[^>]*value="(\d+)"', shown)
    answer = browser.post(path, {"version": version[1] if version else "", **fields}, page)
    if answer.status_code == 302:
        return browser.get(answer.location).text
    return answer.text


def an_item(office: Office, reading: Reading | None = None) -> str:
    """An item that waits."""
    return add_item(office.desk.store, reading or reading_of(SOURCE, "Boys hand out vapes."), NOON)


def take(office: Office, item: str, name: str = "ada") -> Browser:
    """A handler who has it."""
    browser = office.signed_in(name, Role.HANDLER)
    browser.post(f"/items/{item}/claim", page="/queue")
    return browser


def test_before_opening_no_page_says_who(office: Office) -> None:
    """For a hundred sources: queue, item, decision, correction, wall-board, titles, addresses."""
    ada = office.signed_in("ada", Role.HANDLER)
    for number in range(100):
        source = invent(number)
        canary(*source.values())
        item = an_item(office, reading_of(source, "Boys hand out vapes."))
        answer = ada.post(f"/items/{item}/claim", page="/board")
        pages = [f"/items/{item}", f"/items/{item}/decide", f"/items/{item}/correct", f"/items/{item}/source"]
        for path in [
            answer.location,
            *pages,
            *(("/queue", "/queue/mine", "/board") if number % 20 == 0 else ()),
        ]:
            shown = ada.get(path)
            assert 200 == shown.status_code, path
            assert [] == shown_in(source, html.unescape(shown.text) + path + str(shown.headers)), path
            heard("title", re.findall(r"<title>.*?</title>", shown.text)[0])


def test_the_source_part_opens_with_a_reason(office: Office) -> None:
    """Without one it is asked for again; then it is shown, and closes by itself and by hand."""
    item = an_item(office)
    ada = take(office, item)
    refused = post(ada, f"/items/{item}/source", {"reason": "  "}, f"/items/{item}/source")
    opened = post(ada, f"/items/{item}/source", {"reason": "A risk"}, f"/items/{item}/source")
    assert "Enter why you need to see" in refused
    assert {SOURCE.name, SOURCE.email, SOURCE.origin, SOURCE.file_name} <= set(
        shown_in(SOURCE, html.unescape(opened))
    )
    office.clock.later(minutes=16)
    assert [] == shown_in(SOURCE, html.unescape(ada.get(f"/items/{item}").text))
    post(ada, f"/items/{item}/source", {"reason": "Again"}, f"/items/{item}/source")
    closed = post(ada, f"/items/{item}/source/close", {}, f"/items/{item}")

    assert [] == shown_in(SOURCE, html.unescape(closed))


def test_only_the_holder_opens_it(office: Office) -> None:
    """A handler who does not hold the item is refused; a supervisor is not."""
    item = an_item(office)
    take(office, item)
    bob, sue = office.signed_in("bob", Role.HANDLER), office.signed_in("sue", Role.SUPERVISOR)

    assert 403 == bob.get(f"/items/{item}/source").status_code
    assert 403 == bob.post(f"/items/{item}/source", {"reason": "x"}, "/queue").status_code
    assert 200 == sue.get(f"/items/{item}/source").status_code


def test_where_a_second_person_is_needed_the_original_needs_one_too(office: Office) -> None:
    """It says everything that the source part says; a supervisor alone does not get it."""
    item = an_item(office)
    review = Review(source=SourceRules(second_person=True))
    desk = replace(office.desk, config=structs.replace(office.desk.config, review=review))
    strict = Office(desk, app_of(desk), office.clock)
    sue, path = strict.signed_in("sue", Role.SUPERVISOR), f"/items/{item}/original"
    asked = sue.get(path)
    refused = sue.post(path, {"reason": "For the inquiry"}, "/queue")
    sue.post(f"/items/{item}/source", {"reason": "For the inquiry"}, "/queue")
    waits = sue.get(path)
    with desk.store.unit() as unit:
        (one,) = openings.to_answer(unit.db, unit.vault)
        openings.answer(unit, one.opening_id, "tom", review.source, office.clock(), approve=True)

    assert (302, f"/items/{item}/source") == (asked.status_code, asked.location)
    assert 409 == refused.status_code
    assert 302 == waits.status_code
    assert "Why do you need the original?" in sue.get(path).text


def test_a_decision_from_the_page(office: Office) -> None:
    """Claim, sanitise, grade, decide: one log waits for its desk."""
    item = an_item(office)
    ada = take(office, item)
    shown = post(ada, f"/items/{item}/decide", dict(GRADED), f"/items/{item}/decide")
    with office.desk.store.look() as db:
        (sent,) = dispatch.of_item(db, office.desk.vault, item)

        mail = db.execute(select(schema.outbox)).all()

    assert "The item is decided" in shown
    assert sent.reference in shown
    assert [] == mail  # nothing that a handler does makes a message to the source


def test_nothing_is_chosen_beforehand(office: Office) -> None:
    """No box of a fresh page is ticked, and pressed as it is it decides nothing."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"

    assert " checked" not in ada.get(page).text
    assert "Choose a priority" in post(ada, page, {"act": "decide"}, page)


def test_a_value_left_in_is_asked_about_once_more(office: Office) -> None:
    """The page says only that there may be one; answered, it is decided and recorded."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    typed = GRADED | {"logs-0-text": f"Vapes near {SOURCE.school}."}
    asked = post(ada, page, dict(typed), page)
    assert "possible identifier. Take it out" in asked
    kinds = re.search(r'name="asked" value="([^"]+)"', asked)
    assert kinds
    again = post(ada, page, typed | {"asked": kinds[1], "answer": ""}, page)
    assert "There is a problem" in again
    done = post(ada, page, typed | {"asked": kinds[1], "answer": "The place itself"}, page)
    with office.desk.store.look() as db:
        (kept,) = decide.versions(db, office.desk.vault, item)

    assert "The item is decided" in done
    assert ("The place itself", ("submitter.organisation",)) == (kept.decision.answer, kept.decision.answered)


def test_grading_has_how_it_is_known_and_takes_the_wishes_along(office: Office) -> None:
    """Beside the choices, without identity; a wish that names the source is asked about like any text."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    shown = html.unescape(ada.get(page).text)
    named = post(ada, page, GRADED | {"logs-0-wishes": f"Do not tell {SOURCE.school}"}, page)
    done = post(ada, page, GRADED | {"logs-0-wishes": "Do not tell the school"}, page)
    with office.desk.store.look() as db:
        (kept,) = decide.versions(db, office.desk.vault, item)

    assert "Please do not tell ▒▒▒" in shown
    assert "How reliable the submitter thinks it is" in shown
    assert [] == shown_in(SOURCE, shown)
    assert "possible identifier. Take it out" in named
    assert "The item is decided" in done
    assert "Do not tell the school" == kept.decision.logs[0].wishes


def test_the_question_is_for_the_holder_and_names_no_value(office: Office) -> None:
    """Or a handler could guess at the source of any item, and read in the page what was right."""
    item = an_item(office)
    ada, bob = take(office, item), office.signed_in("bob", Role.HANDLER)
    page = f"/items/{item}/decide"
    typed = GRADED | {"logs-0-text": f"Vapes near {SOURCE.school}."}
    asked = post(ada, page, dict(typed), page)
    guessed = bob.post(page, typed | {"version": "0"}, "/queue")

    assert "possible identifier. Take it out" in asked
    assert "submitter.organisation" not in asked
    assert 409 == guessed.status_code
    assert "possible identifier" not in guessed.text


def test_what_is_typed_is_kept_by_every_button(office: Office) -> None:
    """Saved, another log, a refusal: the page comes back with it, also in another session."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    post(ada, page, {"act": "save", "logs-0-text": "Half a thought", "priority": "normal"}, page)
    assert "Half a thought" in office.signed_in("ada", Role.HANDLER).get(page).text
    more = post(ada, page, {"act": "more", "logs": "1", "logs-0-text": "Half a thought"}, page)

    assert "Sanitised text of log 2" in more
    assert "Go on with the decision" in ada.get(f"/items/{item}").text


def test_a_second_handler_is_told(office: Office) -> None:
    """They see the item, and that somebody has it; claiming and deciding are refused with a sentence."""
    item = an_item(office)
    take(office, item)
    bob = office.signed_in("bob", Role.HANDLER)
    refused = bob.post(f"/items/{item}/claim", page="/queue")
    decided = bob.post(f"/items/{item}/decide", GRADED | {"version": "1"}, "/queue")

    assert 409 == refused.status_code == decided.status_code
    assert "Somebody else has this item" in refused.text
    assert "ada has it" in bob.get(f"/items/{item}").text


def test_a_stale_page_and_a_double_press(office: Office) -> None:
    """A correction in another window makes the page stale, with what was typed; pressed twice, one counts."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    version = re.search(r'name="version"[^>]*value="(\d+)"', ada.get(page).text)
    assert version
    field = f"/items/{item}/correct?field=records[0].narrative"
    post(ada, f"/items/{item}/correct", {"field": "records[0].narrative", "value": "Other"}, field)
    stale = ada.post(page, GRADED | {"version": version[1]}, page)
    assert "has changed since your page was made" in stale.text
    assert GRADED["logs-0-text"] in stale.text
    fresh = re.search(r'name="version"[^>]*value="(\d+)"', stale.text)
    assert fresh
    first, second = (ada.post(page, GRADED | {"version": fresh[1]}, "/queue") for _ in range(2))

    assert (302, 409) == (first.status_code, second.status_code)
    with office.desk.store.look() as db:
        assert 1 == len(dispatch.of_item(db, office.desk.vault, item))


def test_an_oversized_form_is_refused(office: Office) -> None:
    """A megabyte and more is turned away; what was there stays."""
    item = an_item(office)
    ada = take(office, item)
    answer = ada.post(f"/items/{item}/decide", {"act": "save", "logs-0-text": "x" * 2**21}, "/queue")

    assert 413 == answer.status_code


def test_hostile_text_is_text(office: Office) -> None:
    """Scripts, formulas, templates, control characters, marks that turn the writing: in every field."""
    record = Record()
    for name, kind in fields.kinds().items():
        if not kind.choices:
            record = fields.put(record, name.replace("[]", "[0]"), HOSTILE, kind.many)
    item = an_item(office, a_reading(records=(record,), unmapped=(HOSTILE,), body=HOSTILE))
    ada = take(office, item)
    post(ada, f"/items/{item}/source", {"reason": HOSTILE}, f"/items/{item}/source")
    post(ada, f"/items/{item}/note", {"text": HOSTILE}, f"/items/{item}")
    page = f"/items/{item}/decide"
    post(ada, page, {"act": "save", "logs-0-text": HOSTILE, "rationale": HOSTILE}, page)
    for path in (f"/items/{item}", page, f"/items/{item}/correct?field=records[0].narrative"):
        shown = ada.get(path).text
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "49" not in re.sub(r"\d{3,}|#\S+|&#\d+;", "", shown) or "{{7*7}}" in shown
        assert "\x1b" not in shown
        assert "\x07" not in shown
        if "correct" not in path:
            body = re.sub(r"(?s)<textarea.*?</textarea>|value=\"[^\"]*\"", "", shown)
            assert not set("\u202e\u202c\u2066\u2069") & set(body)
            assert "⟨U+202E⟩" in shown


def test_a_correction_from_the_page(office: Office) -> None:
    """What was read stays beside it; a choice outside the vocabulary is refused with a sentence."""
    item = an_item(office)
    ada = take(office, item)
    field = f"/items/{item}/correct?field=records[0].urgent"
    refused = post(ada, f"/items/{item}/correct", {"field": "records[0].urgent", "value": "maybe"}, field)
    done = post(ada, f"/items/{item}/correct", {"field": "records[0].urgent", "value": "yes"}, field)

    assert "cannot stand in that field" in refused
    assert "Typed by ada. As it was read: nothing" in " ".join(done.split())


def test_a_source_field_needs_the_source_part(office: Office) -> None:
    """While it is closed it can neither be seen nor corrected."""
    item = an_item(office)
    ada = take(office, item)
    asked = ada.get(f"/items/{item}/correct?field=records[0].submitter.name")

    assert 409 == asked.status_code
    assert [] == shown_in(SOURCE, asked.text)


def test_what_is_left_out_is_not_typed_back(office: Office) -> None:
    """A field of which something is masked opens with the source part; a mask is never a value."""
    item = an_item(office)
    ada = take(office, item)
    path, page = "records[0].provenance.corroboration", f"/items/{item}/correct"
    field = f"{page}?field={path}"
    shown = ada.get(f"/items/{item}").text
    assert "▒▒▒ could say more" in shown
    assert f"field={path}" not in unquote(html.unescape(shown))
    asked = ada.get(field)
    saved = ada.post(page, {"field": path, "value": "Nobody", "version": "2"}, f"/items/{item}")
    assert (409, 409) == (asked.status_code, saved.status_code)
    assert "▒▒▒" not in asked.text
    narrative = "records[0].narrative"
    typed = {"field": narrative, "value": "He told ▒▒▒ about it"}
    refused = post(ada, page, typed, f"{page}?field={narrative}")
    assert "stands for something that is left out" in refused
    post(ada, f"/items/{item}/source", {"reason": "To correct it"}, f"/items/{item}/source")

    assert f"{SOURCE.origin} could say more" in html.unescape(ada.get(field).text)
    assert f"field={path}" in unquote(html.unescape(ada.get(f"/items/{item}").text))
    assert "Your correction is kept" in post(ada, page, {"field": path, "value": "Nobody"}, field)


def test_an_identity_is_put_into_a_handover_deliberately(office: Office) -> None:
    """One by one, from the opened part; closed again, the page names the kind and not the value."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    post(ada, f"/items/{item}/source", {"reason": "Must be rung"}, f"/items/{item}/source")
    ticked = post(
        ada, page, {"act": "save", "handover-crime_desk-identity": "records[0].submitter.phone"}, page
    )
    assert "Identities that you have put in" in ticked
    post(ada, f"/items/{item}/source/close", {}, f"/items/{item}")
    assert [] == shown_in(SOURCE, html.unescape(ada.get(page).text))
    typed = {
        "priority": "normal",
        "outcomes": "crime_desk",
        "handover-crime_desk-text": "A theft.",
        "handover-crime_desk-marking": "OFFICIAL",
        "handover-crime_desk-keep": "0",
        "act": "decide",
    }
    assert "The item is decided" in post(ada, page, typed, page)
    with office.desk.store.look() as db:
        sealed = db.execute(select(schema.desk.dispatch)).one()
    plain = office.desk.vault.open(
        Part.SOURCE,
        sealed.sealed,
        dispatch.place(sealed.dispatch_id),
    )

    assert SOURCE.phone.encode() in plain
    assert "source" == sealed.part


def test_a_supervisor_reopens_and_recalls(office: Office) -> None:
    """With a reason; the item waits again."""
    item = an_item(office)
    ada = take(office, item)
    page = f"/items/{item}/decide"
    post(ada, page, dict(GRADED), page)
    sue = office.signed_in("sue", Role.SUPERVISOR)
    back = f"/items/{item}/back"
    assert "Enter why" in post(sue, back, {"reason": "", "reopen": "1"}, back)
    reopened = post(sue, back, {"reason": "A name was missed", "reopen": "1"}, back)

    assert "waits again" in reopened
    assert "Under review" in reopened


def test_reassigned_and_broken(office: Office) -> None:
    """By a supervisor, to somebody who may work on items."""
    item = an_item(office)
    take(office, item)
    office.signed_in("bob", Role.HANDLER)
    sue = office.signed_in("sue", Role.SUPERVISOR)
    page = f"/items/{item}/reassign"
    post(sue, page, {"to": "nobody"}, page)
    post(sue, page, {"to": "bob"}, page)
    assert "bob has it" in sue.get(f"/items/{item}").text
    sue.post(f"/items/{item}/break", page="/queue")

    assert "Take this item" in sue.get(f"/items/{item}").text


def test_handed_over_with_draft_and_word(office: Office) -> None:
    """The colleague goes on where the handler was."""
    item = an_item(office)
    ada = take(office, item)
    bob = office.signed_in("bob", Role.HANDLER)
    page = f"/items/{item}/decide"
    post(ada, page, {"act": "save", "logs-0-text": "Half a thought"}, page)
    post(ada, f"/items/{item}/hand-over", {"to": "bob", "text": "Ring the desk"}, f"/items/{item}")

    assert "Half a thought" in bob.get(page).text
    assert "Ring the desk" in bob.get(f"/items/{item}").text


@pytest.mark.parametrize(
    ("problems", "scanned", "whole"),
    [((), True, True), (("not_scanned",), False, True), (("corrupt", "not_scanned"), False, False)],
)
def test_what_was_not_read_and_what_was_not_scanned(
    office: Office, problems: tuple[str, ...], scanned: bool, whole: bool
) -> None:
    """Are two things, and said as two."""
    ada = office.signed_in("ada", Role.HANDLER)
    page = ada.get(f"/items/{an_item(office, a_reading(problems=problems))}").text

    assert scanned is ("No virus scanner has looked" not in page)
    assert whole is ("could not be read as a whole" not in page)


@pytest.mark.parametrize(
    ("kind", "flags", "said"),
    [
        (Kind.MIXED, ("source_risk",), "does not know that there is more"),
        (Kind.MIXED, ("contact_not_safe",), "because contact is not safe"),
        (Kind.ENQUIRY, ("urgent",), "does not see this question"),
        (Kind.ENQUIRY, (), ""),
        (Kind.CPI, ("urgent",), ""),
    ],
)
def test_what_the_admins_do_not_get_is_said(
    office: Office, kind: Kind, flags: tuple[str, ...], said: str
) -> None:
    """To whoever reviews it, so that a request is not forgotten between two desks."""
    ada, item = office.signed_in("ada", Role.HANDLER), an_item(office, a_reading(*flags, kind=kind))
    before = html.unescape(ada.get(f"/items/{item}").text)
    asked = Details(Training(), "head@inventley.example", proven=True)
    with office.desk.store.unit() as unit:
        message_id, now = unit.db.scalar(select(schema.review_item.c.message_id)), office.clock()
        requests.open_request(unit, asked, "training", now, now, Rules(), message_id)
    page = html.unescape(ada.get(f"/items/{item}").text)

    assert "has the fields of the request" not in before  # it had none yet
    assert bool(said) is ("The admins' desk" in page)
    assert said in page


@pytest.mark.parametrize("path", ["/items/x", f"/items/{'0' * 32}", f"/items/{'0' * 32}/decide"])
def test_an_item_that_is_none(office: Office, path: str) -> None:
    """Is told as such."""
    assert 404 == office.signed_in("ada", Role.HANDLER).get(path).status_code
