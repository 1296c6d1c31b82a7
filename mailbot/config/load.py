"""
The way from a file to a `Config`.

GUARANTEES
    The answer is whole and checked, with every path made absolute from the folder of the file; or it is one
    `ConfigError`. Nothing is opened but the file itself.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from mailbot.config import place
from mailbot.config.checks import first_problem
from mailbot.config.sentences import explain
from mailbot.config.shapes import Config
from mailbot.errors import ConfigError

DEFAULTS = (Path("mailbot.toml"), Path("/etc/mailbot/mailbot.toml"))
# The settings that name a file or folder, wherever they stand.
_PATHS = {
    "data",
    "templates",
    "forms",
    "partners",
    "path",
    "folder",
    "ca_file",
    "password_file",
    "secret_file",
    "socket",
    "certificate_file",
    "key_file",
    "assertion_file",
    "token_file",
}

S = TypeVar("S", bound=msgspec.Struct)


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """The configuration in `path`, or in the first of the usual places."""
    file = find(path, environ)
    text = _read(file)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{file}: not valid TOML: nested too deeply") from None
    try:
        config = msgspec.convert(document, Config, strict=True, dec_hook=_path)
        problem = first_problem(config)
    except msgspec.ValidationError as error:
        problem = explain(error)
    if problem is not None:
        raise ConfigError(_sentence(file, text, document, *problem)) from None
    return _absolute(config, file.absolute().parent)


def find(path: Path | None, environ: Mapping[str, str]) -> Path:
    """The file that counts: the one asked for, `$MAILBOT_CONFIG`, or the first of `DEFAULTS`."""
    if path is not None:
        return path
    if own := environ.get("MAILBOT_CONFIG"):
        return Path(own)
    for candidate in DEFAULTS:
        if candidate.is_file():
            return candidate
    raise ConfigError(
        "no configuration: give --config FILE, set MAILBOT_CONFIG, or make one with `mailbot init --dir D`"
    )


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: not valid TOML: it is not UTF-8") from None


def _sentence(file: Path, text: str, document: dict[str, Any], path: place.SettingPath, what: str) -> str:
    number = place.line(path, text)
    where = f"{file}, line {number}" if number else str(file)
    return f"{where}: {place.name(path, document)}: {what}"


def _path(kind: type, value: object) -> Path:
    """A path is written as text; nothing else of ours needs a hook."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError("Expected `str`")


def _absolute(section: S, folder: Path) -> S:
    """The same section, each path in it made absolute; an empty one stays empty."""
    changes: dict[str, object] = {}
    for field in msgspec.structs.fields(section):
        value = getattr(section, field.name)
        if isinstance(value, msgspec.Struct):
            changes[field.name] = _absolute(value, folder)
        elif isinstance(value, tuple):
            changes[field.name] = tuple(
                _absolute(item, folder) if isinstance(item, msgspec.Struct) else item for item in value
            )
        elif field.name in _PATHS and value:
            changes[field.name] = type(value)(folder / value) if isinstance(value, str) else folder / value
    return msgspec.structs.replace(section, **changes)
