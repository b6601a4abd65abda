"""Read closed days: per market, per shop, a shop's statement, summed over lanes; lists are keyset pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.kit.lanes import each_lane


@dataclass(frozen=True, slots=True)
class Sums:
    """Lines added up: counts, and won. `deferred` is payable that waits because its shop has no settlement account."""

    payments: int = 0
    gross: int = 0
    cancels: int = 0
    cancelled_same_day: int = 0
    cancelled_earlier: int = 0
    net: int = 0
    fee: int = 0
    held: int = 0
    debt_repaid: int = 0
    payable: int = 0
    deferred: int = 0

    def plus(self, other: Sums) -> Sums:
        """Add two sums up."""
        return Sums(*(getattr(self, name) + getattr(other, name) for name in _SUMMED))


_SUMMED: Final = tuple(Sums.__dataclass_fields__)
_SUM_COLUMNS: Final = ", ".join(f"sum(l.{name})::bigint AS {name}" for name in _SUMMED[:-1]) + (
    ", coalesce(sum(l.payable) FILTER (WHERE l.payout_id IS NULL AND NOT EXISTS (SELECT 1 FROM shared.shop_accounts a"
    " WHERE a.shop_id = l.shop_id AND a.closed_at IS NULL)), 0)::bigint AS deferred"
)


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A closed business day over all lanes."""

    day: date
    lanes: int
    shops: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class MarketDay:
    """A market on a closed day; (name, market_id) is its place in the list."""

    market_id: UUID
    name: str
    sido: str
    shops: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class PayoutOfLine:
    """What became of a line's money, and what the bank said."""

    id: UUID
    status: str
    bank_code_given: str | None
    bank_message: str | None


@dataclass(frozen=True, slots=True)
class ShopDay:
    """A shop on a closed day; the stall number is its place in the list of a day, the day in the shop's statement."""

    day: date
    shop_id: UUID
    stall_number: str
    name: str
    market_id: UUID
    due_on: date
    sums: Sums
    payouts: tuple[PayoutOfLine, ...]

    @property
    def state(self) -> str:
        """Say in one word where the money is: nothing, paid, in_flight, deferred or waiting."""
        if not self.sums.payable:
            return "nothing"
        statuses = {payout.status for payout in self.payouts}
        if statuses & {"REQUESTED", "UNKNOWN"}:
            return "in_flight"
        if statuses == {"PAID"}:
            return "paid"
        return "deferred" if self.sums.deferred else "waiting"


def closed_days(conn: Connection, *, before: date | None = None, limit: int = 31) -> list[ClosedDay]:
    """List closed days, the newest first, from before a day."""
    days: dict[date, int] = {}
    for _ in each_lane(conn):
        rows = conn.execute(
            text(
                "SELECT day FROM days WHERE CAST(:before AS date) IS NULL OR day < :before"
                " ORDER BY day DESC LIMIT :limit"
            ),
            {"before": before, "limit": limit},
        ).scalars()
        for day in rows:
            days[day] = days.get(day, 0) + 1
    newest = sorted(days, reverse=True)[:limit]
    sums, shops = _day_sums(conn, newest)
    return [ClosedDay(day, days[day], len(shops.get(day, ())), sums.get(day, Sums())) for day in newest]


def day_by_market(
    conn: Connection, *, day: date, after: tuple[str, UUID] | None = None, limit: int = 100
) -> list[MarketDay]:
    """List the markets of a closed day by name, from after one (name and id), with what their shops sold."""
    found: dict[tuple[str, UUID], MarketDay] = {}
    shops: dict[UUID, set[UUID]] = {}
    for _ in each_lane(conn):
        rows = conn.execute(
            text(
                f"SELECT m.id, m.name, m.sido, array_agg(DISTINCT l.shop_id) AS shops, {_SUM_COLUMNS}"
                " FROM settlement_lines l JOIN shared.markets m ON m.id = l.market_id WHERE l.day = :day"
                " AND (CAST(:name AS text) IS NULL OR (m.name, m.id) > (CAST(:name AS text), CAST(:id AS uuid)))"
                " GROUP BY m.id, m.name, m.sido ORDER BY m.name, m.id LIMIT :limit"
            ),
            {"day": day, "name": after and after[0], "id": after and after[1], "limit": limit},
        )
        for row in rows:
            shops.setdefault(row.id, set()).update(row.shops)
            before = found.get((row.name, row.id))
            sums = _sums(row) if before is None else before.sums.plus(_sums(row))
            found[row.name, row.id] = MarketDay(row.id, row.name, row.sido, len(shops[row.id]), sums)
    return [found[key] for key in sorted(found)[:limit]]


def day_by_shop(
    conn: Connection, *, day: date, market_id: UUID | None = None, after: str | None = None, limit: int = 100
) -> list[ShopDay]:
    """List the shops of a closed day, of one market where given, by stall number from after one."""
    rows = _shop_rows(
        conn,
        "l.day = :day AND (CAST(:market AS uuid) IS NULL OR l.market_id = :market)"
        " AND (CAST(:after AS text) IS NULL OR s.stall_number > :after)",
        order="s.stall_number",
        facts={"day": day, "market": market_id, "after": after, "limit": limit},
    )
    return sorted(_shop_days(conn, rows), key=lambda each: each.stall_number)[:limit]


def shop_statement(conn: Connection, *, shop_id: UUID, before: date | None = None, limit: int = 31) -> list[ShopDay]:
    """List a shop's closed days, the newest first, from before a day, each with its payouts and the bank's word."""
    rows = _shop_rows(
        conn,
        "l.shop_id = :shop AND (CAST(:before AS date) IS NULL OR l.day < :before)",
        order="l.day DESC",
        facts={"shop": shop_id, "before": before, "limit": limit},
    )
    return sorted(_shop_days(conn, rows), key=lambda each: each.day, reverse=True)[:limit]


def shop_day(conn: Connection, *, day: date, shop_id: UUID) -> ShopDay | None:
    """Give one shop's closed day, or None where it sold nothing or the day is open."""
    rows = _shop_rows(
        conn, "l.day = :day AND l.shop_id = :shop", order="l.day", facts={"day": day, "shop": shop_id, "limit": 1}
    )
    return next(iter(_shop_days(conn, rows)), None)


def _shop_rows(conn: Connection, where: str, *, order: str, facts: dict[str, object]) -> list[Row[tuple[object, ...]]]:
    """Read one row for each day and shop of each lane."""
    query = text(
        "SELECT l.day, l.shop_id, s.stall_number, s.name, min(CAST(l.market_id AS text)) AS market_id,"
        f" max(l.due_on) AS due_on, array_agg(DISTINCT l.payout_id) AS payout_ids, {_SUM_COLUMNS}"
        f" FROM settlement_lines l JOIN shared.shops s ON s.id = l.shop_id WHERE {where}"
        f" GROUP BY l.day, l.shop_id, s.stall_number, s.name ORDER BY {order} LIMIT :limit"
    )
    return [row for _ in each_lane(conn) for row in conn.execute(query, facts)]


def _shop_days(conn: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> list[ShopDay]:
    """Add up the lanes' rows and look up their payouts."""
    payouts = _payouts(conn, {id for row in rows for id in row.payout_ids if id is not None})
    found: dict[tuple[date, UUID], ShopDay] = {}
    for row in rows:
        own = {payouts[id] for id in row.payout_ids if id is not None}
        before = found.get((row.day, row.shop_id))
        sums = _sums(row) if before is None else before.sums.plus(_sums(row))
        own |= set(before.payouts if before else ())
        found[row.day, row.shop_id] = ShopDay(
            day=row.day,
            shop_id=row.shop_id,
            stall_number=row.stall_number,
            name=row.name,
            market_id=UUID(row.market_id),
            due_on=row.due_on,
            sums=sums,
            payouts=tuple(sorted(own, key=lambda payout: payout.id)),
        )
    return list(found.values())


def _payouts(conn: Connection, ids: Iterable[UUID]) -> dict[UUID, PayoutOfLine]:
    rows = conn.execute(
        text(
            "SELECT id, status, bank_code_given, bank_message FROM shared.payouts WHERE id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": sorted(ids)},
    )
    return {row.id: PayoutOfLine(*row) for row in rows}


def _day_sums(conn: Connection, days: Sequence[date]) -> tuple[dict[date, Sums], dict[date, set[UUID]]]:
    sums: dict[date, Sums] = {}
    shops: dict[date, set[UUID]] = {}
    for _ in each_lane(conn):
        rows = conn.execute(
            text(
                f"SELECT l.day, array_agg(DISTINCT l.shop_id) AS shops, {_SUM_COLUMNS} FROM settlement_lines l"
                " WHERE l.day = ANY(CAST(:days AS date[])) GROUP BY l.day"
            ),
            {"days": list(days)},
        )
        for row in rows:
            sums[row.day] = sums.get(row.day, Sums()).plus(_sums(row))
            shops.setdefault(row.day, set()).update(row.shops)
    return sums, shops


def _sums(row: Row[tuple[object, ...]]) -> Sums:
    return Sums(*(getattr(row, name) for name in _SUMMED))
