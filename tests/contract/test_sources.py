"""What every mailbox promises, whatever server it is on; the fake included."""

import shutil
from abc import ABC, abstractmethod
from datetime import UTC
from pathlib import Path

import pytest

from mailbot.errors import Refused
from mailbot.intake.sources.base import Arrival, MailSource, Ref, SourceSession
from mailbot.intake.sources.ews import EwsSource
from mailbot.intake.sources.graph import GraphSource
from mailbot.intake.sources.imap import ImapSource
from mailbot.intake.sources.imap_login import Tls
from mailbot.intake.sources.maildir import MaildirSource
from tests.fakes.ews import EwsServer
from tests.fakes.graph import GraphServer
from tests.fakes.sources import FakeSource
from tests.servers.dovecot import WITHOUT_MOVE, Dovecot, StartDovecot
from tests.servers.exchange import ews_client, graph_client

FIRST = b"Subject: one\r\n\r\nfirst\r\n"
SECOND = b"Subject: two\r\n\r\nsecond \x80 \xff\xfe\r\n"
LARGEST_PIECE = 4 * 2**20


class Box(ABC):
    """A mailbox under test, and what other people do to it."""

    source: MailSource

    @abstractmethod
    def deliver(self, data: bytes) -> None:
        """A message arrives."""

    @abstractmethod
    def bodies(self, folder: str) -> list[bytes]:
        """What a folder holds, as others see it."""

    @abstractmethod
    def take_first(self) -> None:
        """Somebody else takes the oldest message out of the inbox."""

    @abstractmethod
    def put_back(self) -> None:
        """Somebody puts a processed message back into the inbox."""

    @abstractmethod
    def seen(self, folder: str) -> int:
        """How many messages of a folder are marked as looked at."""


class SourceContract:
    """The promises."""

    @pytest.fixture
    def box(self) -> Box:
        """An empty mailbox."""
        raise NotImplementedError

    @pytest.fixture
    def two(self, box: Box) -> Box:
        """A mailbox with two messages."""
        box.deliver(FIRST)
        box.deliver(SECOND)
        return box

    def test_an_empty_mailbox(self, box: Box) -> None:
        """Nothing is listed, fetched, moved or present."""
        with box.source.session() as session:
            assert [] == session.arrivals()
            assert [] == list(session.fetch([]))
            assert set() == session.present([])
            session.move([], "Processed")

    def test_oldest_first(self, two: Box) -> None:
        """Messages are listed and fetched in the order in which they came."""
        with two.source.session() as session:
            assert [FIRST, SECOND] == fetched(session, session.arrivals())

    def test_the_order_asked_for(self, two: Box) -> None:
        """Messages are fetched in the order asked for."""
        with two.source.session() as session:
            assert [SECOND, FIRST] == fetched(session, session.arrivals()[::-1])

    def test_looking_changes_nothing(self, two: Box) -> None:
        """What was listed and fetched is listed again, and nothing is marked as seen."""
        with two.source.session() as session:
            once = session.arrivals()
            fetched(session, once)
            twice = session.arrivals()
        with two.source.session() as session:
            again = session.arrivals()

        assert locators(once) == locators(twice) == locators(again)
        assert 0 == two.seen("INBOX")
        assert [FIRST, SECOND] == two.bodies("INBOX")

    def test_a_fetched_message_has_its_facts(self, two: Box) -> None:
        """Size and time of arrival come with the message; its locator is the one it was listed by."""
        with two.source.session() as session:
            refs = session.arrivals()
            arrivals = [(arrival.ref, whole(arrival)) for arrival in session.fetch(refs)]

        assert locators(refs) == [ref.locator for ref, _ in arrivals]
        assert [len(FIRST), len(SECOND)] == [ref.size for ref, _ in arrivals]
        assert all(ref.received_at and ref.received_at.tzinfo is UTC for ref, _ in arrivals)

    def test_taken_is_gone(self, two: Box) -> None:
        """A moved message is in its folder, not in the inbox; moving it again is harmless."""
        with two.source.session() as session:
            first, second = locators(session.arrivals())
            session.move([first], "Processed")

            assert {second} == session.present([first, second])

            session.move([first], "Processed")

            assert [second] == locators(session.arrivals())
        assert [FIRST] == two.bodies("Processed")
        assert [SECOND] == two.bodies("INBOX")

    def test_moving_marks_nothing(self, two: Box) -> None:
        """A moved message is as unseen as it was."""
        with two.source.session() as session:
            session.move(locators(session.arrivals()), "Quarantine")

        assert 0 == two.seen("Quarantine")
        assert [FIRST, SECOND] == sorted(two.bodies("Quarantine"))

    def test_many_at_once(self, box: Box) -> None:
        """A whole mailbox is fetched and moved."""
        sent = [b"Subject: %03d\r\n\r\n\r\n" % number for number in range(60)]
        for data in sent:
            box.deliver(data)
        with box.source.session() as session:
            refs = session.arrivals()

            assert sent == fetched(session, refs)

            session.move(locators(refs), "Processed")

            assert set() == session.present(locators(refs))
        assert sent == sorted(box.bodies("Processed"))

    def test_a_message_that_vanishes(self, two: Box) -> None:
        """One that was listed and is gone is left out; the others are served."""
        with two.source.session() as session:
            refs = session.arrivals()
            two.take_first()

            assert [SECOND] == fetched(session, refs)
            assert {refs[1].locator} == session.present(locators(refs))

    def test_put_back_by_hand(self, two: Box) -> None:
        """A message that somebody puts back is listed again."""
        with two.source.session() as session:
            session.move(locators(session.arrivals())[:1], "Processed")
        two.put_back()
        with two.source.session() as session:
            assert [FIRST, SECOND] == sorted(fetched(session, session.arrivals()))

    @pytest.mark.parametrize(
        "locator", ["", "|", "nonsense", "INBOX|1|1", "INBOX|x|y", "Processed|1|1", "a/../b"]
    )
    def test_an_unknown_locator(self, two: Box, locator: str) -> None:
        """A locator that names nothing is served nothing, moves nothing and is not present."""
        with two.source.session() as session:
            assert [] == list(session.fetch([Ref(locator)]))
            assert set() == session.present([locator])

            session.move([locator], "Processed")

            assert [FIRST, SECOND] == fetched(session, session.arrivals())

    def test_a_giant_comes_in_pieces(self, box: Box) -> None:
        """A message of 33 MB is served whole, byte for byte, in pieces that fit into memory."""
        line = bytes(range(48, 126)) + b"\r\n"
        giant = b"Subject: giant\r\n\r\n" + line * (33 * 2**20 // len(line) + 1) + b"no line end"
        box.deliver(giant)
        box.deliver(SECOND)
        with box.source.session() as session:
            arrivals = [list(arrival.untrusted_chunks) for arrival in session.fetch(session.arrivals())]

        assert giant == b"".join(arrivals[0])
        assert max(len(piece) for piece in arrivals[0]) <= LARGEST_PIECE
        assert [SECOND] == arrivals[1]

    def test_two_sessions(self, two: Box) -> None:
        """What one session moved is gone for the other, which goes on working."""
        with two.source.session() as one, two.source.session() as other:
            refs = other.arrivals()
            one.move(locators(one.arrivals())[:1], "Processed")

            assert {refs[1].locator} == other.present(locators(refs))
            assert [SECOND] == fetched(other, refs)

            other.move(locators(refs), "Processed")

            assert [] == one.arrivals()
        assert [FIRST, SECOND] == sorted(two.bodies("Processed"))

    def test_other_folders_are_counted(self, two: Box) -> None:
        """A folder has as many messages as others see in it; a folder that is not there has no number."""
        with two.source.session() as session:
            session.move(locators(session.arrivals()), "Processed")

            assert 2 == session.count("Processed")
            assert None is session.count("No such folder")
        assert 2 == len(two.bodies("Processed"))

    def test_waiting_ends_with_an_arrival(self, box: Box) -> None:
        """What came since the last look ends the wait at once."""
        with box.source.session() as session:
            session.arrivals()
            box.deliver(FIRST)

            assert session.wait(60)
            assert 1 == len(session.arrivals())

    def test_waiting_ends(self, two: Box) -> None:
        """Without an arrival, the wait ends by itself, and the session goes on."""
        with two.source.session() as session:
            session.arrivals()

            assert not session.wait(0.2)
            assert 2 == len(session.arrivals())

    def test_a_check_changes_nothing(self, two: Box) -> None:
        """What is there is said; the messages stay as they are."""
        said = two.source.check()

        assert any("2" in line for line in said)
        assert [FIRST, SECOND] == two.bodies("INBOX")
        assert 0 == two.seen("INBOX")


class TestFake(SourceContract):
    """The mailbox in memory."""

    @pytest.fixture
    def box(self) -> Box:
        """An empty one."""
        return FakeBox()


class TestMaildir(SourceContract):
    """A Maildir."""

    @pytest.fixture
    def box(self, tmp_path: Path) -> Box:
        """An empty one."""
        return MaildirBox(tmp_path / "Maildir")

    def test_a_check_makes_nothing(self, box: Box, tmp_path: Path) -> None:
        """The target folders are announced, and made by a session only."""
        said = box.source.check()
        names = {path.name for path in (tmp_path / "Maildir").iterdir()}

        assert "folder Processed: would be made" in said
        assert {"tmp", "new", "cur"} == names

    def test_flags_may_change_any_time(self, two: "MaildirBox") -> None:
        """A person who reads a message meanwhile changes its file's name, not its locator."""
        with two.source.session() as session:
            refs = session.arrivals()
            two.read_all()

            assert [FIRST, SECOND] == fetched(session, refs)
            assert set(locators(refs)) == session.present(locators(refs))

            session.move(locators(refs), "Processed")

        assert 2 == two.seen("Processed")

    def test_a_copy_is_not_overwritten(self, two: "MaildirBox") -> None:
        """A file of the same name in the target is kept beside the one that is moved there."""
        two.copy_to_processed(b"another")
        with two.source.session() as session:
            session.move(locators(session.arrivals()), "Processed")

        assert sorted([b"another", FIRST, SECOND]) == sorted(two.bodies("Processed"))

    def test_only_whole_messages_and_regular_files(self, two: "MaildirBox") -> None:
        """What is being written, links, folders and hidden files are no messages."""
        (two.path / "tmp" / "half").write_bytes(b"half")
        (two.path / "new" / ".hidden").write_bytes(b"hidden")
        (two.path / "new" / "folder").mkdir()
        (two.path / "cur" / "link").symlink_to("/etc/passwd")
        with two.source.session() as session:
            assert [FIRST, SECOND] == fetched(session, session.arrivals())

    def test_a_missing_maildir_is_refused(self, tmp_path: Path) -> None:
        """A path that is no Maildir is a mistake that a person must see."""
        source = MaildirSource("partnership", tmp_path / "nowhere", "INBOX", "Processed", "Quarantine")
        with pytest.raises(Refused), source.session():
            pass
        with pytest.raises(Refused):
            source.check()


class ImapContract(SourceContract):
    """What holds for IMAP besides."""

    tls: Tls = "implicit"

    @pytest.fixture
    def server(self, dovecot: Dovecot) -> Dovecot:
        """The server that the mailbox is on."""
        return dovecot

    @pytest.fixture
    def box(self, server: Dovecot) -> "ImapBox":
        """An empty mailbox."""
        return ImapBox(server, self.tls)

    def test_a_check_makes_nothing(self, box: "ImapBox") -> None:
        """The target folders are announced, and made by a session only."""
        said = box.source.check()

        assert "folder Processed: would be made" in said
        assert {"INBOX"} == box.server.folders(box.user)

    def test_target_folders_are_made(self, box: "ImapBox") -> None:
        """They are there after a session began, and people see them."""
        with box.source.session():
            pass

        assert {"INBOX", "Processed", "Quarantine"} == box.server.folders(box.user)
        assert {"Processed", "Quarantine"} == box.server.subscribed(box.user)

    def test_a_removed_target_is_made_again(self, two: "ImapBox") -> None:
        """A target folder that somebody deletes during a session costs no message."""
        with two.source.session() as session:
            with two.server.client(two.user) as other:
                other.delete("Processed")
            session.move(locators(session.arrivals()), "Processed")

        assert [FIRST, SECOND] == two.bodies("Processed")

    def test_numbered_anew(self, two: "ImapBox") -> None:
        """After a reset of UIDVALIDITY old locators serve nothing, move nothing and are not present."""
        with two.source.session() as session:
            old = session.arrivals()
        two.server.renumber(two.user)
        with two.source.session() as session:
            new = session.arrivals()
            session.move(locators(old), "Processed")

            assert not set(locators(old)) & set(locators(new))
            assert [] == fetched(session, old)
            assert set() == session.present(locators(old))
            assert [FIRST, SECOND] == fetched(session, new)


class TestImapTls(ImapContract):
    """Dovecot by implicit TLS."""


class TestImapStarttls(ImapContract):
    """Dovecot by STARTTLS."""

    tls: Tls = "starttls"


class TestImapPlain(ImapContract):
    """Dovecot in the clear, on loopback."""

    tls: Tls = "none"


class TestImapWithoutMove(ImapContract):
    """Dovecot without MOVE: COPY, STORE and UID EXPUNGE."""

    tls: Tls = "none"

    @pytest.fixture
    def server(self, start_dovecot: StartDovecot) -> Dovecot:
        """A server that claims to know less."""
        return start_dovecot(WITHOUT_MOVE)

    def test_only_our_messages_are_expunged(self, two: "ImapBox") -> None:
        """What a person has marked as deleted stays until that person expunges it."""
        first, second = two.server.uids(two.user)
        two.server.command(two.user, "store", str(second), "+FLAGS", "(\\Deleted)")
        with two.source.session() as session:
            session.move(locators(session.arrivals())[:1], "Processed")

        assert [second] == two.server.uids(two.user)
        assert first not in two.server.uids(two.user)

    def test_interrupted_before_the_expunge(self, two: "ImapBox") -> None:
        """A message that was copied and marked before a crash is not copied a second time."""
        first, _ = two.server.uids(two.user)
        with two.source.session() as session:
            two.server.command(two.user, "copy", str(first), "Processed")
            two.server.command(two.user, "store", str(first), "+FLAGS", "(\\Deleted)")
            session.move(locators(session.arrivals())[:1], "Processed")

        assert [FIRST] == two.bodies("Processed")
        assert [SECOND] == two.bodies("INBOX")


class TestGraph(SourceContract):
    """Exchange Online by Graph."""

    @pytest.fixture
    def box(self, graph_server: GraphServer) -> "GraphBox":
        """An empty mailbox."""
        return GraphBox(graph_server)

    def test_a_check_makes_nothing(self, box: "GraphBox") -> None:
        """The target folders are announced, and made by a session only."""
        said = box.source.check()
        before = {one.name for one in box.server.box.folders.values()}
        with box.source.session():
            pass

        assert "folder Processed: would be made" in said
        assert {"Archive", "Inbox", "Sent Items"} == before
        assert {"Processed", "Quarantine"} == {one.name for one in box.server.box.folders.values()} - before

    def test_the_locator_survives(self, two: "GraphBox") -> None:
        """A message that somebody puts back has the locator that it had."""
        with two.source.session() as session:
            first = locators(session.arrivals())[0]
            session.move([first], "Processed")
            two.put_back()

            assert first in locators(session.arrivals())

    def test_what_people_moved_stays_where_they_put_it(self, two: "GraphBox") -> None:
        """A message that somebody has filed elsewhere since is not moved from there."""
        with two.source.session() as session:
            first = session.arrivals()[0].locator
            two.server.box.items[first].folder = two.server.folder("Archive")
            session.present([first])
            session.move([first], "Processed")

        assert [FIRST] == two.bodies("Archive")


class TestEws(SourceContract):
    """Exchange of one's own by EWS."""

    @pytest.fixture
    def box(self, ews_server: EwsServer) -> "EwsBox":
        """An empty mailbox."""
        return EwsBox(ews_server)

    def test_a_check_makes_nothing(self, box: "EwsBox") -> None:
        """The target folders are announced, and made by a session only."""
        said = box.source.check()
        before = len(box.server.folders)
        with box.source.session():
            pass

        assert "folder Processed: would be made" in said
        assert before + 2 == len(box.server.folders)

    def test_the_locator_survives(self, two: "EwsBox") -> None:
        """A message that somebody puts back has the locator that it had, although its id is another one."""
        with two.source.session() as session:
            first = locators(session.arrivals())[0]
            session.move([first], "Processed")
            two.put_back()

            assert first in locators(session.arrivals())

    def test_a_copy_hides_nothing(self, two: "EwsBox") -> None:
        """Items with one search key are two arrivals."""
        first, second = two.server.within("INBOX")
        second.key = first.key
        with two.source.session() as session:
            assert [FIRST, SECOND] == fetched(session, session.arrivals())


class TestEwsWithoutSearchKeys(TestEws):
    """A server that does not tell them: the ids serve."""

    @pytest.fixture
    def box(self, ews_server: EwsServer) -> "EwsBox":
        """An empty mailbox."""
        ews_server.keys = False
        return EwsBox(ews_server)

    def test_the_locator_survives(self, two: "EwsBox") -> None:
        """Without a search key it does not: the message is then a redelivery of known bytes."""
        with two.source.session() as session:
            first = locators(session.arrivals())[0]
            session.move([first], "Processed")
            two.put_back()

            assert first not in locators(session.arrivals())


class FakeBox(Box):
    """In memory."""

    def __init__(self) -> None:
        self.source: FakeSource = FakeSource()

    def deliver(self, data: bytes) -> None:
        self.source.deliver(data)

    def bodies(self, folder: str) -> list[bytes]:
        return list(self.source.inbox.values()) if folder == "INBOX" else self.source.folders.get(folder, [])

    def take_first(self) -> None:
        del self.source.inbox[next(iter(self.source.inbox))]

    def put_back(self) -> None:
        self.source.deliver(self.source.folders["Processed"].pop())

    def seen(self, folder: str) -> int:
        return 0


class MaildirBox(Box):
    """On disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for place in ("tmp", "new", "cur"):
            (path / place).mkdir(parents=True)
        self.source = MaildirSource("partnership", path, "INBOX", "Processed", "Quarantine")
        self._count = 0

    def deliver(self, data: bytes) -> None:
        self._count += 1
        name = f"1772442000.M{self._count:06}.test"
        (self.path / "tmp" / name).write_bytes(data)
        (self.path / "tmp" / name).rename(self.path / "new" / name)

    def bodies(self, folder: str) -> list[bytes]:
        return [path.read_bytes() for path in self._files(folder)]

    def take_first(self) -> None:
        self._files("INBOX")[0].unlink()

    def put_back(self) -> None:
        for path in self._files("Processed"):
            shutil.move(path, self.path / "cur" / path.name)

    def seen(self, folder: str) -> int:
        return sum("S" in path.name.partition(":2,")[2] for path in self._files(folder))

    def read_all(self) -> None:
        """A person opens every message of the inbox."""
        for path in self._files("INBOX"):
            path.rename(self.path / "cur" / f"{path.name}:2,S")

    def copy_to_processed(self, data: bytes) -> None:
        """Another file, by the name of the first message."""
        with self.source.session():
            (self.path / ".Processed" / "new" / self._files("INBOX")[0].name).write_bytes(data)

    def _files(self, folder: str) -> list[Path]:
        box = self.path if folder == "INBOX" else self.path / f".{folder}"
        found = [path for place in ("new", "cur") for path in (box / place).glob("[!.]*")]
        return sorted(found, key=lambda path: path.name)


class ImapBox(Box):
    """On a server."""

    def __init__(self, server: Dovecot, tls: Tls) -> None:
        self.server = server
        self.user = server.user()
        self.source = imap_source(server, self.user, tls)

    def deliver(self, data: bytes) -> None:
        self.server.deliver(self.user, data)

    def bodies(self, folder: str) -> list[bytes]:
        return self.server.served(self.user, folder)

    def take_first(self) -> None:
        with self.server.client(self.user) as other:
            other.uid("store", str(self.server.uids(self.user)[0]), "+FLAGS", "(\\Deleted)")
            other.expunge()

    def put_back(self) -> None:
        for uid in self.server.uids(self.user, "Processed"):
            self.server.command(self.user, "move", str(uid), "INBOX", folder="Processed")

    def seen(self, folder: str) -> int:
        return sum("\\Seen" in flags for flags in self.server.flags(self.user, folder))


class GraphBox(Box):
    """Exchange Online."""

    def __init__(self, server: GraphServer) -> None:
        self.server = server
        self.source = GraphSource("partnership", graph_client(server), "INBOX", "Processed", "Quarantine")

    def deliver(self, data: bytes) -> None:
        self.server.deliver(data)

    def bodies(self, folder: str) -> list[bytes]:
        return [one.data for one in self.server.within(folder)]

    def take_first(self) -> None:
        del self.server.box.items[self.server.within("INBOX")[0].id]

    def put_back(self) -> None:
        for one in self.server.within("Processed"):
            one.folder = self.server.folder("inbox")

    def seen(self, folder: str) -> int:
        return sum(one.read for one in self.server.within(folder))


class EwsBox(Box):
    """Exchange of one's own."""

    def __init__(self, server: EwsServer) -> None:
        self.server = server
        self.source = EwsSource("partnership", ews_client(server), "INBOX", "Processed", "Quarantine")

    def deliver(self, data: bytes) -> None:
        self.server.deliver(data)

    def bodies(self, folder: str) -> list[bytes]:
        return [one.data for one in self.server.within(folder)]

    def take_first(self) -> None:
        del self.server.items[self.server.within("INBOX")[0].id]

    def put_back(self) -> None:
        for one in self.server.within("Processed"):
            self.server.move(one, "inbox")

    def seen(self, folder: str) -> int:
        return sum(one.read for one in self.server.within(folder))


def imap_source(server: Dovecot, user: str, tls: Tls) -> ImapSource:
    """A source for a user of this server."""
    return ImapSource(
        name="partnership",
        host=server.host,
        port=server.tls if tls == "implicit" else server.plain,
        tls=tls,
        ca_file="" if tls == "none" else str(server.ca_file),
        username=user,
        password=lambda: server.password,
        oauth_token=None,
        inbox="INBOX",
        processed="Processed",
        quarantine="Quarantine",
    )


def whole(arrival: Arrival) -> bytes:
    """All of a message."""
    return b"".join(arrival.untrusted_chunks)


def fetched(session: SourceSession, refs: list[Ref]) -> list[bytes]:
    """The messages as they are served."""
    return [whole(arrival) for arrival in session.fetch(refs)]


def locators(refs: list[Ref]) -> list[str]:
    """By what they are known."""
    return [ref.locator for ref in refs]
