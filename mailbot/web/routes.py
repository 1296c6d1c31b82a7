"""
How a page is declared: a method of a class, with its address and the permission that it needs.

    class Queue:
        name = "queue"

        @page("/queue", Permission.QUEUE_SEE)
        def waiting(self) -> str: ...

GUARANTEES
    There is no way to declare a page without saying who may see it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeVar

from flask import Flask

from mailbot.domain.roles import Permission

View = TypeVar("View", bound=Callable[..., Any])


class Access(Enum):
    """What a page asks for, where it is not a permission."""

    PUBLIC = "public"  # the way in, and the files that it is made of
    SIGNED_IN = "signed_in"  # anybody who is
    SETTING_UP = "setting_up"  # whoever has the password for setting up an account


Needs = Permission | Access


@dataclass(frozen=True, slots=True)
class Route:
    """Where a page is, and what it needs."""

    rule: str
    needs: Needs
    methods: tuple[str, ...]


class Pages(Protocol):
    """Some pages that belong together; the name is what `url_for("name.method")` begins with."""

    name: str


def page(rule: str, needs: Needs, *methods: str) -> Callable[[View], View]:
    """The method answers at this address; GET where no methods are named."""

    def mark(view: View) -> View:
        view.__dict__["route"] = Route(rule, needs, methods or ("GET",))
        return view

    return mark


def register(app: Flask, pages: Pages) -> None:
    """Enter all pages of an object."""
    for attribute in vars(type(pages)):
        view = getattr(pages, attribute)
        if isinstance(route := getattr(view, "route", None), Route):
            endpoint = f"{pages.name}.{attribute}"
            app.add_url_rule(route.rule, endpoint, view, methods=list(route.methods))
