"""
Looks at a message's bytes before any parser does: where it goes too deep, and what is only bulk.

SECURITY
    The standard parser recurses for each level of nesting and compares every line with every open
    boundary. `cut_at` finds where a message crosses a limit of ours, in one pass without recursion, so
    that the parser gets the harmless beginning and a person the rest.
GUARANTEES
    `lift` takes long runs of base64, and very long texts, out and `Lifted.restore` puts them back byte for
    byte: the parser makes an object of every line, and nine tenths of a message with attachments are
    lines that can be neither a boundary nor a header.
BUGS
    A boundary declared in RFC 2231 pieces is not followed; the child's limits of time hold that one.
"""

import re
from dataclasses import dataclass

from mailbot.parse.limits import Limits

_EVENT = re.compile(
    rb"""boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))|^--([^\r\n]{1,202})|^content-type:\s*(message/)""",
    re.IGNORECASE | re.MULTILINE,
)
# Both are looked for everywhere in a message; the engine skips ahead to a pattern's first characters only
# where these have no other case, so the word before "64" and the line start are looked at afterwards.
_BULK = re.compile(rb"64(?<=(?i:base)64)[^\n]{0,200}\n(?:[^\r\n][^\n]{0,2000}\n){0,20}\r?\n")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_WORTH = 1000  # bytes; a shorter run costs the parser nothing
_LONG_FIELD = re.compile(
    rb"([Cc](?<![^\n].)(?i:ontent-[a-z-]+):(?:[^\r\n]|\r?\n[ \t]){2000})(?:[^\r\n]|\r?\n[ \t])+"
)
_LONG = 256 << 10  # bytes between two lines that may be boundaries: no header block is as long
_KEPT = 128 << 10  # of those the parser sees the beginning, in which all headers are
_MESSAGE = b""  # on the stack: a message within a message


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a limit is crossed, and which."""

    at: int
    limit: str  # "parts" or "nesting"


def may_be_deep(untrusted_raw: bytes, limits: Limits) -> bool:
    """Whether it is worth to follow its levels; a message without its bulk answers the same, sooner."""
    return (
        untrusted_raw.count(b"\n--") > limits.nesting
        or untrusted_raw.lower().count(b"message/") > limits.nesting
    )


def cut_at(untrusted_raw: bytes, limits: Limits) -> Cut | None:
    """The place at which the message has too many parts or levels, or None."""
    if not may_be_deep(untrusted_raw, limits):
        return None
    declared: set[bytes] = set()
    stack: list[bytes] = []
    parts = 0
    for event in _EVENT.finditer(untrusted_raw):
        quoted, bare, line, message = event.groups()
        if quoted or bare:
            declared.add((quoted or bare).rstrip())
        elif message:
            stack.append(_MESSAGE)
        else:
            parts += _step(line.rstrip(), declared, stack)
        if parts > limits.parts:
            return Cut(event.start(), "parts")
        if len(stack) > limits.nesting:
            return Cut(event.start(), "nesting")
    return None


def _step(line: bytes, declared: set[bytes], stack: list[bytes]) -> int:
    """Follows one delimiter line; 1 where a part begins."""
    closing = line not in declared and line.endswith(b"--")
    boundary = line[:-2].rstrip() if closing else line
    if boundary not in declared:
        return 0
    if boundary in stack:
        del stack[stack.index(boundary) + 1 :]
        if closing:
            stack.pop()
    elif not closing:
        stack.append(boundary)
    return 0 if closing else 1


@dataclass(frozen=True, slots=True)
class Lifted:
    """A message without its bulk, and the bulk."""

    light: bytes
    token: bytes
    runs: tuple[bytes, ...]

    def restore(self, payload: bytes) -> bytes:
        """The payload as it was."""
        if not self.runs or self.token not in payload:
            return payload

        def put_back(found: re.Match[bytes]) -> bytes:
            run = self.runs[int(found[1])]
            if found[2]:
                return run
            return run[:-2] if run.endswith(b"\r\n") else run.removesuffix(b"\n")  # that is the boundary's

        return re.sub(self.token + rb"(\d+)Z(\r?\n)?", put_back, payload)


def lift(untrusted_raw: bytes) -> Lifted:
    """Takes long runs of base64 lines out, and shortens part headers that no parser survives."""
    number = 0
    while (token := b"RUN%dX" % number) in untrusted_raw:
        number += 1
    kept: list[bytes] = []
    runs: list[bytes] = []
    at = 0
    while found := _BULK.search(untrusted_raw, at):
        end = untrusted_raw.find(b"\n--", found.end()) + 1 or len(untrusted_raw)
        run = untrusted_raw[found.end() : end]
        kept.append(untrusted_raw[at : found.end()])
        at = found.end()
        if len(run) >= _WORTH and run.endswith(b"\n") and not run.translate(None, _BASE64):
            kept.append(token + b"%dZ\n" % len(runs))
            runs.append(run)
            at = end
    kept.append(untrusted_raw[at:])
    light = _without_long_texts(b"".join(kept), token, runs)
    return Lifted(_LONG_FIELD.sub(rb"\1", light), token, tuple(runs))


def _without_long_texts(light: bytes, token: bytes, runs: list[bytes]) -> bytes:
    """Keeps the beginning of what goes on for long without a line that may be a boundary."""
    kept: list[bytes] = []
    start = at = 0  # of what is not kept yet; behind the last line that may be a boundary
    while len(light) - at >= _LONG:
        last = light.rfind(b"\n--", at, at + _LONG)
        if last >= 0:
            at = last + 1
            continue
        end = light.find(b"\n--", at + _LONG - 2) + 1 or len(light)
        stop = light.rfind(b"\n", at, at + _KEPT) + 1 or at + _KEPT  # or within a line without end
        if light.find(token, stop, end) < 0:
            kept += (light[start:stop], token, b"%dZ\n" % len(runs))
            runs.append(light[stop:end])
            start = end
        at = end
    kept.append(light[start:])
    return b"".join(kept)
