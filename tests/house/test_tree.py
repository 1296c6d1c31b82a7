"""The tree is the table of contents; nothing else may stand in it, and the wheel carries what is needed."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, tracked

TOP = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "bench", "config", "docs",
    "mailbot", "pyproject.toml", "templates", "tests",
}  # fmt: skip
ROOMS = {
    "cli", "clients", "config", "domain", "engine", "intake", "parse", "record", "review", "send",
    "statistics", "store", "training", "watch", "web",
}  # fmt: skip
FILES = {
    "__init__.py", "__main__.py", "adapters.py", "app.py", "codec.py", "errors.py", "events.py",
    "loglines.py", "pipeline.py", "reading.py", "resources.py", "py.typed",
}  # fmt: skip


def test_the_top_holds_what_it_should() -> None:
    """A new name at the top is a decision, not an accident."""
    present = {path.relative_to(ROOT).parts[0] for path in tracked()}

    assert set() == present - TOP


def test_the_package_holds_its_rooms() -> None:
    """A new room of the package is a decision, not an accident."""
    here = {path.relative_to(PACKAGE).parts for path in tracked() if path.is_relative_to(PACKAGE)}

    assert set() == {parts[0] for parts in here if len(parts) == 1} - FILES
    assert set() == {parts[0] for parts in here if len(parts) > 1} - ROOMS


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert 0 == done.returncode, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_templates_and_configuration(wheel: Path) -> None:
    """Whoever installs the wheel has every template and every form, where the package looks for them."""
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    wanted = {
        f"mailbot/data/{path.relative_to(ROOT).as_posix()}"
        for path in tracked()
        if path.relative_to(ROOT).parts[0] in {"templates", "config"}
    }

    assert wanted
    assert set() == wanted - carried


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    """No test, benchmark or document is installed."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}

    assert {"mailbot"} == {top for top in tops if not top.endswith(".dist-info")}


def test_the_installed_wheel_finds_its_files(wheel: Path, tmp_path: Path) -> None:
    """Unpacked far from the checkout, the package finds its own templates and forms."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = "import mailbot, mailbot.resources as r; print(mailbot.__file__); print(r.find('config').is_dir())"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert f"{tmp_path}/mailbot/__init__.py\nTrue\n" == done.stdout, done.stderr
