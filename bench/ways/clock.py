"""What a way is told, and how it reports."""

import json
import os
import time
from pathlib import Path
from types import TracebackType

HOST = "127.0.0.1"
PORT = int(os.environ.get("BENCH_PORT", "0"))
USER = os.environ.get("BENCH_USER", "")
PASSWORD = os.environ.get("BENCH_PASSWORD", "")
WORK = Path(os.environ.get("BENCH_WORK", "."))


class Clock:
    """Wall and processor time of the work alone, without imports and preparations."""

    wall = cpu = 0.0

    def __enter__(self) -> "Clock":
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wall, self.cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu

    def report(self, stored: int, **more: object) -> None:
        """For the one who compares."""
        result = {"stored": stored, "wall": self.wall, "cpu": self.cpu, **more}
        (WORK / "result.json").write_text(json.dumps(result), encoding="utf-8")
