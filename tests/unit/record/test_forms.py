"""The definitions: read, checked, and extended by a file."""

from pathlib import Path

import msgspec
import pytest

from mailbot.errors import ConfigError
from mailbot.record.forms import check, load


def test_the_definitions_that_travel_are_sound() -> None:
    """No label has two meanings in one section, no vocabulary is missing."""
    assert [] == check(load())


def test_a_field_of_few_values_has_a_vocabulary_with_those() -> None:
    """What the record would refuse is refused here: it would make every such message unreadable."""
    definitions = load()
    wrong = msgspec.structs.replace(
        definitions,
        fields=tuple(
            msgspec.structs.replace(one, type="line", vocabulary="")
            if one.path == "subjects.aware_of_report"
            else one
            for one in definitions.fields
        ),
    )

    assert ["subjects.aware_of_report"] == [said.split()[1].rstrip(":") for said in check(wrong)]


def test_a_new_form_is_one_file(tmp_path: Path) -> None:
    """A site's folder adds a form without touching ours."""
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "mock.toml").write_text(
        'id = "mock"\nkind = "cpi"\ntitles = ["Mock form"]\n', encoding="utf-8"
    )

    assert "mock" in {form.id for form in load(tmp_path).forms}


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('id = "x"\nkind = "cpi"\ntitles = ["X"]\ncolour = 1\n', "colour"),
        ('id = "x"\nkind = "other"\ntitles = ["X"]\n', "kind"),
        ("id = \n", "broken.toml"),
        (
            'id = "x"\nkind = "cpi"\ntitles = []\n[[section]]\n'  # noqa: ISC004
            'context = "types"\nheading = "A"\nfield = [{path = "no.such", label = ""}]\n',
            "no.such",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, written: str, named: str) -> None:
    """An unknown key, kind or field stops the loading with its name."""
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "broken.toml").write_text(written, encoding="utf-8")

    with pytest.raises(ConfigError, match=named):
        load(tmp_path)
