"""Our own source, as the tests of the house look at it."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mailbot"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules(folder: Path = PACKAGE) -> list[Path]:
    """Every Python file below a folder."""
    return sorted(folder.rglob("*.py"))


def name(path: Path) -> str:
    """A file's path as a person writes it."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function of a file, also those inside classes and other functions."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def tracked() -> list[Path]:
    """The files that belong to the project: tracked by git, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    files = (ROOT / line for line in listed.stdout.decode("utf-8").split("\0") if line)
    return sorted(path for path in files if path.is_file())
