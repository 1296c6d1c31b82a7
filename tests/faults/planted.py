"""
Workers with a fault in them, composed of wrong parts: what the harness must find before it may be believed.

    python -m tests.faults.planted FAULT --config FILE run
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import SystemRandom
from typing import Any

from msgspec import structs
from sqlalchemy import update

from mailbot.app import App, now, open_app
from mailbot.config import load
from mailbot.engine.worker import Worker
from mailbot.errors import Refused, TransportUnavailable
from mailbot.events import configure_logging
from mailbot.intake.sources.base import Arrival, MailSource, Ref, SourceSession
from mailbot.send import outbox
from mailbot.send.transports.base import MailTransport, OutgoingMail
from mailbot.store.lock import alone
from mailbot.store.schema import outbox as table
from tests.faults.invariants import sender_of


class Wrong:
    """A source whose sessions do something to what they fetch, before anybody has stored it."""

    def __init__(self, right: MailSource, early: Callable[[SourceSession, Ref, bytes], None]) -> None:
        self.name = right.name
        self._right, self._early = right, early

    @contextmanager
    def session(self, *, look_only: bool = False) -> Iterator[Any]:
        """The right one, wrapped."""
        with self._right.session(look_only=look_only) as session:
            yield WrongSession(session, self._early)

    def check(self) -> list[str]:
        """As it is."""
        return self._right.check()


class WrongSession:
    """See `Wrong`; everything else is right."""

    def __init__(self, right: SourceSession, early: Callable[[SourceSession, Ref, bytes], None]) -> None:
        self._right, self._early = right, early

    def __getattr__(self, name: str) -> Any:
        return getattr(self._right, name)

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Arrival]:
        """What was fetched is ours, this says, and acts on it too early."""
        for arrival in self._right.fetch(refs):
            data = b"".join(arrival.untrusted_chunks)
            self._early(self._right, arrival.ref, data)
            yield Arrival(arrival.ref, [data])


def acknowledge_before_store(app: App, worker: Worker) -> Worker:
    """Answers as soon as a message is fetched."""
    composer, transport = app.composer(), app.transport()

    def answer(session: SourceSession, ref: Ref, data: bytes) -> None:
        name = composer.message_id(os.urandom(16).hex())
        transport.send(composer.compose(sender_of(data), name, now()))

    return _with_sources(replace(worker, send_due=lambda failed: 0), answer)


def move_before_store(app: App, worker: Worker) -> Worker:
    """Moves a message as soon as it is fetched."""

    def move(session: SourceSession, ref: Ref, data: bytes) -> None:
        session.move([ref.locator], "Processed")

    return _with_sources(worker, move)


def resend_after_crash(app: App, worker: Worker) -> Worker:
    """Takes what was interrupted for what was not sent."""
    again = {"state": "reserved", "code": None, "due_at": now(), "our_message_id": None}
    with app.store.unit() as unit:
        unit.db.execute(update(table).where(table.c.code == "interrupted").values(again))
    return worker


def no_claim(app: App, worker: Worker) -> Worker:
    """Knows its messages by a name of this process, which no other shares: nothing is anybody's."""
    return worker  # see `main`


def forgotten_after_451(app: App, worker: Worker) -> Worker:
    """Takes "not now" for "never"."""
    transport, composer, settings = Hasty(app.transport()), app.composer(), app.settings()

    def send(failed: Any) -> int:
        spread = SystemRandom()
        return outbox.send_due(app.store, transport, composer, settings, now, spread, limit=50, failed=failed)

    return replace(worker, send_due=send)


class Hasty:
    """A transport that gives up at once."""

    def __init__(self, right: MailTransport) -> None:
        self._right = right
        self.close, self.check = right.close, right.check

    def send(self, mail: OutgoingMail) -> None:
        """Once."""
        try:
            self._right.send(mail)
        except TransportUnavailable as error:
            raise Refused("it was refused once") from error


FAULTS: dict[str, Callable[[App, Worker], Worker]] = {
    "acknowledge_before_store": acknowledge_before_store,
    "move_before_store": move_before_store,
    "resend_after_crash": resend_after_crash,
    "no_claim": no_claim,
    "forgotten_after_451": forgotten_after_451,
}


def _with_sources(worker: Worker, early: Callable[[SourceSession, Ref, bytes], None]) -> Worker:
    wrong = [replace(one, source=Wrong(one.source, early)) for one in worker.attendants]
    return replace(worker, attendants=wrong)


def main() -> None:
    """As `mailbot run` does it."""
    configure_logging(sys.stderr)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    config = load(Path(sys.argv[3]), os.environ)
    if sys.argv[1] == "no_claim":
        boxes = [structs.replace(box, name=f"{box.name}-{os.getpid()}") for box in config.mailboxes]
        config = structs.replace(config, mailboxes=tuple(boxes))
    with open_app(config) as app, alone(config.mailbot.data), app.worker(stop) as worker:
        FAULTS[sys.argv[1]](app, worker).run()


if __name__ == "__main__":
    main()
