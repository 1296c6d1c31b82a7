"""IMAP against a real Dovecot: failures in our words, folders of every name, and the whole way."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailbot.errors import ConfigError, MailbotError, Refused, SourceUnavailable
from mailbot.intake.collect import Collected
from mailbot.intake.sources.imap import ImapSource
from mailbot.intake.tidy import Tidied
from mailbot.store.schema import delivery, message
from tests.fakes.ground import Ground, ground
from tests.servers.certificates import Authority
from tests.servers.dovecot import WITHOUT_MOVE, Dovecot, StartDovecot

Make = Callable[..., ImapSource]


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """Somebody with an empty mailbox."""
    return dovecot.user()


@pytest.fixture
def make(dovecot: Dovecot, user: str) -> Make:
    """A source that works, but for what a test changes."""

    def made(**changed: object) -> ImapSource:
        settings: dict[str, object] = {
            "name": "partnership",
            "host": dovecot.host,
            "port": dovecot.tls,
            "tls": "implicit",
            "ca_file": str(dovecot.ca_file),
            "username": user,
            "password": lambda: dovecot.password,
            "oauth_token": None,
            "inbox": "INBOX",
            "processed": "Processed",
            "quarantine": "Quarantine",
        }
        return ImapSource(**{**settings, **changed})  # type: ignore[arg-type]

    return made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Ground]:
    """A database, keys and a raw store."""
    with ground(tmp_path) as made:
        yield made


def failure(source: ImapSource) -> MailbotError:
    """What opening a session ends with; `check` must end alike."""
    with pytest.raises(MailbotError) as opened, source.session():
        pass
    with pytest.raises(type(opened.value)) as checked:
        source.check()

    assert str(opened.value) == str(checked.value)
    assert "secret" not in str(opened.value)
    return opened.value


def test_a_wrong_password(make: Make, dovecot: Dovecot) -> None:
    """It is refused for good, so that no storm of attempts locks the account."""
    error = failure(make(password=lambda: "secret"))

    assert isinstance(error, Refused)
    assert f"127.0.0.1:{dovecot.tls} refused the user name or the password" == str(error)


def test_a_password_beyond_ascii(make: Make) -> None:
    """It reaches the server as it is, and is refused like any other wrong one."""
    assert isinstance(failure(make(password=lambda: "secretö")), Refused)


def test_nobody_there(make: Make) -> None:
    """A port where nothing listens may work later."""
    error = failure(make(port=1))

    assert isinstance(error, SourceUnavailable)
    assert "cannot reach 127.0.0.1:1" == str(error)


def test_an_unknown_host(make: Make) -> None:
    """A name that cannot be found may be found later."""
    error = failure(make(host="mail.invalid"))

    assert isinstance(error, SourceUnavailable)
    assert "mail.invalid" in str(error)


def test_a_certificate_nobody_vouches_for(make: Make) -> None:
    """The system's authorities do not know ours: refused, with the setting that helps."""
    error = failure(make(ca_file=""))

    assert isinstance(error, Refused)
    assert "is not trusted" in str(error)
    assert "ca_file" in str(error)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_another_authority(make: Make, dovecot: Dovecot, tmp_path: Path, tls: str) -> None:
    """A server that shows the certificate of another authority is refused, by STARTTLS too."""
    ca_file = Authority.new().write(tmp_path / "other.pem")
    port = dovecot.tls if tls == "implicit" else dovecot.plain
    error = failure(make(ca_file=str(ca_file), tls=tls, port=port))

    assert isinstance(error, Refused)
    assert "is not trusted" in str(error)


def test_a_certificate_for_another_host(make: Make) -> None:
    """The name is checked, not the chain alone."""
    error = failure(make(host="127.0.0.2"))

    assert isinstance(error, Refused)
    assert "another" in str(error)


def test_an_authority_that_is_no_file(make: Make, tmp_path: Path) -> None:
    """The complaint names the setting."""
    with pytest.raises(ConfigError, match="ca_file"), make(ca_file=str(tmp_path / "none")).session():
        pass


def test_tls_on_a_plain_port(make: Make, dovecot: Dovecot) -> None:
    """A server that does not speak TLS there is told apart from one that is away."""
    error = failure(make(port=dovecot.plain))

    assert isinstance(error, SourceUnavailable)
    assert "tls" in str(error)


def test_no_plain_connection_to_others(make: Make) -> None:
    """Without TLS mailbot speaks to this machine only."""
    with pytest.raises(ConfigError, match="loopback"):
        make(host="mail.example", tls="none")


def test_a_missing_inbox(make: Make) -> None:
    """It is not made: where mail is expected, somebody must say so."""
    error = failure(make(inbox="Nowhere"))

    assert isinstance(error, Refused)
    assert "inbox" in str(error)


@pytest.mark.parametrize(
    "name", ["a\r\nz1 NOOP", "a\0", "a\n", "\x7f", "a\x85b", "", " a", "a*", "%", "a\u2028b"]
)
@pytest.mark.parametrize("setting", ["inbox", "processed", "quarantine"])
def test_a_folder_name_that_injects(make: Make, setting: str, name: str) -> None:
    """No control character reaches the wire in a folder's name."""
    with pytest.raises(ConfigError, match=setting):
        make(**{setting: name})


def test_a_user_name_that_injects(make: Make) -> None:
    """Nor in a user's name."""
    with pytest.raises(ConfigError, match="username"):
        make(username="a\r\nz1 NOOP")


def test_the_inbox_is_no_target(make: Make) -> None:
    """What is moved must not be collected again."""
    with pytest.raises(ConfigError):
        make(processed="inbox")


@pytest.mark.parametrize("name", ["Erledigt & geprüft", "ページ", 'quo"ted\\', "a|b", "Done/2026"])
def test_folders_of_every_name(make: Make, dovecot: Dovecot, user: str, name: str) -> None:
    """Names beyond ASCII, with quotes or in levels are made, filled and found."""
    dovecot.deliver(user, b"Subject: one\r\n\r\n")
    source = make(processed=name)
    with source.session() as session:
        (ref,) = session.arrivals()
        session.move([ref.locator], name)

        assert set() == session.present([ref.locator])
    with make(inbox=name).session() as session:
        (ref,) = session.arrivals()

        assert {ref.locator} == session.present([ref.locator])
        assert [b"Subject: one\r\n\r\n"] == [b"".join(one.untrusted_chunks) for one in session.fetch([ref])]


def test_a_large_folder_is_listed_in_windows(make: Make, dovecot: Dovecot, user: str) -> None:
    """More messages than one answer may hold are listed all the same, in order and without gaps."""
    for number in range(25):
        dovecot.deliver(user, b"Subject: %d\r\n\r\n" % number)
    dovecot.command(user, "store", "3,11:13", "+FLAGS", "(\\Deleted)")
    with dovecot.client(user) as client:
        client.expunge()
    with make(uids_a_search=4).session() as session:
        found = [int(ref.locator.rpartition("|")[2]) for ref in session.arrivals()]

    assert [uid for uid in range(1, 26) if uid not in {3, 11, 12, 13}] == found


def test_an_arrival_wakes(make: Make, dovecot: Dovecot, user: str) -> None:
    """The server tells of a message while we wait."""
    with make().session() as session:
        session.arrivals()
        later = threading.Timer(0.3, dovecot.deliver, (user, b"Subject: one\r\n\r\n"))
        later.start()
        began = time.monotonic()

        assert session.wait(60)
        assert time.monotonic() - began < 30
        later.join()


@pytest.mark.parametrize("capability", ["", WITHOUT_MOVE])
def test_the_whole_way(world: Ground, make: Make, start_dovecot: StartDovecot, capability: str) -> None:
    """Collected, read, moved, proven, with a reset of UIDVALIDITY in the middle: each once, none lost."""
    server = start_dovecot(capability)
    user = server.user()
    source = make(port=server.tls, ca_file=str(server.ca_file), username=user)
    sent = [b"Subject: %03d\r\n\r\nbody\r\n" % number for number in range(50)]
    for data in sent:
        server.deliver(user, data)

    assert Collected(listed=50, new=50) == world.collect(source)

    world.read()
    server.deliver(user, sent[0])
    server.renumber(user)

    assert Collected(listed=51, redelivered=51, superseded=50) == world.collect(source)
    assert Tidied(moved=51) == world.tidy(source)
    assert [] == server.uids(user)
    assert sent == world.bodies()
    assert sorted([*sent, sent[0]]) == sorted(server.served(user, "Processed"))
    assert 50 == len(world.rows(message))
    assert 51 == world.rows(delivery, "state").count("moved")


def test_a_server_brought_back_from_a_backup(world: Ground, make: Make, dovecot: Dovecot, user: str) -> None:
    """It gives numbers again that it gave since; what comes under them is as new as anything."""
    source = make()
    for number in range(3):
        dovecot.deliver(user, b"Subject: before %d\r\n\r\n" % number)
    world.collect(source)
    world.read()
    world.tidy(source)
    dovecot.count_again(user)
    dovecot.deliver(user, b"Subject: after\r\n\r\n")
    found = world.collect(source)

    assert [1] == dovecot.uids(user)
    assert Collected(listed=1, new=1) == found
    world.read()
    assert Tidied(moved=1) == world.tidy(source)
    assert 4 == len(dovecot.uids(user, "Processed"))


def test_a_session_in_which_the_folder_is_numbered_anew(
    world: Ground, make: Make, dovecot: Dovecot, user: str
) -> None:
    """The server breaks with that session, which may be opened again; nothing is moved by an old number."""
    dovecot.deliver(user, b"Subject: one\r\n\r\n")
    source = make()
    with pytest.raises(SourceUnavailable):
        collect_across_a_reset(world, source, lambda: dovecot.renumber(user))

    assert 1 == world.collect(source).superseded
    assert 1 == len(world.rows(message))


def collect_across_a_reset(world: Ground, source: ImapSource, reset: Callable[[], None]) -> None:
    """Two polls in one session, with a reset between them."""
    with source.session() as session:
        world.collect_in(session)
        reset()
        world.collect_in(session)
