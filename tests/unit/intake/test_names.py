"""Names that go to a server, and what a certificate's fault is called."""

import ssl
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.errors import ConfigError
from mailbot.intake.sources.maildir import folder_path
from mailbot.intake.sources.names import checked_folder, distinct_folders
from mailbot.intake.sources.tls import certificate_fault, is_loopback, verified_context


@settings(derandomize=True, deadline=None)
@given(
    st.text(), st.sampled_from([*map(chr, range(32)), "\x7f", "\x80", "\x9f", "\u2028", "\ud800"]), st.text()
)
def test_no_control_character_passes(before: str, control: str, after: str) -> None:
    """Wherever it stands, a control character in a folder's name is refused."""
    with pytest.raises(ConfigError, match="the setting"):
        checked_folder(before + control + after, "the setting")


@pytest.mark.parametrize("name", [None, 7, b"INBOX", "", " x", "x ", "x" * 201, "*", "a%"])
def test_what_is_no_name(name: object) -> None:
    """Neither is anything that is no text, empty, endless, or a pattern."""
    with pytest.raises(ConfigError):
        checked_folder(name, "mailboxes.inbox")


@pytest.mark.parametrize("name", ["INBOX", "Processed", "Erledigt & geprüft", "a/b", "ページ"])
def test_what_is_a_name(name: str) -> None:
    """People call folders as they like."""
    assert name == checked_folder(name, "mailboxes.inbox")


@pytest.mark.parametrize("target", ["INBOX", "inbox"])
def test_the_inbox_is_no_target(target: str) -> None:
    """What is moved there would be collected for ever."""
    with pytest.raises(ConfigError):
        distinct_folders("INBOX", target, "Quarantine")
    with pytest.raises(ConfigError):
        distinct_folders("INBOX", "Processed", target)


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "dot.", "a..b"])
def test_a_folder_outside_the_maildir(tmp_path: Path, name: str) -> None:
    """A Maildir's folders lie in it."""
    with pytest.raises(ConfigError):
        folder_path(tmp_path, name)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "::1", "LOCALHOST"])
def test_this_machine(host: str) -> None:
    """Loopback is known by its name, without asking anybody."""
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.1", "localhost.example", "", "127.1"])
def test_another_machine(host: str) -> None:
    """Everything else is another machine."""
    assert not is_loopback(host)


def test_tls_is_verified() -> None:
    """Certificate and name are checked, and nothing older than TLS 1.2 is spoken."""
    context = verified_context("")

    assert ssl.CERT_REQUIRED == context.verify_mode
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(("code", "word"), [(10, "expired"), (18, "ca_file"), (62, "host name"), (77, "77")])
def test_a_certificate_s_fault(code: int, word: str) -> None:
    """It is told in our own words, with what helps."""
    error = ssl.SSLCertVerificationError()
    error.verify_code = code

    assert word in certificate_fault(error)
