"""What finance sees of a day: sums per market and per shop over all lanes, one line opened, one entry's transfers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.ledger.model import JournalLine
from onnuri.ledger.post import EntryUnknown
from onnuri.ledger.read import journal

PAGE: Final = 100
BeginLane = Callable[[str], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class DayLine:
    """A market's or a shop's day, won. `payable` and what follows are 0 until the day is closed.

    Of the payable: `paid` has arrived, `on_way` is at the bank, `waiting` is not asked for yet,
    `deferred` waits because the shop has no settlement account.
    """

    id: UUID
    name: str
    note: str
    payments: int
    gross: int
    cancels: int
    cancelled: int
    net: int
    payable: int
    paid: int
    on_way: int
    waiting: int
    deferred: int

    @staticmethod
    def total(lines: Sequence[DayLine]) -> DayLine:
        """Add lines up."""
        counted = (sum(getattr(line, name) for line in lines) for name in _COUNTED)
        first = lines[0] if lines else None
        return DayLine(first.id if first else UUID(int=0), first.name if first else "", "", *counted)


_COUNTED: Final = (
    "payments", "gross", "cancels", "cancelled", "net", "payable", "paid", "on_way", "waiting", "deferred",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """A payment or a cancel in a shop's line, and the entry that booked it. Won."""

    kind: str
    id: UUID
    payment_id: UUID
    amount: int
    at: datetime
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class PayoutStep:
    """What was booked for the payout of a line, and where the payout stands. Won."""

    payout_id: UUID
    status: str
    step: str
    amount: int
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class BookedEntry:
    """An entry with its transfers and the lane it is in."""

    lane: str
    lines: tuple[JournalLine, ...]


_CLOSED: Final = """
    SELECT {id} AS id, {name} AS name, {note} AS note,
        sum(l.payments)::bigint AS payments, sum(l.gross)::bigint AS gross, sum(l.cancels)::bigint AS cancels,
        sum(l.cancelled_same_day + l.cancelled_earlier)::bigint AS cancelled, sum(l.net)::bigint AS net,
        sum(l.payable)::bigint AS payable,
        coalesce(sum(l.payable) FILTER (WHERE p.status = 'PAID'), 0)::bigint AS paid,
        coalesce(sum(l.payable) FILTER (WHERE p.status IN ('REQUESTED', 'UNKNOWN')), 0)::bigint AS on_way,
        coalesce(sum(l.payable) FILTER (WHERE (p.id IS NULL OR p.status IN ('REJECTED', 'RETURNED'))
            AND a.id IS NOT NULL), 0)::bigint AS waiting,
        coalesce(sum(l.payable) FILTER (WHERE (p.id IS NULL OR p.status IN ('REJECTED', 'RETURNED'))
            AND a.id IS NULL), 0)::bigint AS deferred
    FROM settlement_lines l JOIN shared.shops s ON s.id = l.shop_id JOIN shared.markets m ON m.id = l.market_id
        LEFT JOIN shared.payouts p ON p.id = l.payout_id
        LEFT JOIN shared.shop_accounts a ON a.shop_id = l.shop_id AND a.closed_at IS NULL
    WHERE l.day = :on {only} GROUP BY 1, 2, 3"""

_OPEN: Final = """
    WITH l AS (
        SELECT shop_id, 1 AS payments, amount AS gross, 0 AS cancels, 0 AS cancelled
        FROM payments WHERE business_date = :on
        UNION ALL SELECT shop_id, 0, 0, 1, amount FROM cancels WHERE business_date = :on
    )
    SELECT {id} AS id, {name} AS name, {note} AS note,
        sum(l.payments)::bigint, sum(l.gross)::bigint, sum(l.cancels)::bigint, sum(l.cancelled)::bigint,
        sum(l.gross - l.cancelled)::bigint, 0, 0, 0, 0, 0
    FROM l JOIN shared.shops s ON s.id = l.shop_id JOIN shared.markets m ON m.id = s.market_id
    WHERE true {only} GROUP BY 1, 2, 3"""

_MARKETS: Final = {"id": "m.id", "name": "m.name", "note": "m.sido || ' ' || m.sigungu", "only": ""}
_SHOPS: Final = {"id": "s.id", "name": "s.name", "note": "s.stall_number", "only": "AND m.id = :only"}
_SHOP: Final = {**_SHOPS, "only": "AND s.id = :only"}


def is_closed(begin: BeginLane, lanes: Iterable[str], on: date) -> bool:
    """Tell whether a business day is closed in every lane."""
    for lane in lanes:
        with begin(lane) as conn:
            if not conn.execute(text("SELECT count(*) FROM days WHERE day = :on"), {"on": on}).scalar_one():
                return False
    return True


def markets_of_day(begin: BeginLane, lanes: Iterable[str], on: date) -> list[DayLine]:
    """Sum a day up per market, by name."""
    return _summed(begin, lanes, on, _MARKETS, None)


def shops_of_day(begin: BeginLane, lanes: Iterable[str], on: date, *, market_id: UUID) -> list[DayLine]:
    """Sum a day up per shop of a market, by name."""
    return _summed(begin, lanes, on, _SHOPS, market_id)


def shop_of_day(begin: BeginLane, lanes: Iterable[str], on: date, *, shop_id: UUID) -> DayLine | None:
    """Sum a shop's day up; None where nothing happened."""
    return next(iter(_summed(begin, lanes, on, _SHOP, shop_id)), None)


def _summed(
    begin: BeginLane, lanes: Iterable[str], on: date, grouping: dict[str, str], only: UUID | None
) -> list[DayLine]:
    found: dict[UUID, list[DayLine]] = {}
    for lane in lanes:
        with begin(lane) as conn:
            closed = conn.execute(text("SELECT count(*) FROM days WHERE day = :on"), {"on": on}).scalar_one()
            query = (_CLOSED if closed else _OPEN).format_map(grouping)
            for row in conn.execute(text(query), {"on": on} | ({"only": only} if only else {})):
                line = DayLine(*row)
                found.setdefault(line.id, []).append(line)
    summed = [_merged(lines) for lines in found.values()]
    return sorted(summed, key=attrgetter("name", "note"))


def _merged(lines: list[DayLine]) -> DayLine:
    total = DayLine.total(lines)
    return DayLine(total.id, total.name, lines[0].note, *(getattr(total, name) for name in _COUNTED))


def happened_on(
    begin: BeginLane, lanes: Iterable[str], on: date, *, shop_id: UUID, before: UUID | None
) -> list[Happening]:
    """List a shop's payments and cancels of a day, newest first, one more than a page, from before one."""
    found: list[Happening] = []
    for lane in lanes:
        with begin(lane) as conn:
            rows = conn.execute(
                text(
                    "SELECT * FROM (SELECT 'payment' AS kind, id, id AS payment_id, amount, paid_at AS at, entry_id"
                    "  FROM payments WHERE business_date = :on AND shop_id = :shop"
                    " UNION ALL SELECT 'cancel', id, payment_id, amount, cancelled_at, entry_id"
                    "  FROM cancels WHERE business_date = :on AND shop_id = :shop) AS both_kinds"
                    " WHERE CAST(:before AS uuid) IS NULL OR id < :before ORDER BY id DESC LIMIT :limit"
                ),
                {"on": on, "shop": shop_id, "before": before, "limit": PAGE + 1},
            )
            found += [Happening(*row) for row in rows]
    return sorted(found, key=attrgetter("id"), reverse=True)[: PAGE + 1]


def payout_steps(begin: BeginLane, lanes: Iterable[str], on: date, *, shop_id: UUID) -> list[PayoutStep]:
    """List what was booked for the payouts of a shop's lines of a day."""
    found: list[PayoutStep] = []
    for lane in lanes:
        with begin(lane) as conn:
            rows = conn.execute(
                text(
                    "SELECT p.id, p.status, e.step, e.amount, e.entry_id FROM settlement_lines l"
                    " JOIN shared.payouts p ON p.id = l.payout_id JOIN payout_entries e ON e.payout_id = p.id"
                    " WHERE l.day = :on AND l.shop_id = :shop ORDER BY e.entry_id"
                ),
                {"on": on, "shop": shop_id},
            )
            found += [PayoutStep(*row) for row in rows]
    return list(dict.fromkeys(found))


def booked_entry(begin: BeginLane, lanes: Iterable[str], entry_id: UUID) -> BookedEntry:
    """Find an entry in whichever lane it is. Refuses `EntryUnknown`."""
    for lane in lanes:
        with begin(lane) as conn:
            lines = journal(conn, entry_id=entry_id)
        if lines:
            return BookedEntry(lane, tuple(lines))
    raise EntryUnknown
