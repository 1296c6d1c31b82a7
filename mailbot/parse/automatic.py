"""
Is it automatic mail? Who answers a machine makes a loop, and answers a list in front of everybody.

One rule, one function, in order; the first that matches decides. The rules look at headers and at the
outer message's own types only, so they hold where the content defeated us.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mailbot.parse.headers import Block

Automatic = Literal["automatic", "bounce", "list"]

_LIST = (
    "list-id",
    "list-post",
    "list-unsubscribe",
    "list-help",
    "list-owner",
    "list-archive",
    "list-subscribe",
    "mailing-list",
    "x-mailing-list",
    "x-beenthere",
    "feedback-id",
)
_MACHINE = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply-from",
    "x-fc-machinegenerated",
    "x-ms-exchange-generated-message-source",
    "x-ms-exchange-inbox-rules-loop",
    "x-loop",
)
_DAEMON = re.compile(
    r"mailer-daemon|postmaster|microsoftexchange[0-9a-f]{32}|bounces?([-+_.].*)?|.+-bounces?"
)
_NOBODY = re.compile(
    r"(.*[-_.])?(no-?_?\.?reply|do-?_?\.?not-?_?\.?reply)([-_.+].*)?|owner-.*|.*-owner|.*-request|listserv|majordomo|root|daemon|nobody"
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the rules look at."""

    block: Block
    types: tuple[str, ...]  # content types of the outer message, its top first
    report: str  # the report-type of a multipart/report, "" where it names none
    calendar: bool  # a text/calendar with a METHOD: an invitation or its answer
    local: str  # local part of the sender's address, lower case


def delivery_report(signs: Signs) -> Automatic | None:
    """RFC 3464, RFC 5965: what a mail server reports about an earlier message."""
    if {"message/delivery-status", "message/global-delivery-status", "message/feedback-report"} & set(
        signs.types
    ):
        return "bounce"
    return "bounce" if signs.report in ("delivery-status", "feedback-report") else None


def other_report(signs: Signs) -> Automatic | None:
    """RFC 3798, RFC 6522: a receipt or any other report is never answered."""
    receipts = {
        "message/disposition-notification",
        "message/global-disposition-notification",
        "multipart/report",
    }
    return "automatic" if receipts & set(signs.types) else None


def mailing_list(signs: Signs) -> Automatic | None:
    """RFC 2919, RFC 2369: an answer would go to everybody, or to nobody who reads."""
    return "list" if signs.block.has(*_LIST) else None


def auto_submitted(signs: Signs) -> Automatic | None:
    """RFC 3834, section 2: anything but "no" says that no human sent it now."""
    for value in signs.block.all("auto-submitted"):
        words = re.split(r"[;\s(]", value.strip().lower(), maxsplit=1)
        if words[0] != "no":
            return "automatic"
    return None


def suppressed(signs: Signs) -> Automatic | None:
    """Exchange: the sender asks for no automatic answer."""
    words = {
        word.strip().lower()
        for value in signs.block.all("x-auto-response-suppress")
        for word in value.split(",")
    }
    return "automatic" if words & {"all", "autoreply", "oof"} else None


def machine_made(signs: Signs) -> Automatic | None:
    """Fields that only programs write, older than RFC 3834."""
    return "automatic" if signs.block.has(*_MACHINE) else None


def precedence(signs: Signs) -> Automatic | None:
    """RFC 2076: an old convention that lists and absence notes still keep."""
    for value in signs.block.all("precedence") + signs.block.all("x-precedence"):
        word = value.strip().lower()
        if word in ("bulk", "list"):
            return "list"
        if word in ("junk", "auto_reply", "auto-reply"):
            return "automatic"
    return None


def null_path(signs: Signs) -> Automatic | None:
    """RFC 5321, 4.5.5: mail from the null path must not be answered."""
    paths = signs.block.all("return-path")
    return "bounce" if paths and paths[0].strip() in ("<>", "") else None


def calendar(signs: Signs) -> Automatic | None:
    """An invitation or the answer to one: a calendar program sent it."""
    return "automatic" if signs.calendar else None


def daemon(signs: Signs) -> Automatic | None:
    """RFC 5230, 4.6, RFC 3834: addresses of mail systems."""
    return "bounce" if _DAEMON.fullmatch(signs.local) else None


def nobody(signs: Signs) -> Automatic | None:
    """RFC 5230, 4.6: addresses behind which nobody reads."""
    return "automatic" if _NOBODY.fullmatch(signs.local) else None


RULES: tuple[Callable[[Signs], Automatic | None], ...] = (
    delivery_report,
    other_report,
    mailing_list,
    auto_submitted,
    suppressed,
    machine_made,
    precedence,
    null_path,
    calendar,
    daemon,
    nobody,
)


def judge(signs: Signs) -> Automatic | None:
    """What the first matching rule says, or None: a human wrote."""
    return next((verdict for rule in RULES if (verdict := rule(signs))), None)
