"""
The one broad `except` of mailbot.

Whatever a task or a bell raises, the engine goes on and the subject ends where a human sees it. The text
of a foreign exception may quote what a stranger wrote, so only its class is ever told.
"""

from collections.abc import Callable
from typing import TypeVar

from mailbot import events
from mailbot.errors import Transient

T = TypeVar("T")


def guarded(action: Callable[[], T], name: str) -> T | Exception:
    """What `action` gives, or the exception that it raised."""
    try:
        return action()
    except Transient as error:
        return error
    except Exception as error:  # noqa: BLE001  a fault of ours: this job stops, the others go on
        events.fault(name, type(error))
        return error
