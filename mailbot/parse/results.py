"""
Authentication-Results, as RFC 8601 writes them and as Exchange Online does, which names no server.

GUARANTEES
    Linear, never raises. Comments and quoted strings are no results: "(dmarc=pass)" says nothing.
    What cannot be read is left out, so a verdict that we do not understand is no pass.
"""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([()])|([;=])|([^\s()";=]+)|(\s+)', re.DOTALL)
_KEYWORD = re.compile(r"[a-z][a-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result: "dmarc", "pass", {"header.from": "school.example"}."""

    method: str
    value: str
    properties: dict[str, str] = field(default_factory=dict)


def read_results(untrusted: str) -> tuple[str, list[Result]]:
    """The server's name ("" where the field gives none) and its results."""
    statements = _statements(untrusted)
    server = ""
    if statements and "=" not in statements[0]:
        server = statements[0][0] if statements[0] else ""
        statements = statements[1:]
    return server, [result for statement in statements if (result := _result(statement))]


def _statements(untrusted: str) -> list[list[str]]:
    """The tokens between semicolons; comments left out, quotes opened."""
    statements: list[list[str]] = [[]]
    depth = 0
    for found in _TOKEN.finditer(untrusted):
        quoted, bracket, mark, word, _ = found.groups()
        if bracket:
            depth = max(0, depth + (1 if bracket == "(" else -1))
        elif depth:
            continue
        elif mark == ";":
            statements.append([])
        elif mark or word:
            statements[-1].append(mark or word)
        elif quoted is not None:
            statements[-1].append(f'"{quoted}')  # never taken for a keyword or a sign
    return statements


def _result(tokens: list[str]) -> Result | None:
    pairs = _pairs(tokens)
    method = pairs[0][0].split("/")[0] if pairs else ""
    if not _KEYWORD.fullmatch(method):
        return None
    properties = dict(reversed(pairs[1:]))  # a second one of a name does not replace the first
    return Result(method, pairs[0][1].lower(), properties)


def _pairs(tokens: list[str]) -> list[tuple[str, str]]:
    """The "name=value" pairs; a value that holds "=" itself (smtp.mailfrom=a=b@x) gives no second pair."""
    pairs: list[tuple[str, str]] = []
    at = 1
    while at < len(tokens) - 1:
        if tokens[at] != "=":
            at += 1
            continue
        pairs.append((tokens[at - 1].lower(), tokens[at + 1].lstrip('"')))
        at += 2
        while tokens[at : at + 1] == ["="]:
            at += 2
        at += 1
    return pairs
