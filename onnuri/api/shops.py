"""/v1/shops: who will be paid, shown before paying; for a shop's own people its payments and its day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.forms import (
    CursorQuery,
    LimitQuery,
    MarketId,
    Page,
    ShopId,
    View,
    from_cursor,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import HouseDep
from onnuri.api.receipts import PaymentView, payment_view
from onnuri.kit.clock import seoul_date
from onnuri.kit.refusals import DomainError
from onnuri.merchants.drawing import Sticker, sticker_png, sticker_svg
from onnuri.merchants.queries import Shop, find_shop
from onnuri.merchants.shown_sticker import sticker_of
from onnuri.merchants.status import ShopStatus, ShopUnknown, may_be_paid
from onnuri.merchants.stickers import name_shops
from onnuri.merchants.tax_registration import registered_for_tax
from onnuri.payments.history import ShopDay, cancels_of, payments_of_shop, shop_day
from onnuri.payments.model import CancelReceipt, Receipt
from onnuri.people.model import PersonRole, Principal

router = noun_router("shops", 404)
ShopPath = Annotated[str, path_id("shp")]


class PublicShopView(View):
    """A shop as everybody may see it; `payable` says whether it takes payments now."""

    id: ShopId
    stall_number: Annotated[str, Field(examples=["1000006"])]
    name: Annotated[str, Field(examples=["망원 생선"])]
    market_id: MarketId
    market_name: Annotated[str, Field(examples=["망원시장"])]
    goods: str | None
    status: ShopStatus
    payable: bool
    tax_registered: Annotated[bool, Field(description="Payments count for the 40 percent deduction.")]


class ShopDayView(View):
    """What a shop took on a business date so far, won."""

    business_date: Annotated[str, Field(examples=["2026-11-02"])]
    payments: int
    gross: int
    cancels: int
    cancelled: int
    net: int


@router.get("/payee", operation_id="namePayee", responses=problems(402))
def payee(
    house: HouseDep,
    _caller: Caller,
    code: Annotated[str, Query(min_length=1, max_length=600, description="Scanned text or typed stall number.")],
) -> PublicShopView:
    """Say who would be paid, before paying; refuses what can't be paid for its own reason."""
    at = house.now()
    with house.begin() as conn:
        (named,) = name_shops(conn, scanned=[code], trusted=house.sticker_keys.trusted, on=seoul_date(at))
        if isinstance(named, DomainError):
            raise named
        counts = bool(registered_for_tax(conn, market_ids=[named.shop.market_id], at=at))
    return public_shop_view(named.shop, on=seoul_date(at), tax_registered=counts)


@router.get("/{shop_id}", operation_id="getShop")
def one(shop_id: ShopPath, house: HouseDep) -> PublicShopView:
    """Show a shop."""
    at = house.now()
    with house.begin() as conn:
        shop = find_shop(conn, shop_id=read_id("shp", shop_id))
        counts = bool(registered_for_tax(conn, market_ids=[shop.market_id], at=at))
    return public_shop_view(shop, on=seoul_date(at), tax_registered=counts)


@router.get("/{shop_id}/payments", operation_id="listShopPayments", responses=problems(400))
def payments(
    shop_id: ShopPath, house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 20
) -> Page[PaymentView]:
    """List a shop's payments, newest first; for its own people only."""
    shop = own_shop(caller, shop_id)
    name = f"payments:shop:{shop.hex}"
    place = from_cursor(house, name, cursor)
    rows: list[Receipt] = []
    cancels: dict[UUID, list[CancelReceipt]] = {}
    for lane in house.lanes:
        with house.begin(lane) as conn:
            found = payments_of_shop(conn, shop, before=None if place is None else UUID(place), limit=limit + 1)
            rows += found
            cancels |= cancels_of(conn, [row.id for row in found])
    rows = sorted(rows, key=lambda row: row.id, reverse=True)[: limit + 1]
    shown, following = page_of(house, name, rows, limit, place=lambda row: row.id.hex)
    views = [payment_view(row, cancels=cancels.get(row.id, ()), for_holder=False) for row in shown]
    return Page(data=views, next_cursor=following)


@router.get("/{shop_id}/today", operation_id="shopToday")
def today(shop_id: ShopPath, house: HouseDep, caller: Caller) -> ShopDayView:
    """Add up a shop's business date so far; for its own people only."""
    shop, on = own_shop(caller, shop_id), house.today()
    days: list[ShopDay] = []
    for lane in house.lanes:
        with house.begin(lane) as conn:
            days.append(shop_day(conn, shop, on=on))
    return ShopDayView(
        business_date=on.isoformat(),
        payments=sum(day.payments for day in days),
        gross=sum(day.gross for day in days),
        cancels=sum(day.cancels for day in days),
        cancelled=sum(day.cancelled for day in days),
        net=sum(day.net for day in days),
    )


@router.get(
    "/{shop_id}/sticker.{form}",
    operation_id="drawSticker",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {}, "image/png": {}}, "description": "The sticker, A6."}},
)
def sticker(shop_id: ShopPath, form: Literal["svg", "png"], house: HouseDep, caller: Caller) -> Response:
    """Draw the shop's sticker to print; for its own people and operators."""
    shop_key = read_id("shp", shop_id)
    if not caller.has(PersonRole.OPERATOR):
        own_shop(caller, shop_id)
    with house.begin() as conn:
        shop = find_shop(conn, shop_id=shop_key)
        issued = sticker_of(conn, shop_id=shop_key, on=house.today())
    drawn = Sticker(issued.payload, shop.name, shop.market_name, shop.stall_number)
    if form == "png":
        return Response(sticker_png(drawn), media_type="image/png")
    return Response(sticker_svg(drawn), media_type="image/svg+xml")


def own_shop(caller: Principal, shop_id: str) -> UUID:
    """Read the id of a shop the caller works for; somebody else's is not found."""
    shop = read_id("shp", shop_id)
    if not caller.works_for(shop):
        raise ShopUnknown(given=shop_id)
    return shop


def public_shop_view(shop: Shop, *, on: date, tax_registered: bool) -> PublicShopView:
    """Describe a shop as everybody may see it."""
    return PublicShopView(
        id=shop.id,
        stall_number=shop.stall_number,
        name=shop.name,
        market_id=shop.market_id,
        market_name=shop.market_name,
        goods=shop.goods,
        status=shop.status,
        payable=may_be_paid(shop.status, shop.valid_until, on),
        tax_registered=tax_registered,
    )
