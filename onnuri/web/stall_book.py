"""What a stall sees of the books: today's payments over all lanes, and what money arrives on which day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.refusals import Malformed
from onnuri.merchants.settlement_account import shop_accounts
from onnuri.payments.history import ShopDay, happenings, last_position, shop_day
from onnuri.settlement.close import due_on

ARRIVALS_MAX: Final = 50
OPEN_DAYS_MAX: Final = 62
"""So many days are looked at for business that is not closed; they are closed every night."""

_PLACE: Final = re.compile(r"(lane_[0-9]{2}):([0-9]{1,18})")
BeginLane = Callable[[str], AbstractContextManager[Connection]]


class PlaceUnreadable(Malformed):
    """A stream was asked to go on from a place it never gave out."""

    code = "stream_place_unreadable"
    ko = "화면을 새로 고쳐 주세요. 돈은 움직이지 않았습니다."
    en = "Please load the page again. No money moved."


@dataclass(frozen=True, slots=True)
class Arrival:
    """A payment as the stall sees it; won. `cancelled` is what was taken back of it so far."""

    id: UUID
    amount: int
    paid_at: datetime
    cancelled: int

    @property
    def left(self) -> int:
        """What can still be taken back, won."""
        return self.amount - self.cancelled


@dataclass(frozen=True, slots=True)
class Incoming:
    """Money that arrives on a bank day, won. `closed` says that all of it is settled and nothing changes any more."""

    due_on: date
    amount: int
    closed: bool


Place = Mapping[str, int]
"""How far each lane was read: the position of the last event that the page knows."""


def write_place(place: Place) -> str:
    """Write a place: `lane_00:17,lane_01:4`."""
    return ",".join(f"{lane}:{position}" for lane, position in sorted(place.items()))


def read_place(given: str) -> dict[str, int]:
    """Read a place back. Refuses `PlaceUnreadable`."""
    found = [_PLACE.fullmatch(part) for part in given.split(",")]
    if len(found) > 100 or not all(found):
        raise PlaceUnreadable
    return {part[1]: int(part[2]) for part in found if part is not None}


def totals(begin: BeginLane, lanes: list[str], shop_id: UUID, *, on: date) -> ShopDay:
    """Add up a shop's day over the lanes; won."""
    days: list[ShopDay] = []
    for lane in lanes:
        with begin(lane) as conn:
            days.append(shop_day(conn, shop_id, on=on))
    return ShopDay(
        payments=sum(day.payments for day in days),
        gross=sum(day.gross for day in days),
        cancels=sum(day.cancels for day in days),
        cancelled=sum(day.cancelled for day in days),
    )


def latest(begin: BeginLane, lanes: list[str], shop_id: UUID, *, on: date) -> tuple[list[Arrival], dict[str, int]]:
    """List a shop's last payments of a date, newest first, and the place from which its stream goes on.

    Where the day was closed early, its last payments bear the date of the next one; they are listed too.
    """
    days = [on, on + timedelta(days=1)]
    found: list[Arrival] = []
    place: dict[str, int] = {}
    for lane in lanes:
        with begin(lane) as conn:
            place[lane] = last_position(conn)  # read first: what happens meanwhile comes again, and replaces itself
            condition = "p.shop_id = :shop AND p.business_date = ANY(:days)"
            found += _arrivals(conn, condition, {"shop": shop_id, "days": days})
    return sorted(found, key=lambda arrival: arrival.id, reverse=True)[:ARRIVALS_MAX], place


def arrival(begin: BeginLane, lane: str, payment_id: UUID) -> Arrival | None:
    """Give one payment as the stall sees it now."""
    with begin(lane) as conn:
        return next(iter(_arrivals(conn, "p.id = :id", {"id": payment_id})), None)


def news(begin: BeginLane, shop_id: UUID, place: Place) -> tuple[list[Arrival], dict[str, int]]:
    """List the payments to which something happened after a place, in the order of events, and the next place."""
    changed: dict[UUID, Arrival] = {}
    reached = dict(place)
    for lane, after in place.items():
        with begin(lane) as conn:
            events = happenings(conn, after=after, shop_id=shop_id)
            if events:
                reached[lane] = events[-1].position
                ids = list(dict.fromkeys(event.payment_id for event in events))
                rows = {row.id: row for row in _arrivals(conn, "p.id = ANY(:ids)", {"ids": ids})}
                changed |= {id: rows[id] for id in ids if id in rows}
    return list(changed.values()), reached


def has_account(begin: BeginLane, lanes: list[str], shop_id: UUID) -> bool:
    """Tell whether the shop has a settlement account; without one its money waits."""
    with begin(lanes[0]) as conn:
        return any(account.closed_at is None for account in shop_accounts(conn, shop_id=shop_id))


def incoming(begin: BeginLane, lanes: list[str], shop_id: UUID, *, on: date) -> list[Incoming]:
    """List what arrives on which bank day: closed days by their lines, open days up to `on` by what was paid so far."""
    amounts: defaultdict[date, int] = defaultdict(int)
    still_open: set[date] = set()
    for lane in lanes:
        with begin(lane) as conn:
            last_day = conn.execute(text("SELECT last_day FROM lane")).scalar_one() or on - timedelta(OPEN_DAYS_MAX)
            open_days = [last_day + timedelta(n + 1) for n in range(min((on - last_day).days + 1, OPEN_DAYS_MAX))]
            for row in conn.execute(_INCOMING, {"shop": shop_id, "open_days": open_days}):
                due = row.due_on or due_on(conn, row.day)
                amounts[due] += row.amount
                if row.due_on is None:
                    still_open.add(due)
    return [Incoming(day, amounts[day], day not in still_open) for day in sorted(amounts) if amounts[day] > 0]


_INCOMING = text("""
    WITH settled AS (
        -- lines that were not paid out yet, or whose payout is on its way
        SELECT l.due_on, NULL::date AS day, l.payable AS amount
        FROM settlement_lines l LEFT JOIN shared.payouts p ON p.id = l.payout_id
        WHERE l.shop_id = :shop AND l.payable > 0 AND (p.id IS NULL OR p.status IN ('REQUESTED', 'UNKNOWN'))
    ), running AS (
        -- days that are still open: payments less cancels so far
        SELECT business_date AS day, amount FROM payments
        WHERE shop_id = :shop AND business_date = ANY(CAST(:open_days AS date[]))
        UNION ALL
        SELECT business_date, -amount FROM cancels
        WHERE shop_id = :shop AND business_date = ANY(CAST(:open_days AS date[]))
    )
    SELECT due_on, day, sum(amount)::bigint AS amount FROM settled GROUP BY due_on, day
    UNION ALL
    SELECT NULL, day, sum(amount)::bigint FROM running GROUP BY day
""")


def _arrivals(conn: Connection, condition: str, values: dict[str, object]) -> list[Arrival]:
    rows = conn.execute(
        text(
            "SELECT p.id, p.amount, p.paid_at, (SELECT coalesce(sum(c.amount), 0) FROM cancels c"
            " WHERE c.payment_id = p.id)::bigint AS cancelled"
            f" FROM payments p WHERE {condition} ORDER BY p.id DESC LIMIT {ARRIVALS_MAX}"
        ),
        values,
    )
    return [Arrival(*row) for row in rows]
