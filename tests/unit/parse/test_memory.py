"""A warm reader's memory is arranged so that what a child makes anew goes to new pages."""

import subprocess
import sys

_PROGRAM = """
import sys
sys.path[:] = {path!r}
from mailbot.parse import memory
pieces = [bytes(300 + at % 64) for at in range(4000)]
del pieces[::2]  # leaves holes
before = memory._resident()
if {settled}:
    memory.settle()
made = [bytes(300 + at % 64) for at in range(200)]
print(sum(id(piece) // memory._PAGE in before for piece in made))
"""


def made_in_holes(*, settled: bool) -> int:
    """How many of 200 new objects went where older ones had been, in a process of its own."""
    program = _PROGRAM.format(path=sys.path, settled=settled)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return int(run.stdout)


def test_new_pages() -> None:
    """Once the holes are filled, new objects are made elsewhere; before, they went into them."""
    assert made_in_holes(settled=False) > 150
    assert made_in_holes(settled=True) < 50
