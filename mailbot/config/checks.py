"""
What must hold between settings: an ordered table of small functions; the first that finds something speaks.

Each gives (setting, what is wrong) pairs. A rule about one value alone belongs into `shapes`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import msgspec

from mailbot.config.exchange import oauth_problems, server_problems
from mailbot.config.mailboxes import read_twice
from mailbot.config.place import SettingPath
from mailbot.config.shapes import Config
from mailbot.config.watching import watch_problems
from mailbot.config.words import is_address, is_loopback, is_one_sender

Problems = Iterator[tuple[SettingPath, str]]

_NEEDS = {"maildir": ("path",), "imap": ("host", "username"), "ews": ("url",), "graph": ()}


def first_problem(config: Config) -> tuple[SettingPath, str] | None:
    """The first thing that is wrong, or None."""
    return next((problem for check in CHECKS for problem in check(config)), None)


def _control_characters(config: Config) -> Problems:
    for path, value in _walk((), config):
        if isinstance(value, str) and not value.isprintable():
            yield path, "must not contain control characters"


def _mailbox_names(config: Config) -> Problems:
    seen: set[str] = set()
    for index, box in enumerate(config.mailboxes):
        if box.name in seen:
            yield ("mailboxes", index, "name"), "two mailboxes have the same name"
        seen.add(box.name)


def _mailbox_needs(config: Config) -> Problems:
    for index, box in enumerate(config.mailboxes):
        for setting in _NEEDS[box.kind]:
            if not getattr(box, setting):
                yield ("mailboxes", index, setting), f'is missing; kind "{box.kind}" needs it'
        if box.kind in ("graph", "ews") and not is_address(box.mailbox or next(iter(box.addresses), "")):
            yield ("mailboxes", index, "mailbox"), "must be one plain address, as addresses has none to take"
        if box.other_mailbox and not is_address(box.other_mailbox):
            yield ("mailboxes", index, "other_mailbox"), "must be one plain address, or empty"
        yield from server_problems(("mailboxes", index), box)


def _mailbox_sign_in(config: Config) -> Problems:
    for index, box in enumerate(config.mailboxes):
        ways = [bool(box.password_file), bool(box.password_env), box.oauth is not None]
        place: SettingPath = ("mailboxes", index, "password_file")
        if box.kind == "imap" and not any(ways):
            yield place, "is missing; password_file, password_env or an oauth table says how to sign in"
        if box.kind == "graph" and box.oauth is None:
            yield ("mailboxes", index, "oauth"), 'is missing; kind "graph" signs in by it and nothing else'
        if sum(ways) > 1:
            yield place, "only one of password_file, password_env and an oauth table can be used"


def _oauth(config: Config) -> Problems:
    for index, box in enumerate(config.mailboxes):
        yield from oauth_problems(("mailboxes", index, "oauth"), box.oauth)
    yield from oauth_problems(("acknowledge", "oauth"), config.acknowledge.oauth)


def _local_dkim(config: Config) -> Problems:
    for index, box in enumerate(config.mailboxes):
        if box.local_dkim and box.kind not in ("imap", "maildir"):
            yield (
                ("mailboxes", index, "local_dkim"),
                f'kind "{box.kind}" does not hold messages as they were signed, so no signature verifies',
            )


def _folders(config: Config) -> Problems:
    for index, box in enumerate(config.mailboxes):
        seen: set[str] = set()
        for setting in ("inbox", "processed", "quarantine"):
            folder = getattr(box, setting).casefold()
            if not folder.strip():
                yield ("mailboxes", index, setting), "must not be empty"
            if folder in seen:
                yield ("mailboxes", index, setting), "inbox, processed and quarantine must be three folders"
            seen.add(folder)


def _own_addresses(config: Config) -> Problems:
    for index, box in enumerate(config.mailboxes):
        if not all(is_address(address) for address in box.addresses):
            yield ("mailboxes", index, "addresses"), "holds something that is not one plain address"
        if config.acknowledge.enabled and not box.addresses:
            yield (
                ("mailboxes", index, "addresses"),
                "is missing; we must know whom never to answer: ourselves",
            )


def _tls(config: Config) -> Problems:
    for path, tls, host in _doors(config):
        if tls == "none" and not is_loopback(host):
            yield path, '"none" is allowed towards this machine only (127.0.0.1, ::1, localhost)'


def _acknowledge(config: Config) -> Problems:
    ack = config.acknowledge
    low, high = ack.delay_seconds
    if low > high:
        yield ("acknowledge", "delay_seconds"), "the shorter delay comes first"
    if ack.envelope_sender and not is_address(ack.envelope_sender):
        yield ("acknowledge", "envelope_sender"), "must be one plain address, or empty"
    if ack.password_file and ack.password_env:
        yield ("acknowledge", "password_file"), "only one of password_file and password_env can be used"
    if ack.username and ack.kind == "smtp" and not (ack.password_file or ack.password_env or ack.oauth):
        yield ("acknowledge", "password_file"), "is missing; a username needs it, or password_env"
    if not ack.enabled:
        return
    if not ack.sender:
        yield ("acknowledge", "from"), "is missing; acknowledgements are enabled"
    elif not is_one_sender(ack.sender):
        yield ("acknowledge", "from"), 'must be one address, like "Team <team@police.example>"'
    if ack.kind == "smtp" and not ack.host:
        yield ("acknowledge", "host"), 'is missing; kind "smtp" needs it'
    if ack.kind == "ews" and not ack.url:
        yield ("acknowledge", "url"), 'is missing; kind "ews" needs it'
    if ack.kind == "graph" and ack.oauth is None:
        yield ("acknowledge", "oauth"), 'is missing; kind "graph" signs in by it and nothing else'
    if ack.mailbox and not is_address(ack.mailbox):
        yield ("acknowledge", "mailbox"), "must be one plain address, or empty"
    if ack.kind == "smtp" and ack.oauth is not None and (not ack.username or ack.password_file):
        yield ("acknowledge", "username"), "is needed with an oauth table, and no password is"
    yield from server_problems(("acknowledge",), ack)


def _database(config: Config) -> Problems:
    url = config.database.url
    postgresql = url.startswith(("postgresql://", "postgresql+psycopg://"))
    if url and not postgresql and not url.startswith("sqlite:////"):
        yield (
            ("database", "url"),
            "must begin with postgresql+psycopg:// or with sqlite://// and an absolute path",
        )
    if config.engine.kind == "procrastinate" and not postgresql:
        yield ("engine", "kind"), '"procrastinate" needs [database] → url to be of PostgreSQL'


def _clock(config: Config) -> Problems:
    review = config.review
    if not review.warn_minutes <= review.escalate_minutes <= review.target_minutes:
        yield ("review", "escalate_minutes"), "the clock warns first, then escalates, then is over"
    names = {box.name for box in config.mailboxes}
    seen: set[str] = set()
    for index, duty in enumerate(review.duty):
        place: SettingPath = ("review", "duty", index)
        if duty.mailbox not in names or duty.mailbox in seen:
            yield (*place, "mailbox"), "must name one of the mailboxes, each at most once"
        seen.add(duty.mailbox)
        if duty.timezone not in available_timezones():
            yield (*place, "timezone"), 'must be a time zone such as "Europe/London"'
        if not duty.days:
            yield (*place, "days"), "must hold a day, or nothing would ever be due"
        for setting in ("begins", "ends"):
            if not re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", getattr(duty, setting)):
                yield (*place, setting), 'must be a time of day such as "08:00"'
        if duty.begins >= duty.ends:
            yield (*place, "ends"), "must be later than begins"
        if not all(_is_date(day) for day in duty.closed):
            yield (*place, "closed"), "must be a list of days such as 2026-12-25, in quotes"


def _desks(config: Config) -> Problems:
    mail, desks = config.review.mail, config.review.desks
    if not all(is_address(address) for address in mail.allowed):
        yield ("review", "mail", "allowed"), "holds something that is not one plain address"
    if mail.password_file and mail.password_env:
        yield ("review", "mail", "password_file"), "only one of password_file and password_env can be used"
    for setting in ("intelligence_log", "crime_desk", "safeguarding"):
        where = getattr(desks, setting)
        if where == "folder":
            continue
        if where not in mail.allowed:
            yield ("review", "desks", setting), 'must be "folder", or an address of [review.mail] → allowed'
        if not mail.host or not is_one_sender(mail.sender):
            yield ("review", "mail", "host"), "is missing, or from is; a desk is reached by mail"


def _console(config: Config) -> Problems:
    console = config.console
    place = urlsplit(console.public_url)
    if console.public_url and (place.scheme not in ("http", "https") or not place.hostname):
        yield ("console", "public_url"), 'must be like "https://console.police.example"'
    elif place.path.strip("/") or place.query or place.fragment:
        yield ("console", "public_url"), "must name a host, and no path on it"
    elif place.scheme == "http" and not is_loopback(place.hostname or ""):
        yield ("console", "public_url"), "must begin with https://; http is for this machine only"
    if not console.public_url and not is_loopback(console.host):
        yield ("console", "public_url"), "is missing; a host that others reach needs TLS in front of it"
    if (provider := console.oidc) is None:
        return
    if not provider.issuer.startswith("https://"):
        yield ("console", "oidc", "issuer"), "must begin with https://"
    if not provider.client_id:
        yield ("console", "oidc", "client_id"), "is missing"
    if provider.secret_file and provider.secret_env:
        yield ("console", "oidc", "secret_file"), "only one of secret_file and secret_env can be used"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _production(config: Config) -> Problems:
    if not config.mailbot.production:
        return
    for path, unsafe in (
        (("scanner", "kind"), config.scanner.kind == "none"),
        (("acknowledge", "kind"), config.acknowledge.kind == "folder"),
        (("sandbox", "mode"), config.sandbox.mode == "best_effort"),
        *((path, tls == "none") for path, tls, _ in _doors(config)),
    ):
        if unsafe:
            yield path, "this value is not allowed in production"


CHECKS: tuple[Callable[[Config], Problems], ...] = (
    _control_characters,
    _mailbox_names,
    _mailbox_needs,
    _mailbox_sign_in,
    _oauth,
    _local_dkim,
    _folders,
    read_twice,
    _tls,
    _own_addresses,
    _acknowledge,
    _clock,
    _desks,
    _console,
    watch_problems,
    _database,
    _production,
)


def _doors(config: Config) -> Iterator[tuple[SettingPath, str, str]]:
    """Every connection that TLS protects: its setting, its value, its host."""
    for index, box in enumerate(config.mailboxes):
        if box.kind == "imap":
            yield ("mailboxes", index, "tls"), box.tls, box.host
    if config.acknowledge.enabled and config.acknowledge.kind == "smtp":
        yield ("acknowledge", "tls"), config.acknowledge.tls, config.acknowledge.host
    if config.review.mail.host:
        yield ("review", "mail", "tls"), config.review.mail.tls, config.review.mail.host
    if config.watch.mail.host:
        yield ("watch", "mail", "tls"), config.watch.mail.tls, config.watch.mail.host


def _walk(path: SettingPath, value: Any) -> Iterator[tuple[SettingPath, Any]]:
    """Every value with its place; a shallow tree of our own shapes, so recursion is safe."""
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            yield from _walk((*path, field.encode_name), getattr(value, field.name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _walk((*path, index), item)
    else:
        yield path, str(value) if isinstance(value, Path) else value
