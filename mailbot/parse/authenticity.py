"""
Did the message come from the domain in its From? Only our own border server knows, and only what it
wrote itself counts.

SECURITY
    Whoever wrote the message wrote its headers too, and may put any verdict there. What our border
    server adds stands above its own Received line ("above"), or directly below it ("below"): that is
    the trusted region. We stop at the topmost Received line of a border host and never look through
    it for a further hop of ours, because the name behind "from" is what the other side called
    itself. In the region the topmost Authentication-Results of a configured server decides. Exchange
    Online names no server there, and its border by many names ("*.mail.protection.outlook.com").

    A message without any Received line came by no server (it was put into the mailbox): there the
    region is what stands above the first field that an author writes.

    "internal" is what Exchange says of mail from its own organisation (AuthAs). It counts where an Exchange
    serves the mailbox, because that removes the field from what comes in from outside, and nowhere else.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mailbot.domain.mail import Authentication, Border
from mailbot.parse.addresses import to_ascii
from mailbot.parse.headers import Block, Field
from mailbot.parse.results import Result, read_results

_BY = re.compile(r"(?:^|\s)by\s+\[?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_AUTHOR = {
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "sender",
    "mime-version",
    "content-type",
    "reply-to",
}
_SPAM_CATEGORY = re.compile(r"(?:^|;)\s*CAT:(?:SPOOF|PHSH|HPHSH|HSPM|MALW)\b", re.IGNORECASE)
_SPAM_LEVEL = 5  # Exchange: 5 and above is spam


@dataclass(frozen=True, slots=True)
class Region:
    """The fields that our side wrote."""

    fields: tuple[Field, ...]
    bordered: bool  # a Received line of our border marks it
    spam_fields: tuple[
        Field, ...
    ]  # reaches to the next Received line: a sender gains nothing by forging these


def trusted_region(block: Block, border: Border) -> Region:
    """What stands above the topmost Received line of a border host, or between it and the next one."""
    hosts = [host.lower().rstrip(".") for host in border.border_hosts or border.authserv_ids]
    received = [number for number, field in enumerate(block.fields) if field.name == "received"]
    fields = block.fields
    if not received:
        written = (number for number, field in enumerate(fields) if field.name in _AUTHOR)
        end = next(written, len(fields))
        return Region(fields[:end], False, fields[:end])
    ours = next((number for number in received if _is_one(_by(fields[number].text), hosts)), None)
    if ours is None:
        return Region((), False, ())
    following = next((number for number in received if number > ours), len(fields))
    if border.position == "below":
        return Region(fields[ours:following], True, fields[:following])
    return Region(fields[:ours], True, fields[:following])


def _is_one(host: str, patterns: list[str]) -> bool:
    return bool(host) and any(fnmatchcase(host, pattern) for pattern in patterns)


def _by(received: str) -> str:
    plain = _without_comments(received.rpartition(";")[0] or received)
    found = _BY.search(plain)
    return found[1].lower().rstrip(".") if found else ""


def _without_comments(text: str) -> str:
    """What stands outside comments and quotes: inside them the other side writes what it likes."""
    kept: list[str] = []
    depth = 0
    for piece in re.findall(r'\\.|"(?:[^"\\]|\\.)*"|[()]|[^()"\\]+|.', text, re.DOTALL):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth == 0 and not piece.startswith('"'):
            kept.append(piece)
    return " ".join(kept)


def authenticate(block: Block, border: Border, from_domain: str) -> Authentication:
    """What our border server found about the domain in From."""
    if border.exchange and _is_internal(block):
        return "internal"
    if not border.authserv_ids and not border.border_hosts:
        return "not_available"
    region = trusted_region(block, border)
    ids = {name.lower() for name in border.authserv_ids}
    for field in region.fields:
        if field.name != "authentication-results":
            continue
        server, results = read_results(field.text)
        if server.lower() in ids or (not server and region.bordered):
            return _verdict(results, from_domain)
    return "none"


def _is_internal(block: Block) -> bool:
    """Said once: where it stands twice, somebody else has written there too."""
    said = [value.strip().lower() for value in block.all("x-ms-exchange-organization-authas")]
    return said == ["internal"]


def _verdict(results: list[Result], from_domain: str) -> Authentication:
    dmarc = [result for result in results if result.method == "dmarc"]
    words = {result.value for result in dmarc}
    composite = {result.value for result in results if result.method == "compauth"}
    if "fail" in words or "fail" in composite:
        return "fail"
    domains = {to_ascii(result.properties.get("header.from", "")) for result in dmarc}
    return "pass" if words == {"pass"} and from_domain and domains == {from_domain} else "none"


def is_spam(block: Block, border: Border) -> bool:
    """Whether our border server calls it spam, or a forgery."""
    for field in trusted_region(block, border).spam_fields:
        value = field.text.strip()
        if field.name == "x-spam-flag" and value.lower().startswith("yes"):
            return True
        if field.name == "x-forefront-antispam-report" and _SPAM_CATEGORY.search(value):
            return True
        if (
            field.name == "x-ms-exchange-organization-scl"
            and value.isdecimal()
            and int(value[:3]) >= _SPAM_LEVEL
        ):
            return True
    return False
