"""The doors: help, exit codes, one sentence, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.cli import COMMANDS, program
from tests.unit.cli.conftest import Call

BAD = sorted((Path(__file__).parents[2] / "stories" / "bad_configs").glob("*.toml"))


def mailbot(*argv: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run the program as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "mailbot", *argv],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environ},
    )


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_broken_configuration_ends_with_2(path: Path, call: Call) -> None:
    """One sentence that names the setting, exit code 2, nothing on standard output."""
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")

    said = call("check", "--config", path)

    assert (2, "") == (said.code, said.out)
    assert said.err.startswith("mailbot: ")
    assert expected in said.err
    assert len(said.err.splitlines()) == 1
    assert "hunter2" not in said.err


def test_the_program_itself_ends_with_2() -> None:
    """The same through the door that people use, and without a traceback."""
    ended = mailbot("--config", str(BAD[0]), "status")

    assert (2, "") == (ended.returncode, ended.stdout)
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_environment_names_the_configuration() -> None:
    """$MAILBOT_CONFIG counts where nothing was asked for."""
    ended = mailbot("status", MAILBOT_CONFIG="/nowhere/mailbot.toml")

    assert ended.returncode == 2
    assert "/nowhere/mailbot.toml: cannot be read" in ended.stderr


def test_config_stands_before_or_after_the_command(installed: Path, call: Call) -> None:
    """Both places mean the same."""
    before = call("--config", installed, "status")
    after = call("status", "--config", installed)

    assert (0, before.out) == (before.code, after.out)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.NAME)
def test_every_command_has_help(command: object, call: Call) -> None:
    """-h explains each command, in more than its name, and ends with 0."""
    said = call(command.NAME, "-h")  # type: ignore[attr-defined]

    assert said.code == 0
    assert "--config FILE" in said.out
    assert len(said.out.split()) > 30


def test_the_commands_are_listed(call: Call) -> None:
    """-h alone lists every command."""
    said = call("-h")

    assert said.code == 0
    for command in COMMANDS:
        assert f"    {command.NAME} " in said.out


@pytest.mark.parametrize("argv", [[], ["nonsense"], ["run", "--nonsense"], ["export", "--since", "soon"]])
def test_misuse_ends_with_2(argv: list[str], call: Call) -> None:
    """An unknown word is refused before anything is opened."""
    said = call(*argv)

    assert (2, "") == (said.code, said.out)


def test_help_loads_nothing_heavy() -> None:
    """Asking for help does not import what a command works with."""
    heavy = {"sqlalchemy", "lxml", "docx", "imapclient", "cryptography", "apscheduler", "rich", "msgspec"}
    script = "import sys, mailbot.cli; print(' '.join({name.partition('.')[0] for name in sys.modules}))"

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert set() == heavy & set(ended.stdout.split())


def test_last_words_quote_nobody() -> None:
    """A fault of ours is told by its class and its place in our code, never by its text or source line."""
    script = (
        "import sys, mailbot.codec; from mailbot.cli import program\n"
        "program.prepare(sys.stderr, talks=False, as_json=False)\n"
        "mailbot.codec.decode(['Quillon', 'Marrowby'], dict)\n"
    )

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert 1 == ended.returncode
    assert "Quillon" not in ended.stderr
    assert "TypeError at codec.py:" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_last_words_of_a_thread_quote_nobody() -> None:
    """The same in a thread."""
    script = (
        "import sys, threading; from mailbot.cli import program\n"
        "program.prepare(sys.stderr, talks=False, as_json=False)\n"
        "thread = threading.Thread(target=lambda: int('Quillon')); thread.start(); thread.join()\n"
    )

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert "Quillon" not in ended.stderr
    assert "ValueError" in ended.stderr


def test_last_words_without_a_place() -> None:
    """Outside our own code there is no place to name."""
    assert "(OSError)" in program.last_words(OSError, None)


def test_a_reader_that_goes_away_is_no_fault(installed: Path) -> None:
    """`mailbot status | true` ends quietly."""
    command = f'"{sys.executable}" -m mailbot status --config "{installed}" | true'

    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)

    assert ("", "") == (ended.stdout, ended.stderr)


def test_a_system_that_refuses_is_one_sentence(installed: Path, call: Call) -> None:
    """A folder where a file should be is told in the system's words, without a name or a traceback."""
    (installed.parent / "data" / "worker.lock").mkdir()

    said = call("run", "--once", "--config", installed)

    assert (1, "mailbot: the system refuses: Is a directory\n") == (said.code, said.err)
