"""`mailbot schools`: the register of schools is imported and counted."""

from pathlib import Path

from tests.unit.cli.conftest import Call
from tests.unit.training.test_register import HEAD, ROWS


def test_the_command_imports_and_counts(call: Call, installed: Path, tmp_path: Path) -> None:
    """Two open ones in one authority."""
    file = tmp_path / "schools.csv"
    file.write_bytes((HEAD + ROWS).encode())
    said = call("schools", "--config", installed, "--import", file)
    wrong = call("schools", "--config", installed, "--import", installed)

    assert "2 open schools in 1 local authorities.\n" == said.out
    assert 2 == wrong.code
    assert "lacks columns" in wrong.err
