"""
See mailbot work, in seconds, from nothing: a sample mailbox with invented messages, read, queued and
acknowledged (into a folder) by the same worker that serves a real one.
"""

import argparse
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mailbot.errors import ConfigError

if TYPE_CHECKING:
    from mailbot.app import App
    from mailbot.cli.demo.table import Row

NAME = "demo"
HELP = "see it work, in seconds, on invented messages"
CONFIG = """# The demonstration's configuration; `mailbot init` makes one with every setting explained.
[mailbot]
data = "data"

[[mailboxes]]
name = "demo"
kind = "maildir"
path = "mailbox"
addresses = ["{ours}"]
authserv_ids = ["{gateway}"]

[acknowledge]
enabled = true
kind = "folder"
folder = "acknowledgements"
from = "Education Partnership Team <{ours}>"
delay_seconds = [0, 0]

[sandbox]
mode = "best_effort"

[scanner]
kind = "none"

[console]
idle_minutes = 240
"""
AFTERWARDS = """
Everything lies in {folder}
  mailbox/            the sample mailbox; what was read has moved to its folder Processed
  acknowledgements/   what the senders get: the same text for everybody, and nothing about what they sent
  data/               the encrypted originals, the database, the keys
{isolation}
Try next:
  mailbot --config {config} status
  mailbot --config {config} export
  mailbot read FORM.docx    a form of your own
  mailbot init --dir D      an installation of your own
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--dir", type=Path, metavar="D", help="where to make it; else a temporary folder")
    parser.add_argument(
        "--no-console", action="store_true", help="end after the table, without the review console"
    )


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Make it, run the worker once, show what happened."""
    from mailbot.app import open_app
    from mailbot.cli.demo.console import serve
    from mailbot.cli.demo.table import show
    from mailbot.cli.demo.watch import watched
    from mailbot.cli.init import make
    from mailbot.config import load
    from mailbot.store.lock import alone

    folder = _folder(args.dir)
    print("mailbot: making a sample mailbox", file=err)
    count = _fill(folder, datetime.now(UTC))
    config = load(folder / "mailbot.toml", os.environ)
    make(config, err)
    with open_app(config) as app:
        print(f"mailbot: collecting, reading and acknowledging {count} messages", file=err)
        with alone(config.mailbot.data), app.worker() as worker, watched(app, count, err):
            failures = worker.once()
        show(_rows(app), out)
        print(
            AFTERWARDS.format(folder=folder, config=folder / "mailbot.toml", isolation=_isolation()),
            end="",
            file=out,
        )
        for failure in failures:
            print(f"mailbot: {failure}", file=err)
        if not args.no_console:
            serve(app, out)
    return 1 if failures else 0


def _isolation() -> str:
    """How well the processes that read are locked in here; the demonstration runs all the same."""
    from mailbot.parse.sandbox import ReaderPool

    with ReaderPool(mode="best_effort", readers=1) as pool:
        missing = pool.warnings
    if not missing:
        return "\nEach message was read by a process without network, files or keys.\n"
    return "\nIsolation is best effort on this system:\n" + "".join(f"  {sentence}\n" for sentence in missing)


def _folder(wanted: Path | None) -> Path:
    """A folder of its own; one that holds something is never touched."""
    if wanted is None:
        return Path(tempfile.mkdtemp(prefix="mailbot-demo-"))
    try:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(wanted.iterdir()):
            raise ConfigError(f"--dir: {wanted} is not empty; the demonstration wants a folder of its own")
    except OSError as error:
        raise ConfigError(f"--dir: {wanted} cannot be used: {error.strerror}") from None
    return wanted.absolute()


def _fill(folder: Path, now: datetime) -> int:
    """The configuration and the sample mailbox; how many messages are in it."""
    from mailbot.cli.demo.messages import GATEWAY, OURS, samples

    (folder / "mailbot.toml").write_text(CONFIG.format(ours=OURS, gateway=GATEWAY), encoding="utf-8")
    mailbox = folder / "mailbox"
    for part in ("tmp", "new", "cur"):
        (mailbox / part).mkdir(parents=True)
    made = list(samples(now))
    for number, data in enumerate(made):
        at = now - timedelta(minutes=len(made) - number)
        file = mailbox / "new" / f"{int(at.timestamp())}.M{number}P1.demo"
        file.write_bytes(data)
        os.utime(file, (at.timestamp(), at.timestamp()))
    return len(made)


def _rows(app: "App") -> "list[Row]":
    """Every message with its reading and its acknowledgement, the oldest first."""
    from mailbot.cli import stored
    from mailbot.cli.demo.table import Row
    from mailbot.store.readings import load_reading

    rows = []
    with app.store.look() as db:
        for row in stored.messages(db, stored.all_messages(db, None)):
            if (reading := load_reading(db, app.vault, row.message_id)) is not None:
                rows.append(Row(reading, row.ack_state, row.ack_code))
    return rows
