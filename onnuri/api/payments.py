"""/v1/payments: a holder pays a shop by its sticker or stall number, and sees what was paid."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import anyio.to_thread
from fastapi import Query, Request, Response
from pydantic import Field

from onnuri.api.auth import Caller, QuickCaller
from onnuri.api.bodies import Currency, Strict, Won
from onnuri.api.forms import (
    BODY,
    CursorQuery,
    LimitQuery,
    Page,
    from_cursor,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import KeyHeader, mark_replay, request_key, settled
from onnuri.api.quick import QuickRoute
from onnuri.api.receipts import PaymentView, payment_view
from onnuri.api.wallets import own_wallet
from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.merchants.queries import Shop, shops_by_id
from onnuri.merchants.stall_number import parse_stall_number
from onnuri.merchants.sticker import CodeNotOurs, read_sticker
from onnuri.merchants.stickers import name_shops
from onnuri.payments.history import cancels_of, payments_of_wallet
from onnuri.payments.model import CancelReceipt, Pay, Payee, PayeeKind, PaymentUnknown, Receipt
from onnuri.payments.receipts import receipts
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole, Principal
from onnuri.vouchers.charging.run_charge import Charging
from onnuri.vouchers.charging.shortfall import ShortPayment, charge_then_pay

router = noun_router("payments", 404)
quick = noun_router("payments", 404, route_class=QuickRoute)

Expand = Annotated[
    list[Literal["lots", "shop"]] | None,
    Query(alias="expand[]", max_length=2, description="What to include: the lots that paid, the shop as it is now."),
]


class PaymentRequest(Strict):
    """Whom and how much. `payee` is the scanned text of the sticker, or the stall number as typed."""

    payee: Annotated[str, Field(min_length=1, max_length=600, examples=["1000006"])]
    amount: Won
    currency: Currency = "KRW"
    client_reference: Annotated[str | None, Field(min_length=1, max_length=64, pattern="^[!-~]+$")] = None
    charge_shortfall: Annotated[
        bool, Field(description="Charge what is missing first, where the holder has consented to that.")
    ] = False


@quick.post(
    "",
    status_code=201,
    operation_id="createPayment",
    response_model=PaymentView,
    responses=problems(402, 409, *BODY),
)
async def create(  # FastAPI hands over each thing a route needs as an argument
    body: PaymentRequest, request: Request, house: HouseDep, caller: QuickCaller, key: KeyHeader = None
) -> Response:
    """Pay a shop from the caller's wallet; answered after the commit."""
    asked = request_key(request, caller, key)
    caller.need(PersonRole.HOLDER)
    wallet_id, lane = own_wallet(caller)
    payee = await _payee(house, body.payee)
    item = Pay(new_id(house.now()), asked, wallet_id, payee, body.amount, body.client_reference)
    if body.charge_shortfall:
        answered = await anyio.to_thread.run_sync(_charge_then_pay, house, item, lane)
    else:
        answered = await house.tills[lane].ask(item)
    receipt = settled(request, answered)
    assert isinstance(receipt, Receipt)
    response = Response(
        payment_view(receipt, cancels=(), for_holder=True).model_dump_json(),
        status_code=201,
        media_type="application/json",
        headers={"Location": f"/v1/payments/pay_{receipt.id.hex}"},
    )
    mark_replay(request, response)
    return response


def _charge_then_pay(house: House, item: Pay, lane: str) -> Answered[Receipt | CancelReceipt]:
    """Charge what is missing and pay, as one act under the payment's key; a thread waits for the bank."""
    edge = Charging(begin=lambda: house.begin(lane), bank=house.need_bank(), now=house.now)
    act = ShortPayment(item.request, item.wallet_id, item.amount)
    return charge_then_pay(edge, act, lambda: house.tills[lane].call(item))


async def _payee(house: House, given: str) -> Payee:
    """Read a scanned or typed text; an earlier operator's code is looked up among the aliases."""
    short = given.replace(" ", "").replace("-", "")
    if len(short) <= 8 and short.isascii() and short.isdigit():
        return Payee(PayeeKind.STALL, parse_stall_number(given))
    try:
        return Payee(PayeeKind.STICKER, read_sticker(given, house.sticker_keys.trusted).sticker_id)
    except CodeNotOurs:
        return await anyio.to_thread.run_sync(_aliased, house, given)


def _aliased(house: House, given: str) -> Payee:
    at = house.now()
    with house.begin() as conn:
        (named,) = name_shops(conn, scanned=[given], trusted=house.sticker_keys.trusted, on=seoul_date(at))
    if isinstance(named, DomainError):
        raise named
    assert named.sticker_id is not None
    return Payee(PayeeKind.STICKER, named.sticker_id)


@router.get("", operation_id="listPayments", responses=problems(400))
def listing(
    house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 20, expand: Expand = None
) -> Page[PaymentView]:
    """List the caller's own payments, newest first."""
    wallet_id, lane = own_wallet(caller)
    name = f"payments:wallet:{wallet_id.hex}"
    place = from_cursor(house, name, cursor)
    with house.begin(lane) as conn:
        rows = payments_of_wallet(conn, wallet_id, before=None if place is None else UUID(place), limit=limit + 1)
        shown, following = page_of(house, name, rows, limit, place=lambda row: row.id.hex)
        cancels = cancels_of(conn, [row.id for row in shown])
        shops = shops_by_id(conn, ids=[row.shop_id for row in shown]) if "shop" in (expand or ()) else {}
    views = [
        payment_view(
            row,
            cancels=cancels.get(row.id, ()),
            for_holder=True,
            lots="lots" in (expand or ()),
            shop=shops.get(row.shop_id),
        )
        for row in shown
    ]
    return Page(data=views, next_cursor=following)


@router.get("/{payment_id}", operation_id="getPayment")
def one(
    payment_id: Annotated[str, path_id("pay")], house: HouseDep, caller: Caller, expand: Expand = None
) -> PaymentView:
    """Show a receipt: to its holder with the lots, to its shop without; to finance and auditors with the lots."""
    receipt, cancels, shop = visible_payment(house, caller, read_id("pay", payment_id))
    with_lots = receipt.wallet_id == caller.wallet_id or caller.has(*OVERSIGHT_ROLES)
    return payment_view(receipt, cancels=cancels, for_holder=with_lots, shop=shop if "shop" in (expand or ()) else None)


def visible_payment(
    house: House, caller: Principal, payment_id: UUID
) -> tuple[Receipt, list[CancelReceipt], Shop | None]:
    """Find a payment in whichever lane, for somebody who may see it. Refuses `PaymentUnknown`."""
    for lane in house.lanes:
        with house.begin(lane) as conn:
            receipt = receipts(conn, [payment_id]).get(payment_id)
            if receipt is None:
                continue
            cancels = cancels_of(conn, [payment_id]).get(payment_id, [])
            shop = shops_by_id(conn, ids=[receipt.shop_id]).get(receipt.shop_id)
        own = receipt.wallet_id == caller.wallet_id or caller.works_for(receipt.shop_id)
        if own or caller.has(*OVERSIGHT_ROLES):
            return receipt, cancels, shop
    raise PaymentUnknown
