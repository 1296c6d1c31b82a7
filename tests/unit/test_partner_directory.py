"""The file of the partner directory: whole and checked, or one sentence."""

from pathlib import Path

import pytest

from mailbot import resources
from mailbot.config import load_partners
from mailbot.errors import ConfigError


def test_the_example_is_one() -> None:
    """What we show can be used."""
    found = load_partners(resources.find("config/partners.example.toml"))

    assert 2 == len(found.partners)
    assert found.partner_of("office.nowherefield.example") is found.partners[0]
    assert found.partner_of("example") is None


def test_none_is_none() -> None:
    """Without a file there is no directory."""
    assert not load_partners(None)


_ONE = "[[partners]]\nname = 'A'\ndomains = ['a.example']\n"
WRONG = {
    "[[partners]]\nname = 'A'\n": r"number 1: needs a name and a list",
    "[[partners]]\nname = 'A'\ndomains = []\n": "number 1: needs",
    "[[partners]]\nname = ''\ndomains = ['a.example']\n": "number 1: needs",
    "[[partners]]\nname = 'A'\ndomains = ['a.example']\nemail = 'x'\n": "number 1: needs",
    "[[partners]]\nname = 'A'\ndomains = ['sch.uk']\n": "number 1: a domain of their own",
    "[[partners]]\nname = 'A'\ndomains = ['A.Example']\n": "number 1: a domain of their own",
    "[[partners]]\nname = 'A'\ndomains = ['a@a.example']\n": "number 1: a domain of their own",
    "[[partners]]\nname = 'A'\ndomains = ['example']\n": "number 1: a domain of their own",
    f"{_ONE}[[partners]]\nname = 'B'\ndomains = ['a.example']\n": "number 2: a domain that another",
    "[[partners]\n": "not valid TOML",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said(tmp_path: Path, text: str) -> None:
    """With the number of the entry, and without the name of a school."""
    path = tmp_path / "partners.toml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=WRONG[text]):
        load_partners(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A directory that was configured and is gone stops the start: without it strangers would be answered."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load_partners(tmp_path / "partners.toml")
