"""What must hold between the settings of Exchange: how one signs in, and where."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from mailbot.config.place import SettingPath
from mailbot.config.shapes import Acknowledge, Mailbox, OAuth
from mailbot.config.words import is_https

Problems = Iterator[tuple[SettingPath, str]]

# Exchange Online, worldwide and national: EWS is switched off there
ONLINE = ("office365.com", "office.com", "office365.us", "outlook.cn", "outlook.com", "apps.mil")


def oauth_problems(place: SettingPath, oauth: OAuth | None) -> Problems:
    """Of one oauth table."""
    if oauth is None:
        return
    for setting in ("tenant", "client_id"):
        if not getattr(oauth, setting):
            yield (*place, setting), "is missing"
    ways = [oauth.secret_file, oauth.secret_env, oauth.certificate_file, oauth.assertion_file]
    if sum(map(bool, ways)) != 1:
        yield (
            (*place, "secret_file"),
            "give this or secret_env, or certificate_file or assertion_file: one of the four",
        )
    if oauth.key_file and not oauth.certificate_file:
        yield (*place, "key_file"), "goes with certificate_file, which is missing"
    if not is_https(oauth.authority):
        yield (*place, "authority"), "must begin with https://"


def server_problems(place: SettingPath, section: Mailbox | Acknowledge) -> Problems:
    """Of a mailbox or a way out by Graph or EWS."""
    if section.kind not in ("graph", "ews"):
        return
    if section.url and not is_https(section.url):
        yield (*place, "url"), "must begin with https://, so that nobody reads along"
    if section.kind == "graph":
        return
    host = (urlsplit(section.url).hostname or "").removesuffix(".")
    if any(host == one or host.endswith(f".{one}") for one in ONLINE):
        yield (
            (*place, "url"),
            'is Exchange Online, which no longer speaks EWS; use kind = "graph" (docs/exchange.md)',
        )
    has_password = bool(section.password_file or section.password_env)
    if section.ews.sign_in == "ntlm" and not (section.username and has_password):
        yield (*place, "username"), 'is missing, or its password_file is; ews.sign_in = "ntlm" needs both'
    if section.ews.sign_in == "certificate" and not section.ews.certificate_file:
        yield (*place, "ews", "certificate_file"), 'is missing; ews.sign_in = "certificate" needs it'
