"""Open many accounts with their first transfer: the bulk way into the books, same checks, same chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from onnuri.ledger.post import translated


@dataclass(frozen=True, slots=True)
class Opening:
    """One account to open and what it begins with, won; `entry_id` is the act it belongs to."""

    path: str
    amount: int
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class Giving:
    """From which account, under which kind of entry and code, dated when."""

    account: int
    kind: str
    code: str
    effective_on: date


def post_openings(conn: Connection, giving: Giving, openings: Sequence[Opening], *, at: datetime) -> list[int]:
    """Open accounts of one kind, each credited by the giver; answer their ids in order. All or nothing.

    The lists travel as joined text, which is several times cheaper than arrays; a path holds no comma. Refuses
    `DayClosed`, `TransferNotAllowed`, `BalanceTooLow` (of the giver).
    """
    assert openings
    assert min([opening.amount for opening in openings]) > 0
    place: dict[UUID, str] = {}
    of = [
        place.get(opening.entry_id) or place.setdefault(opening.entry_id, str(len(place) + 1)) for opening in openings
    ]
    try:
        ids = conn.execute(
            text("""
                SELECT post_openings(:entries, :kind, :on, :giver, :code,
                                     CAST(string_to_array(:of, ',') AS integer[]), string_to_array(:paths, ','),
                                     CAST(string_to_array(:amounts, ',') AS bigint[]), :at)
            """),
            {
                "entries": list(place), "kind": giving.kind, "on": giving.effective_on, "giver": giving.account,
                "code": giving.code, "of": ",".join(of),
                "paths": ",".join([opening.path for opening in openings]),
                "amounts": ",".join([str(opening.amount) for opening in openings]), "at": at,
            },
        ).scalar_one()  # fmt: skip
    except DatabaseError as error:
        raise translated(error) from error
    return list(ids)
