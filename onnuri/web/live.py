"""The stall's live stream (server-sent events): each payment and cancel as a piece of the page, none lost.

An event's id is the place in the books that the page has reached; a browser that comes back sends it, and what it
missed comes first. A payment that is sent twice replaces itself on the page.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from onnuri.kit.clock import seoul_date
from onnuri.merchants.queries import Shop
from onnuri.web import stall_book
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint_part, tongue_of
from onnuri.web.route import pages_router
from onnuri.web.stall import ShopQuery, chosen_shop, own_shops
from onnuri.web.stall_book import Arrival
from onnuri.web.visitor import Visitor
from onnuri.web.words import Tongue

router = pages_router()
SILENCE_SECONDS: Final = 10
"""After so long without news the stream says that it lives; the page shows a broken line after twice that."""

STREAM_SECONDS: Final = 600
"""Then the browser comes back, with the place it has reached, and is asked again who it is."""


@router.get("/stall/events")
async def events(
    request: Request,
    desk: DeskDep,
    visitor: Visitor,
    since: Annotated[str, Query(max_length=1000)],
    shop: ShopQuery = None,
    last_event_id: Annotated[str | None, Header(max_length=1000)] = None,
) -> StreamingResponse:
    """Stream what happens to a shop's payments from a place on."""
    chosen = chosen_shop(await run_in_threadpool(own_shops, desk, visitor), shop)
    place = stall_book.read_place(last_event_id or since)
    known = {lane: place.get(lane, 0) for lane in desk.engines}
    return StreamingResponse(
        _stream(request, desk, chosen, known), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _stream(request: Request, desk: Desk, shop: Shop, place: dict[str, int]) -> AsyncIterator[str]:
    yield "retry: 1000\n: open\n\n"
    ends_at = time.monotonic() + STREAM_SECONDS
    with desk.bell.listen(shop.id) as ear:
        while not desk.bell.closed and time.monotonic() < ends_at:
            changed, place = await run_in_threadpool(stall_book.news, desk.begin, shop.id, place)
            if changed:
                yield await run_in_threadpool(_write, request, desk, shop, changed, place)
            elif not await ear.wait(SILENCE_SECONDS):
                yield "event: alive\ndata: .\n\n"


def _write(request: Request, desk: Desk, shop: Shop, changed: list[Arrival], place: dict[str, int]) -> str:
    """Write one event: the changed payments as they stand, and today's totals with them."""
    lanes = list(desk.engines)
    on = seoul_date(desk.now())
    today = stall_book.totals(desk.begin, lanes, shop.id, on=on)
    incoming = stall_book.incoming(desk.begin, lanes, shop.id, on=on)
    has_account = stall_book.has_account(desk.begin, lanes, shop.id)
    say = tongue_of(request)
    message = {
        "arrivals": [
            {
                "id": each.id.hex,
                "cancelled": each.cancelled,
                "spoken": _spoken(say, each),
                "piece": paint_part(request, "stall_arrival.html", arrival=each),
            }
            for each in changed
        ],
        "totals": paint_part(request, "stall_totals.html", today=today, incoming=incoming, has_account=has_account),
    }
    # JSON has no raw line breaks, so the whole message is one data line.
    return f"event: news\nid: {stall_book.write_place(place)}\ndata: {json.dumps(message, ensure_ascii=False)}\n\n"


def _spoken(say: Tongue, arrival: Arrival) -> str:
    """Say a payment aloud; the digits only of the amount, so that bystanders learn nothing else."""
    if arrival.cancelled:
        return say(f"{arrival.cancelled:,}원 취소되었습니다", f"{arrival.cancelled:,} won cancelled")
    return say(f"{arrival.amount:,}원 온누리 결제되었습니다", f"{arrival.amount:,} won paid with Onnuri")
