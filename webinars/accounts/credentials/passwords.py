"""Passwords: kept as argon2id, checked with the same work whether the account exists or not."""

import secrets
from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from webinars.words.text import UNREAD, normal

SHORTEST = 12
LONGEST = 256

# 19 MiB, 2 passes, 1 lane: the cost is set here, so that a new version of the library does not change it
_hasher = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(_normal(password))


def is_password(password: str, kept: str | None) -> bool:
    """Whether this is the password; an account without one costs the same work and says no."""
    nobody = _nobody()
    if len(password) > UNREAD * LONGEST:
        password, kept = "", None  # no kept password is that long: compare with nobody's, for the same work
    try:
        matches = _hasher.verify(kept or nobody, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the password was kept at another cost than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


def _normal(password: str) -> str:
    # the same signs typed on another keyboard are the same password; nothing is cut of one that may be chosen
    return normal("NFC", password)
