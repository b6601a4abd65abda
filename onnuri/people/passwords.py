"""Passwords: Argon2id, few at a time because each takes 64 MiB. No I/O but randomness."""

from __future__ import annotations

import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher: Final = PasswordHasher()
_few_at_a_time: Final = threading.BoundedSemaphore(4)
_NOBODYS: Final = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$ZMDSA7bFz2cl4TuG2dQ8DQ4ZyQdpIcDWsw6fFDnJk7g"


def hash_password(password: str) -> str:
    """Hash a password for keeping; takes some ten milliseconds on purpose."""
    with _few_at_a_time:
        return _hasher.hash(password)


def password_fits(kept: str | None, password: str) -> bool:
    """Tell whether a password is the kept one; for an unknown login (None) it takes as long and says no."""
    with _few_at_a_time:
        try:
            _hasher.verify(kept or _NOBODYS, password)
        except (Argon2Error, InvalidHashError):
            return False
    return kept is not None
