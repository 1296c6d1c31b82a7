"""
No personal data in a log line, an error or a metric: a rule about the whole suite, held by this plugin.

It overhears every log record of mailbot and the standard error of every Python that a test starts,
collects the canaries (subjects, names, addresses and file names of the messages that the suite uses),
and fails the run, naming the event, when one of them was heard.

Canaries come from the sample corpus beside the checkout, from each `.eml` file under `tests/`, from the
demonstration, and from tests that make their own messages and call `canary("Zebedee Quince", ...)`. A test
that has text to be judged (a metrics page, the text of an error) calls `heard("metrics", text)`.

Where the tests are shared out among several processes, each notes what it heard and must not have heard, and
the first one judges it all together.

BUGS
    What stands in our own source text cannot be told from a leak, so it is no canary. A Python that is
    started with a cleared environment or with `-I` is not overheard.
"""

import json
import logging
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from pathlib import Path

import pytest

from mailbot.cli.demo.messages import samples

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
SHORTEST = 5  # below it, our own words would be found everywhere
PERSONAL = ("name", "names", "email", "phone", "address", "origin", "aliases", "school", "parent_guardian")
# What differs from line to line and is nobody's: ids of ours, counts, sizes, durations. A telephone
# number begins with 0, and no size does.
_NUMBERS = re.compile(r"(?<!\w)(?:[0-9a-f]{32,64}|(?!0\d)\d+(?:\.\d+)?)(?!\w)")


def folded(text: str) -> str:
    """The text as it is kept and compared: small letters, bare numbers as one sign."""
    return _NUMBERS.sub("#", text.lower())


class Silence:
    """What was heard, and what must not have been."""

    def __init__(self) -> None:
        self._heard: dict[str, str] = {}  # folded line -> event
        self._canaries: set[str] = set()

    def heard(self, event: str, text: str) -> None:
        """Keep each different line once, however often it was said."""
        for line in text.splitlines():
            self._heard.setdefault(folded(line), event)

    def canary(self, *texts: str) -> None:
        """Texts of which none may ever be heard."""
        self._canaries.update(text.strip() for text in texts if len(text.strip()) >= SHORTEST)

    def keep(self, path: Path) -> None:
        """Note everything for the process that judges."""
        path.write_text(json.dumps([self._heard, sorted(self._canaries)]), encoding="utf-8")

    def join(self, path: Path) -> None:
        """Take over what another process noted."""
        heard, canaries = json.loads(path.read_text(encoding="utf-8"))
        self._heard = heard | self._heard
        self._canaries.update(canaries)

    def broken(self, own_words: str) -> list[tuple[str, str]]:
        """The events that said a canary, and the canary."""
        everything = "\n".join(self._heard)
        found = []
        for canary in self._canaries:
            # as it is, as JSON writes it, as repr() writes it
            for wanted in {folded(canary), folded(json.dumps(canary)[1:-1]), folded(repr(canary)[1:-1])}:
                if len(wanted) < SHORTEST or wanted not in everything or canary.lower() in own_words:
                    continue
                found += [(event, canary) for event in self._events(wanted)]
        return sorted(set(found))

    def _events(self, wanted: str) -> Iterator[str]:
        word = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
        return (event for line, event in self._heard.items() if word.search(line))


_silence = Silence()


def canary(*texts: str) -> None:
    """A test that makes its own message says which of its texts are personal."""
    _silence.canary(*texts)


def heard(event: str, text: str) -> None:
    """A test hands over a text that somebody outside gets to see."""
    _silence.heard(event, text)


class _Ear(logging.Handler):
    """Hears records as a formatter would write them, with everything attached to them."""

    def emit(self, record: logging.LogRecord) -> None:
        event = f"{record.name} {str(record.msg).split(' ')[0][:60]}"
        heard(event, f"{record.getMessage()} {record.__dict__!r}")
        if record.exc_info:
            heard(event, logging.Formatter().formatException(record.exc_info))


def _text(untrusted_value: object) -> str:
    try:
        return str(make_header(decode_header(str(untrusted_value))))
    except (MessageError, LookupError, ValueError):
        return str(untrusted_value)


def _of_message(message: "Message[str, str]") -> Iterator[str]:
    """The personal texts of a message's headers and the file names in it."""
    yield _text(message.get("Subject", ""))
    people = [_text(v) for h in ("From", "Reply-To", "Sender") for v in message.get_all(h, [])]
    for name, address in getaddresses(people):
        yield from (name, address)
    for part in message.walk():
        yield _text(part.get_filename() or "")


def _of_truth(value: object, key: str = "") -> Iterator[str]:
    """The values of a sample's truth that name people, places or ways to reach them."""
    if isinstance(value, dict):
        for inner, held in value.items():
            yield from _of_truth(held, inner)
    elif isinstance(value, list):
        for held in value:
            yield from _of_truth(held, key)
    elif isinstance(value, str) and (key in PERSONAL or key.endswith(PERSONAL)):
        yield value


def _messages() -> Iterator[bytes]:
    """The corpus, the samples of the tests, and what the demonstration shows."""
    for place in (CORPUS / "messages", ROOT / "tests"):
        yield from (path.read_bytes() for path in place.rglob("*.eml"))
    yield from samples(datetime(2026, 1, 5, tzinfo=UTC))


def _samples() -> Iterator[str]:
    for raw in _messages():
        try:
            yield from _of_message(message_from_bytes(raw))
        except (MessageError, LookupError, ValueError, TypeError, RecursionError):
            continue  # a hostile sample that the standard library cannot open
    for path in (CORPUS / "truth").glob("*.json"):
        yield from _of_truth(json.loads(path.read_text(encoding="utf-8")))


def own_words(folders: Iterable[str] = ("mailbot", "templates", "config")) -> str:
    """Our source text but for the demonstration, in small letters."""
    files = (path for folder in folders for path in (ROOT / folder).rglob("*") if "demo" not in path.parts)
    texts = (path.read_text(encoding="utf-8") for path in files if path.suffix in {".py", ".toml", ".txt"})
    return "\n".join(texts).lower()


_FOLDER = pytest.StashKey["tempfile.TemporaryDirectory[str]"]()
_NOTES = "worker-"  # the files of other processes of this run, beside those of standard error
_BROKEN = pytest.StashKey[list[tuple[str, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to listen, here and in every Python that a test starts."""
    ear = _Ear(logging.DEBUG)
    # Other people's loggers never reach our stream (`events` sees to that, and children's stderr shows it).
    logging.getLogger("mailbot").addHandler(ear)
    logging.getLogger("mailbot").setLevel(logging.DEBUG)
    if hasattr(config, "workerinput"):
        return  # the first process has prepared all of this
    config.stash[_FOLDER] = tempfile.TemporaryDirectory(prefix="mailbot-silence-")
    child = str(Path(__file__).parent / "child")
    os.environ["MAILBOT_SILENCE"] = config.stash[_FOLDER].name
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (child, os.environ.get("PYTHONPATH"))))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when a canary was heard."""
    folder = session.config.stash.get(_FOLDER, None)
    if folder is None:
        _silence.keep(Path(os.environ["MAILBOT_SILENCE"]) / f"{_NOTES}{os.getpid()}")
        return
    for path in Path(folder.name).iterdir():
        if path.name.startswith(_NOTES):
            _silence.join(path)
        else:
            heard("standard error", path.read_text(encoding="utf-8", errors="replace"))
    canary(*_samples())
    broken = session.config.stash[_BROKEN] = _silence.broken(own_words())
    if broken and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the events."""
    for event, text in config.stash.get(_BROKEN, []):
        terminalreporter.write_line(f"PERSONAL DATA in {event!r}: {text!r}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Clear away."""
    if folder := config.stash.get(_FOLDER, None):
        folder.cleanup()
