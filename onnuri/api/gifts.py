"""/v1/gifts: a holder gives bought value; it waits in its box until the receiver accepts it or it returns."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Currency, Strict, Won
from onnuri.api.forms import (
    BODY,
    CursorQuery,
    Instant,
    LimitQuery,
    Page,
    View,
    WalletId,
    from_cursor,
    id_field,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import HouseDep
from onnuri.api.keys import KeyHeader, mark_replay, request_key, settled
from onnuri.api.wallets import own_wallet
from onnuri.kit.ids import new_id
from onnuri.people.model import PersonRole
from onnuri.vouchers.gifts.gift import end_gifts, send_gifts
from onnuri.vouchers.gifts.gift_model import EndGift, Gift, GiftEnd, GiftUnknown, ReceivedGift, SendGift
from onnuri.vouchers.gifts.gift_rows import gifts_by_id, gifts_received, gifts_sent, received_by_id

router = noun_router("gifts", 404)
GiftId = Annotated[UUID, *id_field("gft")]
GiftPath = Annotated[str, path_id("gft")]
Side = Annotated[Literal["sent", "received"], Query(description="Gifts the caller sent, or was sent.")]


class GiftRequest(Strict):
    """To whom, and how much of the caller's bought value."""

    to_wallet: Annotated[str, Field(pattern="^wal_[0-9a-f]{32}$", examples=["wal_0192f0c1a2b37c4d8e5f60718293a4b5"])]
    amount: Won
    currency: Currency = "KRW"


class GiftEndRequest(Strict):
    """The receiver accepts or declines; the sender withdraws."""

    how: Annotated[Literal["accepted", "declined", "withdrawn"], Field(examples=["accepted"])]


class GiftView(View):
    """A gift, won: BOXED until the deadline, then ACCEPTED or RETURNED for ever."""

    id: GiftId
    status: Literal["BOXED", "ACCEPTED", "RETURNED"]
    side: Literal["sent", "received"]
    to_wallet: WalletId
    amount: Annotated[int, Field(examples=[30000])]
    sent_at: Instant
    deadline: Instant
    ended_at: Instant | None


@router.post("", status_code=201, operation_id="createGift", responses=problems(402, 409, *BODY))
def create(
    body: GiftRequest, request: Request, response: Response, house: HouseDep, caller: Caller, key: KeyHeader = None
) -> GiftView:
    """Send a gift out of the caller's wallet: only value that was bought; not grants, not gifts received."""
    asked = request_key(request, caller, key)
    caller.need(PersonRole.HOLDER)
    wallet_id, lane = own_wallet(caller)
    at = house.now()
    order = SendGift(new_id(at), asked, wallet_id, read_id("wal", body.to_wallet), body.amount)
    with house.begin(lane) as conn:
        (answer,) = send_gifts(conn, [order], at=at)
    sent = settled(request, answer)
    response.headers["Location"] = f"/v1/gifts/gft_{sent.id.hex}"
    mark_replay(request, response)
    return _view(sent, "sent")


@router.post(
    "/{gift_id}/endings",
    status_code=201,
    operation_id="createGiftEnding",
    response_model=GiftView,
    responses=problems(402, 409, *BODY),
)
def end(
    gift_id: GiftPath, body: GiftEndRequest, request: Request, house: HouseDep, caller: Caller, key: KeyHeader = None
) -> Response:
    """Accept or decline a gift to the caller, or withdraw one the caller sent."""
    asked = request_key(request, caller, key)
    caller.need(PersonRole.HOLDER)
    wallet_id, lane = own_wallet(caller)
    at = house.now()
    how = GiftEnd(body.how)
    with house.begin(lane) as conn:
        (answer,) = end_gifts(conn, [EndGift(asked, read_id("gft", gift_id), wallet_id, how)], at=at)
    ended = _view(settled(request, answer), "sent" if how is GiftEnd.WITHDRAWN else "received")
    response = Response(ended.model_dump_json(), status_code=201, media_type="application/json")
    mark_replay(request, response)
    return response


@router.get("", operation_id="listGifts", responses=problems(400))
def listing(
    house: HouseDep, caller: Caller, side: Side = "received", cursor: CursorQuery = None, limit: LimitQuery = 20
) -> Page[GiftView]:
    """List gifts of the caller, newest first."""
    wallet_id, lane = own_wallet(caller)
    name = f"gifts:{side}:{wallet_id.hex}"
    place = from_cursor(house, name, cursor)
    read = gifts_sent if side == "sent" else gifts_received
    with house.begin(lane) as conn:
        rows = read(conn, wallet_id, before=None if place is None else UUID(place), limit=limit + 1)
    shown, following = page_of(house, name, list[Gift | ReceivedGift](rows), limit, place=lambda row: row.id.hex)
    return Page(data=[_view(row, side) for row in shown], next_cursor=following)


@router.get("/{gift_id}", operation_id="getGift")
def one(gift_id: GiftPath, house: HouseDep, caller: Caller) -> GiftView:
    """Show a gift the caller sent or was sent."""
    wallet_id, lane = own_wallet(caller)
    wanted = read_id("gft", gift_id)
    with house.begin(lane) as conn:
        sent = gifts_by_id(conn, [wanted]).get(wanted)
        received = received_by_id(conn, [wanted]).get(wanted)
    if sent is not None and sent.from_wallet == wallet_id:
        return _view(sent, "sent")
    if received is not None and received.to_wallet == wallet_id:
        return _view(received, "received")
    raise GiftUnknown


def _view(gift: Gift | ReceivedGift, side: Literal["sent", "received"]) -> GiftView:
    return GiftView(
        id=gift.id,
        status=gift.status,  # type: ignore[arg-type]  # the table's CHECK allows just these
        side=side,
        to_wallet=gift.to_wallet,
        amount=gift.amount,
        sent_at=gift.sent_at,
        deadline=gift.deadline,
        ended_at=gift.ended_at,
    )
