"""Puts a form, or plain words, into a message as the border hands it in, with the truth beside it."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from random import Random

BORDER = "mx.police.example"
TO = "cpi@police.example"
TYPES = {
    "docx": ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "odt": ("application", "vnd.oasis.opendocument.text"),
    "rtf": ("application", "rtf"),
    "pdf": ("application", "pdf"),
}
COVERS = [
    "Hello,\n\nPlease find our form attached. Ring the office if anything is unclear.\n\nKind regards\n",
    "Good morning team\n\nInformation for you as agreed at the liaison meeting.\n\nMany thanks,\n",
    "As attached.\n\nSent from my phone\n",
    "Dear all\n\nI was asked by our head to send this across. I have filled in what I could, some boxes are empty "
    "because we simply do not know.\n\nYours sincerely\n",
]
SUBJECTS = [
    "Information for you",
    "OFFICIAL-SENSITIVE: form attached",
    "Form",
    "Sharing information",
    "FW: as discussed",
]


@dataclass
class Letter:
    """One message and what is true of it."""

    name: str
    format: str
    message: EmailMessage
    kind: str
    records: list[dict[str, object]] = field(default_factory=list)
    training: dict[str, object] | None = None
    loose: bool = False
    flags: list[str] = field(default_factory=list)
    flags_ok: list[str] = field(default_factory=list)
    automatic: bool = False

    def truth(self) -> dict[str, object]:
        """The truth, in the form of the record contract."""
        safe = [r.get("submitter") for r in self.records]
        unsafe = any(isinstance(s, dict) and s.get("contact_safe") == "no" for s in safe)
        why = "automatic" if self.automatic else "not_safe" if unsafe else None
        return {
            "file": f"{self.name}.eml", "format": self.format, "kind": self.kind, "may_acknowledge": why is None,
            "why_not": why, "flags": sorted({*self.flags, *flags_of(self.records)}),
            "records": self.records, "training": self.training, "unmapped": [],
            "flags_ok": ["origin_is_subject", "duplicate", "no_form_found", *self.flags_ok], "why_not_ok": [],
            "not_scored": [], "training_match": "loose" if self.loose else "exact",
        }  # fmt: skip


def flags_of(records: list[dict[str, object]]) -> set[str]:
    """What the answers call for."""
    out = {"several_matters"} if len(records) > 1 else set()
    for record in records:
        risk, sent = record.get("source_risk"), record.get("submitter")
        if isinstance(risk, dict) and risk.get("level") in ("possible", "serious"):
            out.add("source_risk")
        if isinstance(sent, dict) and sent.get("contact_safe") == "no":
            out.add("contact_not_safe")
        out |= {flag for flag in ("urgent", "crime_indicated") if record.get(flag) == "yes"}
    return out


def message(rng: Random, sender: str, subject: str, number: int) -> EmailMessage:
    """Headers as the border leaves them."""
    host = sender.rpartition("@")[2]
    mail = EmailMessage()
    mail["Authentication-Results"] = (
        f"{BORDER}; spf=pass smtp.mailfrom={sender}; dkim=pass header.d={host}; dmarc=pass header.from={host}"
    )
    mail["Received"] = (
        f"from out.{host} (out.{host} [192.0.2.{rng.randrange(1, 250)}]) by {BORDER} with ESMTPS id {number:06x}; Mon, 9 Nov 2026 08:{number % 60:02}:00 +0000"
    )
    mail["From"] = sender
    mail["To"] = TO
    mail["Subject"] = subject
    mail["Date"] = f"Mon, 09 Nov 2026 08:{number % 60:02}:00 +0000"
    mail["Message-ID"] = f"<layout-{number}@{host}>"
    return mail


def attach(mail: EmailMessage, data: bytes, ending: str, name: str) -> None:
    """A file on the message."""
    main, sub = TYPES[ending]
    mail.add_attachment(data, maintype=main, subtype=sub, filename=f"{name}.{ending}")
