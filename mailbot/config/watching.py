"""What must hold between the settings of the watch: an alarm must not need what it warns of."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from mailbot.config.place import SettingPath
from mailbot.config.shapes import Config
from mailbot.config.words import is_address, is_https, is_one_sender

Problems = Iterator[tuple[SettingPath, str]]


def watch_problems(config: Config) -> Problems:
    """Of [watch] and its tables."""
    yield from _mail(config)
    yield from _hook(config)
    yield from _canary(config)
    place, _, port = config.watch.syslog.rpartition(":")
    if config.watch.syslog and not config.watch.syslog.startswith("/") and not (place and port.isdigit()):
        yield ("watch", "syslog"), 'must be a socket such as "/dev/log", or host:port'


def _mail(config: Config) -> Problems:
    mail = config.watch.mail
    watched = {address.casefold() for box in config.mailboxes for address in box.addresses}
    if not all(is_address(address) for address in mail.to):
        yield ("watch", "mail", "to"), "holds something that is not one plain address"
    if watched.intersection(address.casefold() for address in mail.to):
        yield (
            ("watch", "mail", "to"),
            "must not be a watched mailbox: its alarm would lie in it, unread",
        )
    if mail.to and not mail.host:
        yield ("watch", "mail", "host"), "is missing; alerts are to be sent by mail"
    if mail.host and not is_one_sender(mail.sender):
        yield ("watch", "mail", "from"), 'must be one address, like "mailbot <alerts@police.example>"'
    if mail.password_file and mail.password_env:
        yield ("watch", "mail", "password_file"), "only one of password_file and password_env can be used"
    if mail.username and not (mail.password_file or mail.password_env):
        yield ("watch", "mail", "password_file"), "is missing; a username needs it, or password_env"


def _hook(config: Config) -> Problems:
    hook = config.watch.webhook
    parts = urlsplit(hook.url)
    if hook.url and (not is_https(hook.url) or parts.username):
        yield ("watch", "webhook", "url"), "must be an address that begins with https://"
    if hook.token_file and hook.token_env:
        yield ("watch", "webhook", "token_file"), "only one of token_file and token_env can be used"


def _canary(config: Config) -> Problems:
    canary = config.watch.canary
    if not canary.mailbox:
        return
    box = next((box for box in config.mailboxes if box.name == canary.mailbox), None)
    if box is None or not box.addresses:
        yield ("watch", "canary", "mailbox"), "must name one of the mailboxes, which must have an address"
    if not config.watch.mail.host:
        yield ("watch", "canary", "mailbox"), "is sent through [watch.mail], whose host is missing"
