"""
Names of folders and users, checked before anything of them reaches a server or a disk.

SECURITY
    A line end inside a folder's name would reach an IMAP server as a second command: IMAPClient quotes
    names and does not look into them. So no control character passes here, of whatever kind.
"""

import unicodedata

from mailbot.errors import ConfigError, Refused

TWICE = "the mailbox has two folders with the configured name of its inbox: rename one of them"
LONGEST = 200  # far above what people type, far below what servers and file systems take
_REFUSED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, invisible marks, lone surrogates, line ends


def checked_folder(name: object, setting: str) -> str:
    """The folder's name, fit for the wire; `setting` names it in the complaint."""
    text = checked_text(name, setting)
    if text != text.strip():
        raise ConfigError(f"{setting}: a folder's name neither begins nor ends with a space")
    if "*" in text or "%" in text:
        raise ConfigError(f"{setting}: a folder's name may not hold * or %, which list many folders")
    return text


def checked_text(name: object, setting: str) -> str:
    """A name without any control character."""
    if not isinstance(name, str) or not name:
        raise ConfigError(f"{setting}: a name is missing")
    if len(name) > LONGEST:
        raise ConfigError(f"{setting}: longer than {LONGEST} characters")
    if any(unicodedata.category(char) in _REFUSED for char in name):
        raise ConfigError(f"{setting}: control characters are not allowed in a name")
    return name


def distinct_folders(inbox: str, processed: str, quarantine: str) -> None:
    """The targets must not be the inbox: what is moved there would be collected again for ever."""
    if inbox.casefold() in {processed.casefold(), quarantine.casefold()}:
        raise ConfigError("mailboxes: processed and quarantine must be other folders than inbox")


def no_inbox(target: str, found: str, inbox: str) -> None:
    """The same of the folders that were found: an inbox also has the name of the mailbox's own language."""
    if found == inbox:
        raise Refused(f"folder {target}: is the inbox itself; choose another in processed and quarantine")
