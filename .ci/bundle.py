#!/usr/bin/env python3
"""
Makes mailbot-bundle: everything that an installation without any package index needs, for one machine type.

    python3 .ci/bundle.py [--python 3.11 --python 3.12 …] [OUT]

Wheels for the Pythons of Debian 12 and 13, Ubuntu 24.04 and RHEL 9 and 10 (x86-64, glibc 2.28), the digests
of all of them, and `install`. What is downloaded is checked against .ci/requirements.lock; what is
published as source alone is built here.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / ".ci" / "requirements.lock"
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64")
WHEEL = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)-(?P<tags>.+)\.whl")
INSTALL = """\
#!/bin/sh
# Installs mailbot into a new environment, without any index:   sh install /opt/mailbot [python3]
set -eu
[ $# -ge 1 ] || { echo "install: DIRECTORY [PYTHON]" >&2; exit 2; }
here="$(cd "$(dirname "$0")" && pwd)"
"${2:-python3}" -m venv "$1"
"$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-cache-dir --isolated \\
    --find-links "$here/wheels" --require-hashes --requirement "$here/requirements.txt"
"$1/bin/mailbot" --help >/dev/null && echo "$1/bin/mailbot is installed."
"""


def main() -> int:
    """Build, check, pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", action="append", default=[], help="a version; more than one")
    parser.add_argument("out", type=Path, nargs="?", default=ROOT)
    asked = parser.parse_args()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    with tempfile.TemporaryDirectory() as place:
        bundle = Path(place) / f"mailbot-bundle-{version}"
        wheels = bundle / "wheels"
        wheels.mkdir(parents=True)
        _fill(wheels, Path(place), asked.python or PYTHONS)
        (bundle / "requirements.txt").write_text(_requirements(wheels))
        (bundle / "install").write_text(INSTALL)
        packed = asked.out / f"{bundle.name}.tar.gz"
        with tarfile.open(packed, "w:gz") as archive:
            archive.add(bundle, bundle.name)
    print(f"{packed}  sha256 {hashlib.sha256(packed.read_bytes()).hexdigest()}")
    return 0


def _fill(wheels: Path, work: Path, pythons: tuple[str, ...]) -> None:
    here = work / "here"
    _pip("wheel", "--no-deps", "--require-hashes", "-r", str(LOCK), "-w", str(here))
    _pip("wheel", "--no-deps", str(ROOT), "-w", str(here))
    native = set()
    for path in here.glob("*.whl"):
        if path.name.endswith("-none-any.whl"):
            path.rename(wheels / path.name)
        elif found := WHEEL.fullmatch(path.name):
            native.add(_plain(found["name"]))
    part = work / "native.lock"
    part.write_text("".join(text for name, text in _locked().items() if name in native))
    for python in pythons:
        where = [word for name in PLATFORMS for word in ("--platform", name)]
        how = ["--only-binary=:all:", "--implementation", "cp", "--python-version", python, *where]
        _pip("download", "--no-deps", "--require-hashes", "-r", str(part), *how, "-d", str(wheels))


def _locked() -> dict[str, str]:
    """The lock, package by package."""
    entries: dict[str, str] = {}
    name = ""
    for line in LOCK.read_text().splitlines(keepends=True):
        if line[0].isalnum():
            name = _plain(re.split(r"[=\[ ]", line, maxsplit=1)[0])
        entries[name] = entries.get(name, "") + line
    return entries


def _requirements(wheels: Path) -> str:
    """Every package with the digests of the wheels that are here."""
    digests: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(wheels.glob("*.whl")):
        found = WHEEL.fullmatch(path.name)
        if found is None:
            raise SystemExit(f"{path.name} is named as no wheel is")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        digests[_plain(found["name"]), found["version"]].append(f"--hash=sha256:{digest}")
    lines = (" ".join((f"{name}=={version}", *hashes)) for (name, version), hashes in sorted(digests.items()))
    return "\n".join(lines) + "\n"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", *words, "--quiet", "--disable-pip-version-check"]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
