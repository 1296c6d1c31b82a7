"""Pictures and originals through the console, drawn by a real child in its sandbox."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, update

from mailbot import resources
from mailbot.config import Config, General
from mailbot.domain.mail import Border, Kind
from mailbot.domain.roles import Role
from mailbot.intake.raw import RawStore
from mailbot.reading import read_message
from mailbot.review import attention, papers
from mailbot.store import audit, schema
from mailbot.store.unit import Store
from mailbot.web.desk import Desk
from mailbot.web.drawing import Drawing
from tests.house.silence import canary
from tests.unit.review.items import add_item
from tests.unit.web.conftest import NOON, Browser, Clock, Office, app_of

GPS = b"Zebedee Quincehurst at 50.0000N"


@dataclass
class Room:
    """An office with one message of three attachments, and a handler who has its source part open."""

    office: Office
    item: str
    raw: bytes
    ada: Browser


def a_message() -> bytes:
    """A photograph that says where it was taken, a PDF form, and a file that is neither."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "p.sampleton@school.example", "Photographs"
    mail.set_content("See the photographs.")
    photograph = Image.radial_gradient("L").resize((3000, 2000)).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = GPS.decode()
    out = io.BytesIO()
    photograph.save(out, "JPEG", exif=exif)
    assert GPS in out.getvalue()
    mail.add_attachment(out.getvalue(), maintype="image", subtype="jpeg", filename="one.jpg")
    form = resources.find("templates/documents/cpi-form.pdf").read_bytes()
    mail.add_attachment(form, maintype="application", subtype="pdf", filename="form.pdf")
    mail.add_attachment(b"\x89PNG\r\n\x1a\nbroken", maintype="image", subtype="png", filename="two.png")
    return mail.as_bytes()


@pytest.fixture
def room(sqlite_store: Store, tmp_path: Path) -> Iterator[Room]:
    """See `Room`."""
    canary(GPS.decode())
    raw = RawStore(tmp_path / "raw", sqlite_store.vault)
    untrusted = a_message()
    with raw.batch() as batch:
        stored = batch.save([untrusted])
    reading = read_message(untrusted, Border())
    item = add_item(sqlite_store, replace(reading, kind=Kind.CPI, training=None), NOON)
    with sqlite_store.unit() as unit:
        unit.db.execute(update(schema.message).values(raw_digest=stored.digest))
    clock = Clock()
    drawing = Drawing(raw, "best_effort")
    desk = Desk(
        Config(mailbot=General(data=tmp_path)), sqlite_store, sqlite_store.vault, clock, drawing=drawing
    )
    office = Office(desk, app_of(desk), clock)
    ada = office.signed_in("ada", Role.HANDLER)
    ada.post(f"/items/{item}/claim", page="/queue")
    ada.post(f"/items/{item}/source", {"reason": "To see the form"}, f"/items/{item}/source")
    yield Room(office, item, untrusted, ada)
    drawing.close()


def picture(room: Room, index: int, number: int = 1, query: str = "") -> bytes:
    """The file of a picture."""
    answer = room.ada.get(f"/items/{room.item}/pictures/{index}/{number}.jpg{query}")
    assert 200 == answer.status_code
    assert "image/jpeg" == answer.mimetype
    return answer.data


def test_a_picture_is_small_and_blurred_until_asked(room: Room) -> None:
    """Then it is clear, made anew, without a word of the file's metadata; both of all kinds."""
    for index in (0, 1):
        blurred = Image.open(io.BytesIO(picture(room, index)))
        clear = Image.open(io.BytesIO(picture(room, index, query="?clear=")))

        assert max(blurred.size) <= 96
        assert 1000 <= max(clear.size) <= 1200
        assert GPS not in picture(room, index, query="?clear=")
        assert not clear.getexif()
    assert "Show it clearly" in room.ada.get(f"/items/{room.item}/pictures/1/1").text
    assert "page 2 of 5" in room.ada.get(f"/items/{room.item}/pictures/1/2").text


def test_a_clear_picture_is_a_consultation(room: Room) -> None:
    """The blurred one is not."""
    picture(room, 0)
    picture(room, 0, query="?clear=")
    with room.office.desk.store.look() as db:
        told = [link.entry for link in audit.entries(db, subject=room.item) if "picture" in link.entry.detail]

    assert ["consultation"] == [entry.action for entry in told]


def test_what_cannot_be_drawn_is_said(room: Room) -> None:
    """A broken file, a page that is not there, an attachment that is not there."""
    for path in ("2/1", "1/99", "7/1"):
        answer = room.ada.get(f"/items/{room.item}/pictures/{path}")
        assert answer.status_code in (404, 409), path


def test_pictures_are_part_of_the_source(room: Room) -> None:
    """Closed, nobody sees one; nor does somebody who does not hold the item."""
    bob = room.office.signed_in("bob", Role.HANDLER)
    assert 403 == bob.get(f"/items/{room.item}/pictures/0/1").status_code
    room.ada.post(f"/items/{room.item}/source/close", page=f"/items/{room.item}")

    assert "/source" in room.ada.get(f"/items/{room.item}/pictures/0/1").location
    assert 409 == room.ada.get(f"/items/{room.item}/pictures/0/1.jpg").status_code


def test_a_picture_that_must_not_be_seen_is_sealed(room: Room) -> None:
    """By one button, for everybody, and a supervisor is told."""
    room.ada.post(f"/items/{room.item}/pictures/0/seal", page=f"/items/{room.item}")

    assert 409 == room.ada.get(f"/items/{room.item}/pictures/0/1").status_code
    assert 409 == room.ada.get(f"/items/{room.item}/pictures/0/1.jpg?clear=").status_code
    assert 200 == room.ada.get(f"/items/{room.item}/pictures/1/1").status_code
    assert "Its pictures are sealed" in room.ada.get(f"/items/{room.item}").text
    with room.office.desk.store.look() as db:
        assert 1 == attention.counts(db)["image_sealed"]


def test_the_original_of_what_is_sealed_is_sealed_too(room: Room) -> None:
    """The picture is in it; a page that was open before does not fetch it either, and no link leads there."""
    path, item = f"/items/{room.item}/original", f"/items/{room.item}"
    sue = room.office.signed_in("sue", Role.SUPERVISOR)
    proof = sue.proof(path)
    assert path in sue.get(item).text
    room.ada.post(f"{item}/pictures/0/seal", page=item)
    fetched = sue.client.post(path, data={"csrf_token": proof, "reason": "For the inquiry"})
    asked = sue.get(path)

    assert (409, 409) == (asked.status_code, fetched.status_code)
    assert room.raw not in fetched.data
    assert "A picture in it is sealed" in asked.text
    assert path not in sue.get(item).text


def test_the_original_is_a_download_of_its_own_permission(room: Room) -> None:
    """For a supervisor, with a reason, under a name of ours, as bytes; each time a disclosure."""
    path = f"/items/{room.item}/original"
    assert 403 == room.ada.get(path).status_code
    sue = room.office.signed_in("sue", Role.SUPERVISOR)
    assert b"Enter why" in sue.post(path, {"reason": ""}, path).data
    answer = sue.post(path, {"reason": "For the inquiry"}, path)
    with room.office.desk.store.look() as db:
        acts = [link.entry.action for link in audit.entries(db, subject=room.item)]
        state = db.scalar(select(schema.review_item.c.state))
        (kept,) = papers.notes(db, room.office.desk.vault, room.item)

    assert ("original", "sue", "For the inquiry") == (kept.kind, kept.author, kept.text)
    assert room.raw == answer.data
    assert "application/octet-stream" == answer.mimetype
    assert f'attachment; filename="message-{room.item[:8]}.bin"' == answer.headers["Content-Disposition"]
    assert 1 == acts.count("disclosure")
    assert "claimed" == state
