"""What follows from settings: where things stand that have no setting of their own."""

from collections.abc import Callable
from pathlib import Path

from mailbot.config.shapes import Config, Mailbox
from mailbot.domain.mail import Border


def database_url(config: Config) -> str:
    """The configured database, or the file in the data folder."""
    return config.database.url or f"sqlite:///{config.mailbot.data / 'mailbot.db'}"


def keys_folder(config: Config) -> Path:
    """Where the keys are."""
    return config.mailbot.data / "keys"


def own_addresses(config: Config) -> tuple[str, ...]:
    """Under all of these we get mail, in whatever mailbox."""
    return tuple(address for box in config.mailboxes for address in box.addresses)


def counted_folders(box: Mailbox) -> dict[str, str]:
    """The folders that are counted, by their role; junk is where the server puts what it takes for that."""
    junk = box.junk or ("Junk Email" if box.kind in ("graph", "ews") else "Junk")
    return {"processed": box.processed, "quarantine": box.quarantine, "junk": junk}


def border_of(config: Config) -> Callable[[str], Border]:
    """What a reading child must know of our side, by the name of a mailbox."""
    known = {
        box.name: Border(
            box.authserv_ids,
            box.border_hosts,
            box.authserv_position,
            own_addresses(config),
            local_dkim=box.local_dkim,
            exchange=box.kind in ("graph", "ews"),
        )
        for box in config.mailboxes
    }
    return lambda name: known.get(name, Border())


def console_url(config: Config) -> str:
    """Where people find the console, without a slash at its end."""
    console = config.console
    host = f"[{console.host}]" if ":" in console.host else console.host
    return console.public_url.rstrip("/") or f"http://{host}:{console.port}"
