"""What can be spent of a wallet: its lots page by page in their turn, and sums that count every lot, also unlisted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.vouchers.lots import SOURCE_ORDER, Lot
from onnuri.vouchers.queries import LOT_COLUMNS

_RANKS: Final = ", ".join(f"'{source}'" for source in sorted(SOURCE_ORDER, key=SOURCE_ORDER.__getitem__))
_TURN: Final = f"expires_at, array_position(ARRAY[{_RANKS}], source), created_at, id"
"""SQL for the published order; `spending_order` is the same in Python, and a test holds the two together."""

# graced: the wallet's graces once, instead of a look for each lot.
_ALIVE: Final = """
    graced AS (
        SELECT lot_id, max(until) AS until FROM lot_graces WHERE wallet_id = :wallet GROUP BY lot_id
    ), alive AS (
        SELECT l.id, greatest(l.expires_at, g.until) AS expires_at, l.source, l.created_at,
               b.credits - b.debits - b.debits_pending AS won
        FROM lots l JOIN balances b ON b.account_id = l.account_id LEFT JOIN graced g ON g.lot_id = l.id
        WHERE l.wallet_id = :wallet AND greatest(l.expires_at, g.until) > :at
          AND b.credits > b.debits + b.debits_pending
    )
"""

# sums: one row, also where the page is empty. page: from after a lot's own turn, wherever that lot is by now.
_PAGE: Final = f"""
    WITH {_ALIVE}, sums AS (
        SELECT count(*) AS lots, coalesce(sum(won), 0)::bigint AS won, min(expires_at) AS first_end,
               coalesce(sum(won) FILTER (
                   WHERE expires_at = (SELECT min(expires_at) FROM alive)), 0)::bigint AS first_won
        FROM alive
    ), page AS (
        SELECT t.id, t.place FROM (SELECT *, row_number() OVER (ORDER BY {_TURN}) AS place FROM alive) AS t
        WHERE CAST(:after AS uuid) IS NULL OR ({_TURN}) > (
            SELECT {_TURN} FROM (
                SELECT a.id, greatest(a.expires_at, g.until) AS expires_at, a.source, a.created_at
                FROM lots a LEFT JOIN graced g ON g.lot_id = a.id WHERE a.id = :after AND a.wallet_id = :wallet) AS a)
        ORDER BY t.place LIMIT :limit
    )
    SELECT s.lots, s.won, s.first_end, s.first_won, p.place, {LOT_COLUMNS}
    FROM sums s LEFT JOIN (page p JOIN lots l ON l.id = p.id JOIN balances b ON b.account_id = l.account_id) ON true
    ORDER BY p.place
"""
_SPENDABLE: Final = f"WITH {_ALIVE} SELECT coalesce(sum(won), 0)::bigint FROM alive"
_ENDS: Final = f"""
    WITH {_ALIVE} SELECT expires_at, source, sum(won)::bigint FROM alive GROUP BY expires_at, source
    ORDER BY expires_at, source LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class LotPage:
    """Some of a wallet's lots in their turn, the first of them at `first_place`; won. The sums count every lot.

    `first_to_end` is what is in the lots that end first of all, at `first_end`.
    """

    lots: list[Lot]
    first_place: int
    count: int
    spendable: int
    first_end: datetime | None
    first_to_end: int

    @property
    def next_after(self) -> UUID | None:
        """After which lot the next page begins; None on the last one."""
        if not self.lots or self.first_place + len(self.lots) > self.count:
            return None
        return self.lots[-1].id


def lots_in_turn(
    conn: Connection, wallet_id: UUID, *, at: datetime, after: UUID | None = None, limit: int = 100
) -> LotPage:
    """List what can be spent of a wallet in the published order: so many lots from after one of the wallet's."""
    given = {"wallet": wallet_id, "at": at, "after": after, "limit": limit}
    rows = conn.execute(text(_PAGE), given).all()
    found = [row for row in rows if row.place is not None]
    return LotPage(
        lots=[Lot(*row[5:]) for row in found],
        first_place=found[0].place if found else rows[0].lots + 1,
        count=rows[0].lots,
        spendable=rows[0].won,
        first_end=rows[0].first_end,
        first_to_end=rows[0].first_won,
    )


def spendable(conn: Connection, wallet_id: UUID, *, at: datetime) -> int:
    """Tell what can be spent of a wallet, won."""
    return int(conn.execute(text(_SPENDABLE), {"wallet": wallet_id, "at": at}).scalar_one())


def ends(conn: Connection, wallet_id: UUID, *, at: datetime, limit: int) -> list[tuple[datetime, str, int]]:
    """List when what of a wallet ends, the soonest first: the instant, the lots' source, the won together."""
    rows = conn.execute(text(_ENDS), {"wallet": wallet_id, "at": at, "limit": limit})
    return [(row[0], row[1], row[2]) for row in rows]


def lots_by_id(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Lot]:
    """Give lots of this lane by id, the empty and the expired too."""
    query = f"SELECT {LOT_COLUMNS} FROM lots l JOIN balances b ON b.account_id = l.account_id WHERE l.id = ANY(:ids)"
    return {row.id: Lot(*row) for row in conn.execute(text(query), {"ids": list(ids)})}
