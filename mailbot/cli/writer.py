"""Objects on standard output: as lines, as one object, or as a list; written as they come."""

import json
from dataclasses import dataclass
from typing import Any, TextIO


@dataclass
class Writer:
    """`lines`: one line each; else `many`: a list; else a single object."""

    out: TextIO
    lines: bool
    many: bool
    count: int = 0

    def write(self, value: dict[str, Any]) -> None:
        """The next object."""
        if self.lines:
            print(json.dumps(value, ensure_ascii=False), file=self.out)
        else:
            before = "" if not self.many else "[\n" if not self.count else ",\n"
            print(before + json.dumps(value, ensure_ascii=False, indent=2), file=self.out, end="")
        self.count += 1

    def close(self) -> None:
        """The end of the list, or of the line."""
        if not self.lines and self.many:
            print("\n]" if self.count else "[]", file=self.out)
        elif not self.lines and self.count:
            print(file=self.out)
