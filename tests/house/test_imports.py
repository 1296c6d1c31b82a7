"""Importing mailbot does nothing: no socket, thread, child, file or connection, and little time."""

import json
import subprocess
import sys

import pytest

from tests.house.source import PACKAGE, ROOT, modules

# An audit hook sees what a library does below every patch; reading source and zone files is what imports do.
CODE = """
import importlib, json, socket, sys, threading
done = []
def asks_for_ipv6(event, args):
    # urllib3, once, whether this machine has IPv6: it binds a socket to ::1 and closes it
    return (event == "socket.__new__" and args[1] == socket.AF_INET6) or (
        event == "socket.bind" and args[1] == ("::1", 0)
    )
def hook(event, args):
    if asks_for_ipv6(event, args):
        return
    if event.startswith(("socket.", "subprocess.", "os.fork", "os.posix_spawn", "sqlite3.", "os.exec")):
        if event != "socket.__new__" or "socket" in event:
            done.append(event)
    elif event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        done.append(event)
sys.addaudithook(hook)
sys.dont_write_bytecode = True
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps([sorted(set(done)), threading.active_count(), sorted(sys.modules)]))
"""
# What libraries look up once about the machine, when they are imported.
HARMLESS = {"socket.gethostname", "sqlite3.enable_callback_tracebacks"}


def dotted() -> list[str]:
    """Every module of the package by its name; the migrations' scripts belong to their runner."""
    names = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in modules(PACKAGE)]
    ours = (name.removesuffix(".__init__") for name in names)
    return [name for name in ours if "migrations" not in name and not name.endswith("__main__")]


def imported(names: list[str]) -> tuple[list[str], int, list[str]]:
    """What importing these did: events, threads, modules that are loaded."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, json.dumps(names)], capture_output=True, text=True, cwd=ROOT
    )

    assert 0 == done.returncode, done.stderr
    events, threads, loaded = json.loads(done.stdout)
    return [event for event in events if event not in HARMLESS], threads, loaded


def test_importing_everything_opens_nothing() -> None:
    """All modules together open no socket, database or file for writing, and start no thread or child."""
    events, threads, _ = imported(dotted())

    assert [] == events
    assert 1 == threads


@pytest.mark.parametrize("module", ["mailbot.reading"])
def test_the_reading_half_loads_no_way_out(module: str) -> None:
    """What runs in the child has loaded no database, key, configuration or mail client."""
    _, _, loaded = imported([module])
    forbidden = {
        "sqlalchemy", "cryptography", "imapclient", "imaplib", "smtplib", "requests", "apscheduler", "ssl",
        "mailbot.store", "mailbot.config", "mailbot.send", "mailbot.intake",
    }  # fmt: skip

    assert set() == forbidden & set(loaded)


@pytest.mark.parametrize("module", ["mailbot.domain.record", "mailbot.domain.states", "mailbot.errors"])
def test_the_vocabulary_loads_only_the_standard_library(module: str) -> None:
    """The domain knows no library."""
    _, _, loaded = imported([module])
    foreign = {
        top
        for top in (name.split(".")[0] for name in loaded)
        if top not in sys.stdlib_module_names and top not in {"mailbot", "__main__", "sitecustomize"}
    }

    assert set() == {top for top in foreign if not top.startswith(("_", "distutils"))}
