"""Charge in two touches: how much, and a confirmation that says who pays what. The key is in the address, as in paying.

The bank is asked once; while its answer is not known the page says so, and never that anything was charged.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from onnuri.banks.accounts import bank_name
from onnuri.kit.ids import public_id
from onnuri.kit.refusals import DomainError
from onnuri.people.debit_accounts import DebitAccountUnknown, active_debit_account, debit_accounts
from onnuri.vouchers.bank_window import bank_opens, check_bank_open
from onnuri.vouchers.charging.run_charge import Charging, run_charge
from onnuri.vouchers.model import ChargeOrder, check_limits, split
from onnuri.vouchers.policies.budget import check_budget, face_for, subsidy_left_here
from onnuri.vouchers.policies.policy import policy_at
from onnuri.vouchers.queries import usage
from onnuri.vouchers.wallets.blocked import in_the_way
from onnuri.vouchers.wallets.limits import limits, next_month
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.pay import Key, Typed, form_key, whole_won
from onnuri.web.route import Said, pages_router, refused, status_of
from onnuri.web.visitor import Visitor
from onnuri.web.wallet import own_wallet

router = pages_router()


class ChargeForm(BaseModel):
    """What the last step sends."""

    amount: Said
    key: Said


@router.get("/wallet/charge")
def how_much(request: Request, desk: DeskDep, visitor: Visitor, amount: Typed = "") -> Response:
    """First touch: how much, with what can still be charged above it."""
    return _ask(request, desk, visitor, amount, None)


def _ask(request: Request, desk: Desk, visitor: Visitor, amount: str, refusal: DomainError | None) -> Response:
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    with desk.begin(lane) as conn:
        told = limits(policy := policy_at(conn, at=at), usage(conn, wallet_id, at=at), at=at)
        opens = bank_opens(conn, at=at)
        subsidy = subsidy_left_here(conn, policy)
        blocks = in_the_way(conn, wallet_id)
        has_account = any(each.revoked_at is None for each in debit_accounts(conn, holder_id=visitor.person_id))
    on_sale = told.charge_now if subsidy is None else min(told.charge_now, face_for(subsidy, policy))
    return paint(
        request,
        "charge_amount.html",
        status=200 if refusal is None else status_of(refusal),
        amount=amount,
        left=on_sale if on_sale >= policy.charge_min else 0,
        sold_out=on_sale < policy.charge_min <= told.charge_now,
        limits=told,
        renews_on=next_month(at),
        opens=opens,
        blocked=bool(blocks),
        has_account=has_account,
        policy=policy,
        key=uuid4().hex,
        refusal=refusal,
    )


@router.get("/wallet/charge/confirm")
def confirm(request: Request, desk: DeskDep, visitor: Visitor, amount: Typed = "", key: Key = "") -> Response:
    """Second touch: what leaves the bank account and what the state adds; nothing has moved yet."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    try:
        won = whole_won(amount)
        with desk.begin(lane) as conn:
            check_bank_open(conn, at=at)
            policy = policy_at(conn, at=at)
            check_limits(won, policy, usage(conn, wallet_id, at=at), at=at)
            check_budget(conn, policy, split(won, policy.rate_bps).subsidy)
            account = active_debit_account(conn, holder_id=visitor.person_id)
    except DebitAccountUnknown:
        return RedirectResponse("/wallet/charge", status_code=303)  # which leads on to the account
    except DomainError as refusal:
        return _ask(request, desk, visitor, "", refusal)
    if not 8 <= len(key) <= 64:  # the address is opened again later, so its key must be the one that is sent
        return RedirectResponse(
            f"/wallet/charge/confirm?{urlencode({'amount': won, 'key': uuid4().hex})}", status_code=303
        )
    shares, bank = split(won, policy.rate_bps), bank_name(account.bank_code)
    return paint(
        request, "charge_confirm.html", amount=won, shares=shares, account=account, bank=bank, key=key, refusal=None
    )


@router.post("/wallet/charge")
def charge(request: Request, desk: DeskDep, visitor: Visitor, order: Annotated[ChargeForm, Form()]) -> Response:
    """Charge, and lead to the charge's own page, which says what is known."""
    wallet_id, lane = own_wallet(visitor)
    won = whole_won(order.amount)
    asked = form_key(visitor, order.key, ["POST", "/wallet/charge", won])
    edge = Charging(begin=lambda: desk.begin(lane), bank=desk.need_bank(), now=desk.now)
    made = run_charge(edge, ChargeOrder(asked, wallet_id, won)).value
    if isinstance(made, DomainError):
        return refused(request, made)
    return RedirectResponse(f"/wallet/charges/{public_id('chg', made.id)}?new=1", status_code=303)
