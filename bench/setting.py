"""What every measurement works with: a server, folders, and how often to repeat."""

import json
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.dovecot import PASSWORD, Dovecot

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 600  # seconds for one way


@dataclass(frozen=True, slots=True)
class Setting:
    """See the module."""

    server: Dovecot
    work: Path  # ours alone, cleared afterwards
    sources: dict[str, Path]  # name -> folder of messages
    rounds: int
    ways: list[str]  # what the whole way is compared with, and itself

    def environ(self, user: str, work: Path) -> dict[str, str]:
        """What a way is told."""
        return os.environ | {
            "BENCH_PORT": str(self.server.port),
            "BENCH_USER": user,
            "BENCH_PASSWORD": PASSWORD,
            "BENCH_WORK": str(work),
        }

    def way(self, name: str, source: Path, user: str = "peer") -> dict[str, Any]:
        """Run one way on a fresh copy of a mailbox; what it reports, its message count beside it."""
        work = self.work / name
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        present = self.server.fill(user, source)
        command = [sys.executable, "-m", f"bench.ways.{name}"]
        environ = self.environ(user, work)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(work / "log", "wb") as log:
            done = subprocess.run(
                command, cwd=ROOT, env=environ, stdout=log, stderr=log, timeout=LIMIT, check=False
            )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # of all its processes, its start included: moves far less than the wall on a busy machine
        tree = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if done.returncode:
            tail = (work / "log").read_text(errors="replace")[-1500:]
            raise SystemExit(f"the way {name} failed:\n{tail}")
        result: dict[str, Any] = json.loads((work / "result.json").read_text(encoding="utf-8"))
        return result | {"present": present, "left": self.server.left(user), "tree": tree}
