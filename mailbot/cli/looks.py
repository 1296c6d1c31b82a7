"""What `mailbot check` looks at, in order; each look gives sentences, or raises what is wrong."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailbot.errors import ConfigError, Permanent

if TYPE_CHECKING:
    from mailbot.config import Config, Mailbox

Look = Callable[[], list[str]]
SKEW = timedelta(minutes=5)


def looks(config: "Config", environ: Mapping[str, str]) -> Iterator[tuple[str, Look]]:
    """Name and look, in the order in which a person would mend things."""
    from mailbot.adapters import build_transport
    from mailbot.clients.expiry import uses_any

    yield "configuration", lambda: _configuration(config, environ)
    yield "keys and database", lambda: _database(config)
    if uses_any(config):
        yield "certificates", lambda: _certificates(config)
    for box in config.mailboxes:
        yield f"mailbox {box.name}", partial(_mailbox, config, box, environ)
    yield "acknowledgements", lambda: _acknowledge(config)
    if config.acknowledge.enabled:
        yield "way out", lambda: build_transport(config, environ).check()
    yield "partners", lambda: _partners(config)
    yield "scanner", lambda: _scanner(config)
    yield "isolation", lambda: _isolation(config)
    yield "clock", lambda: _clock(config)


def _configuration(config: "Config", environ: Mapping[str, str]) -> list[str]:
    from mailbot.config import advice, require_secrets

    require_secrets(config, environ)
    if not config.mailboxes:
        raise ConfigError("[[mailboxes]]: none is configured, so there is nothing to collect")
    return ["every setting is understood, every secret is there", *advice(config)]


def _certificates(config: "Config") -> list[str]:
    """What signs us in, and how long it lasts; a failure from three days before its end."""
    from mailbot.clients.expiry import expiries

    now = datetime.now(UTC)
    found = list(expiries(config))
    sentences = [one.sentence(now) for one in found]
    if alarms := [one.sentence(now).removeprefix("warning: ") for one in found if one.is_alarm(now)]:
        raise Permanent("; ".join(alarms))
    return sentences


def _mailbox(config: "Config", box: "Mailbox", environ: Mapping[str, str]) -> list[str]:
    from mailbot.adapters import build_source

    return build_source(config, box, environ).check()


def _database(config: "Config") -> list[str]:
    from mailbot.app import open_app

    with open_app(config) as app:
        room = app.raw.room() // 2**20
    return [f"of this version; room for {room} MB above the reserve"]


def _acknowledge(config: "Config") -> list[str]:
    from mailbot.send.acknowledge import Composer

    ack = config.acknowledge
    if not ack.enabled:
        return ["are switched off: nobody would be told that something has arrived"]
    Composer(ack.sender, config.mailbot.templates, ack.envelope_sender)
    low, high = ack.delay_seconds
    return [
        "the text tells nothing",
        f"would leave by {ack.kind} after {low} to {high} seconds, at most {ack.limits.total_day} a day",
    ]


def _partners(config: "Config") -> list[str]:
    from mailbot.config import load_partners

    directory = load_partners(config.mailbot.partners)
    if not directory:
        return ["no directory: whoever is authenticated is answered"]
    asked = config.acknowledge.require_known_partner is not False
    others = "wait for a person" if asked else "are answered like them"
    return [f"{len(directory.partners)} with {len(directory.domains)} domains; others {others}"]


def _scanner(config: "Config") -> list[str]:
    from mailbot.adapters import build_scanner

    return build_scanner(config).check()


def _isolation(config: "Config") -> list[str]:
    from mailbot.parse.sandbox import ReaderPool

    with closing(ReaderPool(mode=config.sandbox.mode, readers=1)) as pool:
        missing = pool.warnings
    if missing:
        return [f"best effort: {sentence}" for sentence in missing]
    return ["complete: messages are read without network, files or keys"]


def _clock(config: "Config") -> list[str]:
    from sqlalchemy import func, select

    from mailbot.app import open_app
    from mailbot.store.schema import message

    now = datetime.now(UTC)
    with open_app(config) as app, app.store.look() as db:
        newest = db.scalar(select(func.max(message.c.stored_at).label("stored_at")))
    if newest is not None and newest > now + SKEW:
        raise Permanent("it is behind: a message was stored later than now")
    return [f"{now:%Y-%m-%d %H:%M} UTC, {now.astimezone(ZoneInfo('Europe/London')):%H:%M} in London"]
