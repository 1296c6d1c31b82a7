"""`read` needs nothing but the files, and says what is in them."""

import json
import os
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Call

LETTER = b"""Authentication-Results: mx.police.example; dmarc=pass header.from=school.example
Received: from mail.school.example by mx.police.example with ESMTPS; Mon, 12 May 2025 09:00:00 +0100
From: A Teacher <teacher@school.example>
To: partnership@police.example
Subject: A question
Date: Mon, 12 May 2025 09:00:00 +0100
Message-ID: <one@school.example>
Content-Type: text/plain; charset=utf-8

Which telephone number do we use out of hours?
"""


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Two messages, one of them in a folder below, and a file that is none."""
    folder = tmp_path / "letters"
    (folder / "below").mkdir(parents=True)
    (folder / "b.eml").write_bytes(LETTER)
    (folder / "below" / "a.EML").write_bytes(LETTER.replace(b"teacher@", b"other@"))
    (folder / "notes.txt").write_text("no message")
    return folder


def test_a_folder_is_read_in_order(letters: Path, call: Call) -> None:
    """Every .eml below it, sorted, a line each; the exit code is 0."""
    said = call("read", letters, "--jsonl", "--authserv-id", "mx.police.example")

    found = [json.loads(line) for line in said.out.splitlines()]
    assert 0 == said.code
    assert [str(letters / "b.eml"), str(letters / "below" / "a.EML")] == [one["file"] for one in found]
    assert [(True, None)] * 2 == [(one["may_acknowledge"], one["why_not"]) for one in found]
    assert {"enquiry"} == {one["kind"] for one in found}


def test_a_single_file_is_one_object(letters: Path, call: Call) -> None:
    """Without --jsonl one path gives one object, a folder a list."""
    one, many = call("read", letters / "b.eml"), call("read", letters)

    assert str(letters / "b.eml") == json.loads(one.out)["file"]
    assert 2 == len(json.loads(many.out))


def test_nobody_is_believed_by_default(letters: Path, call: Call) -> None:
    """Without a named gateway nobody is authenticated."""
    said = call("read", letters / "b.eml")

    assert "unauthenticated" == json.loads(said.out)["why_not"]


def test_own_addresses_are_never_answered(letters: Path, call: Call) -> None:
    """An address of the mailbox itself."""
    said = call("read", letters / "b.eml", "--own-address", "teacher@school.example")

    assert "own_address" == json.loads(said.out)["why_not"]


def test_a_configuration_lends_its_gateways(letters: Path, tmp_path: Path, call: Call) -> None:
    """With --config its trusted gateways and own addresses count."""
    (tmp_path / "mailbot.toml").write_text(
        '[mailbot]\ndata = "d"\n[[mailboxes]]\nname = "m"\nkind = "maildir"\npath = "m"\n'
        'authserv_ids = ["mx.police.example"]\naddresses = ["other@school.example"]\n'
    )

    said = call("read", letters, "--jsonl", "--config", tmp_path / "mailbot.toml")

    assert [None, "own_address"] == [json.loads(line)["why_not"] for line in said.out.splitlines()]


def test_a_path_that_cannot_be_opened(letters: Path, call: Call) -> None:
    """It is named and the exit code is 1; the others are read."""
    said = call("read", letters / "none.eml", letters / "b.eml", "--jsonl")

    assert 1 == said.code
    assert f"mailbot: {letters / 'none.eml'}: cannot be opened: No such file or directory" in said.err
    assert 1 == len(said.out.splitlines())


def test_a_document_is_read_alone(letters: Path, call: Call) -> None:
    """What is no .eml is taken as a single document."""
    said = call("read", letters / "notes.txt")

    found = json.loads(said.out)
    assert 0 == said.code
    assert ["no_sender"] == [found["why_not"]]


def test_what_cannot_be_read_is_a_result(tmp_path: Path, call: Call) -> None:
    """A message over the limit is unreadable, with the exit code 0; its sender is known all the same."""
    large = tmp_path / "large.eml"
    large.write_bytes(LETTER)
    os.truncate(large, 51 * 2**20)

    said = call("read", large, "--authserv-id", "mx.police.example")

    found = json.loads(said.out)
    assert (0, "unreadable", True) == (said.code, found["kind"], found["may_acknowledge"])
    assert ["unreadable_part"] == found["flags"]
