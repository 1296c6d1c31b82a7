"""`users`: accounts from the command line, and what it says when something is wrong."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Call


def test_an_account_is_made_listed_and_switched_off(installed: Path, call: Call) -> None:
    """`add` prints the word for setting it up, once; `list` shows no secret; `disable` is seen there."""
    made = call("users", "add", "handler.one", "--role", "handler", "--config", installed)
    word = next(line.split()[-1] for line in made.out.splitlines() if "password" in line)

    assert 0 == made.code, made.err
    assert 23 == len(word)
    listed = call("users", "list", "--config", installed).out
    assert "handler.one\tlocal\tnot set up\tnever\thandler\n" == listed
    assert 0 == call("users", "disable", "handler.one", "--config", installed).code
    shown = call("audit", "show", "--config", installed).out
    assert "account_added" in shown
    assert "account_disabled" in shown
    assert word not in shown


def test_roles_are_changed_and_audited(installed: Path, call: Call) -> None:
    """The new ones replace the old ones."""
    call("users", "add", "handler.one", "--role", "handler", "--config", installed)

    assert 0 == call("users", "roles", "handler.one", "--role", "auditor", "--config", installed).code
    assert "auditor" == call("users", "list", "--config", installed).out.split()[-1]
    assert "roles_changed" in call("audit", "show", "--config", installed).out


def test_the_audit_is_shown_by_person_and_by_thing(installed: Path, call: Call) -> None:
    """Only what they did, only what was done to it."""
    call("users", "add", "handler.one", "--role", "handler", "--config", installed)
    call("users", "add", "handler.two", "--role", "handler", "--config", installed)
    shown = [json.loads(line) for line in call("audit", "show", "--config", installed).out.splitlines()]

    one = call("audit", "show", "--item", shown[0]["subject"], "--config", installed).out.splitlines()
    nobody = call("audit", "show", "--person", "handler.one", "--config", installed).out

    assert [shown[0]] == [json.loads(line) for line in one]
    assert "" == nobody


def test_a_reset_gives_another_word(installed: Path, call: Call) -> None:
    """Whoever lost everything begins anew."""
    first = call("users", "add", "handler.one", "--role", "handler", "--config", installed).out
    again = call("users", "reset", "handler.one", "--config", installed)

    assert 0 == again.code
    assert first != again.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add",), 2, "NAME is missing"),
        (("add", "handler.one"), 2, "--role is missing"),
        (("add", "Handler One", "--role", "handler"), 1, "a name has small letters"),
        (("add", "mailbot", "--role", "handler"), 1, "the machine's own"),
        (("add", "both.roles", "--role", "handler", "--role", "administrator"), 2, "sees no content"),
        (("disable", "nobody.here"), 1, "there is no account of this name"),
        (("reset", "nobody.here"), 1, "there is no account of this name"),
    ],
)
def test_what_is_wrong_is_said(
    installed: Path, call: Call, words: tuple[str, ...], code: int, said: str
) -> None:
    """One sentence each, and nothing is made."""
    done = call("users", *words, "--config", installed)

    assert code == done.code
    assert said in done.err
    assert "" == call("users", "list", "--config", installed).out


def test_a_name_is_taken_once(installed: Path, call: Call) -> None:
    """A second account of the same name is refused."""
    call("users", "add", "handler.one", "--role", "handler", "--config", installed)
    done = call("users", "add", "handler.one", "--role", "handler", "--config", installed)

    assert 1 == done.code
    assert "already" in done.err
