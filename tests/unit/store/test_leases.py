"""Leases, on both databases."""

import threading
from datetime import timedelta

from mailbot.store import leases
from mailbot.store.unit import Store
from tests.unit.store.rows import NOW


def test_a_lease_has_one_owner_until_it_ends(store: Store) -> None:
    """Taken, refused to another, taken again by its owner, free when its time is over."""
    with store.unit() as unit:
        results = [
            leases.take(unit, "mailbox:a", "one", NOW, 30),
            leases.take(unit, "mailbox:a", "two", NOW + timedelta(seconds=29), 30),
            leases.take(unit, "mailbox:b", "two", NOW, 30),
            leases.take(unit, "mailbox:a", "one", NOW + timedelta(seconds=20), 30),
            leases.take(unit, "mailbox:a", "two", NOW + timedelta(seconds=49), 30),
            leases.take(unit, "mailbox:a", "two", NOW + timedelta(seconds=50), 30),
        ]

    assert [True, False, True, True, False, True] == results


def test_only_the_owner_renews_and_drops(store: Store) -> None:
    """Who lost a lease learns it; who never had it cannot give it away."""
    with store.unit() as unit:
        leases.take(unit, "mailbox:a", "one", NOW, 30)
        leases.drop(unit, "mailbox:a", "two")
        renewed = leases.renew(unit, "mailbox:a", "one", NOW + timedelta(seconds=20), 30)
        stolen = leases.renew(unit, "mailbox:a", "two", NOW + timedelta(seconds=20), 30)
        refused = leases.take(unit, "mailbox:a", "two", NOW + timedelta(seconds=40), 30)
        leases.drop(unit, "mailbox:a", "one")
        taken = leases.take(unit, "mailbox:a", "two", NOW + timedelta(seconds=40), 30)

    assert (True, False, False, True) == (renewed, stolen, refused, taken)


def test_one_of_six_threads_takes_it(store: Store) -> None:
    """At the same moment, on one name."""
    won: list[bool] = []

    def take(owner: str) -> None:
        with store.unit() as unit:
            won.append(leases.take(unit, "mailbox:a", owner, NOW, 30))

    threads = [threading.Thread(target=take, args=(f"worker-{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [False] * 5 + [True] == sorted(won)
