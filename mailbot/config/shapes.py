"""
The settings: a struct a table, frozen. `config/mailbot.example.toml` has a paragraph for each.

GUARANTEES
    No secret is ever a field here, and what may hide one (the database address, the proxy) is not in a
    `repr`. An unknown key is an error.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
Tls = Literal["implicit", "starttls", "none"]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file; an unknown key in it is an error."""


class General(Section, frozen=True):
    """[mailbot]"""

    data: Path
    production: bool = False
    disk_reserve_mb: Natural = 2048
    templates: Path | None = None  # a site's own folder, whose files override ours
    forms: Path | None = None  # likewise for config/forms and config/vocabulary


class Database(Section, frozen=True):
    """[database]"""

    url: str = ""  # empty: sqlite in the data folder

    def __repr__(self) -> str:
        """Without the address: somebody may have put a password into it."""
        return f"Database(url={self.url.partition(':')[0]!r}…)"


class OAuth(Section, frozen=True):
    """[mailboxes.oauth]"""

    tenant: str = ""
    client_id: str = ""
    secret_file: str = ""
    secret_env: str = ""


class Mailbox(Section, frozen=True):
    """One [[mailboxes]]"""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    kind: Literal["imap", "graph", "ews", "maildir"]
    addresses: tuple[str, ...] = ()
    path: Path | None = None  # maildir
    host: str = ""
    port: Port | None = None  # 993, or 143 with starttls and none
    tls: Tls = "implicit"
    ca_file: str = ""
    username: str = ""
    password_file: str = ""
    password_env: str = ""
    oauth: OAuth | None = None
    inbox: str = "INBOX"
    processed: str = "Processed"
    quarantine: str = "Quarantine"
    poll_seconds: Positive = 20
    authserv_ids: tuple[str, ...] = ()
    border_hosts: tuple[str, ...] = ()
    authserv_position: Literal["above", "below"] = "above"


class AckLimits(Section, frozen=True):
    """[acknowledge.limits]; more is held, with an alert."""

    per_address_day: Positive = 20
    per_domain_day: Positive = 100
    total_day: Positive = 1000


class Acknowledge(Section, frozen=True):
    """[acknowledge]"""

    enabled: bool = False
    kind: Literal["smtp", "graph", "ews", "folder"] = "smtp"
    host: str = ""
    port: Port = 25
    tls: Tls = "starttls"
    ca_file: str = ""
    username: str = ""
    password_file: str = ""
    password_env: str = ""
    folder: Path | None = None  # kind folder; empty: data/acknowledgements
    sender: str = msgspec.field(default="", name="from")
    envelope_sender: str = ""  # empty: the null path; else a bounce address of ours
    require_authenticated: bool = True
    require_known_partner: bool | None = None
    delay_seconds: tuple[Natural, Natural] = (60, 300)
    shared_mailboxes: tuple[str, ...] = ()
    limits: AckLimits = AckLimits()


class Network(Section, frozen=True):
    """[network]"""

    proxy: str = ""
    ca_file: str = ""

    def __repr__(self) -> str:
        """Without the proxy's address: it may carry a password."""
        return f"Network(proxy={bool(self.proxy)}, ca_file={self.ca_file!r})"


class Sandbox(Section, frozen=True):
    """[sandbox]"""

    mode: Literal["required", "best_effort"] = "required"


class Scanner(Section, frozen=True):
    """[scanner]"""

    kind: Literal["clamd", "none"] = "none"
    socket: str = "/run/clamav/clamd.ctl"


class Engine(Section, frozen=True):
    """[engine]"""

    kind: Literal["embedded", "procrastinate"] = "embedded"
    readers: Positive = 2


class Config(Section, frozen=True):
    """The whole file."""

    mailbot: General
    database: Database = Database()
    mailboxes: tuple[Mailbox, ...] = ()
    acknowledge: Acknowledge = Acknowledge()
    network: Network = Network()
    sandbox: Sandbox = Sandbox()
    scanner: Scanner = Scanner()
    engine: Engine = Engine()
