"""Turns that are taken together: nobody waits for company, and one that fails takes only itself down."""

import threading
from collections.abc import Sequence

from mailbot.engine.turns import Turns
from mailbot.errors import StoreUnavailable

PATIENCE = 20  # seconds


class Transaction:
    """Notes who went together; the first turn waits until it may end."""

    def __init__(self, error: type[Exception] = ZeroDivisionError) -> None:
        self.groups: list[list[str]] = []
        self.first, self.others = threading.Event(), threading.Event()
        self._error = error

    def __call__(self, given: Sequence[str]) -> list[str]:
        """Upper-case answers; "bad" is a fault."""
        self.groups.append(list(given))
        if given[0] == "first":
            self.first.set()
            assert self.others.wait(PATIENCE)
        if "bad" in given:
            raise self._error
        return [one.upper() for one in given]


def company(transaction: Transaction, *names: str) -> dict[str, object]:
    """What each gets, where all but "first" come while that one is under way."""
    came: dict[str, object] = {}
    turns = Turns(transaction)
    inside = threading.Barrier(len(names) + 1)

    def go(name: str) -> None:
        if name != "first":
            inside.wait(PATIENCE)
        came[name] = turns.take(name)

    threads = [threading.Thread(target=go, args=(name,)) for name in ("first", *names)]
    for thread in threads:
        thread.start()
    assert transaction.first.wait(PATIENCE)
    inside.wait(PATIENCE)
    while turns.gathered() < len(names):
        threading.Event().wait(0.001)
    transaction.others.set()
    for thread in threads:
        thread.join(PATIENCE)
    return came


def test_who_comes_while_another_is_under_way_goes_with_the_next() -> None:
    """Three that come while the first is being committed share one transaction; each gets its own."""
    transaction = Transaction()

    came = company(transaction, "a", "b", "c")

    assert [["first"], ["a", "b", "c"]] == [sorted(group) for group in transaction.groups]
    assert {"first": "FIRST", "a": "A", "b": "B", "c": "C"} == came


def test_one_that_fails_in_company_takes_only_itself_down() -> None:
    """The others are taken again alone, and come through."""
    transaction = Transaction()

    came = company(transaction, "a", "bad", "c")

    assert isinstance(came.pop("bad"), ZeroDivisionError)
    assert {"first": "FIRST", "a": "A", "c": "C"} == came
    assert [1, 3, 1, 1, 1] == [len(group) for group in transaction.groups]


def test_where_the_database_is_away_all_are_told_so() -> None:
    """It is asked once, and not again for each of them."""
    transaction = Transaction(StoreUnavailable)

    came = company(transaction, "a", "bad", "c")

    assert "FIRST" == came.pop("first")
    assert {StoreUnavailable} == {type(one) for one in came.values()}
    assert [1, 3] == [len(group) for group in transaction.groups]
