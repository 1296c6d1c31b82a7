"""
Templates that fail where they name something that is not there.

The macros of the components ask their parameters, which are mappings, for keys that are not in them, and take
the answer for nothing. That much is allowed, and no more: a name that nobody gave, an attribute that an
object does not have, is an error as soon as it is looked at.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import Environment, Undefined


class Careful(Undefined):
    """Nothing, where a mapping lacks a key; else an error."""

    def _look(self) -> None:
        if not isinstance(self._undefined_obj, Mapping):
            self._fail_with_undefined_error()

    def __str__(self) -> str:
        self._look()
        return ""

    def __iter__(self) -> Iterator[Any]:
        self._look()
        return iter(())

    def __len__(self) -> int:
        self._look()
        return 0

    def __bool__(self) -> bool:
        self._look()
        return False

    def __eq__(self, other: object) -> bool:
        self._look()
        return isinstance(other, Undefined)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(Undefined)


def install(environment: Environment) -> None:
    """What the macros of the components take for known."""
    environment.globals["undefined"] = Careful(obj={}, name="undefined")
    environment.globals["null"] = None
