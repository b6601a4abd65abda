"""/v1/days: closed business days by market and shop, a line opened down to its transfers; a shop's own statement."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.books import TransferView, transfer_view
from onnuri.api.forms import (
    CursorQuery,
    DayPath,
    EntryId,
    Instant,
    LimitQuery,
    MarketId,
    Page,
    PaymentId,
    PayoutId,
    ShopId,
    View,
    from_cursor,
    noun_router,
    page_of,
    problems,
    read_date,
    read_id,
)
from onnuri.api.house import HouseDep
from onnuri.api.shops import ShopPath
from onnuri.merchants.status import ShopUnknown
from onnuri.people.model import OVERSIGHT_ROLES, SHOP_ROLES, PersonRole, Principal, RoleMissing
from onnuri.settlement.line import LineItem, line_items
from onnuri.settlement.queries import ClosedDay, MarketDay, ShopDay, Sums, closed_days, day_by_market, day_by_shop
from onnuri.settlement.queries import shop_statement as read_statement

router = noun_router("", 404)
MarketQuery = Annotated[str | None, Query(pattern="^mkt_[0-9a-f]{32}$", description="Only this market's shops.")]


class SumsView(View):
    """Counts and won; `net` = `gross` less both kinds of cancels; `deferred` waits for a settlement account."""

    payments: int
    gross: int
    cancels: int
    cancelled_same_day: int
    cancelled_earlier: int
    net: int
    fee: int
    held: int
    debt_repaid: int
    payable: int
    deferred: int


class DayView(View):
    """A closed business day over all lanes."""

    day: Annotated[str, Field(examples=["2026-11-02"])]
    lanes: int
    shops: int
    sums: SumsView


class MarketDayView(View):
    """A market on a closed day."""

    market_id: MarketId
    name: str
    sido: str
    shops: int
    sums: SumsView


class PayoutOfLineView(View):
    """What became of the money, and what the bank said."""

    id: PayoutId
    status: str
    bank_code: str | None
    bank_message: str | None


class ShopDayView(View):
    """A shop on a closed day: what it sold, when it is paid, where the money is."""

    day: str
    shop_id: ShopId
    stall_number: str
    name: str
    market_id: MarketId
    due_on: Annotated[str, Field(examples=["2026-11-04"])]
    state: Annotated[str, Field(description="nothing, waiting, deferred, in_flight or paid", examples=["paid"])]
    sums: SumsView
    payouts: list[PayoutOfLineView]


class LineItemView(View):
    """A payment or a cancel inside a line, with its transfers; nothing about the holder. Won."""

    kind: Literal["payment", "cancel"]
    payment_id: PaymentId
    entry_id: EntryId
    channel: str
    amount: int
    at: Instant
    same_day: bool
    transfers: list[TransferView]


@router.get("/days", operation_id="listDays", tags=["days"], responses=problems(400))
def days(house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 31) -> Page[DayView]:
    """List closed business days, newest first."""
    caller.need(*OVERSIGHT_ROLES)
    place = from_cursor(house, "days", cursor)
    with house.begin() as conn:
        rows = closed_days(conn, before=None if place is None else date.fromisoformat(place), limit=limit + 1)
    shown, following = page_of(house, "days", rows, limit, place=lambda row: row.day.isoformat())
    return Page(data=[_day(row) for row in shown], next_cursor=following)


@router.get("/days/{day}/markets", operation_id="listDayMarkets", tags=["days"], responses=problems(400))
def markets(
    day: DayPath, house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 50
) -> Page[MarketDayView]:
    """List the markets of a closed day by name; an open day has none."""
    caller.need(*OVERSIGHT_ROLES)
    name = f"days:{day}:markets"
    place = from_cursor(house, name, cursor)
    after = None if place is None else (place[33:], UUID(place[:32]))
    with house.begin() as conn:
        rows = day_by_market(conn, day=read_date(day), after=after, limit=limit + 1)
    shown, following = page_of(house, name, rows, limit, place=lambda row: f"{row.market_id.hex} {row.name}")
    return Page(data=[_market(row) for row in shown], next_cursor=following)


@router.get("/days/{day}/shops", operation_id="listDayShops", tags=["days"], responses=problems(400))
def shops(  # FastAPI hands over each thing a route needs as an argument
    day: DayPath,
    house: HouseDep,
    caller: Caller,
    market_id: MarketQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> Page[ShopDayView]:
    """List the shops of a closed day by stall number; a market office sees its own market's."""
    market = None if market_id is None else read_id("mkt", market_id)
    if not caller.has(*OVERSIGHT_ROLES) and market not in caller.scopes(PersonRole.MARKET_OFFICE):
        raise RoleMissing(needed="finance")
    name = f"days:{day}:shops:{market_id}"
    place = from_cursor(house, name, cursor)
    with house.begin() as conn:
        rows = day_by_shop(conn, day=read_date(day), market_id=market, after=place, limit=limit + 1)
    shown, following = page_of(house, name, rows, limit, place=lambda row: row.stall_number)
    return Page(data=[_shop(row) for row in shown], next_cursor=following)


@router.get("/days/{day}/shops/{shop_id}/items", operation_id="listLineItems", tags=["days"], responses=problems(400))
def items(  # FastAPI hands over each thing a route needs as an argument
    day: DayPath,
    shop_id: ShopPath,
    house: HouseDep,
    caller: Caller,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> Page[LineItemView]:
    """Open a shop's line of a day, closed or not, down to payments, cancels and their transfers."""
    caller.need(*OVERSIGHT_ROLES)
    name = f"days:{day}:{shop_id}"
    place = from_cursor(house, name, cursor)
    after = None if place is None else UUID(place)
    with house.begin() as conn:
        rows = line_items(conn, day=read_date(day), shop_id=read_id("shp", shop_id), after=after, limit=limit + 1)
    shown, following = page_of(house, name, rows, limit, place=lambda row: row.id.hex)
    return Page(data=[_item(row) for row in shown], next_cursor=following)


@router.get("/shops/{shop_id}/statement", operation_id="shopStatement", tags=["shops"], responses=problems(400))
def statement(
    shop_id: ShopPath, house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 31
) -> Page[ShopDayView]:
    """List a shop's closed days, newest first: what it sold, when it is paid, what the bank said."""
    shop = _visible_shop(caller, shop_id)
    name = f"statement:{shop.hex}"
    place = from_cursor(house, name, cursor)
    before = None if place is None else date.fromisoformat(place)
    with house.begin() as conn:
        rows = read_statement(conn, shop_id=shop, before=before, limit=limit + 1)
    shown, following = page_of(house, name, rows, limit, place=lambda row: row.day.isoformat())
    return Page(data=[_shop(row) for row in shown], next_cursor=following)


def _visible_shop(caller: Principal, shop_id: str) -> UUID:
    shop = read_id("shp", shop_id)
    if caller.works_for(shop) or caller.has(*OVERSIGHT_ROLES):
        return shop
    caller.need(*SHOP_ROLES)
    raise ShopUnknown(given=shop_id)


def _sums(sums: Sums) -> SumsView:
    return SumsView.model_validate(sums, from_attributes=True)


def _day(row: ClosedDay) -> DayView:
    return DayView(day=row.day.isoformat(), lanes=row.lanes, shops=row.shops, sums=_sums(row.sums))


def _market(row: MarketDay) -> MarketDayView:
    return MarketDayView(market_id=row.market_id, name=row.name, sido=row.sido, shops=row.shops, sums=_sums(row.sums))


def _shop(row: ShopDay) -> ShopDayView:
    return ShopDayView(
        day=row.day.isoformat(),
        shop_id=row.shop_id,
        stall_number=row.stall_number,
        name=row.name,
        market_id=row.market_id,
        due_on=row.due_on.isoformat(),
        state=row.state,
        sums=_sums(row.sums),
        payouts=[
            PayoutOfLineView(
                id=payout.id, status=payout.status, bank_code=payout.bank_code_given, bank_message=payout.bank_message
            )
            for payout in row.payouts
        ],
    )


def _item(item: LineItem) -> LineItemView:
    return LineItemView(
        kind=item.kind,
        payment_id=item.payment_id,
        entry_id=item.entry_id,
        channel=item.channel,
        amount=item.amount,
        at=item.at,
        same_day=item.same_day,
        transfers=[transfer_view(item.lane, line) for line in item.transfers],
    )
