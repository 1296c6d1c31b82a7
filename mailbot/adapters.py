"""
The only module that names an adapter: which mailbox, way out and scanner a configuration asks for.

There is no default adapter: a kind that is not known here stops the start with a sentence, so a typing
mistake can never become silence.
"""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec

from mailbot.clients.graph import Graph
from mailbot.clients.network import Outward, checked_url
from mailbot.clients.oauth import OUTLOOK_SCOPE, Application, Token, Tokens
from mailbot.config import Acknowledge, AlertMail, Config, Mailbox, OAuth, secret
from mailbot.errors import ConfigError
from mailbot.intake.sources.base import MailSource
from mailbot.intake.sources.graph import GraphSource
from mailbot.intake.sources.imap import ImapSource
from mailbot.intake.sources.maildir import MaildirSource
from mailbot.parse.scanners.base import Scanner
from mailbot.parse.scanners.clamd import ClamdScanner
from mailbot.parse.scanners.none import NoScanner
from mailbot.parse.scanners.rested import RestedScanner
from mailbot.review.routes.base import Route
from mailbot.review.routes.folder import FolderRoute
from mailbot.review.routes.mail import MailRoute
from mailbot.send.transports.base import MailTransport, OutgoingMail
from mailbot.send.transports.folder import FolderTransport
from mailbot.send.transports.graph import GraphTransport
from mailbot.send.transports.rested import RestedTransport
from mailbot.send.transports.smtp import SmtpTransport, internal_post
from mailbot.store.unit import Store
from mailbot.watch.canary import CanarySender
from mailbot.watch.channels.base import Channel
from mailbot.watch.channels.mail import HandOver, MailChannel
from mailbot.watch.channels.syslog import SyslogChannel
from mailbot.watch.channels.webhook import WebhookChannel

if TYPE_CHECKING:
    from mailbot.clients.exchange import Exchange

T = TypeVar("T")
Environ = Mapping[str, str]

WORLDWIDE = "https://graph.microsoft.com/v1.0"


def choose(kinds: Mapping[str, Callable[[], T]], kind: str, setting: str) -> T:
    """The adapter of this kind, built; a kind that is not there is an error and never a default."""
    if kind not in kinds:
        raise ConfigError(f'{setting}: "{kind}" is not available in this version; use {" or ".join(kinds)}')
    return kinds[kind]()


def outward(config: Config, *more_authorities: str) -> Outward:
    """How HTTPS leaves this machine."""
    return Outward(config.network.proxy, (config.network.ca_file, *filter(None, more_authorities)))


def build_source(config: Config, box: Mailbox, environ: Environ) -> MailSource:
    """A mailbox of a configuration."""
    where = f'[[mailboxes]] "{box.name}" →'
    folders = (box.inbox, box.processed, box.quarantine)

    def imap() -> MailSource:
        return ImapSource(
            box.name,
            box.host,
            box.port or (993 if box.tls == "implicit" else 143),
            box.tls,
            box.ca_file,
            box.username,
            _password(config, box, environ, where),
            _tokens(config, box.oauth, OUTLOOK_SCOPE, environ, where),
            *folders,
            other=box.other_mailbox,
        )

    def maildir() -> MailSource:
        if box.path is None:
            raise ConfigError(f"{where} path: is missing")
        return MaildirSource(box.name, box.path, *folders)

    def graph() -> MailSource:
        mailbox = box.mailbox or box.addresses[0]
        client = _graph(config, box, mailbox, environ, where)
        other = _graph(config, box, box.other_mailbox, environ, where) if box.other_mailbox else None
        return GraphSource(box.name, client, *folders, other=other)

    def ews() -> MailSource:
        client = _exchange(config, box, box.mailbox or box.addresses[0], environ, where)
        other = _exchange(config, box, box.other_mailbox, environ, where) if box.other_mailbox else None
        from mailbot.intake.sources.ews import EwsSource

        return EwsSource(box.name, client, *folders, other=other)

    kinds = {"imap": imap, "graph": graph, "ews": ews, "maildir": maildir}
    return choose(kinds, box.kind, f"{where} kind")


def build_transport(config: Config, environ: Environ) -> MailTransport:
    """The way out of a configuration."""
    ack, where = config.acknowledge, "[acknowledge] →"

    def smtp() -> MailTransport:
        tokens = _tokens(config, ack.oauth, OUTLOOK_SCOPE, environ, where)
        return SmtpTransport.to(ack, _password(config, ack, environ, where), tokens)

    def folder() -> MailTransport:
        target = ack.folder or config.mailbot.data / "acknowledgements"
        return FolderTransport(target, production=config.mailbot.production)

    def graph() -> MailTransport:
        mailbox = ack.mailbox or parseaddr(ack.sender)[1]
        return GraphTransport(_graph(config, ack, mailbox, environ, where), save_sent=ack.save_sent)

    def ews() -> MailTransport:
        mailbox = ack.mailbox or parseaddr(ack.sender)[1]
        client = _exchange(config, ack, mailbox, environ, where, connections=1)
        from mailbot.send.transports.ews import EwsTransport

        return EwsTransport(client, save_sent=ack.save_sent)

    kinds = {"smtp": smtp, "graph": graph, "ews": ews, "folder": folder}
    return RestedTransport(choose(kinds, ack.kind, "[acknowledge] → kind"))


def build_scanner(config: Config) -> Scanner:
    """The virus scanner of a configuration."""
    kinds: dict[str, Callable[[], Scanner]] = {
        "clamd": lambda: RestedScanner(ClamdScanner(Path(config.scanner.socket))),
        "none": lambda: NoScanner(production=config.mailbot.production),
    }
    return choose(kinds, config.scanner.kind, "[scanner] → kind")


def alert_mail(config: Config, environ: Environ) -> HandOver:
    """How mail to operators leaves, and the canary: through [watch.mail], and no mailbox that is watched."""
    mail = config.watch.mail
    path = parseaddr(mail.sender)[1]
    transport = SmtpTransport.to(mail, _password(config, mail, environ, "[watch.mail] →"))

    def hand_over(recipient: str, message_id: str, data: bytes) -> None:
        with closing(transport):
            transport.send(OutgoingMail(message_id, recipient, data, path))

    return hand_over


def build_channels(config: Config, environ: Environ) -> list[Channel]:
    """Every way to the operators that is configured."""
    watch, production = config.watch, config.mailbot.production
    channels: list[Channel] = []
    if watch.mail.to:
        channels.append(MailChannel(alert_mail(config, environ), watch.mail.sender, watch.mail.to))
    if hook := watch.webhook.url:
        token, where = watch.webhook, "[watch.webhook] → token"
        read = None
        if token.token_file or token.token_env:
            read = secret(token.token_file, token.token_env, environ, where, production=production)
        channels.append(WebhookChannel(hook, read, outward(config)))
    if watch.syslog:
        channels.append(SyslogChannel(watch.syslog))
    return channels


def build_canaries(
    config: Config, environ: Environ, store: Store, clock: Callable[[], datetime]
) -> list[CanarySender]:
    """The message of the day that must arrive, where one is wanted."""
    wanted = config.watch.canary
    return [
        CanarySender(
            store,
            alert_mail(config, environ),
            config.watch.mail.sender,
            box.name,
            box.addresses[0],
            wanted.hour,
            clock,
        )
        for box in config.mailboxes
        if box.name == wanted.mailbox
    ]


def _password(
    config: Config, section: Mailbox | Acknowledge | AlertMail, environ: Environ, where: str
) -> Callable[[], str] | None:
    if not (section.password_file or section.password_env):
        return None
    production = config.mailbot.production
    name = f"{where} password"
    return secret(section.password_file, section.password_env, environ, name, production=production)


def _graph(
    config: Config, section: Mailbox | Acknowledge, mailbox: str, environ: Environ, where: str
) -> Graph:
    url = checked_url(section.url or WORLDWIDE, f"{where} url")
    parts = urlsplit(url)
    scope = f"{parts.scheme}://{parts.netloc}/.default"
    tokens = _tokens(config, section.oauth, scope, environ, where)
    if tokens is None:
        raise ConfigError(f"{where} oauth: is missing; Graph signs in by it and nothing else")
    return Graph(url, mailbox, tokens, outward(config, section.ca_file), f"{where} url")


def _exchange(
    config: Config,
    section: Mailbox | Acknowledge,
    mailbox: str,
    environ: Environ,
    where: str,
    connections: int = 2,
) -> "Exchange":
    try:
        from mailbot.clients.exchange import Exchange
    except ImportError as error:
        raise ConfigError(f'{where} kind: "ews" needs the extra: pip install "mailbot[ews]"') from error
    if section.ews.sign_in == "kerberos" and find_spec("requests_gssapi") is None:
        raise ConfigError(f'{where} ews.sign_in: "kerberos" needs its extra: pip install "mailbot[kerberos]"')
    if not urlsplit(section.url).hostname:
        raise ConfigError(f'{where} url: is missing; kind "ews" needs it')
    way = outward(config, section.ca_file)
    if section.ews.sign_in == "certificate":
        way = replace(way, certificate_file=section.ews.certificate_file)
    return Exchange(
        section.url,
        mailbox,
        way,
        f"{where} url",
        sign_in=section.ews.sign_in,
        username=section.username,
        password=_password(config, section, environ, where),
        version=section.ews.version,
        impersonate=section.ews.impersonate,
        connections=connections,
    )


def _tokens(config: Config, oauth: OAuth | None, scope: str, environ: Environ, where: str) -> Token | None:
    if oauth is None:
        return None
    read = None
    if oauth.secret_file or oauth.secret_env:
        name, production = f"{where} oauth.secret", config.mailbot.production
        read = secret(oauth.secret_file, oauth.secret_env, environ, name, production=production)
    application = Application(
        oauth.tenant,
        oauth.client_id,
        checked_url(oauth.authority, f"{where} oauth.authority"),
        read,
        oauth.certificate_file,
        oauth.key_file,
        oauth.assertion_file,
    )
    return Tokens(application, oauth.scope or scope, outward(config))


def build_routes(config: Config, environ: Environ, clock: Callable[[], datetime]) -> dict[str, Route]:
    """The ways to the desks: the drop folder always, internal mail where a server for it is configured."""
    review = config.review
    ways: dict[str, Route] = {"folder": FolderRoute(review.folder or config.mailbot.data / "desks")}
    if (post := internal_post(review.mail, environ)) is not None:
        desks = msgspec.structs.asdict(review.desks)
        ways["mail"] = MailRoute(post, review.mail.sender, desks, frozenset(review.mail.allowed), clock)
    return ways
