"""Whatever stands in the file, the answer is a configuration or one sentence that quotes no value."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.config import Config, load
from mailbot.errors import ConfigError

SECRET = "hunter2 hunter2"  # no name of a mailbox: that is shown
WORDS = "name kind host port tls from addresses delay_seconds limits oauth total_day enabled prot url readers"
KEYS = st.sampled_from([*WORDS.split(), "password", "inbox", "path", "mode", '"a b"', '"é"', '""'])
TEXTS = ["", "imap", "maildir", "none", "127.0.0.1", "a\\u0000b", "a@b.example", SECRET]
PLAIN = ["1", "-1", "0", "99999999999999999999", "1.5", "inf", "true", "1979-05-27", "07:32:00"]
NESTED = ["[]", "[1]", '["a@b.example"]', "[60, 300]", "[[]]", "{}", "{ a = 1 }", "'''\n[x]\ny = 1\n'''"]
VALUES = st.sampled_from([f'"{text}"' for text in TEXTS] + PLAIN + NESTED)
NAMES = "[[mailboxes]] [mailboxes.oauth] [acknowledge] [acknowledge.limits] [database] [engine] [nonsense]"
TABLES = st.sampled_from(
    [*NAMES.split(), "[sandbox]", "[scanner]", "[mailboxes]", '["odd name"]', "[", "\x00"]
)
DOCUMENTS = st.dictionaries(TABLES, st.dictionaries(KEYS, VALUES, max_size=5), max_size=4)


def as_toml(document: dict[str, dict[str, str]]) -> str:
    """The file."""
    lines = ["[mailbot]", 'data = "d"']
    for table, values in document.items():
        lines += [table, *(f"{key} = {value}" for key, value in values.items())]
    return "\n".join(lines)


@settings(derandomize=True, deadline=None, max_examples=500)
@given(DOCUMENTS)
def test_a_configuration_or_one_sentence(document: dict[str, dict[str, str]]) -> None:
    """Nothing else comes out of `load`, and no value is repeated."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mailbot.toml"
        file.write_text(as_toml(document), encoding="utf-8")
        try:
            found: Config | ConfigError = load(file, {})
        except ConfigError as refusal:
            found = refusal

    if isinstance(found, ConfigError):
        assert "\n" not in str(found)
        assert SECRET not in str(found)
        assert "mailbot.toml" in str(found)
    else:
        assert found.mailbot.data.is_absolute()
