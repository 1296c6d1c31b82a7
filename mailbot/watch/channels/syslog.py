"""
Alerts into syslog: a local socket, or UDP to a server (RFC 3164's line, which every daemon takes).

BUGS
    Nobody answers on UDP: that a line left is no proof that it arrived.
"""

import socket
from collections.abc import Sequence
from datetime import datetime

from mailbot.errors import TransportUnavailable
from mailbot.watch.channels.base import Notice

_DAEMON = 3 << 3
_ALERT, _NOTICE = 1, 5
SECONDS = 5.0


class SyslogChannel:
    """See `Channel`. `address` is a socket's path, or host:port."""

    name = "syslog"

    def __init__(self, address: str) -> None:
        self._address = address

    def tell(self, notices: Sequence[Notice], now: datetime) -> None:
        """One line each."""
        try:
            with self._door() as door:
                for notice in notices:
                    severity = _NOTICE if notice.state == "over" else _ALERT
                    door.send(f"<{_DAEMON | severity}>mailbot: {notice.line()}".encode())
        except OSError as error:
            raise TransportUnavailable("syslog does not take the alert") from error

    def _door(self) -> socket.socket:
        local = self._address.startswith("/")
        door = socket.socket(socket.AF_UNIX if local else socket.AF_INET, socket.SOCK_DGRAM)
        door.settimeout(SECONDS)
        host, _, port = self._address.rpartition(":")
        try:
            door.connect(self._address if local else (host, int(port)))
        except BaseException:
            door.close()
            raise
        return door
