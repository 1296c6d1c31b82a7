"""Puts what a run found among the samples of the property tests, and says what it was."""

import hashlib
import re
import sys
from pathlib import Path

FOUND = Path(__file__).resolve().parents[2] / "tests" / "property" / "found"
LARGEST = 64 << 10
_CAUSE = re.compile(r"^(?:[\w.]+(?:Error|Exception|Exceeded)\b.*|==\d+== ERROR.*|SUMMARY.*)$", re.M)


def main() -> int:
    """0 when something was found, 1 when the run ended for another reason."""
    reader, work = sys.argv[1], Path(sys.argv[2])
    kept = 0
    for path in sorted((work / "crash").iterdir()):
        data = path.read_bytes()
        path.unlink()
        if len(data) <= LARGEST:
            folder = FOUND / reader
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{path.name.partition('-')[0]}-{hashlib.sha256(data).hexdigest()[:12]}"
            (folder / name).write_bytes(data)
            kept += 1
            cause = _CAUSE.findall((work / "log").read_text("utf-8", "replace"))
            print(f"{reader}: {name}: {cause[-1] if cause else 'see the log'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
