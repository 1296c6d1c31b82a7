"""What is installed is pinned: the lock names every dependency with digests, and is not stale."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT

LOCK = ROOT / ".ci" / "requirements.lock"
PINNED = re.compile(r"(?m)^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)")


def locked() -> dict[str, str]:
    """Versions by name."""
    return {str(canonicalize_name(name)): version for name, version in PINNED.findall(LOCK.read_text())}


def wanted() -> list[Requirement]:
    """What an installation with every feature needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    return [Requirement(line) for line in (*project["dependencies"], *extras["ews"], *extras["distributed"])]


def test_the_lock_has_every_dependency_at_a_version_that_is_asked_for() -> None:
    """A dependency that was added or raised without the lock would be installed by nobody's check."""
    pins = locked()

    assert {} == {
        one.name: pins.get(canonicalize_name(one.name))
        for one in wanted()
        if pins.get(canonicalize_name(one.name)) not in one.specifier
    }


def test_every_pin_has_digests() -> None:
    """Nothing is taken on its name alone."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", LOCK.read_text())[1:]

    assert len(entries) > 50
    assert [] == [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_the_lock_names_no_place() -> None:
    """Where packages come from is the business of the machine that installs."""
    assert [] == [line for line in LOCK.read_text().splitlines() if "://" in line or "index" in line]


def test_every_dependency_has_a_floor() -> None:
    """A version with a known weakness is not asked for: each names the lowest that will do."""
    floors = {">=", "~=", "=="}

    assert [] == [one.name for one in wanted() if not floors & {each.operator for each in one.specifier}]
