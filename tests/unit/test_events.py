"""A log line can be given nothing that a stranger wrote."""

import inspect
import io
import json
import logging
import re
import typing
import warnings
from collections.abc import Iterator
from enum import Enum

import pytest

from mailbot import events
from mailbot.domain.mail import Kind
from mailbot.errors import SourceUnavailable

SECRET = "Quillon Marrowby\nforged line quillon@school.example"
HARMLESS = {int, float, bool, Enum, type[BaseException], events.Id, events.Code}
FUNCTIONS = [
    function
    for name, function in inspect.getmembers(events, inspect.isfunction)
    if function.__module__ == events.__name__ and not name.startswith("_") and name != "configure_logging"
]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged, with the machinery put back afterwards."""
    root = logging.getLogger()
    ours = logging.getLogger("mailbot")
    before, level, raising = list(root.handlers), (root.level, ours.level), logging.raiseExceptions
    out = io.StringIO()
    events.configure_logging(out)
    yield out
    for mine in [handler for handler in root.handlers if handler not in before]:
        mine.close()
    root.handlers, logging.raiseExceptions = before, raising
    root.setLevel(level[0])
    ours.setLevel(level[1])
    logging.captureWarnings(False)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_no_event_takes_free_text(function: typing.Any) -> None:
    """Each parameter is an id, a code, a number, a truth value, a state or the class of an error."""
    for name, hint in typing.get_type_hints(function, include_extras=True).items():
        kinds = {hint} if hint in HARMLESS else set(typing.get_args(hint)) - {type(None)}
        if name != "return":
            assert kinds <= HARMLESS, name
            assert kinds, name


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_every_event_is_one_line_under_its_own_name(function: typing.Any, stream: io.StringIO) -> None:
    """Whatever text is smuggled in past the types, the line does not hold it."""
    samples: dict[typing.Any, typing.Any] = {
        int: 1,
        float: 0.5,
        bool: True,
        Enum: Kind.CPI,
        type[BaseException]: SourceUnavailable,
    }
    hints = typing.get_type_hints(function, include_extras=True)

    function(**{name: samples.get(hint, SECRET) for name, hint in hints.items() if name != "return"})

    lines = stream.getvalue().splitlines()
    assert len(lines) == 1
    assert re.match(rf"\S+Z [A-Z]+ {function.__name__}( |$)", lines[0])
    assert "Quillon" not in lines[0]
    assert "school" not in lines[0]


def test_a_line_reads_as_pairs(stream: io.StringIO) -> None:
    """Ids as they are, states as their words, errors as their class."""
    events.ack_retry("a1b2", SourceUnavailable, 2, 5.12345)

    pattern = r"\S+Z WARNING ack_retry mail=a1b2 error=SourceUnavailable attempt=2 seconds=5.123"
    assert re.fullmatch(pattern, stream.getvalue().strip())


def test_what_is_none_is_left_out(stream: io.StringIO) -> None:
    """An absent code leaves no empty pair."""
    events.ack_decided("a1", Kind.CPI)

    assert stream.getvalue().strip().endswith("message=a1 state=cpi")


def test_json_lines(stream: io.StringIO) -> None:
    """The same as one JSON object a line."""
    events.configure_logging(stream, as_json=True)

    events.message_stored("ab12", "partnership", 17)

    line = json.loads(stream.getvalue())
    assert line.pop("at").endswith("Z")
    expected = {
        "level": "INFO",
        "event": "message_stored",
        "message": "ab12",
        "mailbox": "partnership",
        "size": 17,
    }
    assert expected == line


def test_configuring_twice_writes_once(stream: io.StringIO) -> None:
    """A second configuration replaces the first."""
    events.configure_logging(stream)

    events.breaker_closed()

    assert len(stream.getvalue().splitlines()) == 1


def test_the_texts_of_others_are_not_written(stream: io.StringIO) -> None:
    """Of another logger only its name and level come through, also with a traceback."""
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("imapclient.imaplib").exception("while reading %s", SECRET)
    logging.getLogger("mailbot.parse.whatever").error(SECRET)

    lines = stream.getvalue().splitlines()
    assert [" ERROR foreign logger=imapclient", " ERROR foreign logger=mailbot"] == [
        line.partition("Z")[2] for line in lines
    ]


def test_debug_of_others_is_off(stream: io.StringIO) -> None:
    """Talkative libraries are not even asked to format what they would say."""
    assert not logging.getLogger("imapclient").isEnabledFor(logging.WARNING)
    assert not logging.getLogger("sqlalchemy.engine").isEnabledFor(logging.INFO)


def test_a_stream_that_broke_prints_nothing(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    """When a line cannot be written, its arguments are not printed elsewhere."""
    stream.close()

    logging.getLogger("somebody").error("of %s", SECRET)

    assert capsys.readouterr().err == ""


def test_warnings_are_not_quoted(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    """A warning of a library may hold what it was reading; it comes through without its text."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(SECRET, UserWarning, stacklevel=1)

    assert "Quillon" not in capsys.readouterr().err + stream.getvalue()
    assert "foreign logger=py" in stream.getvalue()
