"""Ids of our own making: random, so that an id tells nothing about what it names."""

import secrets


def new_id() -> str:
    """128 random bits as 32 hex digits."""
    return secrets.token_hex(16)
