"""
Reads Rich Text: paragraphs with marks, tables, form fields with their states.

GUARANTEES
    Linear, without recursion. Hidden and deleted text, headers and notes are kept apart.
SECURITY
    Pictures, objects and anything unknown behind `\\*` are passed over; an object is reported.
"""

from copy import copy

from mailbot.domain.document import Document
from mailbot.errors import LimitExceeded, Unreadable
from mailbot.parse.limits import Limits
from mailbot.parse.readers.rtf_groups import AFTER_STAR, closed, opens
from mailbot.parse.readers.rtf_state import Reader
from mailbot.parse.readers.rtf_text import SIGNS, WORDS
from mailbot.parse.readers.rtf_tokens import BRACE, BYTE, SIGN, TEXT, WORD, tokens
from mailbot.parse.readers.rtf_words import ACTIONS, MARKS


def read(untrusted: bytes, limits: Limits) -> Document:
    """The document; raises `Unreadable` or `LimitExceeded`."""
    if not untrusted.strip():
        raise Unreadable("empty")
    if not untrusted.lstrip()[:5].lower() == b"{\\rtf":
        raise Unreadable("corrupt")
    reader = Reader(limits)
    _run(reader, untrusted)
    blocks = reader.body.finish()
    if not any(block.text.strip() for block in blocks):
        reader.flags.add("unreadable_part")  # perhaps pictures; never "nothing was sent"
    return Document(
        format="rtf",
        blocks=tuple(blocks),
        asides=tuple(reader.asides),
        flags=tuple(sorted(reader.flags)),
        properties=reader.properties,
    )


def _run(reader: Reader, untrusted: bytes) -> None:
    for kind, text, value in tokens(untrusted):
        if kind == TEXT:
            reader.chars(text)
        elif kind == WORD:
            _word(reader, text, value)
        elif kind == BYTE:
            reader.byte(int(text, 16))
        elif kind == BRACE:
            _brace(reader, text)
        elif kind == SIGN:
            _sign(reader, text)
    while reader.stack:  # a file that was cut off
        _close(reader)
    reader.flush()
    reader.end_paragraph(only_text=True)


def _brace(reader: Reader, brace: str) -> None:
    reader.passing = 0
    reader.flush()
    if brace == "}":
        if reader.stack:
            _close(reader)
        return
    if len(reader.stack) >= reader.limits.rtf_groups:
        raise LimitExceeded("rtf_groups")
    reader.stack.append(reader.state)
    reader.state = copy(reader.state)
    reader.state.opened, reader.state.star = "", False


def _close(reader: Reader) -> None:
    reader.flush()
    ended, reader.state = reader.state, reader.stack.pop()
    if ended.into != "skip" or ended.opened:
        closed(reader, ended)


def _sign(reader: Reader, sign: str) -> None:
    reader.flush()
    if sign == "*":
        reader.state.star = True
    elif sign in "\r\n":
        _word(reader, "par", None)
    elif reader.passing:
        reader.passing -= 1
    elif sign in SIGNS:
        reader.put(SIGNS[sign])


def _word(reader: Reader, word: str, value: int | None) -> None:
    state = reader.state
    if state.into == "skip":
        return
    reader.flush()
    if word == "u" and value is not None:
        reader.unicode(value)
        return
    star, state.star = state.star, False
    if opens(reader, word):
        return
    if star and word not in AFTER_STAR:
        state.into = "skip"
    elif word in MARKS:
        state.look = state.look & ~MARKS[word] if value == 0 else state.look | MARKS[word]
    elif word in WORDS:
        reader.put(WORDS[word])
    elif state.into == "form" and state.field is not None:
        state.field.word(word, value)
    elif word in ACTIONS:
        ACTIONS[word](reader, (1 if word == "uc" else 0) if value is None else value)
