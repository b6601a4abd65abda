"""Send a gift in three touches: to whom, how much, and a confirmation that names the receiver and what ends when."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy import Connection

from onnuri.kit.ids import new_id, parse_id, public_id
from onnuri.kit.refusals import DomainError
from onnuri.people.model import Principal
from onnuri.people.register import Reading
from onnuri.vouchers.gifts.gift import preview_gift, send_gifts
from onnuri.vouchers.gifts.gift_model import GiftableInsufficient, GiftToOneself, Part, SendGift
from onnuri.vouchers.gifts.gift_people import GiftReceiver, find_receiver
from onnuri.vouchers.holdings import giftable_lots
from onnuri.vouchers.life_rules import life_rules_at
from onnuri.vouchers.model import WalletNotOpen
from onnuri.vouchers.wallets.blocked import in_the_way
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.pay import Key, Typed, form_key, whole_won
from onnuri.web.route import Said, pages_router, refused, status_of
from onnuri.web.visitor import Visitor
from onnuri.web.wallet import own_wallet

router = pages_router()
To = Annotated[str, Query(max_length=100)]


class GiftForm(BaseModel):
    """What the last step sends; `to` is the receiver's wallet."""

    to: Said
    amount: Said
    key: Said


@router.get("/wallet/gifts/new")
def whom(request: Request, desk: DeskDep, visitor: Visitor, to: To = "") -> Response:
    """First touch: to whom; with what can be given at all, and what happens to it."""
    return _ask_whom(request, desk, visitor, to, None)


def _ask_whom(request: Request, desk: Desk, visitor: Visitor, to: str, refusal: DomainError | None) -> Response:
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    with desk.begin(lane) as conn:
        left = giftable(conn, wallet_id, at=at)
        blocks = in_the_way(conn, wallet_id)
        days = life_rules_at(conn, at=at).gift_days
    return paint(
        request, "gift_to.html", status=200 if refusal is None else status_of(refusal), to=to, left=left,
        blocked=bool(blocks), days=days, refusal=refusal,
    )  # fmt: skip


@router.get("/wallet/gifts/new/amount")
def how_much(request: Request, desk: DeskDep, visitor: Visitor, to: To = "", amount: Typed = "") -> Response:
    """Second touch: how much; the receiver's name stands above the amount."""
    return _ask_how_much(request, desk, visitor, to, amount)


def _ask_how_much(
    request: Request, desk: Desk, visitor: Visitor, to: str, amount: str, refusal: DomainError | None = None
) -> Response:
    wallet_id, lane = own_wallet(visitor)
    try:
        receiver = _receiver(desk, visitor, to)
    except DomainError as unknown:
        return _ask_whom(request, desk, visitor, to, unknown)
    with desk.begin(lane) as conn:
        left = giftable(conn, wallet_id, at=desk.now())
    return paint(
        request, "gift_amount.html", status=200 if refusal is None else status_of(refusal), receiver=receiver, to=to,
        amount=amount, left=left, key=uuid4().hex, refusal=refusal,
    )  # fmt: skip


@router.get("/wallet/gifts/new/confirm")
def confirm(  # each field of the address is an argument
    request: Request, desk: DeskDep, visitor: Visitor, to: To = "", amount: Typed = "", key: Key = ""
) -> Response:
    """Third touch: who receives, how much, until when it waits, and what of it ends when; nothing has moved yet."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    try:
        receiver = _receiver(desk, visitor, to)
    except DomainError as unknown:
        return _ask_whom(request, desk, visitor, to, unknown)
    if not 8 <= len(key) <= 64:  # the address is opened again later, so its key must be the one that is sent
        fresh = urlencode({"to": to, "amount": amount, "key": uuid4().hex})
        return RedirectResponse(f"/wallet/gifts/new/confirm?{fresh}", status_code=303)
    try:
        order = SendGift(new_id(at), form_key(visitor, key, []), wallet_id, receiver.wallet_id, whole_won(amount))
        with desk.begin(lane) as conn:
            sending = preview_gift(conn, order, at=at)
    except WalletNotOpen as blocked:
        return _ask_whom(request, desk, visitor, to, blocked)
    except DomainError as refusal:
        shown = amount if isinstance(refusal, GiftableInsufficient) else ""
        return _ask_how_much(request, desk, visitor, to, shown, refusal)
    return paint(
        request, "gift_confirm.html", receiver=receiver, amount=order.amount, deadline=sending.deadline, to=to,
        ends=by_end(sending.parts), key=key,
    )  # fmt: skip


@router.post("/wallet/gifts")
def send(request: Request, desk: DeskDep, visitor: Visitor, form: Annotated[GiftForm, Form()]) -> Response:
    """Send, once by key, and lead to the gift's own page."""
    wallet_id, lane = own_wallet(visitor)
    won, to = whole_won(form.amount), parse_id("wal", form.to)
    asked = form_key(visitor, form.key, ["POST", "/wallet/gifts", form.to, won])
    at = desk.now()
    with desk.begin(lane) as conn:
        (answer,) = send_gifts(conn, [SendGift(new_id(at), asked, wallet_id, to, won)], at=at)
    if isinstance(answer.value, DomainError):
        return refused(request, answer.value)
    return RedirectResponse(f"/wallet/gifts/{public_id('gft', answer.value.id)}?new=1", status_code=303)


def giftable(conn: Connection, wallet_id: UUID, *, at: datetime) -> int:
    """Tell how much of a wallet can be given away; won."""
    return sum(lot.left for lot in giftable_lots(conn, [wallet_id], at=at).get(wallet_id, []))


def by_end(parts: tuple[Part, ...]) -> list[tuple[datetime, int]]:
    """Add up the parts of a gift by when they end, the soonest first; won."""
    sums: defaultdict[datetime, int] = defaultdict(int)
    for part in parts:
        sums[part.expires_at] += part.amount
    return sorted(sums.items())


def gift_reading(visitor: Principal, at: datetime) -> Reading:
    """Say in the vault's log who reads a name, and why."""
    return Reading(reader=f"person:{visitor.person_id.hex}", reason="the other side of a gift", at=at)


def _receiver(desk: Desk, visitor: Principal, to: str) -> GiftReceiver:
    with desk.begin() as conn:
        looking = Reading(reader=f"person:{visitor.person_id.hex}", reason="to whom a gift goes", at=desk.now())
        found = find_receiver(conn, desk.sealer, to, reading=looking)
    if found.wallet_id == visitor.wallet_id:
        raise GiftToOneself
    return found
