"""mailbot's whole way: stored, encrypted, read in isolation, recorded, queued, answer reserved."""

import os

from sqlalchemy import func, select

from bench.installation import install
from bench.ways.clock import PORT, USER, WORK, Clock
from mailbot.app import App, open_app
from mailbot.config import load
from mailbot.store.schema import message, outbox, review_item


def main() -> None:
    """What `mailbot run --once` does, timed from the open installation on."""
    config = load(install(WORK / "mailbot", PORT, USER), os.environ)
    with open_app(config, os.environ) as app:
        measure(app)


def measure(app: App) -> None:
    """One worker goes through everything once, and says what became of it."""
    with app.worker() as worker:
        with Clock() as clock:
            failures = worker.once()
        with app.store.look() as db:
            states = dict(db.execute(select(message.c.state, func.count()).group_by(message.c.state)).all())
            acks = dict(db.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all())
            items = db.execute(select(func.count()).select_from(review_item)).scalar_one()
    clock.report(
        sum(states.values()),
        states=states,
        acknowledgements=acks,
        items=items,
        failures=[type(error).__name__ for error in failures],
    )


if __name__ == "__main__":
    main()
