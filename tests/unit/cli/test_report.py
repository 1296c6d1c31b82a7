"""`mailbot report`: a draft is exit 0, and nobody releases their own."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Call


def test_an_empty_month_is_a_draft(call: Call, installed: Path, tmp_path: Path) -> None:
    """As a page and as CSV, and as CSV on standard output."""
    said = call("report", "--config", installed, "2026-03", "--out", tmp_path / "out")
    page = tmp_path / "out" / "report-2026-03-draft.html"

    assert 0 == said.code, said.err
    assert {str(page), str(page.with_suffix(".csv"))} == set(said.out.split())
    assert "Draft. Not released" in page.read_text()
    assert "second person" in said.err
    assert call("report", "--config", installed, "2026-03").out.startswith("period_first,period_last,counts,")


def test_nobody_releases_their_own_draft(call: Call, installed: Path) -> None:
    """Nor one that was never made; each is said in a sentence."""
    none = call("report", "--config", installed, "2026-03", "--release")
    call("report", "--config", installed, "2026-03")
    own = call("report", "--config", installed, "2026-03", "--release")

    assert (2, 2) == (none.code, own.code)
    assert "make it first" in none.err
    assert "a second person must" in own.err


def test_a_table_over_several_months(call: Call, installed: Path, tmp_path: Path) -> None:
    """Named after its period; the other way round is refused."""
    said = call("report", "--config", installed, "2026-01", "--until", "2026-06", "--out", tmp_path)

    assert 0 == said.code, said.err
    assert (tmp_path / "report-2026-01-to-2026-06-draft.csv").is_file()
    assert 2 == call("report", "--config", installed, "2026-06", "--until", "2026-01").code


@pytest.mark.parametrize("month", ["2026-13", "march", "26-03", "2026-3"])
def test_a_month_that_is_none(call: Call, installed: Path, month: str) -> None:
    """Misuse, said with the form that is wanted."""
    said = call("report", "--config", installed, month)

    assert 2 == said.code
    assert "2026-03" in said.err
