"""When a definite temporary refusal is followed by another try: quickly at first, for a day at most."""

from datetime import timedelta
from random import Random

FIRST = timedelta(seconds=5)
EARLY = timedelta(minutes=10)  # until then no pause is longer than a minute
EARLY_PAUSE = timedelta(seconds=60)
LATE_PAUSE = timedelta(minutes=15)
GIVE_UP = timedelta(hours=24)


def next_pause(attempts: int, tried_for: timedelta, spread: Random) -> timedelta | None:
    """
    The pause after so many attempts, the first of which was `tried_for` ago; None when the time is over.

    Each pause is a little shorter than it might be, by chance, so that what failed together does not come
    back together.
    """
    most = EARLY_PAUSE if tried_for < EARLY else LATE_PAUSE
    pause = min(FIRST * 2.0 ** min(attempts - 1, 20), most) * spread.uniform(0.8, 1.0)
    return pause if tried_for + pause <= GIVE_UP else None
