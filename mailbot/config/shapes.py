"""
The settings: a struct a table, frozen. `config/mailbot.example.toml` has a paragraph for each.

GUARANTEES
    No secret is ever a field here, and what may hide one (the database address, the proxy) is not in a
    `repr`. An unknown key is an error.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from mailbot.config.basis import Natural, Port, Positive, Relay, Section, Tls
from mailbot.config.retention import Retention
from mailbot.config.watch_shapes import Watch


class General(Section, frozen=True):
    """[mailbot]"""

    data: Path
    production: bool = False
    disk_reserve_mb: Natural = 2048
    templates: Path | None = None  # a site's own folder, whose files override ours
    forms: Path | None = None  # likewise for config/forms and config/vocabulary
    partners: Path | None = None  # the partner directory, see `partners`


class Database(Section, frozen=True):
    """[database]"""

    url: str = ""  # empty: sqlite in the data folder

    def __repr__(self) -> str:
        """Without the address: somebody may have put a password into it."""
        return f"Database(url={self.url.partition(':')[0]!r}…)"


class OAuth(Section, frozen=True):
    """[mailboxes.oauth] and [acknowledge.oauth]: one of certificate, assertion and secret"""

    tenant: str = ""
    client_id: str = ""
    certificate_file: str = ""  # PEM, the private key in the same file or in key_file
    key_file: str = ""
    assertion_file: str = ""  # workload identity: a token that somebody else renews
    secret_file: str = ""
    secret_env: str = ""
    secret_ends: date | None = None  # a secret does not say it itself
    authority: str = "https://login.microsoftonline.com"
    scope: str = ""  # empty: what the kind of server needs


class Ews(Section, frozen=True):
    """[mailboxes.ews] and [acknowledge.ews]"""

    sign_in: Literal["kerberos", "certificate", "ntlm"] = "ntlm"
    certificate_file: str = ""  # PEM, with the private key
    version: Literal["2013", "2016", "2019", "SE"] = "2019"
    impersonate: bool = False


class Mailbox(Section, frozen=True):
    """One [[mailboxes]]"""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    kind: Literal["imap", "graph", "ews", "maildir"]
    addresses: tuple[str, ...] = ()
    path: Path | None = None  # maildir
    url: str = ""  # graph, ews; empty: the worldwide cloud of graph
    mailbox: str = ""  # graph, ews; empty: the first of addresses
    other_mailbox: str = ""  # must be closed to us; `check` tries it
    host: str = ""
    port: Port | None = None  # 993, or 143 with starttls and none
    tls: Tls = "implicit"
    ca_file: str = ""
    username: str = ""
    password_file: str = ""
    password_env: str = ""
    oauth: OAuth | None = None
    ews: Ews = Ews()
    inbox: str = "INBOX"
    processed: str = "Processed"
    quarantine: str = "Quarantine"
    junk: str = ""  # empty: "Junk", or "Junk Email" on Exchange
    poll_seconds: Positive = 20
    authserv_ids: tuple[str, ...] = ()
    border_hosts: tuple[str, ...] = ()
    authserv_position: Literal["above", "below"] = "above"
    local_dkim: bool = False  # verify signatures ourselves where the border said nothing


class AckLimits(Section, frozen=True):
    """[acknowledge.limits]; more is held, with an alert."""

    per_address_day: Positive = 20
    per_domain_day: Positive = 100
    total_day: Positive = 1000


class Acknowledge(Relay, frozen=True):
    """[acknowledge]"""

    enabled: bool = False
    kind: Literal["smtp", "graph", "ews", "folder"] = "smtp"
    url: str = ""  # graph, ews
    mailbox: str = ""  # graph, ews; empty: the address of from
    save_sent: bool = False  # graph, ews
    oauth: OAuth | None = None
    ews: Ews = Ews()
    folder: Path | None = None  # kind folder; empty: data/acknowledgements
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
    wait_minutes: Natural = 30  # for a verdict, before a message goes into the queue without one


class Duty(Section, frozen=True):
    """One [[review.duty]]; outside these hours the clock of the mailbox stands still"""

    mailbox: str
    timezone: str = "Europe/London"
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = (
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
    )
    begins: str = "08:00"  # local, HH:MM
    ends: str = "18:00"  # up to "24:00"
    closed: tuple[str, ...] = ()  # days off, YYYY-MM-DD


class SourceRules(Section, frozen=True):
    """[review.source]; what opening a source part takes"""

    reason: Literal["off", "optional", "required"] = "required"
    second_person: bool = False
    open_minutes: Positive = 15


class Desks(Section, frozen=True):
    """[review.desks]; "folder", or an address that [review.mail] allows"""

    intelligence_log: str = "folder"
    crime_desk: str = "folder"
    safeguarding: str = "folder"


class InternalMail(Relay, frozen=True):
    """[review.mail]; never towards a source"""

    allowed: tuple[str, ...] = ()


class Review(Section, frozen=True):
    """[review]"""

    claim_minutes: Positive = 30
    target_minutes: Positive = 120
    warn_minutes: Positive = 30
    escalate_minutes: Positive = 90
    stops_clock: Literal["first_opened", "decided"] = "first_opened"
    folder: Path | None = None  # of the desks; empty: data/desks
    duty: tuple[Duty, ...] = ()
    source: SourceRules = SourceRules()
    desks: Desks = Desks()
    mail: InternalMail = InternalMail()


class SignIn(Section, frozen=True):
    """[console.oidc]; sign-in at the force's own provider, OpenID Connect"""

    issuer: str = ""
    client_id: str = ""
    secret_file: str = ""
    secret_env: str = ""
    tenant: str = ""  # the "tid" that tokens must carry; empty: any
    role_prefix: str = ""  # before our names of roles, in the token's "roles"


class Console(Section, frozen=True):
    """[console]"""

    host: str = "127.0.0.1"
    port: Port = 8600
    public_url: str = ""  # empty: http://host:port, this machine only
    trusted_proxy: str = ""  # whose X-Forwarded-For is believed
    threads: Positive = 8
    idle_minutes: Positive = 15
    absolute_hours: Positive = 10
    board_hours: Positive = 24
    local_accounts: bool | None = None  # None: unless production
    oidc: SignIn | None = None


class Report(Section, frozen=True):
    """[report]; the monthly data report"""

    threshold: Annotated[int, msgspec.Meta(ge=5, le=10)] = 5
    contributors: Annotated[int, msgspec.Meta(ge=3, le=20)] = 3
    largest_share: Annotated[int, msgspec.Meta(ge=50, le=80)] = 75
    year_begins: Annotated[int, msgspec.Meta(ge=1, le=12)] = 9
    keep_years: Positive = 10


class MashContact(Section, frozen=True):
    """One [[training.mash]]"""

    area: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    phone: Annotated[str, msgspec.Meta(min_length=3, max_length=40)]
    checked_on: date
    out_of_hours: str = ""


class Training(Section, frozen=True):
    """[training]; the admins' desk"""

    enabled: bool = True
    reply_to: str = ""
    per_sender_day: Positive = 5
    keep_months: Positive = 24
    again_months: Positive = 24
    remind_days: Positive = 7
    remind_at: Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "09:00"
    mash: tuple[MashContact, ...] = ()


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
    review: Review = Review()
    console: Console = Console()
    watch: Watch = Watch()
    retention: Retention = Retention()
    report: Report = Report()
    training: Training = Training()
    engine: Engine = Engine()
