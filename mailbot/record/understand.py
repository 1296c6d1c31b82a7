"""
Step 3, in one screen: a message that was taken apart becomes a reading.

GUARANTEES
    Pure: no file is opened but the definitions, once; no clock, no network. Every readable part is read,
    and what went into no field is in `unmapped`.
SECURITY
    Runs inside the reading child. All expressions are linear on the texts they meet; the texts are bounded
    by `parse.limits`.
"""

from functools import cache

from mailbot.domain.mail import Kind, ParsedMail, Piece, Reading
from mailbot.domain.record import Training
from mailbot.record import classify, freetext
from mailbot.record.assemble import READER, SCHEMA
from mailbot.record.books import library
from mailbot.record.classify import Evidence
from mailbot.record.flags import flags
from mailbot.record.letters import Cues, Letter
from mailbot.record.pieces import Desk, Found


def understand(mail: ParsedMail) -> Reading:
    """What one message is, and what it holds."""
    desk, cues = _tools()
    pieces = [(piece, desk.piece(piece)) for piece in mail.pieces] if not mail.report else []
    found = [one for _, many in pieces for one in many]
    letter = _letter(pieces, cues)
    seen = Evidence(mail, found, letter, cues)
    kind = classify.kind(seen)
    records = tuple(one.record for one in found if one.record is not None)
    unmapped = [text for one in found for text in one.unmapped]
    said = flags(kind, records, any(one.kind == "blank" for one in found), unmapped, letter.text)
    return Reading(
        envelope=mail.envelope,
        kind=kind,
        flags=tuple(dict.fromkeys((*mail.flags, *said))),
        records=records,
        training=_training(kind, seen, desk),
        unmapped=tuple(dict.fromkeys(unmapped)),
        parts=mail.parts,
        body="\n\n".join(piece.document.text for piece in mail.pieces if piece.part.role == "body")[:200_000],
        reader_version=READER,
        schema_version=SCHEMA,
    )


def warm() -> None:
    """Load and index the definitions now, so that a forked child need not."""
    _tools()


@cache
def _tools() -> tuple[Desk, Cues]:
    return Desk(library()), Cues(library().cpi.definitions)


def _letter(pieces: list[tuple[Piece, list[Found]]], cues: Cues) -> Letter:
    """What the sender wrote beside any form: the bodies' own words, quoted mails left out."""
    letters = []
    for piece, many in pieces:
        if piece.part.role != "body":
            continue
        for one in many:
            if not one.kind and not one.inner:
                letters.append(cues.letter(one.rows))
    text = "\n\n".join(letter.text for letter in letters if letter.text)
    signature = next((letter.signature for letter in letters if letter.signature), [])
    return Letter(text, signature)


def _training(kind: Kind, seen: Evidence, desk: Desk) -> Training | None:
    """The request: a template's, or what the letter says."""
    if kind not in (Kind.TRAINING_REQUEST, Kind.MIXED):
        return None
    for one in seen.found:
        if one.training is not None:
            return one.training
    if not seen.asks:
        return None
    return freetext.read(seen.letter, desk.books.training.options["training_format"])
