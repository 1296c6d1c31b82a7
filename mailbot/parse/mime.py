"""
A message's bytes become items: bodies, files and inner messages, in reading order.

mail-parser opens the message; we walk its tree ourselves, because it puts what a forwarded message
holds into the outer one. It gets the fields that describe content only: all others were read by
`headers`, whose limits it does not have.

GUARANTEES
    No recursion of ours, no lookup that raises. What no parser opens is one item of text: nothing is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

import mailparser
from mailparser.exceptions import MailParserError

from mailbot.parse.headers import RAISED, Block, read_block
from mailbot.parse.items import Item, Role
from mailbot.parse.leaf import children_of, decoded, field_of, fields_of, told
from mailbot.parse.limits import Limits
from mailbot.parse.parameters import split_value
from mailbot.parse.structure import Lifted, cut_at, lift, may_be_deep


@dataclass(frozen=True, slots=True)
class _Node:
    part: Message
    path: str
    depth: int
    lifted: Lifted
    group: str = ""
    parent: str = ""


def content_fields(block: Block) -> bytes:
    """The fields that say how the body is built, written anew; of two of a name the first counts."""
    found: dict[str, bytes] = {}
    for field in block.fields:
        if field.name in ("content-type", "content-transfer-encoding", "content-disposition", "content-id"):
            found.setdefault(field.name, field.value.replace(b"\r", b" ").replace(b"\n", b" "))
    return b"".join(name.encode() + b": " + value + b"\n" for name, value in found.items())


def items(
    untrusted_raw: bytes, limits: Limits, path: str = "", depth: int = 0, known: Block | None = None
) -> Iterator[Item]:
    """Everything in one message and in the messages within it that are not encoded again."""
    block = known or read_block(untrusted_raw, limits)
    whole = content_fields(block) + b"\n" + untrusted_raw[block.end :]
    lifted = lift(whole)
    cut = cut_at(whole, limits) if may_be_deep(lifted.light, limits) else None
    if cut:
        lifted = lift(whole[: cut.at])
    root = _open(lifted.light)
    if root is None:
        yield Item(path or "1", "", "text/plain", whole, "body", depth=depth, problem="structure")
        return
    yield from _walk(root, lifted, limits, path, depth)
    if cut:
        yield Item(_under(path, 0), "", "text/plain", whole[cut.at :], depth=depth, problem=cut.limit)


def _open(light: bytes) -> Message | None:
    try:
        message: Message = mailparser.parse_from_bytes(light).message
        return message
    except (*RAISED, MailParserError, MemoryError):
        pass
    try:
        return message_from_bytes(light)
    except RAISED:
        return None


def _walk(root: Message, lifted: Lifted, limits: Limits, path: str, depth: int) -> Iterator[Item]:
    pending = [_Node(root, path, depth, lifted)]
    while pending:
        node = pending.pop()
        kind, parameters = split_value(field_of(node.part, "content-type") or "text/plain")
        children = children_of(node.part)
        if kind == "multipart/encrypted":
            yield Item(node.path or "1", "", kind, b"", depth=node.depth, problem="encrypted")
        elif kind in ("message/rfc822", "message/global") and children:
            message = children[0]
            inner = _inner(node, message, limits)
            yield inner
            if not inner.problem and not inner.untrusted_data:
                pending.append(_Node(message, _under(node.path, 1), node.depth + 1, node.lifted))
        elif kind.startswith("message/") and node.part.is_multipart():
            report = fields_of(children).encode("utf-8", "replace")
            yield Item(node.path or "1", "", kind, report, depth=node.depth)
        elif node.part.is_multipart():
            group = (node.path or "0") if kind == "multipart/alternative" else node.group
            nodes = [
                _Node(child, _under(node.path, number), node.depth, node.lifted, group, kind)
                for number, child in enumerate(children, 1)
            ]
            pending.extend(reversed(nodes))
        else:
            yield _leaf(node, kind, parameters)


def _under(path: str, number: int) -> str:
    return f"{path}.{number}" if path else str(number)


def _leaf(node: _Node, kind: str, parameters: dict[str, str]) -> Item:
    disposition, its = split_value(field_of(node.part, "content-disposition"))
    name = its.get("filename") or parameters.get("name", "")
    data = decoded(node.part, node.part, node.lifted)
    if kind.startswith("multipart/"):  # without a boundary: the parser left it whole
        kind = "text/plain"
    body = kind in ("text/plain", "text/html") and disposition != "attachment" and not name
    role: Role = "body" if body else "inline" if disposition == "inline" else "attachment"
    return Item(
        node.path or "1",
        name,
        kind,
        data,
        role,
        parameters,
        node.depth,
        group=node.group if body else "",
        referenced=bool(field_of(node.part, "content-id")),
    )


def _inner(node: _Node, message: Message, limits: Limits) -> Item:
    its = split_value(field_of(node.part, "content-disposition"))[1]
    name = its.get("filename", "") or split_value(field_of(node.part, "content-type"))[1].get("name", "")
    data = b""
    if field_of(node.part, "content-transfer-encoding").lower() in ("base64", "quoted-printable"):
        # RFC 2046 forbids it, mail programs do it; the parser read the encoded text as a message.
        data = decoded(node.part, message, node.lifted)
    problem = "messages" if node.depth + 1 > limits.messages_in_message else ""
    note = "" if data else told(message)
    return Item(
        node.path or "1",
        name,
        "message/rfc822",
        data,
        "attachment",
        depth=node.depth,
        problem=problem,
        note=note,
    )
