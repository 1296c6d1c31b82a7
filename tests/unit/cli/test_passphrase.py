"""At a terminal the passphrase is asked for twice, and never shown."""

import os
import pty
import sys
from pathlib import Path

PHRASE = b"correct horse battery staple"


def at_a_terminal(config: Path, file: Path, answers: list[bytes]) -> tuple[int, bytes]:
    """Run `keys escrow` for a person who types `answers`; the exit code and what they saw."""
    child, terminal = pty.fork()
    if child == 0:
        program = [sys.executable, "-m", "mailbot", "keys", "escrow", str(file), "--config", str(config)]
        os.execv(sys.executable, program)  # noqa: S606  ourselves, without a shell on purpose
    seen, waiting = b"", list(answers)
    while piece := _read(terminal):
        seen += piece
        if seen.endswith(b": ") and waiting:
            os.write(terminal, waiting.pop(0))
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen


def test_it_is_asked_for_twice(installed: Path, tmp_path: Path) -> None:
    """The same twice writes the file; it was not echoed."""
    code, seen = at_a_terminal(installed, tmp_path / "keys.escrow", [PHRASE + b"\n"] * 2)

    assert (0, True) == (code, (tmp_path / "keys.escrow").is_file())
    assert b"horse" not in seen


def test_two_different_ones_write_nothing(installed: Path, tmp_path: Path) -> None:
    """A typing mistake is found before the file is needed."""
    code, seen = at_a_terminal(installed, tmp_path / "keys.escrow", [PHRASE + b"\n", b"another one, long\n"])

    assert (2, False) == (code, (tmp_path / "keys.escrow").exists())
    assert b"differ" in seen


def test_an_interruption_is_quiet(installed: Path, tmp_path: Path) -> None:
    """Ctrl-C ends it with the code of a shell, without a traceback."""
    code, seen = at_a_terminal(installed, tmp_path / "keys.escrow", [b"\x03"])

    assert (130, False) == (code, (tmp_path / "keys.escrow").exists())
    assert b"Traceback" not in seen


def _read(terminal: int) -> bytes:
    """What the terminal shows next; nothing when the program has ended."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
