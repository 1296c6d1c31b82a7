"""
The long run: rounds of faults over a mailbox, then quiet, then all invariants; a seed is a run of its own.

Prints what happened and what does not hold, and writes it to bench/out/faults.json; 1 when anything does not.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.faults.exchange_sides import EwsSide, GraphSide
from tests.faults.harness import Harness
from tests.faults.sides import ImapSide
from tests.faults.test_faults import over
from tests.servers.dovecot import Dovecot, serving

OUT = Path(__file__).parents[1] / "out"
SIDES = {"graph": GraphSide, "ews": EwsSide}


def arguments() -> argparse.Namespace:
    """What the caller wants."""
    parser = argparse.ArgumentParser(prog="bench/faults/run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="of each seed")
    parser.add_argument("--seeds", default="1,2,3,4,5", help="comma-separated")
    parser.add_argument("--only", default="", help="these faults alone; comma-separated")
    parser.add_argument("--side", default="imap", choices=("imap", *SIDES), help="the kind of mailbox")
    parser.add_argument("--keep", type=Path, help="a folder in which each run stays, to be looked at")
    return parser.parse_args()


def main() -> int:
    """Seed after seed."""
    asked = arguments()
    results = []
    with serving("") as server:
        for seed in map(int, asked.seeds.split(",")):
            results.append(one(asked, server, seed))
            OUT.mkdir(exist_ok=True)
            (OUT / "faults.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    total = sum(result["rounds"] for result in results)
    broken = [line for result in results for line in result["violations"]]
    print(f"{total} rounds over {len(results)} seeds: {len(broken)} violations")
    return int(bool(broken))


@contextmanager
def over_side(name: str, folder: Path, server: Dovecot, seed: int) -> Iterator[Harness]:
    """A run over a mailbox of this kind."""
    side = SIDES[name](folder / "exchange") if name in SIDES else ImapSide(server)
    with closing(side), over(side, folder, seed) as run:
        yield run


def one(asked: argparse.Namespace, server: Dovecot, seed: int) -> dict[str, object]:
    """One seed; what came of it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mb-faults-") as place:
        folder = asked.keep / str(seed) if asked.keep else Path(place)
        with over_side(asked.side, folder, server, seed) as run:
            run.faults = asked.only.split(",") if asked.only else run.faults
            for number in range(asked.rounds):
                run.round(run.dice.choice(run.faults))
                if number % 20 == 19:
                    print(f"seed {seed}: {number + 1} rounds, {time.monotonic() - began:.0f} s", flush=True)
            found = run.verdict(folder / "clean")
            result = {
                "seed": seed,
                "rounds": asked.rounds,
                "seconds": round(time.monotonic() - began),
                "messages": len(run.letters),
                "kills": run.kills,
                "acknowledged": len(run.sink.received),
                "in_doubt_at_the_relay": run.sink.doubtful,
                "happened": dict(sorted(run.happened.items())),
                "violations": found,
            }
    print(json.dumps(result), flush=True)
    return result


if __name__ == "__main__":
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    sys.exit(main())
