"""Certificates and secrets are counted down."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.clients.expiry import Expiry, expiries
from mailbot.config import Acknowledge, Config, Ews, General, Mailbox, OAuth
from mailbot.errors import ConfigError
from tests.servers.exchange import make_certificate

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "told", "alarm"),
    [
        (200, "in 200 days", False),
        (31, "in 31 days", False),
        (30, "in 30 days; renew it", False),
        (14, "warning: x: ends on 2026-11-15, in 14 days; renew it", False),
        (4, "in 4 days; renew it", False),
        (3, "renew it now", True),
        (0, "renew it now", True),
        (-2, "has ended on 2026-10-30; renew it now", True),
    ],
)
def test_the_tone_grows(days: int, told: str, alarm: bool) -> None:
    """At 30, 14 and 3 days."""
    one = Expiry("x", NOW + timedelta(days=days))

    assert told in one.sentence(NOW)
    assert alarm is one.is_alarm(NOW)
    assert ("warning" in one.sentence(NOW)) == (0 <= days <= 14)


def test_a_secret_without_an_end_is_told(tmp_path: Path) -> None:
    """Nobody can be warned; that itself is worth a warning, and no alarm."""
    one = Expiry("x", None)

    assert "secret_ends" in one.sentence(NOW)
    assert not one.is_alarm(NOW)


def test_everything_that_ends_is_found(tmp_path: Path) -> None:
    """Certificates and secrets of mailboxes and of the way out, each by its setting."""
    path, _ = make_certificate(tmp_path / "c.pem", timedelta(days=20))
    oauth = OAuth(tenant="t", client_id="c", certificate_file=str(path))
    secret = OAuth(tenant="t", client_id="c", secret_env="S", secret_ends=date(2026, 12, 1))
    config = Config(
        mailbot=General(data=tmp_path),
        mailboxes=(
            Mailbox(name="a", kind="graph", oauth=oauth),
            Mailbox(name="b", kind="imap", oauth=secret),
            Mailbox(name="c", kind="ews", ews=Ews(sign_in="certificate", certificate_file=str(path))),
            Mailbox(name="d", kind="maildir"),
        ),
        acknowledge=Acknowledge(enabled=True, kind="graph", oauth=secret),
    )
    found = {one.setting: one.days(NOW) for one in expiries(config)}

    assert [
        '[[mailboxes]] "a" → oauth.certificate_file',
        '[[mailboxes]] "b" → oauth.secret',
        '[[mailboxes]] "c" → ews.certificate_file',
        "[acknowledge] → oauth.secret",
    ] == list(found)
    assert 30 == found["[acknowledge] → oauth.secret"]


def test_a_file_that_is_no_certificate(tmp_path: Path) -> None:
    """The setting is named."""
    (tmp_path / "c.pem").write_text("nothing")
    oauth = OAuth(tenant="t", client_id="c", certificate_file=str(tmp_path / "c.pem"))
    config = Config(mailbot=General(data=tmp_path), mailboxes=(Mailbox(name="a", kind="graph", oauth=oauth),))
    with pytest.raises(ConfigError, match=r"oauth\.certificate_file"):
        list(expiries(config))
