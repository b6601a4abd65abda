"""When a market is registered at the tax service for the income deduction: periods, and who recorded each of them.

The tax service's list decides; an operator records what it says, from now on or from a day to come, never of the past:
what was paid carries the stamp of its moment (domain sheet, section 3: 소득공제). Ends lie beside, in their own verb.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.ids import new_ids
from onnuri.kit.refusals import Conflict
from onnuri.merchants.queries import MarketUnknown, markets_by_code


class TaxRegistrationBackdated(Conflict):
    """Payments carry the stamp of their moment: neither a registration nor its end is said of the past."""

    code = "tax_registration_backdated"
    ko = (
        "지난 날짜로는 적을 수 없습니다. 결제마다 그때의 등록 상태가 찍혀 있습니다. 오늘이나 앞날을 적어 주세요."
        " 돈은 움직이지 않았습니다."
    )
    en = "That day is over, and payments carry the stamp of their moment: give today or a day to come. No money moved."


class TaxRegistrationStands(Conflict):
    """The market is registered in that time already."""

    code = "tax_registration_stands"
    ko = "{market} 시장은 그 기간에 이미 국세청에 등록된 것으로 적혀 있습니다. 돈은 움직이지 않았습니다."
    en = "The market {market} is recorded as registered in that time already. No money moved."


@dataclass(frozen=True, slots=True)
class TaxEnd:
    """What was once recorded of an end; `ends_at` is None where the end before was taken back."""

    ends_at: datetime | None
    reason: str | None
    recorded_by: UUID
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class TaxRegistration:
    """A period in which payments at a market count; `valid_to` is its first instant outside, None while unknown.

    `ends` is everything that was recorded of its end, in order; the last one counts.
    """

    id: UUID
    market_id: UUID
    valid_from: datetime
    valid_to: datetime | None
    recorded_by: UUID
    recorded_at: datetime
    ends: tuple[TaxEnd, ...] = ()

    @property
    def ended_by(self) -> UUID | None:
        """Tell who recorded the end that counts; None where there is none."""
        return None if self.valid_to is None else self.ends[-1].recorded_by

    @property
    def ended_at(self) -> datetime | None:
        """Tell when the end that counts was recorded."""
        return None if self.valid_to is None else self.ends[-1].recorded_at


def register_for_tax(
    conn: Connection, *, codes: Sequence[str], by: UUID, at: datetime, since: date | None = None
) -> list[TaxRegistration]:
    """Record that markets are registered, from now on or from 00:00 of a day to come; in the order of `codes`.

    The caller holds every lane and has read the clock since, so that no payment stands between the old word and the
    new. Refuses `MarketUnknown`, `TaxRegistrationBackdated`, `TaxRegistrationStands`, for all of them.
    """
    start, markets = instant_from(since, at), hold_markets(conn, codes)
    standing = conn.execute(
        text("""
            SELECT market_id FROM shared.tax_registrations WHERE market_id = ANY(CAST(:markets AS uuid[]))
              AND (valid_to IS NULL OR (valid_to > :start AND valid_to > valid_from)) LIMIT 1
        """),
        {"markets": list(markets.values()), "start": start},
    ).scalar()
    if standing is not None:
        raise TaxRegistrationStands(market=next(code for code, id in markets.items() if id == standing))
    rows = conn.execute(
        text("""
            INSERT INTO shared.tax_registrations (id, market_id, valid_from, recorded_by, recorded_at)
            SELECT g.id, g.market_id, :start, :by, :at
            FROM unnest(CAST(:ids AS uuid[]), CAST(:markets AS uuid[])) AS g (id, market_id)
            RETURNING id, market_id, valid_from, valid_to, recorded_by, recorded_at
        """),
        {"ids": new_ids(at, len(markets)), "markets": list(markets.values()), "start": start, "by": by, "at": at},
    )
    made = {row.market_id: TaxRegistration(*row) for row in rows}
    return [made[id] for id in markets.values()]


def tax_registrations(conn: Connection, *, market_id: UUID) -> list[TaxRegistration]:
    """List a market's registrations with every record of their ends, the newest first."""
    rows = conn.execute(
        text("""
            SELECT id, market_id, valid_from, valid_to, recorded_by, recorded_at FROM shared.tax_registrations
            WHERE market_id = :market ORDER BY valid_from DESC, id DESC LIMIT 100
        """),
        {"market": market_id},
    ).all()
    said = conn.execute(
        text("""
            SELECT registration_id, ends_at, reason, recorded_by, recorded_at FROM shared.tax_registration_ends
            WHERE registration_id = ANY(CAST(:ids AS uuid[])) ORDER BY registration_id, number
        """),
        {"ids": [row.id for row in rows]},
    )
    ends: dict[UUID, list[TaxEnd]] = {row.id: [] for row in rows}
    for id, *end in said:
        ends[id].append(TaxEnd(*end))
    return [replace(TaxRegistration(*row), ends=tuple(ends[row.id])) for row in rows]


def registered_for_tax(conn: Connection, *, market_ids: Sequence[UUID], at: datetime) -> frozenset[UUID]:
    """Tell which of these markets are registered at an instant."""
    rows = conn.execute(
        text("""
            SELECT DISTINCT market_id FROM shared.tax_registrations
            WHERE market_id = ANY(CAST(:markets AS uuid[])) AND valid_from <= :at
              AND (valid_to IS NULL OR :at < valid_to)
        """),
        {"markets": list(set(market_ids)), "at": at},
    )
    return frozenset(rows.scalars())


def instant_from(on: date | None, at: datetime) -> datetime:
    """Give the instant from which something is to hold: now, also where today is named.

    Refuses `TaxRegistrationBackdated`.
    """
    today = seoul_date(at)
    if on is not None and on < today:
        raise TaxRegistrationBackdated
    return at if on is None or on == today else seoul_midnight(on)


def hold_markets(conn: Connection, codes: Sequence[str]) -> dict[str, UUID]:
    """Find the markets and hold them, so that two operators record one after the other. Refuses `MarketUnknown`."""
    found = markets_by_code(conn, codes=codes)
    for code in codes:
        if code not in found:
            raise MarketUnknown(market=code)
    markets = {code: found[code].id for code in codes}
    held = "SELECT 1 FROM shared.markets WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE"
    conn.execute(text(held), {"ids": list(markets.values())})
    return markets
