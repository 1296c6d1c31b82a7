"""
What belongs to the whole process, and not to a command: its log and its last words.

SECURITY
    Python prints an error that nobody caught with its text and its source lines; a parser's error quotes
    what it was reading. So the last words name the class and the place in our own code, and nothing else.
"""

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import TextIO

from mailbot import events

_PACKAGE = Path(__file__).resolve().parents[1]


def prepare(err: TextIO, *, talks: bool, as_json: bool) -> None:
    """Log to `err`: everything for the worker, else only what is an error; and no traceback from anywhere."""
    events.configure_logging(err, logging.INFO if talks else logging.ERROR, as_json=as_json)
    sys.excepthook = lambda kind, error, trace: err.write(last_words(kind, trace))
    threading.excepthook = lambda args: err.write(last_words(args.exc_type, args.exc_traceback)) and None
    sys.unraisablehook = lambda args: err.write(last_words(args.exc_type, args.exc_traceback)) and None


def last_words(kind: type[BaseException], trace: TracebackType | None) -> str:
    """What is said about a fault of ours."""
    return (
        f"mailbot: this is a fault of mailbot ({kind.__name__}{_place(trace)});"
        " what was stored before it is safe. Please report this line.\n"
    )


def _place(trace: TracebackType | None) -> str:
    """The innermost line of our own code."""
    place = ""
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(_PACKAGE):
            place = f" at {file.relative_to(_PACKAGE).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
