"""The configuration is loud about mistakes and silent about secrets."""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mailbot import resources
from mailbot.config import (
    Config,
    Duty,
    Mailbox,
    MashContact,
    advice,
    find,
    load,
    read_secret,
    require_secrets,
    secret,
)
from mailbot.config.sentences import settings_of, shape_at
from mailbot.config.words import is_address, is_loopback
from mailbot.errors import ConfigError

BAD = sorted((Path(__file__).parents[1] / "stories" / "bad_configs").glob("*.toml"))
EXAMPLE = resources.find("config/mailbot.example.toml")
SETTING = re.compile(r"^(#?)([a-z_]+) = (.+)$")
LISTS = {"mailboxes": Mailbox, "duty": Duty, "mash": MashContact}  # tables in double brackets
TABLE = re.compile(r"^#?(\[\[?)([a-z.]+)\]\]?$")


def write(folder: Path, text: str) -> Path:
    """A configuration file."""
    path = folder / "mailbot.toml"
    path.write_text(text, encoding="utf-8")
    return path


def described() -> dict[str, dict[str, tuple[str, str]]]:
    """Of each table in the example: each setting with its stated default and its value."""
    tables: dict[str, dict[str, tuple[str, str]]] = {}
    current, default = "", ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if table := TABLE.match(line):
            current = table[2]
            tables[current] = {}
        elif line.startswith(("# Default: ", "# No default.")):
            default = line.removeprefix("# Default: ")
        elif setting := SETTING.match(line):
            tables[current][setting[2]] = (default, setting[3])
            default = ""
    return tables


def shape_of(table: str) -> type[msgspec.Struct]:
    """The struct of a table."""
    steps: list[str | int] = []
    for key in table.split("."):
        steps += [key, 0] if key in LISTS else [key]
    shape: type[msgspec.Struct] = shape_at(tuple(steps))
    return shape


def all_tables(shape: Any = Config, prefix: str = "") -> set[str]:
    """The name of every table that the structs know."""
    found: set[str] = set()
    for name, kind in settings_of(shape).items():
        inner = LISTS.get(name, kind)
        if settings_of(inner):
            found |= {prefix + name} | all_tables(inner, f"{prefix}{name}.")
    return found


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_each_broken_configuration_is_refused_by_name(path: Path) -> None:
    """One sentence names the file, and the setting as it stands there."""
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")

    with pytest.raises(ConfigError) as refusal:
        load(path, {})

    sentence = str(refusal.value)
    assert sentence.startswith(str(path))
    assert expected in sentence
    assert "\n" not in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    "host",
    [
        "outlook.office365.com",
        "OUTLOOK.Office365.com.",
        "outlook.office.com",
        "outlook.office365.us",
        "partner.outlook.cn",
        "webmail.apps.mil",
        "eas.outlook.com",
    ],
)
def test_ews_is_refused_for_exchange_online(host: str, tmp_path: Path) -> None:
    """Worldwide and in the national clouds; the sentence names what to use instead."""
    good = "tests/stories/bad_configs/ews_of_exchange_online.toml"
    text = (Path(__file__).parents[2] / good).read_text(encoding="utf-8")
    path = write(tmp_path, text.replace("outlook.office365.com", host))
    with pytest.raises(ConfigError, match='use kind = "graph"'):
        load(path, {})

    path = write(tmp_path, text.replace("outlook.office365.com", f"{host.strip('.')}.police.example"))
    assert "ews" == load(path, {}).mailboxes[0].kind


def test_there_are_enough_broken_configurations() -> None:
    """The folder was found, and holds what it should."""
    assert len(BAD) >= 25


def test_the_line_is_named(tmp_path: Path) -> None:
    """The sentence says in which line the setting stands, also in the second table of a kind."""
    path = write(
        tmp_path,
        '[mailbot]\ndata = "d"\n[[mailboxes]]\nname = "a"\nkind = "maildir"\npath = "a"\n'
        '[[mailboxes]]\nname = "b"\nkind = "maildir"\npath = "b"\npoll_seconds = 0\n',
    )

    with pytest.raises(ConfigError, match=re.escape('line 11: [[mailboxes]] "b" → poll_seconds')):
        load(path, {})


def test_the_example_loads() -> None:
    """The example is a configuration that mailbot accepts."""
    config = load(EXAMPLE, {})

    assert Path("/var/lib/mailbot") == config.mailbot.data
    assert ["partnership"] == [box.name for box in config.mailboxes]


def test_the_example_loads_with_everything_switched_on(tmp_path: Path) -> None:
    """What is behind a bare # is right as well; only what excludes something else is left out."""
    text = re.sub(r"(?m)^#(?=[a-z_]+ = |\[)", "", EXAMPLE.read_text(encoding="utf-8"))
    others = "password_env|password_file|secret_env|secret_file|assertion_file"
    text = re.sub(rf"(?m)^({others}|token_env) = .*$", "", text)
    text = text.replace('username = "mailbot-alerts"', "")  # a name without a password

    config = load(write(tmp_path, text), {})

    assert config.mailboxes[0].oauth is not None


def test_every_setting_is_described() -> None:
    """Example and structs have the same tables and the same settings."""
    tables = described()

    assert all_tables() == set(tables)
    for table, settings in tables.items():
        settled = settings_of(shape_of(table)).items()
        known = {name for name, kind in settled if not settings_of(kind) and name not in LISTS}
        assert known == set(settings), table


def test_the_defaults_are_told_truthfully() -> None:
    """What a paragraph calls the default is the default."""
    for table, settings in described().items():
        fields = {field.encode_name: field for field in msgspec.structs.fields(shape_of(table))}
        for name, (stated, _) in settings.items():
            default = fields[name].default
            if stated == "# No default.":
                assert fields[name].required, (table, name)
            elif stated == "none":
                assert default is None, (table, name)
            else:
                value = tomllib.loads(f"value = {stated}")["value"]
                assert (tuple(value) if isinstance(value, list) else value) == default, (table, name)


def test_paths_count_from_the_file(tmp_path: Path) -> None:
    """Relative paths are relative to the folder of the file; an empty one stays empty."""
    path = write(
        tmp_path,
        '[mailbot]\ndata = "data"\n[[mailboxes]]\nname = "a"\nkind = "imap"\nhost = "h"\nusername = "u"\n'
        'password_file = "secret"\n',
    )

    config = load(path, {})

    assert tmp_path / "data" == config.mailbot.data
    assert str(tmp_path / "secret") == config.mailboxes[0].password_file
    assert config.mailboxes[0].ca_file == ""


def test_the_file_is_looked_for_in_order(tmp_path: Path) -> None:
    """What was asked for wins, then the variable."""
    asked, named = tmp_path / "asked.toml", tmp_path / "named.toml"

    assert asked == find(asked, {"MAILBOT_CONFIG": str(named)})
    assert named == find(None, {"MAILBOT_CONFIG": str(named)})


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read: No such file"):
        load(tmp_path / "none.toml", {})


def test_a_file_that_is_not_text_is_one_sentence(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are named as such."""
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match="it is not UTF-8"):
        load(tmp_path / "b.toml", {})


def test_a_secret_comes_from_its_file(tmp_path: Path) -> None:
    """The line end is not part of a password; blanks are. A change is seen at once."""
    file = tmp_path / "secret"
    file.write_text(" hunter2 \n")
    read = secret(str(file), "", {}, "[acknowledge] → password")

    first = read()
    file.write_text("changed")

    assert (" hunter2 ", "changed") == (first, read())


def test_a_secret_comes_from_its_variable() -> None:
    """Where no file is named, the variable counts."""
    assert "hunter2" == read_secret("", "PW", {"PW": "hunter2"}, "[acknowledge] → password")


@pytest.mark.parametrize(
    ("file", "variable", "sentence"),
    [
        ("/nowhere/at/all", "PW", "[acknowledge] → password_file: /nowhere/at/all cannot be read"),
        ("", "OTHER", "[acknowledge] → password_env: the variable that it names is not set"),
        ("", "", "[acknowledge] → password_file: is missing"),
    ],
)
def test_a_missing_secret_is_named(file: str, variable: str, sentence: str) -> None:
    """The setting is named, never the value of another; a named file is never silently passed over."""
    with pytest.raises(ConfigError) as refusal:
        secret(file, variable, {"PW": "hunter2"}, "[acknowledge] → password")

    assert str(refusal.value).startswith(sentence)
    assert "hunter2" not in str(refusal.value)


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    """An empty file is a mistake, not a password."""
    (tmp_path / "s").write_text("\n")

    with pytest.raises(ConfigError, match="is empty"):
        read_secret(str(tmp_path / "s"), "", {}, "[acknowledge] → password")


def test_a_secret_open_to_all_is_refused_in_production(tmp_path: Path) -> None:
    """Elsewhere it is worth a sentence of advice."""
    file = tmp_path / "s"
    file.write_text("hunter2")
    file.chmod(0o644)
    path = write(
        tmp_path,
        f'[mailbot]\ndata = "d"\n[[mailboxes]]\nname = "a"\nkind = "imap"\nhost = "h"\nusername = "u"\n'
        f'password_file = "{file}"\n',
    )

    config = load(path, {})
    require_secrets(config, {})

    assert any("everybody may read this file" in sentence for sentence in advice(config))
    with pytest.raises(ConfigError, match="everybody may read"):
        read_secret(str(file), "", {}, "x", production=True)


def test_every_named_secret_is_required(tmp_path: Path) -> None:
    """A start finds the missing secret of a mailbox."""
    path = write(
        tmp_path,
        '[mailbot]\ndata = "d"\n[[mailboxes]]\nname = "a"\nkind = "imap"\nhost = "h"\nusername = "u"\n'
        'password_env = "PW"\n',
    )

    with pytest.raises(ConfigError, match=re.escape('[[mailboxes]] "a" → password_env')):
        require_secrets(load(path, {}), {})


def test_a_console_behind_a_proxy_that_is_not_named_is_worth_a_sentence(tmp_path: Path) -> None:
    """Without it everybody comes from one address; with it nothing is said."""
    text = '[mailbot]\ndata = "d"\n[console]\npublic_url = "https://console.police.example"\n'
    told = [advice(load(write(tmp_path, text + more), {})) for more in ("", 'trusted_proxy = "127.0.0.1"\n')]

    assert [True, False] == [any("trusted_proxy" in sentence for sentence in said) for said in told]


def test_no_secret_is_shown(tmp_path: Path) -> None:
    """A password inside an address is not in the representation of the configuration."""
    path = write(
        tmp_path,
        '[mailbot]\ndata = "d"\n[database]\nurl = "postgresql://u:hunter2@h/d"\n'
        '[network]\nproxy = "http://u:hunter2@p:1"\n',
    )

    config = load(path, {})

    assert "hunter2" in config.database.url
    assert "hunter2" not in repr(config)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("127.0.0.1.police.example", False),
        ("10.0.0.1", False),
        ("localhost.police.example", False),
        ("", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    """Only what cannot leave this machine counts as this machine."""
    assert expected is is_loopback(host)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("team@police.example", True),
        ("team+tag@police.example", True),
        ("team", False),
        ("@police.example", False),
        ("a@b@police.example", False),
        ("Team <team@police.example>", False),
        ("a@x.example,b@x.example", False),
        ("a b@x.example", False),
        ("", False),
    ],
)
def test_addresses(text: str, expected: bool) -> None:
    """One plain address, and nothing around it."""
    assert expected is is_address(text)
