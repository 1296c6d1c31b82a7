"""Alerts to an address of the site's own: one POST of JSON, through the one way out for HTTPS."""

from collections.abc import Callable, Sequence
from datetime import datetime

from mailbot.clients import network
from mailbot.clients.network import Outward
from mailbot.errors import Refused, TransportUnavailable
from mailbot.watch.channels.base import Notice

SECONDS = 30.0


class WebhookChannel:
    """See `Channel`. `token` goes along as a bearer token."""

    name = "webhook"

    def __init__(self, url: str, token: Callable[[], str] | None, outward: Outward) -> None:
        self._url = url
        self._token = token
        self._outward = outward

    def tell(self, notices: Sequence[Notice], now: datetime) -> None:
        """`{"at": …, "alerts": […], "text": …}`; `text` is what chat services show."""
        text = "\n".join(notice.line() for notice in notices)
        body = {"at": now.isoformat(), "alerts": [notice.plain() for notice in notices], "text": text}
        headers = {"Authorization": f"Bearer {self._token()}"} if self._token else {}
        try:
            with (
                network.within(SECONDS),
                self._outward.session() as session,
                session.post(
                    self._url,
                    json=body,
                    headers=headers,
                    timeout=(network.CONNECT_SECONDS, SECONDS),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                code = response.status_code
        except network.FAILURES as error:
            raise TransportUnavailable(
                f"the webhook does not take the alert: {network.why(error)}"
            ) from error
        if not 200 <= code < 300:
            kind = Refused if 400 <= code < 500 else TransportUnavailable
            raise kind(f"the webhook refuses the alert ({code})")
