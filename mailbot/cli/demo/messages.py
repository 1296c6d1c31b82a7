"""Fifteen invented messages, one of each sort that comes to such a mailbox."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailbot.cli.demo import forms

OURS = "partnership@police.example"
GATEWAY = "mx.police.example"
DOCX = "vnd.openxmlformats-officedocument.wordprocessingml.document"


WORD = forms.Case(
    name="Mrs P Sampleton",
    role="Deputy head",
    school="Hillmock School",
    kind="Drug related harm",
    person=("At risk", "Tobias Madeupson", "03/09/2011"),
    narrative="A pupil says that older boys wait behind the shops after school and hand out vapes.",
    place="Behind the shops, Mock Street",
    vehicle="ZZ70 QIQ",
)
TEXT = forms.Case(
    name="Mr D Invented",
    role="Head of year",
    school="Fauxford College",
    kind="Anti-social behaviour",
    person=("Witness", "Nell Fictional", "21/01/2010"),
    narrative="A group of young people throws stones at the bus stop every Friday at about 4 pm.",
    place="Bus stop, Placeholder Road",
)
HTML = forms.Case(
    name="Ms R Notreal",
    role="Pastoral manager",
    school="Testerton Sixth Form",
    kind="Criminal exploitation",
    person=("At risk", "Ida Pretendham", "30/11/2009"),
    narrative="She has two new phones and is collected by adults whom nobody at school knows.",
    urgent="Yes",
)
ZIP = forms.Case(
    name="Mr K Mockley",
    role="Site manager",
    school="Dummington Primary",
    kind="Community cohesion",
    person=("Suspect", "", ""),
    narrative="Somebody sprays signs on the fence at night; the caretaker has taken pictures.",
    place="Fence at Dummy Lane",
)
UNSAFE = forms.Case(
    name="A Colleague",
    role="Teaching assistant",
    school="Shamwick School",
    kind="Modern day slavery",
    person=("Victim", "Una Figment", ""),
    narrative="She works every night in a car wash and is driven there. Do not write to me.",
    safe="No",
)
FORGED = forms.Case(
    name="Mr G Supposed",
    role="Governor",
    school="Wherever School",
    kind="Other",
    person=("Associate", "Max Mustbefalse", ""),
    narrative="I hear that a neighbour sells cigarettes to children.",
)


def samples(now: datetime) -> Iterator[bytes]:
    """The messages as the server holds them, a minute apart, the last one just now."""
    made = [*_forms(), *_requests(), *_troubles()]
    for number, (message, seal) in enumerate(made):
        at = now - timedelta(minutes=len(made) - number)
        yield _delivered(message, seal, at, number)


def _forms() -> Iterator[tuple[EmailMessage, str]]:
    word = forms.as_docx(forms.cpi(WORD))
    yield _attached(_mail("Mrs P Sampleton", "sampleton@hillmock.example", "Form"), word, "form.docx"), "pass"
    for seal in ("pass", "again"):
        text = _mail("Mr D Invented", "d.invented@fauxford.example", "Information for you")
        text.set_content(forms.as_text(forms.cpi(TEXT)))
        yield text, seal
    html = _mail("Ms R Notreal", "r.notreal@testerton.example", "Completed template")
    html.set_content("This message is shown best as HTML.")
    html.add_alternative(forms.as_html(forms.cpi(HTML)), subtype="html")
    yield html, "pass"
    packed = forms.as_zip("form.docx", forms.as_docx(forms.cpi(ZIP)))
    yield _attached(_mail("K Mockley", "office@dummington.example", "zip"), packed, "form.zip", "zip"), "pass"
    unsafe = _mail("A Colleague", "a.colleague@shamwick.example", "(no subject)")
    unsafe.set_content(forms.as_text(forms.cpi(UNSAFE)))
    yield unsafe, "pass"


def _requests() -> Iterator[tuple[EmailMessage, str]]:
    training = _mail("Mrs L Imaginary", "l.imaginary@bogusbrook.example", "Training session")
    training.set_content(
        "Hello,\n\nplease could we book a training session for our staff about county lines? We are 25"
        " teachers and would prefer an afternoon in June, in person.\n\nKind regards\nL Imaginary\n"
    )
    yield training, "pass"
    blank = _mail("Mr O Nobody", "o.nobody@phantomley.example", "Blank form")
    blank.set_content("Hello,\n\ncould you please send us a blank copy of the form?\n\nThank you\nO Nobody\n")
    yield blank, "pass"
    question = _mail("Ms E Unreal", "e.unreal@mythaven.example", "A question")
    question.set_content("Hello,\n\nwhich telephone number do we use out of hours?\n\nThank you\nE Unreal\n")
    yield question, "pass"
    mixed = _mail("Mr S Phony", "s.phony@hoaxton.example", "Training, and something else")
    mixed.set_content(
        "Hello,\n\nwe would like to book a training session for our pastoral team in September.\n\n"
        "While I write: a pupil in Year 10 told me that a man in a silver van, ZZ19 QII, offers boys money to"
        " carry parcels for him. I thought that you should know.\n\nKind regards\nS Phony\n"
    )
    yield mixed, "pass"
    hub = _attached(
        _mail("Mrs V Makebelieve", "v.makebelieve@notham.example", "Referral"),
        forms.as_docx(forms.referral("Mrs V Makebelieve", "Notham Infants")),
        "referral.docx",
    )
    yield hub, "pass"


def _troubles() -> Iterator[tuple[EmailMessage, str]]:
    form = forms.cpi(FORGED)
    forged = _mail("Mr G Supposed", "g.supposed@wherever.example", "Information")
    forged.set_content(forms.as_text(form))
    yield forged, "fail"
    broken = forms.as_docx(form)[:4000]
    yield _attached(_mail("T Broken", "t.broken@crackley.example", "Our form"), broken, "form.docx"), "pass"
    away = _mail("Mrs P Sampleton", "sampleton@hillmock.example", "Automatic reply: Form")
    away["Auto-Submitted"] = "auto-replied"
    away.set_content("I am out of the office until Monday.\n")
    yield away, "pass"
    bounce = _mail(
        "Mail Delivery System", "mailer-daemon@mail.example", "Undelivered Mail Returned to Sender"
    )
    bounce["Auto-Submitted"] = "auto-replied"
    bounce.set_content("The message could not be delivered.\n")
    yield bounce, "bounce"


def _mail(name: str, address: str, subject: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{name} <{address}>"
    message["To"] = OURS
    message["Subject"] = subject
    return message


def _attached(message: EmailMessage, data: bytes, name: str, subtype: str = DOCX) -> EmailMessage:
    message.set_content("Hello,\n\nplease find our form attached.\n\nKind regards\n")
    message.add_attachment(data, maintype="application", subtype=subtype, filename=name)
    return message


def _delivered(message: EmailMessage, seal: str, at: datetime, number: int) -> bytes:
    """With what the sender's server and our own gateway write above it."""
    address = str(message["From"]).rpartition("<")[2].rstrip(">")
    host = address.rpartition("@")[2]
    # The copy that came by another route names the message before it.
    message["Message-ID"] = f"<demo-{number - 1 if seal == 'again' else number}@{host}>"
    message["Date"] = format_datetime(at)
    verdict = "fail" if seal == "fail" else "pass"
    received = f"from mail.{host} (mail.{host} [192.0.2.{number + 10}]) by {GATEWAY} with ESMTPS; "
    head = (
        f"Return-Path: <{'' if seal == 'bounce' else address}>\r\n"
        f"Authentication-Results: {GATEWAY}; dmarc={verdict} header.from={host}\r\n"
        f"Received: {received}{format_datetime(at)}\r\n"
    )
    return head.encode() + message.as_bytes()
