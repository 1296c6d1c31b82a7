"""
The whole way with children that read nothing: what no reader, however fast, can bring mailbot under.

Everything else is as in the way `mailbot`: the same bytes collected, sealed and synced, a fresh locked-down
child for each message, the same row, item and acknowledgement for each.
"""

import os

from bench.installation import install
from bench.ways.clock import PORT, USER, WORK
from bench.ways.mailbot import measure
from mailbot.app import App, open_app
from mailbot.config import load
from mailbot.parse.sandbox import ReaderPool


class Floor(App):
    """An installation whose reading children do nothing."""

    def pool(self) -> ReaderPool:
        """See the module."""
        return ReaderPool("bench.ways.nothing", self.config.sandbox.mode, self.config.engine.readers)


def main() -> None:
    """The same measurement."""
    config = load(install(WORK / "floor", PORT, USER), os.environ)
    with open_app(config, os.environ) as app:
        measure(Floor(app.config, app.environ, app.keyring, app.vault, app.store, app.raw))


if __name__ == "__main__":
    main()
