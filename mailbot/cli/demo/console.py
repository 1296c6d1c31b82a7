"""The review console of the demonstration: on this machine alone, with a way in that is good once."""

from typing import TYPE_CHECKING, TextIO

from mailbot.cli import signals
from mailbot.errors import ConfigError

if TYPE_CHECKING:
    from mailbot.app import App
    from mailbot.web.pages.demo import Demo
    from mailbot.web.serve import Server

OPEN = """
The review console is open, as a handler, a supervisor and an auditor in one. This address lets you in once:
  http://127.0.0.1:{port}{path}
Ctrl-C ends it.
"""


def serve(app: "App", out: TextIO) -> None:
    """Serve until Ctrl-C."""
    from mailbot.web.pages.demo import Demo

    demo = Demo(app.desk())
    server = _listen(app, demo)
    signals.on_stop(server.stop)
    print(OPEN.format(port=server.port, path=demo.path), file=out, flush=True)
    server.run()


def _listen(app: "App", demo: "Demo") -> "Server":
    """At the usual port, or at any other where that is taken."""
    try:
        return app.console(demo)
    except ConfigError:
        return app.console(demo, port=0)
