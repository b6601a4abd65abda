"""Bring the shops of the official merchant table into the register, as applications that still lack their papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import Connection, text

from onnuri.merchants.business_number import BUSINESS_NUMBER_MISSING
from onnuri.merchants.market_matching import MarketIndex, NamedMarket
from onnuri.merchants.merchant_files import MerchantRow, merchant_identity
from onnuri.merchants.official_files import LineNote
from onnuri.merchants.register import StallNumbersUsedUp, hold_the_register, keep_statuses, next_serial
from onnuri.merchants.stall_number import SERIAL_MAX, stall_number
from onnuri.merchants.status import ShopStatus

_LISTED: Final = UUID("6f6e6e75-7269-5000-8000-6d65726368da")


@dataclass(frozen=True, slots=True)
class MerchantImport:
    """What an import did, or in a dry run would do; every row is in exactly one of the counts or notes."""

    added: int
    unchanged: int
    paper_only: int
    market_unknown: tuple[LineNote, ...]
    market_ambiguous: tuple[LineNote, ...]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class _Listed:
    id: UUID
    market_id: UUID
    row: MerchantRow


def import_merchants(
    conn: Connection, *, merchants: Sequence[MerchantRow], at: datetime, by: str, dry_run: bool = False
) -> MerchantImport:
    """Add the shops that take digital vouchers and whose market is clear; the same table twice changes nothing.

    They enter as APPLIED and can't be paid: the table holds no business number, so nothing is checked yet. A shop's id
    follows from what the table says of it, so a later edition finds it again. Refuses when stall numbers run out.
    """
    digital = [row for row in merchants if row.takes_digital]
    index = MarketIndex(_named_markets(conn))
    listed: list[_Listed] = []
    unknown: list[LineNote] = []
    ambiguous: list[LineNote] = []
    for row in digital:
        found = index.candidates(sido=row.sido, sigungu=row.sigungu, name=row.market_name)
        note = LineNote(row.line, f"{row.sido} {row.market_name or '-'}")
        if not found:
            unknown.append(note)
        elif len(found) > 1:
            ambiguous.append(note)
        else:
            listed.append(_Listed(id=listed_id(row), market_id=found[0].id, row=row))
    new = _new(conn, listed)
    if not dry_run:
        _add(conn, new, at=at, by=by)
    return MerchantImport(
        added=len(new),
        unchanged=len(listed) - len(new),
        paper_only=len(merchants) - len(digital),
        market_unknown=tuple(unknown),
        market_ambiguous=tuple(ambiguous),
        dry_run=dry_run,
    )


def listed_id(row: MerchantRow) -> UUID:
    """Derive a listed shop's id from what tells it from others in the table."""
    return uuid5(_LISTED, "\x1f".join(merchant_identity(row)))


def _named_markets(conn: Connection) -> list[NamedMarket]:
    rows = conn.execute(text("SELECT id, name, sido, sigungu FROM shared.markets ORDER BY code"))
    return [NamedMarket(id=row.id, name=row.name, sido=row.sido, sigungu=row.sigungu) for row in rows]


def _new(conn: Connection, listed: list[_Listed]) -> list[_Listed]:
    """Hold the register and leave out what it has already."""
    hold_the_register(conn)
    rows = conn.execute(
        text("SELECT id FROM shared.shops WHERE id = ANY(CAST(:ids AS uuid[]))"), {"ids": [shop.id for shop in listed]}
    )
    known = set(rows.scalars())
    return list({shop.id: shop for shop in listed if shop.id not in known}.values())


def _add(conn: Connection, shops: list[_Listed], *, at: datetime, by: str) -> None:
    first = next_serial(conn)
    if first + len(shops) - 1 > SERIAL_MAX:
        raise StallNumbersUsedUp
    conn.execute(
        text("""INSERT INTO shared.shops (id, stall_number, market_id, name, goods,
                                          business_number, status, registered_at)
                SELECT listed.*, CAST(:business_number AS text), CAST(:status AS text), CAST(:at AS timestamptz)
                FROM unnest(CAST(:ids AS uuid[]), CAST(:stall_numbers AS text[]), CAST(:market_ids AS uuid[]),
                            CAST(:names AS text[]), CAST(:goods AS text[])) AS listed"""),
        {
            "ids": [shop.id for shop in shops],
            "stall_numbers": [stall_number(serial) for serial in range(first, first + len(shops))],
            "market_ids": [shop.market_id for shop in shops],
            "names": [shop.row.name for shop in shops],
            "goods": [shop.row.goods or None for shop in shops],
            "business_number": BUSINESS_NUMBER_MISSING,
            "status": ShopStatus.APPLIED.value,
            "at": at,
        },
    )
    entered = [(shop.id, ShopStatus.APPLIED, f"listed {shop.row.registered_year or '-'}") for shop in shops]
    keep_statuses(conn, entered=entered, at=at, by=by)
