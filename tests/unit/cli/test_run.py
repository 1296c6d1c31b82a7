"""`check` and `run` over a Maildir: what is said before, and what is done."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailbot.app import open_app
from mailbot.cli.status import standing
from mailbot.config import load
from mailbot.domain.record import Training
from mailbot.errors import Stuck
from mailbot.review import claims
from mailbot.store import mailing
from mailbot.store.office import training_request
from mailbot.store.schema import message, outbox, review_item
from mailbot.training import requests
from mailbot.training.shapes import Details, Rules
from tests.fakes.sources import FakeSource
from tests.unit.cli.conftest import Call
from tests.unit.cli.test_read import LETTER

MORE = """
[[mailboxes]]
name = "drop"
kind = "maildir"
path = "drop"
addresses = ["partnership@police.example"]
authserv_ids = ["mx.police.example"]

[acknowledge]
enabled = true
kind = "folder"
folder = "sent"
from = "Education Partnership Team <partnership@police.example>"
delay_seconds = [0, 0]

[sandbox]
mode = "best_effort"

[engine]
readers = 1
"""


@pytest.fixture
def working(installed: Path) -> Path:
    """An installation with a mailbox that holds one message."""
    text = installed.read_text(encoding="utf-8")
    installed.write_text(text + MORE, encoding="utf-8")
    for part in ("tmp", "new", "cur"):
        (installed.parent / "drop" / part).mkdir(parents=True)
    (installed.parent / "drop" / "new" / "1747036800.M1P1.test").write_bytes(LETTER)
    return installed


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below the folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_check_reaches_everything_and_changes_nothing(working: Path, call: Call) -> None:
    """Each look is named and well; no file is made or changed."""
    before = everything(working.parent)

    said = call("check", "--config", working)

    assert 0 == said.code, said.out
    assert before == everything(working.parent)
    for look in (
        "configuration",
        "keys and database",
        "mailbox drop",
        "way out",
        "scanner",
        "isolation",
        "clock",
    ):
        assert f"ok      {look} " in said.out


def test_check_names_all_that_fails(working: Path, call: Call) -> None:
    """A missing mailbox does not keep the other looks from being made; a program gets JSON."""
    os.rename(working.parent / "drop", working.parent / "elsewhere")
    text = working.read_text(encoding="utf-8")
    working.write_text(text + '\n[scanner]\nkind = "clamd"\nsocket = "nowhere.ctl"\n', encoding="utf-8")

    said = call("check", "--json", "--config", working)

    found = json.loads(said.out)
    failed = [look["what"] for look in found["checks"] if not look["ok"]]
    assert 0 != said.code
    assert ["mailbox drop", "scanner"] == failed
    assert "mailbox drop, scanner" in said.err


def test_a_dry_run_writes_nothing(working: Path, call: Call) -> None:
    """It says what would be done with the message, without a word of it."""
    before = everything(working.parent)

    said = call("run", "--dry-run", "--config", working)

    assert 0 == said.code
    assert before == everything(working.parent)
    assert "would be queued" in said.out
    assert "telephone" not in said.out


def test_run_once_does_everything(working: Path, call: Call) -> None:
    """Stored, read, queued, acknowledged, moved; the difference is 0 and the bytes are the same."""
    said = call("run", "--once", "--config", working)

    status = json.loads(call("status", "--json", "--config", working).out)
    exported = json.loads(call("export", "--jsonl", "--config", working).out)
    assert 0 == said.code, said.err
    assert ({"queued": 1}, {"sent": 1}, 0) == (status["messages"], status["outbox"], status["difference"])
    assert ("enquiry", "sent", 1, 1) == tuple(
        exported[key] for key in ("kind", "acknowledgement", "attempts", "deliveries")
    )
    assert LETTER.decode() == call("raw", exported["message_id"], "--config", working).out
    assert 1 == len(list((working.parent / "sent").glob("*.eml")))
    assert [] == list((working.parent / "drop" / "new").iterdir())


def test_run_once_hands_back_what_nobody_holds_any_more(working: Path, call: Call) -> None:
    """Where a timer runs the worker, nothing else looks at claims and clocks."""
    call("run", "--once", "--config", working)
    with open_app(load(working, {})) as app, app.store.unit() as unit:
        item_id = unit.db.scalars(select(review_item.c.item_id)).one()
        claims.claim(unit, item_id, "handler", datetime(2026, 3, 2, tzinfo=UTC))

    said = call("run", "--once", "--config", working)

    assert 0 == said.code, said.err
    assert {"waiting": 1} == json.loads(call("status", "--json", "--config", working).out)["review"]


def test_a_letter_that_cannot_be_opened_keeps_no_acknowledgement(working: Path, call: Call) -> None:
    """It is the first thing that is due; a person is told of it, and the sender of the other is answered."""
    now = datetime.now(UTC)
    with open_app(load(working, {})) as app, app.store.unit() as unit:
        mailing.put_letter(unit, "head@school.example", b"Subject: x\r\n\r\nx\r\n", now, now)
        unit.db.execute(update(outbox).values(recipient=b"damaged"))

    said = call("run", "--once", "--config", working)

    assert 0 == said.code, said.err
    assert 1 == len(list((working.parent / "sent").glob("*.eml")))
    with open_app(load(working, {})) as app, app.store.look() as db:
        assert [("held", "sealed")] == [
            (row.state, row.code)
            for row in db.execute(select(outbox).where(outbox.c.recipient == b"damaged"))
        ]


def test_erase_takes_what_the_training_desk_keeps_no_longer(working: Path, call: Call) -> None:
    """It has a period of its own; a rehearsal counts it, and what is erased is not erased again."""
    now = datetime.now(UTC)
    with open_app(load(working, {})) as app, app.store.unit() as unit:
        details = Details(Training(), "head@school.example", proven=True)
        requests.open_request(unit, details, "training", now, now, Rules())
        unit.db.execute(update(training_request).values(review_on=now))

    said = [call("erase", *way, "--config", working).out for way in (["--dry-run"], ["--due"], ["--due"])]

    sentence = "1 requests and sessions of the training desk"
    assert [f"{sentence} would be erased.", f"{sentence} erased."] == [
        one.splitlines()[-1] for one in said[:2]
    ]
    assert "training" not in said[2]


def test_a_file_that_cannot_be_read_now_is_tried_again_before_a_person_is_asked(
    working: Path, call: Call
) -> None:
    """All attempts, as for a reader that failed; then it is in the queue."""
    call("run", "--once", "--config", working)
    with open_app(load(working, {})) as app, app.store.unit() as unit:
        row = unit.db.execute(select(message.c.message_id, message.c.raw_digest)).one()
        unit.db.execute(update(message).values(state="stored", attempts=0))
        unit.defer("read", row.message_id, datetime.now(UTC))
    blob = working.parent / "data" / "blobs" / row.raw_digest
    blob.unlink()
    blob.mkdir()

    call("run", "--once", "--config", working)

    with open_app(load(working, {})) as app, app.store.look() as db:
        assert ("quarantined", 3) == tuple(db.execute(select(message.c.state, message.c.attempts)).one())


def test_reprocess_adds_a_version(working: Path, call: Call) -> None:
    """Reading again sends nothing and leaves one message, queued as before."""
    call("run", "--once", "--config", working)

    said = call("reprocess", "--all", "--config", working)
    call("run", "--once", "--config", working)

    assert (0, "1 of 1 read again\n") == (said.code, said.out)
    assert 1 == len(list((working.parent / "sent").glob("*.eml")))
    assert {"queued": 1} == json.loads(call("status", "--json", "--config", working).out)["messages"]


def test_a_mailbox_that_is_away_is_one_sentence(working: Path, call: Call) -> None:
    """Exit code 1 and one line, from the single run and from the rehearsal."""
    os.rename(working.parent / "drop", working.parent / "elsewhere")

    for argv in (["run", "--once"], ["run", "--dry-run"]):
        said = call(*argv, "--config", working)

        assert 1 == said.code
        assert 1 == len(said.err.splitlines())
        assert said.err.startswith("mailbot: ")


def test_a_worker_that_only_a_new_process_helps_ends_by_itself(working: Path) -> None:
    """Nobody tells it to stop; why it did is there for the exit code, and `status` says what to do."""
    error = Stuck("nothing comes back")
    with open_app(load(working, {})) as app:
        with app.worker() as worker:
            source = FakeSource(raise_at={"arrivals": error})
            worker.attendants = [replace(worker.attendants[0], source=source)]
            worker.run()
        found = standing(app)

    assert worker.ended_by is error
    assert "service manager" in found["mailboxes"][0]["what_to_do"]


def test_a_worker_ends_when_told(working: Path) -> None:
    """SIGTERM ends it in order, with the exit code 0, and its log speaks of ids and counts alone."""
    command = [sys.executable, "-m", "mailbot", "run", "--config", str(working)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        lines = []
        for line in worker.stderr:
            lines.append(line)
            if " ack_sent " in line:
                worker.send_signal(signal.SIGTERM)
        code = worker.wait(30)

    assert 0 == code
    events = [line.split()[2] for line in lines]
    assert ["worker_started", "worker_stopped"] == [events[0], events[-1]]
    assert "message_stored" in events
    assert "school" not in "".join(lines)
