"""Open shops in the register: checked business numbers, a market that exists, a stall number of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, DomainError
from onnuri.merchants.business_number import parse_business_number
from onnuri.merchants.market_names import name_key
from onnuri.merchants.queries import MarketUnknown
from onnuri.merchants.stall_number import SERIAL_MAX, stall_number
from onnuri.merchants.status import ShopStatus, valid_until_after

_SERIAL_FIRST: Final = 100_000
"""Stall numbers begin here, so that none begins with a zero."""


class ShopRegisteredAlready(Conflict):
    """The same business number has a shop of this name in this market whose registration has not ended."""

    code = "shop_registered_already"
    ko = "이미 등록된 점포입니다: {shop}"
    en = "This shop is registered already: {shop}"


class StallNumbersUsedUp(Conflict):
    """There is no seven-digit stall number left."""

    code = "stall_numbers_used_up"
    ko = "더 이상 부여할 점포 번호가 없습니다"
    en = "There are no stall numbers left"


@dataclass(frozen=True, slots=True)
class ShopOpening:
    """A shop to open: where, what it is called, whose business number, what it sells."""

    market_id: UUID
    name: str
    business_number: str
    goods: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedShop:
    """A shop that was opened: its id, the stall number to put up, its first status."""

    id: UUID
    stall_number: str
    status: ShopStatus


def open_shops(
    conn: Connection,
    *,
    openings: Sequence[ShopOpening],
    at: datetime,
    by: str,
    status: ShopStatus = ShopStatus.APPLIED,
) -> list[OpenedShop | DomainError]:
    """Open shops and answer for each in the order given; one's refusal leaves the others.

    Refused are a wrong business number, an unknown market, a shop that is registered already (also earlier in the same
    batch). An ACTIVE opening is valid for three years from today's Seoul date (전통시장법 제26조의4).
    """
    hold_the_register(conn)
    markets = _markets(conn, [opening.market_id for opening in openings])
    taken = _taken(conn, openings)
    answers: list[OpenedShop | DomainError] = []
    accepted: list[tuple[OpenedShop, ShopOpening]] = []
    serial = next_serial(conn)
    for opening in openings:
        try:
            number = parse_business_number(opening.business_number)
            if opening.market_id not in markets:
                raise MarketUnknown(market=str(opening.market_id))
            identity = (number, opening.market_id, name_key(opening.name))
            if identity in taken:
                raise ShopRegisteredAlready(shop=opening.name)
            if serial > SERIAL_MAX:
                raise StallNumbersUsedUp
        except DomainError as refusal:
            answers.append(refusal)
            continue
        taken.add(identity)
        shop = OpenedShop(id=new_id(at), stall_number=stall_number(serial), status=status)
        serial += 1
        answers.append(shop)
        accepted.append((shop, opening))
    _write(conn, accepted, at=at, by=by, status=status)
    return answers


def hold_the_register(conn: Connection) -> None:
    """Let one transaction at a time hand out stall numbers: the first market's row is the turnstile."""
    conn.execute(text("SELECT id FROM shared.markets ORDER BY code LIMIT 1 FOR NO KEY UPDATE"))


def next_serial(conn: Connection) -> int:
    """Give the serial after the highest stall number; the caller holds the register."""
    highest = conn.execute(text("SELECT max(stall_number) FROM shared.shops")).scalar_one()
    return _SERIAL_FIRST if highest is None else int(highest[:6]) + 1


def _markets(conn: Connection, ids: list[UUID]) -> set[UUID]:
    rows = conn.execute(text("SELECT id FROM shared.markets WHERE id = ANY(CAST(:ids AS uuid[]))"), {"ids": ids})
    return set(rows.scalars())


def _taken(conn: Connection, openings: Sequence[ShopOpening]) -> set[tuple[str, UUID, str]]:
    """Read which shops of these markets are registered and not ended."""
    rows = conn.execute(
        text("""SELECT business_number, market_id, name FROM shared.shops
                WHERE market_id = ANY(CAST(:market_ids AS uuid[]))
                  AND status NOT IN ('EXPIRED', 'DEREGISTERED', 'CANCELLED')"""),
        {"market_ids": list({opening.market_id for opening in openings})},
    )
    return {(row.business_number, row.market_id, name_key(row.name)) for row in rows}


def _write(
    conn: Connection,
    accepted: list[tuple[OpenedShop, ShopOpening]],
    *,
    at: datetime,
    by: str,
    status: ShopStatus,
) -> None:
    conn.execute(
        text("""INSERT INTO shared.shops (id, stall_number, market_id, name, business_number, goods,
                                          status, valid_until, registered_at)
                SELECT opened.*, CAST(:status AS text), CAST(:valid_until AS date), CAST(:at AS timestamptz)
                FROM unnest(CAST(:ids AS uuid[]), CAST(:stall_numbers AS text[]), CAST(:market_ids AS uuid[]),
                            CAST(:names AS text[]), CAST(:business_numbers AS text[]), CAST(:goods AS text[]))
                     AS opened"""),
        {
            "ids": [shop.id for shop, _ in accepted],
            "stall_numbers": [shop.stall_number for shop, _ in accepted],
            "market_ids": [opening.market_id for _, opening in accepted],
            "names": [opening.name for _, opening in accepted],
            "business_numbers": [parse_business_number(opening.business_number) for _, opening in accepted],
            "goods": [opening.goods for _, opening in accepted],
            "status": status.value,
            "valid_until": valid_until_after(seoul_date(at)) if status is ShopStatus.ACTIVE else None,
            "at": at,
        },
    )
    keep_statuses(conn, entered=[(shop.id, status, "opened") for shop, _ in accepted], at=at, by=by)


def keep_statuses(conn: Connection, *, entered: Sequence[tuple[UUID, ShopStatus, str]], at: datetime, by: str) -> None:
    """Write down which shop entered which status and why, in this order; nothing of the past is changed."""
    conn.execute(
        text("""INSERT INTO shared.shop_statuses (shop_id, status, since, reason, changed_by)
                SELECT shop_id, status, CAST(:at AS timestamptz), reason, CAST(:by AS text)
                FROM unnest(CAST(:ids AS uuid[]), CAST(:statuses AS text[]), CAST(:reasons AS text[]))
                     WITH ORDINALITY AS entered (shop_id, status, reason, place)
                ORDER BY place"""),
        {
            "ids": [shop_id for shop_id, _, _ in entered],
            "statuses": [status.value for _, status, _ in entered],
            "reasons": [reason for _, _, reason in entered],
            "at": at,
            "by": by,
        },
    )
