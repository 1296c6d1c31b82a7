"""
Where the tests are shared out, each process begins with its part of what takes long and ends with small ones.

So no process still has a minute of work before it when the others have none that could be taken over. The
files stay whole, and with them what their tests share.
"""

import os
from collections.abc import Sequence

import pytest

# Seconds of a quiet machine, of the files that take longest. Only their order counts, and that roughly.
SECONDS = {
    "tests/faults/test_kill.py": 190,
    "tests/faults/test_faults.py": 170,
    "tests/stories/test_before_real_mail.py": 80,
    "tests/integration/test_bad_input.py": 80,
    "tests/faults/test_every_step.py": 50,
    "tests/browser/test_every_page.py": 40,
    "tests/integration/test_acknowledgements.py": 40,
    "tests/integration/test_disclosure.py": 40,
    "tests/integration/test_four_mailboxes.py": 40,
    "tests/integration/test_scanning.py": 35,
    "tests/unit/cli/test_run.py": 30,
    "tests/integration/test_ews_faults.py": 30,
    "tests/unit/cli/test_forms.py": 30,
    "tests/integration/test_graph_faults.py": 25,
    "tests/hostile/test_poison.py": 25,
    "tests/integration/test_watch.py": 20,
    "tests/integration/test_outward.py": 20,
    "tests/integration/test_review_at_once.py": 20,
    "tests/unit/engine/test_embedded.py": 20,
    "tests/hostile/test_set.py": 20,
    "tests/browser/test_forms_and_faults.py": 20,
    "tests/integration/test_worker.py": 15,
    "tests/stories/test_river.py": 15,
    "tests/unit/cli/test_reprocess.py": 15,
    "tests/unit/record/test_constructs.py": 15,
    "tests/unit/review/test_documents.py": 10,
}


def arranged(files: Sequence[str], hands: int) -> list[int]:
    """
    The order for tests of these files, by their numbers: xdist cuts it into `hands` parts of the same length.
    """
    long: dict[str, list[int]] = {}
    rest = []
    for number, file in enumerate(files):
        if file in SECONDS:
            long.setdefault(file, []).append(number)
        else:
            rest.append(number)
    parts: list[list[int]] = [[] for _ in range(hands)]
    loads = [0] * hands
    for file in sorted(long, key=lambda file: (-SECONDS[file], file)):
        lightest = loads.index(min(loads))
        parts[lightest] += long[file]
        loads[lightest] += SECONDS[file]
    for number, part in enumerate(parts):
        room = len(files) * (number + 1) // hands - len(files) * number // hands - len(part)
        part += rest[: max(0, room)]
        del rest[: max(0, room)]
    return [number for part in parts for number in part] + rest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In each of the processes that share the tests out; alone, they stay in the order of the files."""
    hands = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if hands > 1:
        order = arranged([item.location[0] for item in items], hands)
        items[:] = [items[number] for number in order]
