"""The sample messages, read in this process and compared with the truth beside them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mailbot.codec import plain
from mailbot.domain.mail import Border
from mailbot.reading import read_message

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
BORDER = Border(
    authserv_ids=("mx.police.example",),
    own_addresses=("cpi@police.example", "education.partnership@police.example"),
)

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no sample messages beside the checkout")


@pytest.fixture(scope="module")
def score(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the corpus' own program says of our reading."""
    found = tmp_path_factory.mktemp("corpus") / "found.jsonl"
    with found.open("w", encoding="utf-8") as out:
        for path in sorted((CORPUS / "messages").glob("*.eml")):
            line = plain(read_message(path.read_bytes(), BORDER)) | {"file": path.name}
            out.write(json.dumps(line) + "\n")
    done = subprocess.run(
        [sys.executable, str(CORPUS / "score.py"), str(found), "--json"],
        check=True, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_every_record_is_found(score: dict[str, Any]) -> None:
    """No form is overlooked, and none is seen where there is none."""
    totals = score["totals"]

    assert (totals["records"], 0) == (totals["records_found"], totals["records_extra"])


def test_fields(score: dict[str, Any]) -> None:
    """Nearly every field, and hardly ever a wrong one."""
    assert score["totals"]["field_accuracy"] >= 99.5
    assert score["totals"]["invented"] <= 5


def test_kinds(score: dict[str, Any]) -> None:
    """What each message is."""
    assert [] == score["kinds_confused"]


def test_flags_and_what_no_field_takes(score: dict[str, Any]) -> None:
    """Everything that a handler must see first is flagged; what no field takes is kept."""
    totals = score["totals"]

    assert totals["flags_wanted"] == totals["flags_found"]
    assert totals["unmapped_wanted"] == totals["unmapped_found"]


def test_requests_for_training(score: dict[str, Any]) -> None:
    """All of them are known for what they are, in templates, in letters, and beside intelligence."""
    formats = {name: score["formats"][name] for name in ("training_template", "training_free", "mixed")}

    assert {name: one["messages"] for name, one in formats.items()} == {
        name: one["kind"] for name, one in formats.items()
    }
    assert formats["training_template"]["accuracy"] >= 99
    assert formats["training_free"]["accuracy"] >= 80
    assert 0 == sum(one["invented"] for one in formats.values())
