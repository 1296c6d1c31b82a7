"""The messages of a run: each of a sender of its own, so that every acknowledgement says what it answers."""

import random
from dataclasses import dataclass
from functools import cache

from mailbot.cli.demo import forms
from tests.hostile.formats import Spoilt, samples
from tests.letters import WORD, form, letter

KINDS = (
    "form", "form", "question", "question", "unproven", "automatic", "broken", "junk", "hostile", "hostile",
)  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """One message; `earns` an acknowledgement, or not."""

    sender: str
    data: bytes
    earns: bool


def write(number: int, dice: random.Random) -> Letter:
    """A message of some kind."""
    kind = dice.choice(KINDS)
    sender = f"head{number}@school{number}.example"
    return Letter(sender, _WAYS[kind](sender, number, dice), kind not in ("unproven", "automatic"))


def _form(sender: str, number: int, dice: random.Random) -> bytes:
    filled = form(f"Mockbury School {number}", f"Somebody sells vapes at gate {number} after school.")
    attachment = ("the form.docx", WORD, forms.as_docx(filled))
    return letter(
        sender, f"Please find our form {number}.\n", attachment=attachment, subject=f"Form {number}"
    )


def _question(sender: str, number: int, dice: random.Random) -> bytes:
    return letter(sender, f"Which number do we use out of hours? {number}\n", subject=f"A question {number}")


def _unproven(sender: str, number: int, dice: random.Random) -> bytes:
    return letter(sender, f"A message without proof {number}\n", dmarc="fail", subject=f"Unproven {number}")


def _automatic(sender: str, number: int, dice: random.Random) -> bytes:
    away = (("Auto-Submitted", "auto-replied"),)
    return letter(sender, f"I am away {number}\n", headers=away, subject=f"Away until Thursday {number}")


def _broken(sender: str, number: int, dice: random.Random) -> bytes:
    """Its only attachment is no Word file."""
    attachment = ("the form.docx", WORD, dice.randbytes(2000))
    return letter(sender, f"Our form {number}\n", attachment=attachment, subject=f"Broken {number}")


def _hostile(sender: str, number: int, dice: random.Random) -> bytes:
    """An attachment of the hostile set: a bomb, a ring, entities, something without end."""
    spoilt = dice.choice(_attachments())
    attachment = (spoilt.file, "octet-stream", spoilt.make())
    return letter(sender, f"Our file {number}\n", attachment=attachment, subject=f"Hostile {number}")


@cache
def _attachments() -> list[Spoilt]:
    return [one for one in samples() if not one.whole]


def _junk(sender: str, number: int, dice: random.Random) -> bytes:
    """A whole header, and a body that is no MIME at all."""
    whole = letter(sender, f"Text {number}\n", subject=f"Junk {number}")
    head, _, _ = whole.partition(b"\r\n\r\n")
    noise = dice.randbytes(3000).replace(b"\0", b"0").replace(b"\r", b"1").replace(b"\n", b"2")
    return head + b"\r\n\r\n--\r\nContent-Type: multipart/mixed\r\n\r\n" + noise + b"\r\n"


_WAYS = {
    "form": _form,
    "question": _question,
    "unproven": _unproven,
    "automatic": _automatic,
    "broken": _broken,
    "junk": _junk,
    "hostile": _hostile,
}
