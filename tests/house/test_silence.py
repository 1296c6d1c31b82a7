"""The ear that listens to the whole suite is not deaf."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.silence import Silence, own_words


def test_a_leaked_name_is_found_with_its_event() -> None:
    """A canary in a line names the event that said it."""
    silence = Silence()
    silence.canary("Zebedee Quince")
    silence.heard("message_stored", "stored 12 bytes of zebedee quince")

    assert [("message_stored", "Zebedee Quince")] == silence.broken("")


@pytest.mark.parametrize("line", ['{"to": "Si\\u00e2n Quux"}', "{'to': 'Siân Quux'}", "SIÂN QUUX"])
def test_a_leak_is_found_however_it_is_written(line: str) -> None:
    """JSON's escapes, repr() and capitals hide nothing."""
    silence = Silence()
    silence.canary("Siân Quux")
    silence.heard("event", line)

    assert [("event", "Siân Quux")] == silence.broken("")


def test_a_file_name_with_a_number_is_found() -> None:
    """Folding numbers together makes nothing invisible."""
    silence = Silence()
    silence.canary("statement 17.docx")
    silence.heard("event", "could not read statement 17.docx")

    assert [("event", "statement 17.docx")] == silence.broken("")


def test_our_own_words_and_parts_of_words_are_no_leak() -> None:
    """A subject that is a word of ours, or a part of another word, proves nothing."""
    silence = Silence()
    silence.canary("stored", "quarry")
    silence.heard("event", "message stored, quarrying")

    assert [] == silence.broken("def stored(): ...")


def test_log_records_are_overheard() -> None:
    """The plugin's handler stands on mailbot's logger, and hears all levels."""
    logger = logging.getLogger("mailbot")

    assert "_Ear" in [type(handler).__name__ for handler in logger.handlers]
    assert logger.isEnabledFor(logging.DEBUG)


def test_standard_error_of_a_child_is_overheard() -> None:
    """What a started Python says on standard error is noted for the end of the run."""
    code = "import sys; sys.stderr.write('an overheard word\\n')"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    notes = [path.read_text(encoding="utf-8") for path in Path(os.environ["MAILBOT_SILENCE"]).iterdir()]

    assert "an overheard word\n" == done.stderr
    assert any("an overheard word" in note for note in notes)


def test_our_own_words_are_the_source() -> None:
    """The text that cannot be a canary is what stands in the package, and not in the tests."""
    words = own_words()

    assert "class mailboterror" in words
    assert "class silence" not in words


def test_what_another_process_heard_is_judged_too(tmp_path: Path) -> None:
    """One process leaks a name that only another one knows to be personal."""
    one, other, judge = Silence(), Silence(), Silence()
    one.heard("message_stored", "stored for zebedee quince")
    other.canary("Zebedee Quince")
    for number, silence in enumerate((one, other)):
        silence.keep(tmp_path / str(number))
        judge.join(tmp_path / str(number))

    assert [("message_stored", "Zebedee Quince")] == judge.broken("")
