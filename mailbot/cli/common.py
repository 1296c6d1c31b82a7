"""What several commands need: the configuration, who is asking, and why."""

import argparse
import json
import os
import pwd
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mailbot.errors import ConfigError

if TYPE_CHECKING:
    from mailbot.app import App
    from mailbot.config import Config

LONGEST_REASON = 200


def configuration(args: argparse.Namespace) -> "Config":
    """The configuration that was asked for."""
    from mailbot.config import load

    return load(args.config, os.environ)


def actor() -> str:
    """The operating-system user, as the audit names them; from the kernel, not from the environment."""
    try:
        return f"os:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"os:{os.getuid()}"


def note_settings(app: "App") -> None:
    """Record in the audit which tables of the configuration differ from the last start."""
    import msgspec

    from mailbot.store.settings import note

    plain = msgspec.to_builtins(app.config, enc_hook=str)
    tables = {name: json.dumps(value, sort_keys=True).encode() for name, value in plain.items()}
    note(app.store, tables, actor(), datetime.now(UTC))


def add_reason(parser: argparse.ArgumentParser) -> None:
    """The option of every command that shows content."""
    parser.add_argument(
        "--reason", metavar="WHY", default="", help="recorded in the audit; required in production"
    )


def reason(args: argparse.Namespace, config: "Config") -> str:
    """Why content is shown; a `ConfigError` where the site wants to know and nobody says."""
    why: str = args.reason.strip()
    if config.mailbot.production and not why:
        raise ConfigError("--reason WHY is required in production: this command shows what people wrote")
    if len(why) > LONGEST_REASON or not why.isprintable():
        raise ConfigError(f"--reason: one line of at most {LONGEST_REASON} characters")
    return why


def moment(text: str) -> datetime:
    """A date, or a date and time, of the command line; UTC where no zone is given."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            "write a date as 2026-01-31, or with a time as 2026-01-31T09:00"
        ) from None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
