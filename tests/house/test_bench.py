"""The benchmark measures what it says: its mailbox is always the same, and its verdicts are right."""

from email import message_from_bytes

import pytest

from bench.mailbox import Forms, message
from bench.table import Row, percentile, show
from tests.house.silence import canary


def test_the_mailbox_is_the_same_each_time() -> None:
    """The same seed and number give the same bytes; another number does not."""
    one, other = Forms(), Forms()
    once = [message("1", number, one) for number in range(3)]
    again = [message("1", number, other) for number in range(3)]

    assert once == again
    assert 3 == len(set(once))


def test_the_mailbox_holds_every_kind() -> None:
    """Forms, templates, PDFs, questions and automatic mail are all among the first messages."""
    forms = Forms()
    mails = [message_from_bytes(message("1", number, forms)) for number in range(60)]
    names = [part.get_filename() or "" for mail in mails for part in mail.walk()]
    canary(*(str(mail["From"]) for mail in mails), *names)

    assert {".docx", ".pdf"} <= {name[name.rfind(".") :] for name in names if name}
    assert any(mail["Auto-Submitted"] for mail in mails)
    assert "Question" in {mail["Subject"] for mail in mails}


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row("m", "w", 2.0, "times", least=2.0), "ok"),
        (Row("m", "w", 1.9, "times", least=2.0), "MISSED"),
        (Row("m", "w", 8.1, "ms", most=8.0), "MISSED"),
        (Row("m", "w", 8.1, "ms"), ""),
    ],
)
def test_a_missed_promise_is_shown(row: Row, verdict: str) -> None:
    """A number beyond its limit says so, also in the table."""
    assert verdict == row.verdict
    assert show([row]).endswith(verdict or row.unit)


def test_percentile() -> None:
    """The value below which that share lies; never beyond the last."""
    assert 95 == percentile(list(range(100)), 0.95)
    assert 3 == percentile([1, 2, 3], 1.0)
