"""What every way to a desk promises: there whole, twice is once, failures told apart."""

import email
import email.policy
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.config import InternalMail
from mailbot.errors import Refused, Transient, TransportUnavailable
from mailbot.review.routes.base import Document, Route
from mailbot.review.routes.folder import FolderRoute
from mailbot.review.routes.mail import MailRoute
from mailbot.send.transports.smtp import internal_post
from tests.servers.smtp import Authority, SmtpSink

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DOCUMENT = Document(
    "AAAA-BBBB-CCCC-DDDD",
    "intelligence_log",
    "intelligence_log",
    "OFFICIAL",
    b"PK docx",
    b'{"reference": "x"}',
)
DESK = "intel@police.example"


@dataclass
class Way:
    """A way to a desk, and what arrived there: each document's DOCX and JSON."""

    route: Route
    arrived: Callable[[], list[tuple[bytes, bytes]]]


class RouteContract:
    """Every adapter inherits this."""

    @pytest.fixture
    def way(self) -> Way:
        """A way that works."""
        raise NotImplementedError

    def test_a_document_arrives_whole(self, way: Way) -> None:
        """Both of its files, byte for byte."""
        way.route.deliver(DOCUMENT)

        assert [(DOCUMENT.docx, DOCUMENT.json)] == way.arrived()

    def test_twice_is_once(self, way: Way) -> None:
        """The desk tells by the reference that it has it already."""
        way.route.deliver(DOCUMENT)
        way.route.deliver(DOCUMENT)

        assert 1 == len(set(way.arrived()))


class TestFolder(RouteContract):
    """The drop folder."""

    @pytest.fixture
    def way(self, tmp_path: Path) -> Way:
        """A folder that is not there yet."""

        def arrived() -> list[tuple[bytes, bytes]]:
            place = tmp_path / "desks" / "intelligence_log"
            files = sorted(place.glob("*.json"))
            return [(file.with_suffix(".docx").read_bytes(), file.read_bytes()) for file in files]

        return Way(FolderRoute(tmp_path / "desks"), arrived)

    def test_nothing_but_references_is_a_name(self, way: Way, tmp_path: Path) -> None:
        """No name of a file tells anything, nobody else may read, and nothing half is left."""
        way.route.deliver(DOCUMENT)
        files = sorted(path for path in (tmp_path / "desks").rglob("*") if path.is_file())

        assert [f"{DOCUMENT.reference}.docx", f"{DOCUMENT.reference}.json"] == [path.name for path in files]
        assert {0o640} == {path.stat().st_mode & 0o777 for path in files}

    def test_a_file_in_the_way_is_for_a_person(self, tmp_path: Path) -> None:
        """Where the folder should be there is something else."""
        (tmp_path / "desks").write_text("")

        with pytest.raises((Refused, Transient)):
            FolderRoute(tmp_path / "desks").deliver(DOCUMENT)


class TestMail(RouteContract):
    """Internal mail, over TLS that is checked."""

    @pytest.fixture
    def sink(self, start_smtp: Callable[..., SmtpSink]) -> SmtpSink:
        """A relay that offers STARTTLS."""
        return start_smtp(tls="starttls")

    @pytest.fixture
    def authority(self, smtp_authority: Authority) -> Authority:
        """Who vouches for it."""
        return smtp_authority

    @pytest.fixture
    def way(self, sink: SmtpSink, authority: Authority) -> Way:
        """To a desk on the list."""

        def arrived() -> list[tuple[bytes, bytes]]:
            return [_attachments(one.data) for one in sink.received]

        return Way(route(sink, authority), arrived)

    def test_only_the_list_is_written_to(self, sink: SmtpSink, authority: Authority) -> None:
        """An address that is not on it is refused, also a configured one."""
        with pytest.raises(Refused):
            route(sink, authority, allowed=("other@police.example",)).deliver(DOCUMENT)

        assert [] == sink.received

    def test_it_says_marking_and_reference_alone(
        self, way: Way, sink: SmtpSink, authority: Authority
    ) -> None:
        """In its subject and text; TLS was used; the same Message-ID twice."""
        way.route.deliver(DOCUMENT)
        way.route.deliver(DOCUMENT)
        mails = [email.message_from_bytes(one.data, policy=email.policy.default) for one in sink.received]

        assert {"OFFICIAL document AAAA-BBBB-CCCC-DDDD"} == {mail["Subject"] for mail in mails}
        assert {"<aaaa-bbbb-cccc-dddd@police.example>"} == {mail["Message-ID"] for mail in mails}
        assert all(one.tls and (DESK,) == one.recipients for one in sink.received)

    def test_without_tls_nothing_leaves(self, smtp: SmtpSink, authority: Authority) -> None:
        """A relay that does not offer it gets nothing, for now."""
        with pytest.raises((TransportUnavailable, Refused)):
            route(smtp, authority).deliver(DOCUMENT)
        assert [] == smtp.received


def route(sink: SmtpSink, authority: Authority, allowed: tuple[str, ...] = (DESK,)) -> Route:
    """The mail route to this relay."""
    door = InternalMail(host="127.0.0.1", port=sink.port, ca_file=str(authority.ca_file))
    post = internal_post(door, {})
    assert post is not None
    desks = {"intelligence_log": DESK}
    sender = "Partnership desk <desk@police.example>"
    return MailRoute(post, sender, desks, frozenset(allowed), lambda: NOON)


def _attachments(data: bytes) -> tuple[bytes, bytes]:
    mail = email.message_from_bytes(data, policy=email.policy.default)
    docx, its_json = mail.iter_attachments()  # type: ignore[attr-defined]
    assert json.loads(its_json.get_payload(decode=True))
    return docx.get_payload(decode=True), its_json.get_payload(decode=True)
