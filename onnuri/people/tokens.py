"""Bearer tokens: issue, recognise, revoke. Only their SHA-256 is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.refusals import Forbidden
from onnuri.people.model import Grant, PersonRole, Principal

LIFETIME: Final = timedelta(hours=12)
_CACHED_FOR: Final = timedelta(seconds=5)
_CACHED_MAX: Final = 50_000
_FORM: Final = re.compile(r"onk_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as it is given out once; it is not kept in this form."""

    token: str = field(repr=False)
    person_id: UUID
    expires_at: datetime


class NotSignedIn(Forbidden):
    """The request has no token, or one that is unknown, expired or revoked."""

    code = "not_signed_in"
    ko = "로그인이 필요합니다."
    en = "Please sign in."


def issue_tokens(conn: Connection, people: Sequence[UUID], *, at: datetime) -> list[IssuedToken]:
    """Give each person a token that works for 12 hours."""
    issued = [IssuedToken("onk_" + secrets.token_urlsafe(32), person, at + LIFETIME) for person in people]
    conn.execute(
        text(
            "INSERT INTO shared.tokens (token_hash, person_id, created_at, expires_at)"
            " SELECT t.token_hash, t.person_id, CAST(:at AS timestamptz), CAST(:expires_at AS timestamptz)"
            " FROM unnest(CAST(:hashes AS bytea[]), CAST(:people AS uuid[])) AS t (token_hash, person_id)"
        ),
        {
            "hashes": [token_hash(given.token) for given in issued],
            "people": [given.person_id for given in issued],
            "at": at,
            "expires_at": at + LIFETIME,
        },
    )
    return issued


def token_hash(token: str) -> bytes:
    """Compute the form in which a token is kept."""
    return hashlib.sha256(token.encode()).digest()


def revoke_token(conn: Connection, token: str, *, at: datetime) -> None:
    """Withdraw a token; withdrawing it again changes nothing."""
    conn.execute(
        text("UPDATE shared.tokens SET revoked_at = :at WHERE token_hash = :hash AND revoked_at IS NULL"),
        {"at": at, "hash": token_hash(token)},
    )


def recognise(conn: Connection, token: str, *, at: datetime) -> Principal:
    """Tell whose token this is and what they may do. Refuses `NotSignedIn`."""
    (found,) = recognise_all(conn, [token], at=at)
    if isinstance(found, NotSignedIn):
        raise found
    return found


def recognise_all(conn: Connection, tokens: Sequence[str], *, at: datetime) -> list[Principal | NotSignedIn]:
    """Tell whose tokens these are, in order; those that don't work are answered with the refusal."""
    hashes = [token_hash(token) if _FORM.fullmatch(token) else b"" for token in tokens]
    rows = conn.execute(
        text("""
            SELECT t.token_hash, t.person_id, w.id AS wallet_id, w.lane,
                   (SELECT array_agg(r.role ORDER BY r.role, r.scope_id) FROM shared.roles r
                    WHERE r.person_id = t.person_id) AS roles,
                   (SELECT array_agg(r.scope_id ORDER BY r.role, r.scope_id) FROM shared.roles r
                    WHERE r.person_id = t.person_id) AS scopes
            FROM shared.tokens t
            LEFT JOIN shared.wallets w ON w.holder_id = t.person_id AND w.state = 'LIVE'
            WHERE t.token_hash = ANY(:hashes) AND t.expires_at > :at AND t.revoked_at IS NULL
        """),
        {"hashes": list({digest for digest in hashes if digest}), "at": at},
    )
    found = {
        bytes(row.token_hash): Principal(
            person_id=row.person_id,
            grants=frozenset(
                Grant(PersonRole(role), scope_id)
                for role, scope_id in zip(row.roles or (), row.scopes or (), strict=True)
            ),
            wallet_id=row.wallet_id,
            lane=row.lane,
        )
        for row in rows
    }
    return [found.get(digest) or NotSignedIn() for digest in hashes]


class RecognisedTokens:
    """Remembers for five seconds whose token it was: payments ask with every request. Thread-safe, of one process.

    A token revoked elsewhere works here for at most that long.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[bytes, tuple[Principal, datetime]] = {}

    def find(self, token: str, *, at: datetime) -> Principal | None:
        """Give the principal if it was recognised within the last five seconds."""
        known = self._known.get(token_hash(token))
        return known[0] if known is not None and known[1] <= at < known[1] + _CACHED_FOR else None

    def remember(self, token: str, principal: Principal, *, at: datetime) -> None:
        """Keep a principal for five seconds."""
        with self._lock:
            if len(self._known) >= _CACHED_MAX:
                self._known.clear()
            self._known[token_hash(token)] = (principal, at)

    def forget(self, token: str) -> None:
        """Ask the database again the next time."""
        with self._lock:
            self._known.pop(token_hash(token), None)

    def forget_person(self, person_id: UUID) -> None:
        """Ask the database again about every token of somebody whose roles or wallet changed."""
        with self._lock:
            for digest in [d for d, (principal, _) in self._known.items() if principal.person_id == person_id]:
                del self._known[digest]
