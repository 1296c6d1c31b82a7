"""The table at the end of the demonstration, in words for somebody who sees mailbot for the first time."""

from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING, TextIO

from mailbot.domain.mail import Kind, Reading
from mailbot.domain.record import Record

if TYPE_CHECKING:
    from rich.text import Text

WIDTH = 100
LONGEST = 40  # of a narrative, in characters

KINDS = {
    Kind.CPI: "a completed form",
    Kind.MASH_REFERRAL: "a referral, sent here by mistake",
    Kind.CRIME_REPORT: "a crime report, sent here by mistake",
    Kind.TRAINING_REQUEST: "a request for training",
    Kind.FORM_REQUEST: "asks for a blank form",
    Kind.ENQUIRY: "a question",
    Kind.MIXED: "a request, and information",
    Kind.AUTOMATIC: "automatic mail",
    Kind.UNREADABLE: "something that cannot be read",
}
STATES = {
    "reserved": "will be, when its delay ends",
    "sending": "is being sent",
    "sent": "yes",
    "covered": "yes, by the one to the same sender",
    "refused": "no: the server refused it",
    "uncertain": "in doubt: a person decides",
}
CODES = {
    "automatic": "a program wrote it",
    "bounce": "a program wrote it",
    "list": "a mailing list",
    "own_address": "it is from ourselves",
    "unauthenticated": "the sender may be forged",
    "no_sender": "there is no sender",
    "several_senders": "there are several senders",
    "not_safe": "the form says it is not safe",
    "shared_mailbox": "others read that mailbox",
    "spam": "it is spam",
    "disabled": "it is switched off",
}
FLAGS = {
    "urgent": "URGENT",
    "crime_indicated": "a crime",
    "contact_not_safe": "contact is not safe",
    "source_risk": "risk to the source",
    "encrypted_attachment": "encrypted file",
    "unreadable_part": "a part that cannot be opened",
    "spoof_suspected": "perhaps forged",
    "unknown_partner": "not a listed partner",
    "never_seen": "first from this sender",
    "duplicate": "came twice",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A message and what became of it."""

    reading: Reading
    ack_state: str | None
    ack_code: str | None


def show(rows: list[Row], out: TextIO) -> None:
    """Print the table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(file=out, width=None if out.isatty() else WIDTH, highlight=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), expand=True)
    for title, ratio in (("Message", 5), ("What it is", 4), ("What was found", 6), ("Acknowledged", 4)):
        table.add_column(title, ratio=ratio, overflow="fold")
    for row in rows:
        table.add_row(
            _message(row.reading), _plain(KINDS[row.reading.kind]), _plain(found(row.reading)), _ack(row)
        )
    console.print(table)


def found(reading: Reading) -> str:
    """What a handler would look at first; a flag has a line of its own."""
    parts = [_record(record) for record in reading.records]
    if reading.training is not None and (topic := reading.training.topic):
        parts.append(f"topic: {topic}")
    parts += [FLAGS[flag] for flag in reading.flags if flag in FLAGS]
    told = "\n".join(part for part in parts if part)
    return told or ("-" if reading.kind is Kind.AUTOMATIC else "words for a person to read")


def acknowledged(state: str | None, code: str | None) -> str:
    """Whether the sender was told that it arrived, or why not."""
    if state in ("not_due", "held"):
        return f"no: {CODES.get(code or '', 'a person looks first')}"
    return STATES.get(state or "", "not decided")


def _record(record: Record) -> str:
    names = [subject.full_name or subject.family_name for subject in record.subjects]
    types = [word.replace("_", " ") for word in record.information_types]
    marks = [vehicle.vrm for vehicle in record.vehicles if vehicle.vrm]
    told = f'"{shorten(record.narrative, LONGEST, placeholder="…")}"' if record.narrative else ""
    return ", ".join(filter(None, [*types, *filter(None, names), *marks, told]))


def _message(reading: Reading) -> "Text":
    sender = reading.envelope.senders[0].rpartition("@")[2] if reading.envelope.senders else "nobody"
    return _plain(f"{reading.envelope.subject}\nfrom {sender}")


def _ack(row: Row) -> "Text":
    words = acknowledged(row.ack_state, row.ack_code)
    return _plain(words, "green" if words.startswith("yes") else "yellow")


def _plain(text: str, style: str = "") -> "Text":
    """Text as it is: no markup, and no sign that a terminal would obey."""
    from rich.text import Text

    return Text("".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text), style)
