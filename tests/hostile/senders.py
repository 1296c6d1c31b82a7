"""T40-T50: the messages of `decisions.toml`, one for each row of the table that says who is answered."""

import base64
import tomllib
from dataclasses import dataclass
from pathlib import Path

from mailbot.cli.demo import forms
from tests.hostile.cases import SCHOOL, SECRET, Case, attached, host_of, letter, mixed, part, plain
from tests.hostile.making import DOCX, EICAR
from tests.letters import form, packed

OURS = "<0123456789abcdef@police.example>"  # a Message-ID of ours, where we answered before
STATUS = (
    b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\nAction: failed\r\n"
)


@dataclass(frozen=True)
class Row:
    """One row; see the file."""

    what: str
    state: str
    rule: str = ""
    sign: str = ""
    code: str | None = None
    sender: str | None = None
    auth: str | None = None
    path: str | None = None
    more: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    rest: str = "form"
    given: str = ""

    def raw(self) -> bytes:
        """The message."""
        host = host_of(self.what)

        def full(text: str) -> str:
            for place in ("header.from=@", " d=@"):
                text = text.replace(place, place.replace("@", host))
            return text.replace("@>", f"@{host}>")

        sender = None if self.sender is None else full(self.sender)
        if sender is not None and sender.endswith("@"):
            sender += host
        made = letter(
            self.what,
            body(self.rest),
            sender="<none>" if sender == "" else sender or "",
            auth=None if self.auth is None else full(self.auth),
            path=self.path,
            above=_lines(self.above),
            more=_lines(tuple(full(line) for line in self.more)).replace(b"{ours}", OURS.encode()),
        )
        made = made.replace(b"From: <none>\r\n", b"From: \r\n")
        if self.auth == "exchange online":
            made = made.replace(
                b" mx.police.example; exchange online",
                f" spf=pass smtp.mailfrom={host}; dmarc=pass header.from={host};compauth=pass".encode(),
            )
        if self.auth == "strange server":
            made = made.replace(
                b" mx.police.example; strange server",
                f" mx.evil.example; dmarc=pass header.from={host}".encode(),
            )
        return made


def body(kind: str) -> bytes:
    """From the Content-Type to the end."""
    report = part("text/plain", b"Not delivered.\r\n", coded=False)
    bodies = {
        "form": lambda: plain(),
        "training": lambda: plain(
            "Hello,\n\ncould we book a training session about county lines in June?\n\nThanks\n"
        ),
        "not safe": lambda: plain(forms.as_text(form(SCHOOL, SECRET, safe="No"))),
        "locked": lambda: mixed(
            report, part("application/zip", packed({"form.docx": DOCX}, locked=True), "form.zip")
        ),
        "test file": lambda: mixed(report, part("application/octet-stream", EICAR, "form.com")),
        "report": lambda: mixed(report, STATUS, kind="report", more="; report-type=delivery-status"),
        "receipt": lambda: mixed(
            report,
            b"Content-Type: message/disposition-notification\r\n\r\nDisposition: manual; displayed\r\n",
            kind="report",
            more="; report-type=disposition-notification",
        ),
        "calendar": lambda: mixed(
            report, b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
        ),
        "forwarded bounce": lambda: mixed(
            report,
            b"Content-Type: message/rfc822\r\n\r\nFrom: mailer-daemon@mail.example\r\n"
            + mixed(report, STATUS, kind="report", boundary="=i", more="; report-type=delivery-status"),
        ),
    }
    return bodies[kind]()


def _lines(lines: tuple[str, ...]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


def rows() -> list[Row]:
    """The table."""
    text = (Path(__file__).parent / "decisions.toml").read_text(encoding="utf-8")
    return [
        Row(
            **{("sender" if key == "from" else key): tuple(value) if isinstance(value, list) else value
               for key, value in row.items()}
        )
        for row in tomllib.loads(text)["row"]
    ]  # fmt: skip


def cases() -> list[Case]:
    """The rows that need no special world, and what else a forger tries."""
    everywhere = ("cpi", "automatic", "unreadable", "enquiry", "training_request")
    plain_rows = [row for row in rows() if not row.given and row.state != "covered"]
    found = [Case(row.what, row.raw, why=row.code, kinds=everywhere) for row in plain_rows]
    return [*found, Case("T41 an address that is itself base64", _coded, why="no_sender", kinds=everywhere)]


def _coded() -> bytes:
    """The whole address in an encoded word: some programs decode it before they look, and some after."""
    word = base64.b64encode(b"victim@bystander.example").decode()
    return letter("T41 an address that is itself base64", plain(), sender=f"=?utf-8?b?{word}?=")


__all__ = ["OURS", "Row", "attached", "cases", "rows"]
