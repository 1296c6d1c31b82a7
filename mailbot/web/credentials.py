"""
What somebody proves who they are with: a password (argon2id), a code of another device (TOTP, RFC 6238), and
recovery codes for the day on which that device is lost.

SECURITY
    A code counts once: the step that was used is remembered, and an earlier one is refused with it. Checking
    takes the same time for a name that does not exist (`waste`).
"""

import hmac
import secrets
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

ISSUER = "mailbot"
LEAST = 12  # characters of a password; three words are better than one with digits in it
MOST = 200
RECOVERY_CODES = 10
_STEP = 30  # seconds, RFC 6238 section 5.2
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is easily mistaken
_hasher = PasswordHasher()  # RFC 9106 section 4, second recommendation
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$JO0fINN1J7668eES+q3Qgw$4jfQUZPjEiSi85lMzjMpf18UDtunQOQE30iUhrHa0uQ"


def hashed(password: str) -> str:
    """The password as it is kept."""
    return _hasher.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether it is the one that was hashed."""
    try:
        return _hasher.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def waste(password: str) -> None:
    """As much time as `matches` takes, for an account that is not there."""
    matches(_NOBODY, password)


def complaint(password: str, name: str) -> str | None:
    """What is wrong with a new password; None when it will do."""
    if len(password) < LEAST:
        return f"Password must be {LEAST} characters or more. Three random words are good"
    if len(password) > MOST:
        return f"Password must be {MOST} characters or fewer"
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        return "Password must be harder to guess: not your name, not one sign over and over"
    return None


def new_secret() -> str:
    """The shared secret of a device, base32."""
    return pyotp.random_base32()


def address(secret: str, name: str) -> str:
    """The `otpauth` address that an authenticator application reads."""
    return pyotp.TOTP(secret, name=name, issuer=ISSUER).provisioning_uri()


def step_of(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The step whose code it is, if it comes after the last that was used; one step either way is allowed."""
    current = int(now.timestamp()) // _STEP
    for step in (current, current - 1, current + 1):
        if step > last and hmac.compare_digest(
            pyotp.TOTP(secret).at(step * _STEP).encode(), code.encode("utf-8", "replace")
        ):
            return step
    return None


def new_word(groups: int = 4) -> str:
    """A random word to be typed once, in groups of five signs; each group has 24.8 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(groups))


def tidy(code: str) -> str:
    """A code as it was meant, however it was typed."""
    return "".join(sign for sign in code.lower() if sign.isalnum())
