"""`forms learn`: a site's words are learned, too."""

import json
from pathlib import Path

import msgspec
import pytest

from mailbot.record import forms
from mailbot.record.learned import Weights
from tests.unit.cli.conftest import Call


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site that knows few wordings of each field, so that learning takes no time, and one of its own."""
    folder = tmp_path / "site" / "vocabulary"
    folder.mkdir(parents=True)
    lines = []
    for field in forms.load().fields:
        lines += ["[[field]]", f"path = {json.dumps(field.path)}", f"context = {json.dumps(field.context)}"]
        lines += [f"type = {json.dumps(field.type)}", f"vocabulary = {json.dumps(field.vocabulary)}"]
        lines += [f"labels = {json.dumps(field.labels[:3])}", f"local = {json.dumps(field.local[:2])}", ""]
    (folder / "labels.toml").write_text("\n".join(lines), encoding="utf-8")
    (folder / "wordings.toml").write_text(
        '[labels]\n"narrative" = ["The yarn as it was spun"]\n[headings]\n', encoding="utf-8"
    )
    return tmp_path / "site"


def test_a_site_learns_its_own_words(site: Path, call: Call) -> None:
    """The file is written where it was asked for, says what it was made of, and is used from there."""
    said = call("forms", "learn", "--forms", site, "--out", site / "vocabulary")
    file = site / "vocabulary" / "learned.json"
    weights = msgspec.json.decode(file.read_bytes(), type=Weights)

    assert 0 == said.code
    assert str(file) in said.out
    assert "w yarn" in weights.labels.weights
    assert weights == forms.load(site).learned != forms.load().learned


def test_examples_that_cannot_be_read(site: Path, call: Call) -> None:
    """The file and the reason are named, and nothing is written."""
    (site / "vocabulary" / "wordings.toml").write_text("[lables]\n", encoding="utf-8")
    said = call("forms", "learn", "--forms", site, "--out", site / "new")

    assert 2 == said.code
    assert "wordings.toml" in said.err
    assert "lables" in said.err
    assert not (site / "new").exists()
