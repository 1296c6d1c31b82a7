"""Ids of our own making: random, so that an id tells nothing about what it names."""

import base64
import secrets


def new_id() -> str:
    """128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def new_token() -> str:
    """80 random bits as 16 letters and digits; whatever a mail program does to their case, they are found."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()
