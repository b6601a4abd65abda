"""Read the register: shops, markets and past statuses, by id, market or time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.kit.refusals import NotFound
from onnuri.merchants.status import ShopStatus, ShopUnknown


class MarketUnknown(NotFound):
    """No market has this id or code."""

    code = "market_unknown"
    ko = "시장을 찾을 수 없습니다: {market}"
    en = "There is no such market: {market}"


@dataclass(frozen=True, slots=True)
class Market:
    """A market of the register."""

    id: UUID
    code: str
    name: str
    sido: str
    sigungu: str
    opening_cycle: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as the register has it now, with its market's name."""

    id: UUID
    stall_number: str
    market_id: UUID
    market_name: str
    name: str
    business_number: str
    goods: str | None
    status: ShopStatus
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class StatusPeriod:
    """A status a shop had from `since` on, why, and who set it."""

    shop_id: UUID
    status: ShopStatus
    since: datetime
    reason: str
    changed_by: str


SHOP_COLUMNS = """shops.id, shops.stall_number, shops.market_id, markets.name AS market_name,
    shops.name, shops.business_number, shops.goods, shops.status, shops.valid_until"""

_MARKET_COLUMNS = "id, code, name, sido, sigungu, opening_cycle"


def shops_by_id(conn: Connection, *, ids: Sequence[UUID]) -> dict[UUID, Shop]:
    """Read shops; those that do not exist are absent from the answer."""
    rows = conn.execute(
        text(f"""SELECT {SHOP_COLUMNS} FROM shared.shops JOIN shared.markets ON markets.id = shops.market_id
                 WHERE shops.id = ANY(CAST(:ids AS uuid[]))"""),
        {"ids": list(ids)},
    )
    return {row.id: shop_of(row) for row in rows}


def find_shop(conn: Connection, *, shop_id: UUID) -> Shop:
    """Read one shop; refuses an id that no shop has."""
    found = shops_by_id(conn, ids=[shop_id])
    if shop_id not in found:
        raise ShopUnknown(given=str(shop_id))
    return found[shop_id]


def shops_of_market(conn: Connection, *, market_id: UUID, after: UUID | None = None, at_most: int = 100) -> list[Shop]:
    """Read a page of a market's shops in the order of their ids, the ones after `after`."""
    rows = conn.execute(
        text(f"""SELECT {SHOP_COLUMNS} FROM shared.shops JOIN shared.markets ON markets.id = shops.market_id
                 WHERE shops.market_id = :market_id
                   AND (CAST(:after AS uuid) IS NULL OR shops.id > CAST(:after AS uuid))
                 ORDER BY shops.id LIMIT :at_most"""),
        {"market_id": market_id, "after": after, "at_most": at_most},
    )
    return [shop_of(row) for row in rows]


def markets_by_code(conn: Connection, *, codes: Sequence[str]) -> dict[str, Market]:
    """Read markets by their codes; those that do not exist are absent from the answer."""
    rows = conn.execute(
        text(f"SELECT {_MARKET_COLUMNS} FROM shared.markets WHERE code = ANY(CAST(:codes AS text[]))"),
        {"codes": list(codes)},
    )
    return {row.code: _market_of(row) for row in rows}


def find_market(conn: Connection, *, code: str) -> Market:
    """Read one market; refuses a code that no market has."""
    found = markets_by_code(conn, codes=[code])
    if code not in found:
        raise MarketUnknown(market=code)
    return found[code]


def list_markets(conn: Connection, *, after: str | None = None, at_most: int = 100) -> list[Market]:
    """Read a page of markets in the order of their codes, the ones after `after`."""
    rows = conn.execute(
        text(f"""SELECT {_MARKET_COLUMNS} FROM shared.markets
                 WHERE CAST(:after AS text) IS NULL OR code > CAST(:after AS text) ORDER BY code LIMIT :at_most"""),
        {"after": after, "at_most": at_most},
    )
    return [_market_of(row) for row in rows]


def statuses_at(conn: Connection, *, ids: Sequence[UUID], at: datetime) -> dict[UUID, StatusPeriod]:
    """Read which status each shop had at an instant; shops not yet registered then are absent."""
    rows = conn.execute(
        text("""SELECT DISTINCT ON (shop_id) shop_id, status, since, reason, changed_by
                FROM shared.shop_statuses WHERE shop_id = ANY(CAST(:ids AS uuid[])) AND since <= :at
                ORDER BY shop_id, since DESC, id DESC"""),
        {"ids": list(ids), "at": at},
    )
    return {row.shop_id: _period_of(row) for row in rows}


def status_history(conn: Connection, *, shop_id: UUID) -> list[StatusPeriod]:
    """Read every status a shop ever had, oldest first."""
    rows = conn.execute(
        text("""SELECT shop_id, status, since, reason, changed_by FROM shared.shop_statuses
                WHERE shop_id = :shop_id ORDER BY since, id"""),
        {"shop_id": shop_id},
    )
    return [_period_of(row) for row in rows]


def shop_of(row: Row[Any]) -> Shop:
    """Make a shop of a row that has `SHOP_COLUMNS`."""
    return Shop(
        id=row.id,
        stall_number=row.stall_number,
        market_id=row.market_id,
        market_name=row.market_name,
        name=row.name,
        business_number=row.business_number,
        goods=row.goods,
        status=ShopStatus(row.status),
        valid_until=row.valid_until,
    )


def _market_of(row: Row[Any]) -> Market:
    return Market(
        id=row.id,
        code=row.code,
        name=row.name,
        sido=row.sido,
        sigungu=row.sigungu,
        opening_cycle=row.opening_cycle,
    )


def _period_of(row: Row[Any]) -> StatusPeriod:
    return StatusPeriod(
        shop_id=row.shop_id,
        status=ShopStatus(row.status),
        since=row.since,
        reason=row.reason,
        changed_by=row.changed_by,
    )
