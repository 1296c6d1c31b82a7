"""What waits for a person: listed without names, let go or dropped on record."""

import json
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from mailbot.app import open_app
from mailbot.config import load
from mailbot.domain.states import AckState
from mailbot.store.schema import message, outbox
from tests.unit.cli.conftest import Call

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIRST, SECOND = "ab" * 16, "cd" * 16


def hold(config: Path) -> None:
    """Two that are held."""
    with open_app(load(config, {})) as app, app.store.unit() as unit:
        for mail_id, code in ((FIRST, "unknown_partner"), (SECOND, "rate_limited")):
            row = {"message_id": mail_id, "mailbox": "partnership", "raw_digest": mail_id, "size": 1}
            times = {"received_at": NOW, "stored_at": NOW}
            unit.db.execute(insert(message).values(**row, **times, state="stored"))
            ack = {"mail_id": mail_id, "kind": "acknowledgement", "acknowledges": mail_id, "code": code}
            unit.db.execute(insert(outbox).values(**ack, state=AckState.HELD.value, decided_at=NOW))


def states(config: Path) -> list[str]:
    """Of the two, in order."""
    with open_app(load(config, {})) as app, app.store.look() as db:
        return list(db.scalars(select(outbox.c.state).order_by(outbox.c.mail_id)))


def test_nothing_is_held(installed: Path, call: Call) -> None:
    """And it says so."""
    assert "Nothing is held.\n" == call("held", "--config", installed).out


def test_what_is_held_is_listed(installed: Path, call: Call) -> None:
    """Each with its reason; `status` counts them and names the command."""
    hold(installed)
    said, listed = call("held", "--config", installed), call("held", "--json", "--config", installed)
    status = call("status", "--config", installed).out

    assert "not in the partner directory" in said.out
    assert [FIRST, SECOND] == [one["ack_id"] for one in json.loads(listed.out)]
    assert "Held: 2" in status
    assert "`mailbot held`" in status


def test_one_is_let_go_and_one_is_dropped(installed: Path, call: Call) -> None:
    """Both acts are in the audit with the person who did them."""
    hold(installed)
    released = call("held", "--release", FIRST, "--config", installed)
    dropped = call("held", "--drop", SECOND, "--config", installed)

    assert (0, 0) == (released.code, dropped.code)
    assert ["reserved", "not_due"] == states(installed)
    shown = call("audit", "show", "--config", installed).out
    assert '"what": "acknowledgement_let_go"' in shown
    assert '"what": "acknowledgement_dropped"' in shown


def test_what_is_not_held_stays_as_it_is(installed: Path, call: Call) -> None:
    """A wrong id is a failure with a sentence; those that were right are done."""
    hold(installed)
    said = call("held", "--release", FIRST, "ef" * 16, "--config", installed)
    again = call("held", "--drop", FIRST, "--config", installed)

    assert (1, 1) == (said.code, again.code)
    assert "1 of these ids are not held" in said.err
    assert ["reserved", "held"] == states(installed)


def test_partners_needs_a_directory(installed: Path, call: Call) -> None:
    """Without one there is nobody to list."""
    said = call("partners", "--config", installed)

    assert (2, True) == (said.code, "[mailbot] → partners" in said.err)


def test_partners_is_recorded(installed: Path, call: Call) -> None:
    """Who writes to us is the source part: each look is a disclosure."""
    directory = installed.parent / "partners.toml"
    directory.write_text('[[partners]]\nname = "A"\ndomains = ["a.example"]\n')
    text = installed.read_text().replace("[mailbot]\n", '[mailbot]\npartners = "partners.toml"\n', 1)
    installed.write_text(text)
    said = call("partners", "--config", installed)

    assert "No partner's mail has failed.\n" == said.out, said.err
    assert '"command": "partners"' in call("audit", "show", "--config", installed).out


def test_a_directory_that_is_wrong_stops_the_start(installed: Path, call: Call) -> None:
    """`check` and `run` name the entry, and no school: strangers are not answered by mistake."""
    directory = installed.parent / "partners.toml"
    directory.write_text('[[partners]]\nname = "Elsewhereham Academy"\ndomains = ["sch.uk"]\n')
    text = installed.read_text().replace("[mailbot]\n", '[mailbot]\npartners = "partners.toml"\n', 1)
    installed.write_text(text)
    checked, ran = call("check", "--config", installed), call("run", "--once", "--config", installed)

    assert (2, 2) == (checked.code, ran.code)
    assert "[[partners]] number 1: a domain of their own" in checked.out
    assert "[[partners]] number 1: a domain of their own" in ran.err
    assert "Elsewhereham" not in checked.out + checked.err + ran.err
