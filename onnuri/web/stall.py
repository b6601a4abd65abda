"""The stall's pages: payments as they arrive, today's total, what money comes when, and taking a payment back."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool

from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id, parse_id, public_id
from onnuri.kit.refusals import DomainError, Forbidden, Unavailable
from onnuri.merchants.queries import Shop, shops_by_id
from onnuri.payments.history import cancels_of
from onnuri.payments.model import Cancel, CancelReceipt, PaymentUnknown, Receipt
from onnuri.people.model import SHOP_ROLES, PersonRole, Principal
from onnuri.web import stall_book
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.pay import ask_till, form_key, whole_won
from onnuri.web.route import Said, pages_router, status_of
from onnuri.web.visitor import Visitor

router = pages_router()
REASONS: Final = {
    "customer": ("손님이 원해서", "the customer asked"),
    "amount": ("금액이 틀려서", "the amount was wrong"),
    "goods": ("물건이 없어서", "the goods ran out"),
}
"""Reasons that can be touched instead of typed; the first is chosen where nothing is."""


class NoShop(Forbidden):
    """The visitor works for no shop, or not for this one."""

    code = "no_shop"
    ko = "이 가게의 화면을 볼 수 없습니다."
    en = "You may not see the pages of this shop."


def own_shops(desk: Desk, visitor: Principal) -> list[Shop]:
    """List the shops the visitor works for, by name. Refuses `NoShop`."""
    ids = visitor.scopes(*SHOP_ROLES)
    if not ids:
        raise NoShop
    with desk.begin() as conn:
        found = shops_by_id(conn, ids=sorted(ids))
    return sorted(found.values(), key=lambda shop: (shop.name, shop.stall_number))


def chosen_shop(shops: list[Shop], given: str | None) -> Shop:
    """Choose the shop that the address names, the first where it names none. Refuses `NoShop`."""
    if given is None:
        return shops[0]
    shop_id = parse_id("shp", given)
    for shop in shops:
        if shop.id == shop_id:
            return shop
    raise NoShop


ShopQuery = Annotated[str | None, Query(max_length=40)]


@router.get("/stall")
def stall(
    request: Request,
    desk: DeskDep,
    visitor: Visitor,
    shop: ShopQuery = None,
    cancelled: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Show the stall: today's total, what arrived, and what money comes when."""
    shops = own_shops(desk, visitor)
    chosen = chosen_shop(shops, shop)
    today = seoul_date(desk.now())
    lanes = list(desk.engines)
    arrivals, place = stall_book.latest(desk.begin, lanes, chosen.id, on=today)
    return paint(
        request,
        "stall.html",
        shop=chosen,
        shops=shops,
        has_wallet=visitor.wallet_id is not None and visitor.has(PersonRole.HOLDER),
        today=stall_book.totals(desk.begin, lanes, chosen.id, on=today),
        arrivals=arrivals,
        place=stall_book.write_place(place),
        has_account=stall_book.has_account(desk.begin, lanes, chosen.id),
        incoming=stall_book.incoming(desk.begin, lanes, chosen.id, on=today),
        cancelled=_just_cancelled(desk, visitor, cancelled),
    )


def _just_cancelled(desk: Desk, visitor: Principal, given: str | None) -> CancelReceipt | None:
    """Give the last cancel of a payment, to say that it happened."""
    if given is None:
        return None
    lane, receipt = _own_payment(desk, visitor, parse_id("pay", given))
    with desk.begin(lane) as conn:
        return next(reversed(cancels_of(conn, [receipt.id]).get(receipt.id, [])), None)


@router.get("/stall/payments/{payment_id}/cancel")
def ask(payment_id: str, request: Request, desk: DeskDep, visitor: Visitor) -> Response:
    """Ask whether to take a payment back, whole or in part, before anything happens."""
    lane, receipt = _own_payment(desk, visitor, parse_id("pay", payment_id))
    return _paint_cancel(request, desk, lane, receipt, refusal=None)


def _paint_cancel(
    request: Request, desk: Desk, lane: str, receipt: Receipt, *, refusal: DomainError | None
) -> Response:
    seen = stall_book.arrival(desk.begin, lane, receipt.id)
    assert seen is not None
    return paint(
        request,
        "cancel.html",
        status=200 if refusal is None else status_of(refusal),
        payment=seen,
        shop_id=receipt.shop_id,
        reasons=REASONS,
        key=uuid4().hex,
        refusal=refusal,
    )


class CancelForm(BaseModel):
    """What the cancel page sends: the whole rest, or an amount; and why."""

    key: Said
    whole: bool = False
    amount: Said = ""
    reason: Said = "customer"
    again: bool = False


@router.post("/stall/payments/{payment_id}/cancel")
async def cancel(
    payment_id: str, request: Request, desk: DeskDep, visitor: Visitor, order: Annotated[CancelForm, Form()]
) -> Response:
    """Take a payment back, then lead to the stall; the money goes back to the same lots."""
    asked_for = parse_id("pay", payment_id)
    lane, receipt = await run_in_threadpool(_own_payment, desk, visitor, asked_for)
    try:
        won = None if order.whole else whole_won(order.amount)
        body: list[object] = ["POST", f"/stall/payments/{receipt.id.hex}/cancel", won, order.reason]
        item = Cancel(
            id=new_id(desk.now()),
            request=form_key(visitor, order.key, body),
            payment_id=receipt.id,
            amount=won,
            reason=" / ".join(REASONS.get(order.reason, REASONS["customer"])),
            cancelled_by=visitor.person_id,
            shop_ids=visitor.scopes(*SHOP_ROLES),
        )
        answer = await ask_till(desk.tills[lane], item)
    except (Unavailable, DBAPIError, PoolTimeout):
        return paint(request, "cancel_unknown.html", status=503, order=order, payment=receipt)
    except DomainError as refusal:
        return await run_in_threadpool(_refused_cancel, request, desk, lane, receipt, refusal)
    if isinstance(answer, DomainError):
        return await run_in_threadpool(_refused_cancel, request, desk, lane, receipt, answer)
    shop, payment = public_id("shp", receipt.shop_id), public_id("pay", receipt.id)
    return RedirectResponse(f"/stall?shop={shop}&cancelled={payment}", status_code=303)


def _refused_cancel(request: Request, desk: Desk, lane: str, receipt: Receipt, refusal: DomainError) -> Response:
    return _paint_cancel(request, desk, lane, receipt, refusal=refusal)


def _own_payment(desk: Desk, visitor: Principal, payment_id: UUID) -> tuple[str, Receipt]:
    """Find a payment of one of the visitor's shops. Refuses `PaymentUnknown`, for those of other shops too."""
    visitor.need(*SHOP_ROLES)
    lane, receipt = desk.find_payment(payment_id)
    if not visitor.works_for(receipt.shop_id):
        raise PaymentUnknown
    return lane, receipt
