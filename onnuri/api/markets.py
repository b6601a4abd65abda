"""/v1/markets: designated markets and their shops; open to everybody."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import Field

from onnuri.api.forms import (
    CursorQuery,
    LimitQuery,
    MarketId,
    Page,
    View,
    from_cursor,
    noun_router,
    page_of,
    problems,
)
from onnuri.api.house import HouseDep
from onnuri.api.shops import PublicShopView, public_shop_view
from onnuri.merchants.queries import Market, find_market, list_markets, shops_of_market
from onnuri.merchants.tax_registration import registered_for_tax

router = noun_router("markets", 404)
MarketPath = Annotated[
    str, Path(min_length=1, max_length=60, pattern="^[!-~가-힣 ]+$", description="The market's code.")
]


class MarketView(View):
    """A market."""

    id: MarketId
    code: str
    name: Annotated[str, Field(examples=["망원시장"])]
    sido: Annotated[str, Field(examples=["서울특별시"])]
    sigungu: Annotated[str, Field(examples=["마포구"])]
    opening_cycle: Annotated[str, Field(examples=["daily"])]
    tax_registered: Annotated[bool, Field(description="Payments count for the income deduction now.")]


@router.get("", operation_id="listMarkets", responses=problems(400))
def listing(house: HouseDep, cursor: CursorQuery = None, limit: LimitQuery = 50) -> Page[MarketView]:
    """List markets in the order of their codes."""
    with house.begin() as conn:
        rows = list_markets(conn, after=from_cursor(house, "markets", cursor), at_most=limit + 1)
        counting = registered_for_tax(conn, market_ids=[row.id for row in rows], at=house.now())
    shown, following = page_of(house, "markets", rows, limit, place=lambda row: row.code)
    return Page(data=[_view(row, counting) for row in shown], next_cursor=following)


@router.get("/{code}", operation_id="getMarket")
def one(code: MarketPath, house: HouseDep) -> MarketView:
    """Show a market."""
    with house.begin() as conn:
        market = find_market(conn, code=code)
        counting = registered_for_tax(conn, market_ids=[market.id], at=house.now())
    return _view(market, counting)


@router.get("/{code}/shops", operation_id="listMarketShops", responses=problems(400))
def shops(
    code: MarketPath, house: HouseDep, cursor: CursorQuery = None, limit: LimitQuery = 50
) -> Page[PublicShopView]:
    """List a market's shops."""
    name = f"markets:{code}:shops"
    place, on = from_cursor(house, name, cursor), house.today()
    with house.begin() as conn:
        market = find_market(conn, code=code)
        rows = shops_of_market(
            conn, market_id=market.id, after=None if place is None else UUID(place), at_most=limit + 1
        )
        counts = bool(registered_for_tax(conn, market_ids=[market.id], at=house.now()))
    shown, following = page_of(house, name, rows, limit, place=lambda row: row.id.hex)
    return Page(data=[public_shop_view(row, on=on, tax_registered=counts) for row in shown], next_cursor=following)


def _view(market: Market, counting: frozenset[UUID]) -> MarketView:
    return MarketView(**asdict(market), tax_registered=market.id in counting)
