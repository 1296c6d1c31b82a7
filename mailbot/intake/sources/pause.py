"""A pause, for sources that are not told of arrivals."""

import time
from collections.abc import Callable

LOOK_SECONDS = 0.2


def pause(seconds: float, changed: Callable[[], bool] = lambda: False) -> bool:
    """Wait `seconds`, or until `changed`; True when it did."""
    deadline = time.monotonic() + seconds
    while not changed():
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(left, LOOK_SECONDS))
    return True
