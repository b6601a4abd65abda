"""The gift box: what came and waits, what was sent and waits; accept it, send it back, take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID, uuid4

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy import Connection

from onnuri.kit.ids import parse_id, public_id
from onnuri.kit.refusals import DomainError
from onnuri.people.model import Principal
from onnuri.vouchers.gifts.gift import end_gifts
from onnuri.vouchers.gifts.gift_model import EndGift, Gift, GiftEnd, GiftUnknown, ReceivedGift
from onnuri.vouchers.gifts.gift_people import name_holders
from onnuri.vouchers.gifts.gift_rows import gifts_by_id, gifts_received, gifts_sent, received_by_id
from onnuri.vouchers.holdings import holdings
from onnuri.vouchers.life_rules import life_rules_at
from onnuri.vouchers.queries import wallets
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.gift_send import by_end, gift_reading, giftable
from onnuri.web.paint import paint
from onnuri.web.pay import form_key
from onnuri.web.route import Said, pages_router, refused
from onnuri.web.visitor import Visitor
from onnuri.web.wallet import own_wallet

router = pages_router()
SHOWN: Final = 20
_HOWS: Final = {"accepted": "received", "declined": "received", "withdrawn": "sent"}
Side = Literal["sent", "received"]
Flag = Annotated[str | None, Query(max_length=9)]


@dataclass(frozen=True, slots=True)
class GiftSide:
    """A gift as one side of it sees it: whom it came from or went to, and what becomes of it; won.

    `status` is BOXED, LATE (its time is over, it goes back), ACCEPTED or RETURNED.
    """

    id: UUID
    side: Side
    other: str | None
    amount: int
    status: str
    sent_at: datetime
    deadline: datetime
    ended_at: datetime | None
    ends: list[tuple[datetime, int]]


class EndForm(BaseModel):
    """What the last step sends: how it ends, and the key that makes it happen once."""

    how: Said
    key: Said


@router.get("/wallet/gifts")
def box(request: Request, desk: DeskDep, visitor: Visitor) -> Response:
    """Show what waits to be accepted, what was sent and waits, and how the last ones ended."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    with desk.begin(lane) as conn:
        received = gifts_received(conn, wallet_id, before=None, limit=SHOWN)
        sent = gifts_sent(conn, wallet_id, before=None, limit=SHOWN)
        left = giftable(conn, wallet_id, at=at)
        is_open = wallets(conn, [wallet_id])[wallet_id].status == "OPEN"
        days = life_rules_at(conn, at=at).gift_days
    shown = [_side(gift, "received", None, at=at) for gift in received]
    shown += [_side(gift, "sent", None, at=at) for gift in sent]
    shown.sort(key=lambda each: each.id, reverse=True)
    return paint(
        request, "gift_box.html", left=left, is_open=is_open, days=days,
        came=[each for each in shown if each.status == "BOXED" and each.side == "received"],
        waiting=[each for each in shown if each.status == "BOXED" and each.side == "sent"],
        over=[each for each in shown if each.status != "BOXED"][:SHOWN],
    )  # fmt: skip


@router.get("/wallet/gifts/{gift_id}")
def one(gift_id: str, request: Request, desk: DeskDep, visitor: Visitor, new: Flag = None) -> Response:
    """Show a gift: who is on the other side, how long it waits, and what can be done with it."""
    wallet_id, lane = own_wallet(visitor)
    gift = _load(desk, visitor, parse_id("gft", gift_id))
    with desk.begin(lane) as conn:
        room = _room(conn, wallet_id, at=desk.now())
        is_open = wallets(conn, [wallet_id])[wallet_id].status == "OPEN"
    return paint(request, "gift.html", gift=gift, room=room, is_open=is_open, new=new is not None, key=uuid4().hex)


@router.get("/wallet/gifts/{gift_id}/back")
def ask_back(gift_id: str, request: Request, desk: DeskDep, visitor: Visitor) -> Response:
    """Ask once more before a gift goes back to its sender."""
    gift = _load(desk, visitor, parse_id("gft", gift_id))
    if gift.status != "BOXED":
        return RedirectResponse(f"/wallet/gifts/{gift_id}", status_code=303)
    return paint(request, "gift_back.html", gift=gift, key=uuid4().hex)


@router.post("/wallet/gifts/{gift_id}/endings")
def end(gift_id: str, request: Request, desk: DeskDep, visitor: Visitor, form: Annotated[EndForm, Form()]) -> Response:
    """Accept, send back or take back, once by key; lead to the gift's page, which says what became of it."""
    wallet_id, lane = own_wallet(visitor)
    id = parse_id("gft", gift_id)
    if form.how not in _HOWS:
        raise GiftUnknown
    asked = form_key(visitor, form.key, ["POST", f"/wallet/gifts/{gift_id}/endings", form.how])
    with desk.begin(lane) as conn:
        (answer,) = end_gifts(conn, [EndGift(asked, id, wallet_id, GiftEnd(form.how))], at=desk.now())
    if isinstance(answer.value, DomainError):
        return refused(request, answer.value)
    return RedirectResponse(f"/wallet/gifts/{public_id('gft', id)}?new=1", status_code=303)


def _load(desk: Desk, visitor: Principal, id: UUID) -> GiftSide:
    """Load a gift of the visitor's with the name of the other side. Refuses `GiftUnknown`, also another's."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    with desk.begin(lane) as conn:
        sent = gifts_by_id(conn, [id]).get(id)
        received = received_by_id(conn, [id]).get(id)
    if sent is not None and sent.from_wallet == wallet_id:
        return _named(desk, visitor, sent, "sent", sent.to_wallet, at)
    if received is None or received.to_wallet != wallet_id:
        raise GiftUnknown
    with desk.begin(received.from_lane) as conn:
        whole = gifts_by_id(conn, [id])[id]
    return _named(desk, visitor, whole, "received", whole.from_wallet, at)


def _named(desk: Desk, visitor: Principal, gift: Gift, side: Side, other: UUID, at: datetime) -> GiftSide:
    with desk.begin() as conn:
        names = name_holders(conn, desk.sealer, [other], reading=gift_reading(visitor, at))
    return _side(gift, side, names.get(other), at=at)


def _side(gift: Gift | ReceivedGift, side: Side, other: str | None, *, at: datetime) -> GiftSide:
    late = gift.status == "BOXED" and at >= gift.deadline
    return GiftSide(
        gift.id, side, other, gift.amount, "LATE" if late else gift.status, gift.sent_at, gift.deadline, gift.ended_at,
        by_end(gift.parts) if isinstance(gift, Gift) else [],
    )  # fmt: skip


def _room(conn: Connection, wallet_id: UUID, *, at: datetime) -> int:
    """Tell how much may still be accepted under the holding cap; won."""
    return max(0, life_rules_at(conn, at=at).holding_max - holdings(conn, [wallet_id], at=at)[wallet_id])
