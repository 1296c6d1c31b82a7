"""One golden row for each rule of who is answered; and what wins where several hold."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.domain.mail import NOT_CHECKED, Border, Envelope
from mailbot.parse.mail import take_apart_headers
from mailbot.send.policy import HOLDING, RULES, WHY_NOT, Facts, PolicySettings, Verdict, judge
from tests.unit.send.conftest import make_envelope

RECORD = {
    "automatic", "bounce", "list", "own_address", "unauthenticated", "no_sender", "several_senders",
    "not_safe", "rate_limited", "unknown_partner", "spam", "breaker", "disabled", "shared_mailbox",
}  # fmt: skip
OURS = PolicySettings(own_addresses=("education.partnership@police.example",))
OFFICE = PolicySettings(shared_mailboxes=("office@*", "SAFEGUARDING@*"))

UNCHECKED = make_envelope(authentication="not_available", defects=(NOT_CHECKED,))
UNCHECKED_SPAM = replace(UNCHECKED, spam=True)

GOLDEN: tuple[tuple[str, Envelope, Facts, PolicySettings, str | None], ...] = (
    ("a person", make_envelope(), Facts(), OURS, None),
    ("a colleague inside", make_envelope(authentication="internal"), Facts(), OURS, None),
    ("by Bcc", make_envelope(recipients=()), Facts(), OURS, None),
    ("no From", make_envelope(senders=(), from_headers=0), Facts(), OURS, "no_sender"),
    ("parsers disagree", make_envelope(senders=()), Facts(), OURS, "no_sender"),
    (
        "an address with a line end",
        make_envelope("a@b.example\r\nBcc: c@d.example"),
        Facts(),
        OURS,
        "no_sender",
    ),
    ("beyond ASCII", make_envelope("zoë@school.example"), Facts(), OURS, "no_sender"),
    ("two in From", make_envelope(senders=("a@b.example", "c@b.example")), Facts(), OURS, "several_senders"),
    ("two From", make_envelope(from_headers=2), Facts(), OURS, "several_senders"),
    ("one of ours", make_envelope(own_address=True), Facts(), OURS, "own_address"),
    ("ours, tagged", make_envelope("Education.Partnership+x@Police.Example"), Facts(), OURS, "own_address"),
    ("not safe", make_envelope(), Facts(not_safe=True), OURS, "not_safe"),
    ("a list", make_envelope(automatic="list"), Facts(), OURS, "list"),
    ("a bounce", make_envelope(automatic="bounce", return_path=""), Facts(), OURS, "bounce"),
    ("an absence note", make_envelope(automatic="automatic", return_path=""), Facts(), OURS, "automatic"),
    ("the null path", make_envelope(return_path=""), Facts(), OURS, "bounce"),
    ("no path known", make_envelope(return_path=None), Facts(), OURS, None),
    ("a reply to ours", make_envelope(), Facts(answers_ours=True), OURS, "automatic"),
    ("spam", make_envelope(spam=True), Facts(), OURS, "spam"),
    ("forged", make_envelope(authentication="fail"), Facts(), OURS, "unauthenticated"),
    ("no verdict", make_envelope(authentication="none"), Facts(), OURS, "unauthenticated"),
    ("verdict missing", make_envelope(authentication="not_available"), Facts(), OURS, "unauthenticated"),
    ("shared", make_envelope("Office@school.example"), Facts(), OFFICE, "shared_mailbox"),
    ("shared, tagged", make_envelope("safeguarding+a@school.example"), Facts(), OFFICE, "shared_mailbox"),
    ("not shared", make_envelope("officer@school.example"), Facts(), OFFICE, None),
    ("switched off", make_envelope(), Facts(), PolicySettings(enabled=False), "disabled"),
    ("proven otherwise", make_envelope(defects=(NOT_CHECKED,)), Facts(), OURS, None),
    ("forged and signed", UNCHECKED_SPAM, Facts(), OURS, "spam"),
)
HELD: tuple[tuple[str, Facts, PolicySettings, str], ...] = (
    ("a stranger", Facts(), PolicySettings(require_known_partner=True), "unknown_partner"),
    ("restored since", Facts(restored=True), OURS, "restored"),
    ("days old", Facts(late=True), OURS, "late"),
    ("they come back", Facts(breaker_open=True), OURS, "breaker"),
    ("too many", Facts(over_limit=True), OURS, "rate_limited"),
)


@pytest.mark.parametrize(
    ("envelope", "facts", "rules", "code"), [row[1:] for row in GOLDEN], ids=[row[0] for row in GOLDEN]
)
def test_who_is_answered(envelope: Envelope, facts: Facts, rules: PolicySettings, code: str | None) -> None:
    """A no that comes from the message is final."""
    assert Verdict(code is None, code, held=False) == judge(envelope, facts, rules)


@pytest.mark.parametrize(("facts", "rules", "code"), [row[1:] for row in HELD], ids=[row[0] for row in HELD])
def test_who_waits_for_a_person(facts: Facts, rules: PolicySettings, code: str) -> None:
    """What comes from the day or the weather, a person may release."""
    assert Verdict(False, code, held=True) == judge(make_envelope(), facts, rules)


def test_what_no_dns_could_say_waits_for_a_person() -> None:
    """A signature that might prove the sender and was not checked is neither a yes nor a final no."""
    strict = PolicySettings(require_known_partner=True)
    open_to_all = PolicySettings(require_authenticated=False)

    assert Verdict(False, "not_checked", held=True) == judge(UNCHECKED, Facts(), OURS)
    assert Verdict(False, "not_checked", held=True) == judge(UNCHECKED, Facts(), strict)
    assert Verdict(True) == judge(UNCHECKED, Facts(), open_to_all)


def test_a_known_partner_does_not_wait() -> None:
    """With a directory, its domains are answered, in any case."""
    rules = PolicySettings(require_known_partner=True, partner_domains=frozenset({"school.example"}))

    assert judge(make_envelope("a@School.Example"), Facts(), rules).may


def test_authentication_may_be_waived() -> None:
    """A site that says so answers without it."""
    rules = PolicySettings(require_authenticated=False)

    assert judge(make_envelope(authentication="none"), Facts(), rules).may


def test_the_first_rule_wins() -> None:
    """A message for which everything holds has the first reason; taking it away shows the next."""
    envelope = make_envelope(
        "education.partnership@police.example", automatic="automatic", spam=True, authentication="fail"
    )
    facts = Facts(not_safe=True, answers_ours=True, breaker_open=True)
    rules = replace(OURS, enabled=False)
    codes = [judge(envelope, facts, rules).code]
    envelope = replace(envelope, senders=("a@school.example",))
    codes.append(judge(envelope, facts, rules).code)
    facts = replace(facts, not_safe=False)
    codes.append(judge(envelope, facts, rules).code)
    envelope = replace(envelope, automatic=None)
    facts = replace(facts, answers_ours=False)
    codes.append(judge(envelope, facts, rules).code)
    envelope = replace(envelope, spam=False)
    codes.append(judge(envelope, facts, rules).code)
    envelope = replace(envelope, authentication="pass")
    codes.append(judge(envelope, facts, rules).code)
    codes.append(judge(envelope, facts, OURS).code)

    assert ["own_address", "not_safe", "automatic", "spam", "unauthenticated", "disabled", "breaker"] == codes


def test_nothing_known_means_no() -> None:
    """A message of which nothing is known is not answered."""
    assert Verdict(False, "no_sender") == judge(Envelope(), Facts(), PolicySettings())


def test_the_codes_are_those_of_the_record() -> None:
    """Every code that a record may carry has its rule, and no other is printed."""
    assert RECORD == set(WHY_NOT)
    assert RECORD | {"late", "not_checked", "restored"} == {code for _, code in (*RULES, *HOLDING)}


def test_every_rule_says_why() -> None:
    """A rule without a reason is a habit."""
    assert [] == [rule.__name__ for rule, _ in (*RULES, *HOLDING) if not rule.__doc__]


CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the sample corpus does not stand beside the checkout")
def test_the_sample_corpus_is_judged_as_its_truth_says() -> None:
    """With the headers as our reader reads them, every decision and every reason is right."""
    border = Border(
        authserv_ids=("mx.police.example",),
        own_addresses=("cpi@police.example", "education.partnership@police.example"),
    )
    wrong = []
    for path in sorted((CORPUS / "truth").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        envelope = take_apart_headers((CORPUS / "messages" / f"{path.stem}.eml").read_bytes(), border)
        unsafe = any(record["submitter"]["contact_safe"] == "no" for record in truth["records"])
        verdict = judge(envelope, Facts(not_safe=unsafe), PolicySettings())
        fine = [truth["why_not"], *truth["why_not_ok"]]
        if verdict.may != truth["may_acknowledge"] or verdict.code not in fine:
            wrong.append((path.stem, truth["why_not"], verdict.code))

    assert [] == wrong
