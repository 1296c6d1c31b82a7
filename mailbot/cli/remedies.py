"""What a person can do about a mailbox that is not well: a sentence for each way in which a poll fails."""

from datetime import datetime, timedelta
from typing import Any

PATIENCE = timedelta(minutes=10)  # without a good poll, before somebody should look

_BY_ERROR = {
    "SourceUnavailable": "nothing, if it passes: it is tried again by itself; if it lasts, see the network, "
    "the proxy and the server",
    "Stuck": "see that the service manager starts `mailbot run` anew when it has ended with 1; if it lasts, "
    "see the server",
    "Refused": "run `mailbot check`: it names the password, token, certificate, permission or folder that is "
    "wrong",
    "ConfigError": "run `mailbot check`: a secret or a setting is missing or wrong",
    "DiskFull": "make room on the disk of the data folder; messages wait in the mailbox meanwhile",
    "StoreUnavailable": "see the database: it cannot be written",
}


def remedy(row: dict[str, Any], poll_seconds: int, now: datetime) -> str | None:
    """What to do about a mailbox by its last poll; None when all is well."""
    if (error := row.get("error")) is not None:
        return _BY_ERROR.get(error, "run `mailbot check`, and see the log of the worker")
    good = row.get("last_good_at")
    if good is None:
        return "start `mailbot run`: it has not been looked through yet"
    if now - good > max(PATIENCE, timedelta(seconds=10 * poll_seconds)):
        return "see whether `mailbot run` is running: it has not been looked through for a while"
    return None
