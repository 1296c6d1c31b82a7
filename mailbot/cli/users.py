"""
The console's own accounts: make one, list them, switch one off, begin one anew, change its roles.

`add` and `reset` print a word with which its owner signs in once, to choose a password and enter a device.
"""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from mailbot.cli import common
from mailbot.domain.roles import Role
from mailbot.errors import ConfigError, Declined, MailbotError

if TYPE_CHECKING:
    from mailbot.app import App

NAME = "users"
HELP = "console accounts: add, list, disable, reset, roles"
ACTIONS = ("add", "list", "disable", "reset", "roles")
_ROLES = tuple(role.value for role in Role)
_SENTENCES = {
    "taken": "there is an account of this name already",
    "unknown": "there is no account of this name",
    "bad_name": 'a name has small letters, digits and ". _ - @", and at least two of them',
    "reserved": "in the audit this name is the machine's own: take another",
    "no_roles": f"--role is missing: {', '.join(_ROLES)}",
    "conflict": "an administrator sees no content: give that role to another account",
}
_WORD = """{name} can now set up the account, within 72 hours:
  sign in at     {url}
  name           {name}
  password       {word}
Tell it to nobody else. It is good once, and is kept nowhere."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its sub-commands."""
    parser.add_argument("action", choices=ACTIONS, help="what to do")
    parser.add_argument("name", nargs="?", metavar="NAME", help="whose account")
    parser.add_argument(
        "--role", action="append", choices=_ROLES, default=[], help="for add and roles; may be repeated"
    )


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Do it."""
    from mailbot.app import open_app

    if args.action != "list" and not args.name:
        raise ConfigError(f"users {args.action}: NAME is missing")
    with open_app(common.configuration(args)) as app:
        if args.action == "list":
            _list(app, out)
            return 0
        try:
            word = _do(app, args.action, args.name, [Role(word) for word in args.role])
        except Declined as declined:
            known = _SENTENCES[declined.code]
            raise (
                ConfigError(known) if declined.code in ("no_roles", "conflict") else MailbotError(known)
            ) from None
        _say(app, args.name, word, out)
    return 0


def _do(app: "App", action: str, name: str, roles: list[Role]) -> str:
    """The word for setting it up, or "" where there is none."""
    from mailbot.web import accounts

    actor, now = common.actor(), datetime.now(UTC)
    once = accounts.Once.make()  # takes its time, so before the transaction
    with app.store.look() as db:
        known = accounts.by_name(db, name)
    with app.store.unit() as unit:
        if action == "add":
            accounts.add(unit, name, roles, once, actor, now)
        elif action == "reset":
            accounts.reset(unit, name, once, actor, now)
        elif action == "disable":
            accounts.disable(unit, name, actor, now)
        else:
            accounts.set_roles(unit, name, roles, actor, now)
    is_local = known is None or known.way == "local"
    return once.word if action in ("add", "reset") and is_local else ""


def _say(app: "App", name: str, word: str, out: TextIO) -> None:
    from mailbot.config import console_url

    if word:
        print(_WORD.format(name=name, word=word, url=console_url(app.config)), file=out)
    else:
        print("Done.", file=out)


def _list(app: "App", out: TextIO) -> None:
    from mailbot.web import accounts

    with app.store.look() as db:
        for known in accounts.everybody(db):
            roles = ",".join(sorted(role.value for role in known.roles))
            seen = known.signed_in_at.date().isoformat() if known.signed_in_at else "never"
            state = known.state.value if known.is_set_up else "not set up"
            print(f"{known.name}\t{known.way}\t{state}\t{seen}\t{roles}", file=out)
