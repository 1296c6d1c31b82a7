"""Where the kill test takes place: a mailbox, a way out, an installation between them, and their troubles."""

import re
from abc import ABC, abstractmethod
from collections import Counter
from pathlib import Path

from tests.fakes import ews, login
from tests.fakes.ews import EwsServer
from tests.fakes.graph import GraphServer
from tests.fakes.login import LoginServer
from tests.fakes.web import Reply
from tests.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.exchange import Tls
from tests.servers.smtp import SmtpSink

HEAD = """
[mailbot]
data = "data"
disk_reserve_mb = 1

[network]
ca_file = "{ca_file}"

[sandbox]
mode = "best_effort"

[engine]
readers = 2

[[mailboxes]]
name = "partnership"
addresses = ["partnership@police.example"]
poll_seconds = 1
authserv_ids = ["mx.police.example"]
"""
ACKNOWLEDGE = """
[acknowledge]
enabled = true
from = "Education Partnership Team <partnership@police.example>"
delay_seconds = [0, 0]
"""
GRAPH = """kind = "graph"
url = "{url}"
"""
OAUTH = """
[{table}.oauth]
tenant = "{tenant}"
client_id = "{client}"
secret_file = "secret"
authority = "{authority}"
"""
EWS = """kind = "ews"
url = "{url}"
username = '{user}'
password_file = "secret"
"""
_GENERATED = re.compile(rb"\AX-Generated: \d+\r\n")


class World(ABC):
    """See the module."""

    installation: Installation

    def readers(self, count: int) -> None:  # noqa: B027  it stays as it is where it cannot be changed
        """How many messages the next worker reads at the same time; there are two where nobody can say."""

    @abstractmethod
    def deliver(self, data: bytes) -> None:
        """A message arrives."""

    @abstractmethod
    def trouble(self) -> None:
        """Half way, the server does what servers do."""

    @abstractmethod
    def within(self, folder: str) -> list[bytes]:
        """What a folder holds."""

    @abstractmethod
    def answered(self) -> Counter[str]:
        """How often each address was answered."""

    def as_delivered(self, stored: bytes) -> bytes:
        """What was delivered, of what was stored: some servers write it anew each time."""
        return stored


class ImapWorld(World):
    """Dovecot and a relay; half way the server loses its numbering."""

    def __init__(self, folder: Path, dovecot: Dovecot, smtp: SmtpSink) -> None:
        self._dovecot, self._smtp = dovecot, smtp
        self._user = dovecot.user("kill")
        self.installation = Installation.create(folder, dovecot, self._user, smtp.port)

    def readers(self, count: int) -> None:
        self.installation.configure(readers=count)

    def deliver(self, data: bytes) -> None:
        self._dovecot.deliver(self._user, data)

    def trouble(self) -> None:
        self._dovecot.renumber(self._user)

    def within(self, folder: str) -> list[bytes]:
        return self._dovecot.served(self._user, folder)

    def answered(self) -> Counter[str]:
        return Counter(mail.recipients[0] for mail in self._smtp.received)


class GraphWorld(World):
    """Exchange Online, also as the way out; half way all tokens end and it throttles and fails."""

    def __init__(self, folder: Path, server: GraphServer, directory: LoginServer, tls: Tls) -> None:
        self._server, self._directory = server, directory
        server.accepts = directory.is_good
        server.page, server.regenerates = 5, True
        values = {"tenant": login.TENANT, "client": login.CLIENT, "authority": directory.authority}
        part = GRAPH.format(url=server.base_url)
        text = HEAD.format(ca_file=tls.ca_file) + part + OAUTH.format(table="mailboxes", **values)
        text += ACKNOWLEDGE + part + OAUTH.format(table="acknowledge", **values)
        self.installation = Installation.of(folder, text, {"secret": login.SECRET})

    def deliver(self, data: bytes) -> None:
        self._server.deliver(data)

    def trouble(self) -> None:
        self._directory.revoke_all()
        self._server.fail("GET", Reply(429, headers={"Retry-After": "1"}), times=2)
        self._server.fail("/move", Reply(500), times=2)
        self._server.fail("GET", Reply(503), times=2)
        self._server.fail("sendMail", Reply(503, headers={"Retry-After": "1"}), after=True)

    def within(self, folder: str) -> list[bytes]:
        return [one.data for one in self._server.within(folder)]

    def answered(self) -> Counter[str]:
        sent = list(self._server.sent)
        return Counter(one["message"]["toRecipients"][0]["emailAddress"]["address"] for one in sent)

    def as_delivered(self, stored: bytes) -> bytes:
        return _GENERATED.sub(b"", stored)


class EwsWorld(World):
    """Exchange of one's own, also as the way out; half way it is busy and fails."""

    def __init__(self, folder: Path, server: EwsServer, tls: Tls) -> None:
        self._server = server
        server.page, server.regenerates = 5, True
        part = EWS.format(url=server.url, user=ews.USER)
        text = HEAD.format(ca_file=tls.ca_file) + part + ACKNOWLEDGE + part
        self.installation = Installation.of(folder, text, {"secret": ews.PASSWORD})

    def deliver(self, data: bytes) -> None:
        self._server.deliver(data)

    def trouble(self) -> None:
        self._server.fail_body("FindItem", ews.fault("ErrorServerBusy", 800), times=2)
        self._server.fail_body("MoveItem", Reply(503), times=2)
        self._server.fail_body("GetItem", Reply(raw=lambda connection: None), times=2)
        self._server.fail_body("CreateItem", Reply(503), after=True)

    def within(self, folder: str) -> list[bytes]:
        return [one.data for one in self._server.within(folder)]

    def answered(self) -> Counter[str]:
        return Counter(recipients[0] for _, recipients, _ in list(self._server.sent))

    def as_delivered(self, stored: bytes) -> bytes:
        return _GENERATED.sub(b"", stored)
