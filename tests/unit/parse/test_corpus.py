"""The sample corpus, where it lies beside the checkout: who may be answered, and what a handler must see."""

import json
from pathlib import Path

import pytest

from mailbot.domain.mail import Border, Envelope
from mailbot.parse.mail import take_apart, take_apart_headers

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
BORDER = Border(
    ("mx.police.example",), own_addresses=("cpi@police.example", "education.partnership@police.example")
)
FROM_FILES = {"encrypted_attachment", "unreadable_part", "macro", "unsafe_document", "spoof_suspected"}
MESSAGES = sorted(CORPUS.glob("messages/*.eml"))

if not MESSAGES:
    pytest.skip("the sample corpus is not beside this checkout", allow_module_level=True)


def why_not(envelope: Envelope) -> str | None:
    """What the headers alone say against an acknowledgement."""
    if envelope.automatic:
        return envelope.automatic
    if len(envelope.senders) != 1:
        return "several_senders" if envelope.senders else "no_sender"
    if envelope.own_address:
        return "own_address"
    return None if envelope.authentication == "pass" else "unauthenticated"


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_message(path: Path) -> None:
    """The envelope and the flags that come from files are those of the truth."""
    truth = json.loads((CORPUS / "truth" / f"{path.stem}.json").read_text())
    expected = {None if code == "not_safe" else code for code in (truth["why_not"], *truth["why_not_ok"])}
    mail = take_apart(path.read_bytes(), BORDER)
    wanted, allowed = set(truth["flags"]) & FROM_FILES, set(truth["flags"] + truth["flags_ok"])

    assert why_not(mail.envelope) in expected
    assert wanted <= set(mail.flags) <= allowed


def test_headers_alone() -> None:
    """The headers alone give the same envelope for all of them, but for what a report names inside."""
    for path in MESSAGES:
        raw = path.read_bytes()
        mail = take_apart(raw, BORDER)
        alone = take_apart_headers(raw, BORDER)

        assert (alone.senders, alone.authentication) == (mail.envelope.senders, mail.envelope.authentication)
        assert alone.automatic == mail.envelope.automatic
