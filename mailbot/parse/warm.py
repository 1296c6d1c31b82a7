"""
Loads all that reading may need, while there still are files to load it from.

GUARANTEES
    Reads messages of our own only. What is loaded late by somebody's library would be missing in a
    child, so the packages that do so are loaded whole.
"""

import codecs
import contextlib
import encodings
import pkgutil
import sys
from importlib import import_module
from types import ModuleType

from mailbot import codec
from mailbot.domain.mail import Border
from mailbot.parse.readers import registry
from mailbot.parse.samples import samples

# Packages that import some of their own modules only when asked something.
_LAZY = ("email", "mailparser", "pypdf", "oxmsg")
# What functions of the standard library import when they are first called (strptime, most_common).
_LATE = ("_strptime", "heapq", "stringprep")


def warm_up(module: ModuleType) -> None:
    """Everything that `module`, which reads, may want later."""
    own = getattr(module, "warm_up", None)
    if own is None:
        registry.warm_up()
    for found in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(LookupError, ImportError):
            codecs.lookup(found.name)
    for name in _LATE:
        import_module(name)
    for name in _LAZY:
        if name in sys.modules:
            _load_whole(name)
    if own is not None:
        own()
        return
    for sample in samples():
        codec.encode(module.read_message(sample, Border(("mx.police.example",))))


def rehearse(module: ModuleType) -> None:
    """
    Reads a word in the child, before its message comes.

    What a process shares with its parent it copies when it first touches it, some thousand times in a
    reading; that is done while nobody waits.
    """
    codec.encode(module.read_message(b"From: a@school.example\r\n\r\nhello\r\n", Border()))


def _load_whole(name: str) -> None:
    package = import_module(name)
    for found in pkgutil.walk_packages(getattr(package, "__path__", ()), f"{name}."):
        if not found.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # a part of it that needs another package
                import_module(found.name)
