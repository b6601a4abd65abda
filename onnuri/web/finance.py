"""Finance's pages: a day per market and shop, what does not match, and every line down to its transfers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import Depends, Query, Request, Response

from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import parse_id
from onnuri.merchants.queries import find_shop
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole
from onnuri.settlement.breaks import list_open_breaks
from onnuri.settlement.safeguarding import compare_bank, safeguarding
from onnuri.web import finance_book, finance_words
from onnuri.web.desk import DeskDep
from onnuri.web.finance_book import PAGE, DayLine
from onnuri.web.paint import paint
from onnuri.web.route import pages_router
from onnuri.web.visitor import Visitor

router = pages_router()
BREAKS_SHOWN: Final = 200


def overseer(visitor: Visitor) -> None:
    """Let finance, auditors and operators in, nobody else."""
    visitor.need(*OVERSIGHT_ROLES, PersonRole.OPERATOR)


Day = Annotated[date | None, Query()]
_GUARDED: Final = [Depends(overseer)]


@router.get("/finance", dependencies=_GUARDED)
def whole_day(request: Request, desk: DeskDep, day: Day = None) -> Response:
    """Show a day: per market, the safeguarding equation, the breaks."""
    today = seoul_date(desk.now())
    chosen = day or today
    lanes = list(desk.engines)
    lines = finance_book.markets_of_day(desk.begin, lanes, chosen)
    with desk.begin() as conn:
        equation = safeguarding(conn)
        bank = compare_bank(conn)
        breaks = list_open_breaks(conn, on=today, limit=BREAKS_SHOWN)
    return paint(
        request,
        "finance.html",
        day=chosen,
        earlier=chosen - timedelta(days=1),
        later=chosen + timedelta(days=1) if chosen < today else None,
        closed=finance_book.is_closed(desk.begin, lanes, chosen),
        lines=lines,
        total=DayLine.total(lines),
        equation=equation,
        bank=bank,
        breaks=breaks,
        words=finance_words,
    )


@router.get("/finance/markets/{market_id}", dependencies=_GUARDED)
def market_day(market_id: str, request: Request, desk: DeskDep, day: Day = None) -> Response:
    """Show a market's day, shop by shop."""
    chosen = day or seoul_date(desk.now())
    lanes = list(desk.engines)
    market = parse_id("mkt", market_id)
    lines = finance_book.shops_of_day(desk.begin, lanes, chosen, market_id=market)
    known = [line for line in finance_book.markets_of_day(desk.begin, lanes, chosen) if line.id == market]
    return paint(
        request,
        "finance_market.html",
        day=chosen,
        closed=finance_book.is_closed(desk.begin, lanes, chosen),
        market=known[0] if known else None,
        lines=lines,
        total=DayLine.total(lines),
    )


@router.get("/finance/shops/{shop_id}", dependencies=_GUARDED)
def shop_day(
    shop_id: str,
    request: Request,
    desk: DeskDep,
    day: Day = None,
    before: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Open a shop's line: its payments, cancels and payout, each with the entry that booked it."""
    chosen = day or seoul_date(desk.now())
    lanes = list(desk.engines)
    asked = parse_id("shp", shop_id)
    with desk.begin() as conn:
        shop = find_shop(conn, shop_id=asked)
    place = None if before is None else parse_id("evt", before)
    found = finance_book.happened_on(desk.begin, lanes, chosen, shop_id=asked, before=place)
    return paint(
        request,
        "finance_shop.html",
        day=chosen,
        closed=finance_book.is_closed(desk.begin, lanes, chosen),
        shop=shop,
        line=finance_book.shop_of_day(desk.begin, lanes, chosen, shop_id=asked),
        happened=found[:PAGE],
        more=len(found) > PAGE,
        words=finance_words,
        steps=finance_book.payout_steps(desk.begin, lanes, chosen, shop_id=asked),
    )


@router.get("/finance/entries/{entry_id}", dependencies=_GUARDED)
def entry(entry_id: str, request: Request, desk: DeskDep) -> Response:
    """Show an entry of the books: each transfer with its number, its debited and its credited account."""
    found = finance_book.booked_entry(desk.begin, list(desk.engines), parse_id("ent", entry_id))
    return paint(request, "finance_entry.html", entry=found, kinds=finance_words.ACCOUNT_KINDS)
