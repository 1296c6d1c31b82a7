"""
Prints the ratios, and writes them to bench/out/result.json.

Medians of interleaved rounds, and ratios of one run: rates of different runs say nothing about each other.
"""

import argparse
import importlib
import json
import os
import sys
import tempfile
from pathlib import Path

from bench import mailbox
from bench.dovecot import dovecot
from bench.setting import ROOT, Setting
from bench.table import Row, show

OUT = ROOT / "bench" / "out"
WAYS = ("wire", "django_mailbox", "imap_tools", "floor", "mailbot")
MEASURES = (
    "whole", "isolation", "poll", "latency", "docx", "formats", "exchange", "console", "item", "giants",
)  # fmt: skip


def arguments() -> argparse.Namespace:
    """What the caller wants."""
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--only", default=",".join(MEASURES), help="comma-separated")
    parser.add_argument("--ways", default=",".join(WAYS), help="for the measure whole; comma-separated")
    parser.add_argument(
        "--maildir", type=Path, action="append", default=[], help="another folder of messages to measure on"
    )
    return parser.parse_args()


def main() -> int:
    """All that was asked for, each under its own heading; 1 when a promise is missed."""
    asked = arguments()
    sources = {"own": mailbox.make(OUT / f"mailbox-{asked.messages}", asked.messages)}
    sources |= {path.name: path for path in asked.maildir}
    rows: list[Row] = []
    # a short path that the server's unprivileged user can reach, on the same disk as everything else
    with tempfile.TemporaryDirectory(prefix="mb-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)  # noqa: S103
        root = Path(folder) / "d"
        root.mkdir()
        with dovecot(root, ("peer", "idle")) as server:
            setting = Setting(
                server, Path(folder) / "w", _near(sources, Path(folder)), asked.rounds, asked.ways.split(",")
            )
            setting.work.mkdir()
            for name in asked.only.split(","):
                rows += importlib.import_module(f"bench.measures.{name}").run(setting)
    print(show(rows))
    OUT.mkdir(exist_ok=True)
    (OUT / "result.json").write_text(json.dumps([row.plain() for row in rows], indent=1), encoding="utf-8")
    return int(any(row.verdict == "MISSED" for row in rows))


def _near(sources: dict[str, Path], folder: Path) -> dict[str, Path]:
    """Copies on the disk of the mailboxes: they are filled with hard links, whose owner changes."""
    near = {}
    for name, source in sources.items():
        near[name] = folder / f"source-{name}"
        near[name].mkdir()
        for file in source.iterdir():
            (near[name] / file.name).write_bytes(file.read_bytes())
    return near


if __name__ == "__main__":
    sys.exit(main())
