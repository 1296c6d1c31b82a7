"""
Secrets: read where they are used, from the file or the variable that the configuration names.

GUARANTEES
    A secret is never a field, never in a `repr`, never in an error. A file that is named must be readable:
    there is no silent way round it. In production a file that everybody may read is refused.
"""

import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from mailbot.config.shapes import Config, OAuth
from mailbot.errors import ConfigError


def secret(
    file: str, variable: str, environ: Mapping[str, str], where: str, *, production: bool = False
) -> Callable[[], str]:
    """
    A reader of one secret, tried once now so that a missing one stops the start.

    It reads again each time, so a password that was changed in its file is used at the next sign-in.
    """

    def read() -> str:
        return read_secret(file, variable, environ, where, production=production)

    read()
    return read


def read_secret(
    file: str, variable: str, environ: Mapping[str, str], where: str, *, production: bool = False
) -> str:
    """The secret; `where` is what the setting is called without its ending: `[acknowledge] → password`."""
    if file:
        return _from_file(Path(file), where, production)
    if not variable:
        raise ConfigError(f"{where}_file: is missing, and so is the same with _env")
    if not (value := environ.get(variable, "")):
        raise ConfigError(f"{where}_env: the variable that it names is not set")
    return value


def require_secrets(config: Config, environ: Mapping[str, str]) -> None:
    """Every secret that the configuration names is there; a `ConfigError` names the first that is not."""
    for file, variable, where in named_secrets(config):
        read_secret(file, variable, environ, where, production=config.mailbot.production)


def named_secrets(config: Config) -> Iterator[tuple[str, str, str]]:
    """File, variable and place of each secret that the configuration names."""
    for box in config.mailboxes:
        where = f'[[mailboxes]] "{box.name}" →'
        if box.password_file or box.password_env:
            yield box.password_file, box.password_env, f"{where} password"
        yield from _of_oauth(box.oauth, where)
        if box.kind == "ews" and box.ews.certificate_file:
            yield box.ews.certificate_file, "", f"{where} ews.certificate"
    ack = config.acknowledge
    if ack.enabled:
        if ack.password_file or ack.password_env:
            yield ack.password_file, ack.password_env, "[acknowledge] → password"
        yield from _of_oauth(ack.oauth, "[acknowledge] →")
        if ack.kind == "ews" and ack.ews.certificate_file:
            yield ack.ews.certificate_file, "", "[acknowledge] → ews.certificate"
    internal = config.review.mail
    if internal.password_file or internal.password_env:
        yield internal.password_file, internal.password_env, "[review.mail] → password"
    if (provider := config.console.oidc) is not None:
        yield provider.secret_file, provider.secret_env, "[console.oidc] → secret"
    mail, hook = config.watch.mail, config.watch.webhook
    if mail.password_file or mail.password_env:
        yield mail.password_file, mail.password_env, "[watch.mail] → password"
    if hook.token_file or hook.token_env:
        yield hook.token_file, hook.token_env, "[watch.webhook] → token"


def _of_oauth(oauth: OAuth | None, where: str) -> Iterator[tuple[str, str, str]]:
    if oauth is None:
        return
    if oauth.secret_file or oauth.secret_env:
        yield oauth.secret_file, oauth.secret_env, f"{where} oauth.secret"
    for name in ("certificate", "key", "assertion"):
        if file := getattr(oauth, f"{name}_file"):
            yield file, "", f"{where} oauth.{name}"


def open_to_all(file: Path) -> bool:
    """Whether everybody on the machine may read it."""
    try:
        return bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


def _from_file(file: Path, where: str, production: bool) -> str:
    try:
        value = file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise ConfigError(f"{where}_file: {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{where}_file: {file} is not text") from None
    if not value:
        raise ConfigError(f"{where}_file: {file} is empty")
    if production and open_to_all(file):
        raise ConfigError(f"{where}_file: everybody may read {file}; make its mode 0400")
    return value
