"""
Every moment that reaches SQLite has the type of its column.

SQLite has no type for a moment: the driver writes one that came without a type as it likes, with its zone,
and then it equals no moment of ours, is earlier than those of the same second, and nobody is told. So in the
suite the driver's own way raises.
"""

import sqlite3
from datetime import date, datetime


def refuse(value: date) -> str:
    """Instead of a guess."""
    raise TypeError("a moment reached the database without the type of its column")


sqlite3.register_adapter(datetime, refuse)
sqlite3.register_adapter(date, refuse)
