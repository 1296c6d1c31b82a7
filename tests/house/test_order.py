"""The order in which tests are shared out: every one is in it once, and what takes long comes first."""

from tests.house.order import SECONDS, arranged
from tests.house.source import ROOT

FILES = [f"tests/{number}.py" for number in range(40) for _ in range(5)]


def test_each_test_is_there_once_and_long_ones_come_first() -> None:
    """In two parts of the same length; the files of each stay together."""
    first, second, *_ = SECONDS
    files = [*FILES, first, first, second, second]

    order = arranged(files, 2)
    half = len(files) // 2

    assert sorted(order) == list(range(len(files)))
    assert [first, first] == [files[number] for number in order[:2]]
    assert [second, second] == [files[number] for number in order[half : half + 2]]
    assert FILES == [files[number] for number in order if files[number] in FILES]


def test_more_hands_than_tests() -> None:
    """Nobody is lost where there is little to share out."""
    assert [0, 1, 2] == sorted(arranged(["tests/a.py", *list(SECONDS)[:2]], 5))


def test_the_files_that_take_long_are_there() -> None:
    """A file that was renamed is renamed here too."""
    assert [] == [name for name in SECONDS if not (ROOT / name).is_file()]
