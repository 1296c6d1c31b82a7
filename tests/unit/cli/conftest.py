"""An installation for the tests of the commands, and a way to call them."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailbot.cli import main


@dataclass(frozen=True)
class Said:
    """What a command gave back."""

    code: int
    out: str
    err: str


class Bytes(io.TextIOWrapper):
    """Standard output as it is outside a test: text, with bytes below it."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)

    def written(self) -> bytes:
        """Everything so far."""
        self.flush()
        kept = self.buffer
        assert isinstance(kept, io.BytesIO)
        return kept.getvalue()


Call = Callable[..., Said]


@pytest.fixture(scope="session")
def call() -> Call:
    """Run a command in this process."""

    def run(*argv: object) -> Said:
        before, out, err = (sys.stdout, sys.stderr), Bytes(), Bytes()
        sys.stdout, sys.stderr = out, err
        try:
            code = main([str(word) for word in argv])
        except SystemExit as end:  # argparse: help and misuse
            code = int(end.code or 0)
        finally:
            sys.stdout, sys.stderr = before
        return Said(code, out.written().decode(errors="surrogateescape"), err.written().decode())

    return run


@pytest.fixture
def installed(tmp_path: Path, call: Call) -> Path:
    """The configuration of a fresh installation."""
    folder = tmp_path / "mailbot"
    said = call("init", "--dir", folder)
    assert said.code == 0, said.err
    return folder / "mailbot.toml"
