"""A small disk of its own for an installation's data, which can be filled and made read-only. Needs root."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SIZE_MB = 48


@dataclass
class Disk:
    """A tmpfs at `place`."""

    place: Path

    def fill(self, leave: int) -> None:
        """Leave so many bytes free."""
        ballast, block = self.place / "ballast", bytes(2**16)
        with suppress(OSError), open(ballast, "wb", buffering=0) as file:
            while (room := self._room() - leave) > 0:
                file.write(block[:room])

    def free(self) -> None:
        """There is room again."""
        (self.place / "ballast").unlink(missing_ok=True)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing can be written while the block runs; those who begin now see it so."""
        _mount("--bind", str(self.place), str(self.place))
        _mount("-o", "remount,ro,bind", str(self.place))
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(self.place)], check=True)

    def _room(self) -> int:
        found = os.statvfs(self.place)
        return found.f_bavail * found.f_frsize


@contextmanager
def disk(place: Path) -> Iterator[Disk | None]:
    """A disk; None where this user may not mount one."""
    place.mkdir(parents=True, exist_ok=True)
    try:
        _mount("-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=0700", "tmpfs", str(place))
    except (subprocess.CalledProcessError, OSError):
        yield None
        return
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False)


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)
