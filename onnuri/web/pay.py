"""Pay a shop in three touches: name it, type the amount, confirm. Each step is an address that can be opened again.

The key of the payment is in the address of the last step, so a page that is loaded again, a form that is sent again and
a phone that lost the answer all ask about the same payment: it happens once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

import structlog
from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool

from onnuri.kit.clock import seoul_date
from onnuri.kit.idempotency import earlier_outcomes
from onnuri.kit.ids import new_id, public_id
from onnuri.kit.refusals import DomainError, Malformed, Unavailable
from onnuri.kit.requests import RequestKey
from onnuri.merchants.status import check_may_be_paid
from onnuri.merchants.stickers import NamedShop, name_shops
from onnuri.payments.batch import Answer, Item
from onnuri.payments.model import BalanceInsufficient, CancelReceipt, Pay, Payee, PayeeKind, PaymentTooLarge, Receipt
from onnuri.payments.till import OutcomeUnknown, Till, TillBusy, TillClosed
from onnuri.people.model import Principal
from onnuri.vouchers.lot_pages import spendable
from onnuri.vouchers.policies.policy import last_policy_at
from onnuri.vouchers.wallets.blocked import InTheWay, in_the_way
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.pay_short import charge_and_pay, what_is_lacking
from onnuri.web.route import Said, pages_router, refused, status_of
from onnuri.web.visitor import Visitor
from onnuri.web.wallet import own_wallet

router = pages_router()
ANSWER_WITHIN_SECONDS: Final = 10
_log = structlog.get_logger()
Shop = Annotated[str, Query(max_length=600)]
Typed = Annotated[str, Query(max_length=20)]
Key = Annotated[str, Query(max_length=64, pattern="^[!-~]*$")]


class AmountUnreadable(Malformed):
    """The amount is not a whole number of won above zero."""

    code = "amount_unreadable"
    ko = "금액을 눌러 주세요. 돈은 움직이지 않았습니다."
    en = "Please type the amount. No money moved."


def whole_won(typed: str) -> int:
    """Read an amount as people write it: `12500`, `12,500`, `12,500원`. Refuses `AmountUnreadable`."""
    digits = typed.strip().removesuffix("원").replace(",", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12 and int(digits) > 0):
        raise AmountUnreadable
    return int(digits)


class PayForm(BaseModel):
    """What the last step sends; `again` says that the same was sent before and nobody knows what became of it.

    `shortfall` says that the page showed what would be charged first.
    """

    shop: Said
    amount: Said
    key: Said
    again: bool = False
    shortfall: bool = False


@router.get("/wallet/pay")
def name_the_shop(request: Request, desk: DeskDep, visitor: Visitor, shop: Shop = "") -> Response:
    """First touch: the stall number, or a scan of the shop's code; a blocked wallet says so first."""
    if blocks := _blocks(desk, visitor):
        return paint(request, "pay_blocked.html", blocks=blocks)
    return paint(request, "pay_shop.html", shop=shop, refusal=None)


def _blocks(desk: Desk, visitor: Principal) -> list[InTheWay]:
    wallet_id, lane = own_wallet(visitor)
    with desk.begin(lane) as conn:
        return in_the_way(conn, wallet_id)


@router.get("/wallet/pay/amount")
def type_the_amount(request: Request, desk: DeskDep, visitor: Visitor, shop: Shop = "", amount: Typed = "") -> Response:
    """Second touch: whom one pays stands above the amount."""
    wallet_id, lane = own_wallet(visitor)
    if blocks := _blocks(desk, visitor):
        return paint(request, "pay_blocked.html", blocks=blocks)
    try:
        named = payable_shop(desk, shop)
    except DomainError as refusal:
        return paint(request, "pay_shop.html", status=status_of(refusal), shop=shop, refusal=refusal)
    with desk.begin(lane) as conn:
        left = spendable(conn, wallet_id, at=desk.now())
    return paint(
        request, "pay_amount.html", named=named, shop=shop, amount=amount, left=left, key=uuid4().hex, refusal=None
    )


@router.get("/wallet/pay/confirm")
def confirm(  # each field of the address is an argument
    request: Request, desk: DeskDep, visitor: Visitor, shop: Shop = "", amount: Typed = "", key: Key = ""
) -> Response:
    """Third touch: whom, how much, what remains; nothing has moved yet."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    try:
        named = payable_shop(desk, shop)
    except DomainError as refusal:
        return paint(request, "pay_shop.html", status=status_of(refusal), shop=shop, refusal=refusal)
    with desk.begin(lane) as conn:
        left = spendable(conn, wallet_id, at=at)
        policy = last_policy_at(conn, at=at)
    try:
        won = whole_won(amount)
        if won > policy.payment_max:
            raise PaymentTooLarge(maximum=policy.payment_max)
        paid, used = _answered_before(desk, lane, _order_key(visitor, key, shop, won)) if key else (None, True)
        if paid is not None:
            return RedirectResponse(_receipt_page(paid), status_code=303)
        if used:  # the address is opened again later, so its key must be the one that is sent
            fresh = urlencode({"shop": shop, "amount": won, "key": uuid4().hex})
            return RedirectResponse(f"/wallet/pay/confirm?{fresh}", status_code=303)
        if blocks := _blocks(desk, visitor):
            return paint(request, "pay_blocked.html", blocks=blocks)
        lacking = None
        if won > left:
            lacking = what_is_lacking(desk, visitor, won, at=at)
            if lacking is None:
                raise BalanceInsufficient(left=left)
    except DomainError as refusal:
        again = {"named": named, "shop": shop, "amount": "", "left": left, "key": uuid4().hex, "refusal": refusal}
        return paint(request, "pay_amount.html", status=status_of(refusal), **again)
    return paint(
        request,
        "pay_confirm.html",
        named=named,
        shop=shop,
        amount=won,
        left=left,
        lacking=lacking,
        key=key,
        refusal=None,
    )


@router.post("/wallet/pay")
async def pay(  # each field of the form is an argument
    request: Request, desk: DeskDep, visitor: Visitor, order: Annotated[PayForm, Form()]
) -> Response:
    """Pay, after the commit lead to the receipt. What is not known is never shown as paid."""
    wallet_id, lane = own_wallet(visitor)
    won = whole_won(order.amount)
    asked = _order_key(visitor, order.key, order.shop, won)
    try:
        paid, _ = await run_in_threadpool(_answered_before, desk, lane, asked)
        if paid is not None:
            return RedirectResponse(_receipt_page(paid), status_code=303)
        payee = await run_in_threadpool(_payee, desk, order.shop)
        item = Pay(new_id(desk.now()), asked, wallet_id, payee, won)
        if order.shortfall:
            answer = await run_in_threadpool(charge_and_pay, desk, lane, item)
        else:
            answer = await ask_till(desk.tills[lane], item)
    except (Unavailable, DBAPIError, PoolTimeout) as trouble:
        if order.again or not isinstance(trouble, TillBusy | TillClosed):
            return paint(request, "pay_unknown.html", status=503, order=order, won=won)
        return refused(request, trouble)
    if isinstance(answer, DomainError):
        return refused(request, answer)
    return RedirectResponse(_receipt_page(answer.id), status_code=303)


def _order_key(visitor: Principal, key: str, shop: str, won: int) -> RequestKey:
    return form_key(visitor, key, ["POST", "/wallet/pay", shop, won])


def _answered_before(desk: Desk, lane: str, asked: RequestKey) -> tuple[UUID | None, bool]:
    """Find the payment that this very request has made already, and tell whether its key was used for anything."""
    with desk.begin(lane) as conn:
        outcome = earlier_outcomes(conn, [asked]).get((asked.caller, asked.key))
    same = outcome is not None and outcome.kind == "payment" and outcome.request.body_hash == asked.body_hash
    return outcome.subject_id if outcome is not None and same else None, outcome is not None


def _receipt_page(payment_id: UUID) -> str:
    return f"/wallet/payments/{public_id('pay', payment_id)}?paid=1"


def form_key(visitor: Principal, key: str, asked: list[object]) -> RequestKey:
    """Tie the caller, the key in the form and what it asks for together. Refuses an empty key."""
    if not key.isascii() or not 8 <= len(key) <= 64:
        raise AmountUnreadable
    digest = hashlib.sha256(json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()).digest()
    return RequestKey(f"person:{visitor.person_id.hex}", key, digest)


async def ask_till(till: Till, item: Item) -> Receipt | CancelReceipt | DomainError:
    """Hand a request to the till and wait for its answer; too long a wait is an unknown outcome, never a no.

    Refuses `OutcomeUnknown`, also where the till failed without saying what became of the request.
    """
    answering = asyncio.wrap_future(till.submit(item))
    try:
        answer: Answer = await asyncio.wait_for(asyncio.shield(answering), ANSWER_WITHIN_SECONDS)
    except TimeoutError as late:
        raise OutcomeUnknown from late
    except DomainError:
        raise
    except Exception as trouble:
        _log.exception("page.outcome_unknown")
        raise OutcomeUnknown from trouble
    return answer.value


def payable_shop(desk: Desk, given: str) -> NamedShop:
    """Find whom a typed number or a scanned text means. Refuses what can't be paid, before an amount is typed."""
    named = _named(desk, given)
    check_may_be_paid(named.shop.name, named.shop.status, named.shop.valid_until, seoul_date(desk.now()))
    return named


def _named(desk: Desk, given: str) -> NamedShop:
    with desk.begin() as conn:
        (named,) = name_shops(conn, scanned=[given], trusted=desk.sticker_keys, on=seoul_date(desk.now()))
    if isinstance(named, DomainError):
        raise named
    return named


def _payee(desk: Desk, given: str) -> Payee:
    """Name the payee for the till, which judges for itself whether it may be paid now."""
    named = _named(desk, given)
    if named.sticker_id is None:
        return Payee(PayeeKind.STALL, named.shop.stall_number)
    return Payee(PayeeKind.STICKER, named.sticker_id)
