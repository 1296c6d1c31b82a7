"""
Read messages or documents and print what they hold, as JSON. Needs no configuration, mailbox or database.

A file that ends in .eml is a message, a folder stands for all such files in it, anything else is read as a
single document. The exit code is 0 even when a message cannot be read (its kind is then "unreadable"),
and 1 when a path cannot be opened.
"""

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from mailbot.cli import common
from mailbot.cli.progress import progress
from mailbot.cli.writer import Writer
from mailbot.errors import LimitExceeded, Permanent, Unreadable

if TYPE_CHECKING:
    from mailbot.domain.mail import Border, Reading
    from mailbot.parse.sandbox import ReaderPool

NAME = "read"
HELP = "read messages or documents and print their records as JSON"
MOST_READERS = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help=".eml file, folder of them, document"
    )
    parser.add_argument("--jsonl", action="store_true", help="one line for each message")
    parser.add_argument(
        "--explain", action="store_true", help="say in words what was seen, what matched and what did not"
    )
    parser.add_argument(
        "--authserv-id", action="append", default=[], metavar="ID", help="a gateway whose verdicts to believe"
    )
    parser.add_argument(
        "--own-address", action="append", default=[], metavar="ADDR", help="an address of the mailbox itself"
    )


def run(args: argparse.Namespace, out: TextIO, err: TextIO) -> int:
    """Read them all, in order of their names."""
    from mailbot.parse.sandbox import ReaderPool

    files, refused = _files(args.paths)
    for path, why in refused:
        print(f"mailbot: {path}: {why}", file=err)
    if args.explain:
        from mailbot.cli import explain

        return max(explain.run(files, out, err), int(bool(refused)))
    border = _border(args)
    failed = bool(refused)
    readers = max(1, min(os.cpu_count() or 1, MOST_READERS, len(files)))
    many = len(args.paths) > 1 or args.paths[0].is_dir()
    writer = Writer(out, lines=args.jsonl, many=many)
    pool = ReaderPool(mode="best_effort", readers=readers, site=_site(args))
    for sentence in pool.warnings:
        print(f"mailbot: isolation is best effort: {sentence}", file=err)
    with closing(pool), progress(err, "reading", len(files)) as step:
        for path, answer in _read_all(pool, files, border, readers):
            step(1)
            if isinstance(answer, str):
                print(f"mailbot: {path}: {answer}", file=err)
                failed = True
            else:
                writer.write({"file": str(path), **answer})
    writer.close()
    return 1 if failed else 0


def _files(paths: list[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """What is to be read, each once and sorted within its folder; and what cannot be."""
    files: dict[Path, None] = {}
    refused = []
    for path in paths:
        try:
            path.stat()
            found = _below(path) if path.is_dir() else [path]
        except OSError as error:
            refused.append((path, f"cannot be opened: {error.strerror}"))
            continue
        files |= dict.fromkeys(found)
    return list(files), refused


def _below(folder: Path) -> list[Path]:
    os.listdir(folder)  # a folder that cannot be listed would look empty
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".eml" and path.is_file())


def _border(args: argparse.Namespace) -> "Border":
    """Whose verdicts count: those of the command line, and of a configuration that was asked for."""
    from mailbot.domain.mail import Border

    border = Border(tuple(args.authserv_id), (), "above", tuple(args.own_address))
    if args.config is None:
        return border
    for box in common.configuration(args).mailboxes:
        border = replace(
            border,
            authserv_ids=(*border.authserv_ids, *box.authserv_ids),
            border_hosts=(*border.border_hosts, *box.border_hosts),
            position=box.authserv_position,
            own_addresses=(*border.own_addresses, *box.addresses),
        )
    return border


def _site(args: argparse.Namespace) -> str:
    """The folder of form definitions of a configuration that was asked for."""
    site = common.configuration(args).mailbot.forms if args.config is not None else None
    return str(site.resolve()) if site else ""


def _read_all(
    pool: "ReaderPool", files: list[Path], border: "Border", readers: int
) -> Iterator[tuple[Path, dict[str, Any] | str]]:
    """Each file with its object, or with the sentence why there is none; in order."""
    from mailbot.cli.record_json import of_reading, verdict
    from mailbot.send.policy import PolicySettings

    rules = PolicySettings(own_addresses=border.own_addresses)

    def one(path: Path) -> dict[str, Any] | str:
        try:
            untrusted_data = path.read_bytes()
        except OSError as error:
            return f"cannot be opened: {error.strerror}"
        reading = _read(pool, path, untrusted_data, border)
        judged = verdict(reading, rules)
        return of_reading(reading, judged.may, judged.code)

    with ThreadPoolExecutor(readers) as threads:
        yield from zip(files, threads.map(one, files), strict=True)


def _read(pool: "ReaderPool", path: Path, untrusted_data: bytes, border: "Border") -> "Reading":
    """The reading; headers alone when the content defeats us, and nothing when they do too."""
    from mailbot.cli.record_json import unread
    from mailbot.domain.mail import Envelope

    message = path.suffix.lower() == ".eml"
    try:
        return pool.read(untrusted_data, border) if message else pool.read_document(untrusted_data, path.name)
    except (Unreadable, LimitExceeded) as error:
        code = error.code if isinstance(error, Unreadable) else "limit"
    try:
        return unread(pool.read_headers(untrusted_data, border) if message else Envelope(), code)
    except Permanent:
        return unread(Envelope(defects=("headers",)), code)
