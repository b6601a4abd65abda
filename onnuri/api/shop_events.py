"""/v1/shops/{id}/events: a stall sees payments and cancels arrive (SSE), and what it missed after a break."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from onnuri.api.auth import Caller, quick_principal
from onnuri.api.feed import Positions, read_positions, write_positions
from onnuri.api.forms import CancelId, Instant, PaymentId, View, noun_router
from onnuri.api.house import House, HouseDep
from onnuri.api.shops import ShopPath, own_shop
from onnuri.kit.refusals import DomainError
from onnuri.payments.history import Happened
from onnuri.payments.model import confirmation

router = noun_router("shops", 404)


class ShopEventView(View):
    """A payment or a cancel, as the stall hears of it. Won."""

    type: str
    payment_id: PaymentId
    cancel_id: CancelId | None
    amount: int
    confirmation: str
    at: Instant


class _Listening(View):
    shop_id: UUID
    since: Positions | None


def _listening(
    shop_id: ShopPath, caller: Caller, last_event_id: Annotated[str | None, Header(max_length=1000)] = None
) -> _Listening:
    """Check who listens to what before the stream begins."""
    return _Listening(
        shop_id=own_shop(caller, shop_id), since=None if last_event_id is None else read_positions(last_event_id)
    )


@router.get("/{shop_id}/events", operation_id="followShop", response_class=EventSourceResponse)
async def events(
    request: Request, house: HouseDep, listening: Annotated[_Listening, Depends(_listening)]
) -> AsyncIterator[ServerSentEvent]:
    """Stream a shop's payments and cancels; with Last-Event-ID what was missed comes first, none twice.

    It ends with the next event once the caller has signed out or no longer works for the shop.
    """
    seen = house.feed.positions() if listening.since is None else dict(listening.since)
    yield ServerSentEvent(comment="open", retry=1000)
    async for lane, happened in house.feed.follow(listening.shop_id, listening.since):
        if not await _still_works_there(request, house, listening.shop_id):
            return
        seen[lane] = happened.position
        yield ServerSentEvent(event=happened.kind, id=write_positions(seen), raw_data=_view(happened).model_dump_json())


async def _still_works_there(request: Request, house: House, shop_id: UUID) -> bool:
    try:
        return (await quick_principal(request, house)).works_for(shop_id)
    except DomainError:
        return False


def _view(happened: Happened) -> ShopEventView:
    return ShopEventView(
        type=happened.kind,
        payment_id=happened.payment_id,
        cancel_id=happened.cancel_id,
        amount=happened.amount,
        confirmation=confirmation(happened.payment_id),
        at=happened.at,
    )
