"""
Bring a backup back, into an empty place.

Give --escrow where the keys are gone too. Acknowledgements that the backup holds as not sent may have left
since: they are held for a person, and so are those for messages that were received before now. Messages
that had been moved out of the inbox after the backup lie in the folder of processed mail: the watch counts
them; move them back into the inbox, and mailbot takes them in. Those that it knows are recognised by their
bytes.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from mailbot.cli import common
from mailbot.cli.progress import progress
from mailbot.errors import ConfigError

NAME = "restore"
HELP = "bring a backup back, into an empty place"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("dir", type=Path, metavar="DIR", help="a folder that `mailbot backup` made")
    parser.add_argument(
        "--escrow", type=Path, metavar="FILE", help="bring the keys back from this file first"
    )
    parser.add_argument("--passphrase-file", type=Path, metavar="P", help="its first line is the passphrase")


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Keys, originals, database; then hold what may have been sent."""
    from mailbot.app import open_app
    from mailbot.cli import keys
    from mailbot.config import database_url, keys_folder
    from mailbot.send.restored import hold_all
    from mailbot.store import halfway, snapshot
    from mailbot.store.keys import Keyring
    from mailbot.store.lock import alone
    from mailbot.store.migrations import HEAD
    from mailbot.store.open import upgrade_database
    from mailbot.store.vault import Vault

    config = common.configuration(args)
    config.mailbot.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(config.mailbot.data):
        if args.escrow is not None:
            keys.bring_back(args.escrow, args.passphrase_file, keys_folder(config))
        vault, source = Vault(Keyring.load(keys_folder(config))), args.dir.absolute()
        manifest = snapshot.read(source, vault)
        if manifest.version > HEAD:  # brought back by that one, everything would not be held
            raise ConfigError(f"the backup has version {manifest.version}: restore it with that mailbot")
        url, blobs = database_url(config), config.mailbot.data / "blobs"
        snapshot.must_be_empty(manifest, url, blobs)
        halfway.begin(config.mailbot.data)
        with progress(err, "restoring", manifest.blobs) as step:
            snapshot.bring_back(source, manifest, url, blobs, lambda: step(1))
        upgrade_database(url, None)
        with open_app(config) as app, app.store.unit() as unit:
            held = hold_all(unit, common.actor(), datetime.now(UTC), manifest.made_at)
        halfway.end(config.mailbot.data)
    print(f"Restored: the database of {manifest.made_at} and {manifest.blobs} originals.", file=out)
    print(f"{held} acknowledgements are held: look whether they left (`mailbot held`).", file=out)
    print("Messages of the time since then are in the mailbox: move them back into the inbox.", file=out)
    return 0
