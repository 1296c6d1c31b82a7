"""
How a line of the log is written, and how everybody else is kept from writing one.

SECURITY
    Neither the message nor the traceback of a record that is not ours ever reaches our stream; a value with a
    character that ours never hold is written as "invalid". No line can be broken, none can be forged.
"""

import json
import logging
import re
import time
from typing import TextIO

LOGGER = "mailbot"
_SAFE = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
# These write what they read or send when they are let.
_TALKATIVE = (
    "imapclient",
    "exchangelib",
    "apscheduler",
    "sqlalchemy",
    "alembic",
    "urllib3",
    "requests",
    "msal",
    "spnego",
    "mailparser",
    "pypdf",
    "pdfminer",
    "docx",
    "dkim",
    "procrastinate",
    "asyncio",
    "waitress",
)


class Formatter(logging.Formatter):
    """`time level event key=value …`, or the same as one JSON object; of others only who and how loud."""

    def __init__(self, *, as_json: bool = False) -> None:
        super().__init__()
        self._json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The line. Neither the message nor the traceback of the record is ever part of it."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        event = getattr(record, "event", None) if record.name == LOGGER else None
        fields: dict[str, object] = getattr(record, "fields", {}) if event else {}
        if not event:
            event, fields = "foreign", {"logger": word(record.name.partition(".")[0])}
        head = {"at": at, "level": record.levelname, "event": event}
        if self._json:
            return json.dumps(head | fields)
        return " ".join([*head.values(), *(f"{key}={value}" for key, value in fields.items())])


class _Handler(logging.StreamHandler[TextIO]):
    """Ours; found again by its class when logging is configured a second time."""


def configure_logging(stream: TextIO, level: int = logging.INFO, *, as_json: bool = False) -> None:
    """Send our events to `stream`, and make everybody else silent about content. May be called again."""
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(old)
    handler = _Handler(stream)
    handler.setFormatter(Formatter(as_json=as_json))
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))
    logging.getLogger(LOGGER).setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.captureWarnings(True)  # a warning may quote what was being read
    logging.raiseExceptions = False  # else a failing log call prints its arguments


def word(untrusted_text: str) -> str:
    """The text, if it is a word as ours are."""
    return untrusted_text if _SAFE.fullmatch(untrusted_text) else "invalid"
