"""
What is inside an item that holds others.

GUARANTEES
    One level at a time; `Unreadable` or `LimitExceeded` where it is not opened.
"""

from mailbot.errors import LimitExceeded
from mailbot.parse.archive import Budget, members
from mailbot.parse.items import Item
from mailbot.parse.limits import Limits
from mailbot.parse.mime import items
from mailbot.parse.readers.registry import container_reader
from mailbot.parse.smime import opened


def inside_of(item: Item, kind: str, limits: Limits, budget: Budget) -> list[Item]:
    """The items of an archive, an inner message, a signed message, or an Outlook container."""
    if kind == "eml":
        if item.depth + 1 > limits.messages_in_message:
            raise LimitExceeded("messages")
        return list(items(item.untrusted_data, limits, f"{item.path}/1", item.depth + 1))
    if kind == "smime":
        return list(items(opened(item.untrusted_data), limits, f"{item.path}/1", item.depth))
    if item.archives >= limits.archive_depth:
        raise LimitExceeded("archive_depth")
    if kind == "zip":
        return _archive(item, limits, budget)
    return _container(item, kind, limits)


def _archive(item: Item, limits: Limits, budget: Budget) -> list[Item]:
    return [
        Item(
            f"{item.path}/{number}",
            member.untrusted_name,
            "",
            member.untrusted_data,
            "member",
            depth=item.depth,
            archives=item.archives + 1,
            problem=member.problem,
        )
        for number, member in enumerate(members(item.untrusted_data, limits, budget), 1)
    ]


def _container(item: Item, kind: str, limits: Limits) -> list[Item]:
    unpack = container_reader(kind)
    found = unpack(item.untrusted_data, limits) if unpack else ()
    return [
        Item(
            f"{item.path}/{number}",
            thing.untrusted_name,
            thing.declared,
            thing.untrusted_data,
            "body" if thing.role == "body" and thing.declared in ("text/plain", "text/html") else "member",
            {"charset": thing.charset} if thing.charset else {},
            item.depth + (kind == "msg"),  # winmail.dat is this message in another dress
            item.archives + 1,
            group=item.path if thing.role == "body" else "",
            problem=thing.problem,
        )
        for number, thing in enumerate(found, 1)
    ]
