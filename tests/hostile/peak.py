"""Watches reading children from outside: how much memory each held at most."""

import re
import threading
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Peak:
    """Watches the children of readers: the most memory that any of them held, in MB."""

    megabytes: float = 0.0
    seen: set[int] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self, readers: list[int]) -> None:
        """Until told to stop. A process's own high-water mark is read, so a look now and then is enough."""
        while not self.over.wait(0.005):
            for reader in readers:
                for child in self._children(reader):
                    self._look(child)

    def _children(self, reader: int) -> list[int]:
        try:
            return [int(pid) for pid in Path(f"/proc/{reader}/task/{reader}/children").read_text().split()]
        except OSError:
            return []

    def _look(self, child: int) -> None:
        try:
            status = Path(f"/proc/{child}/status").read_text()
        except OSError:
            return
        if found := re.search(r"VmHWM:\s+(\d+) kB", status):
            self.seen.add(child)
            self.megabytes = max(self.megabytes, int(found[1]) / 1024)
