"""Auto-charge by the pages: what was agreed to, in plain words; agree to one kind, stop it in one touch."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy import Connection

from onnuri.banks.accounts import bank_name
from onnuri.kit.ids import parse_id
from onnuri.kit.refusals import DomainError
from onnuri.ledger.post import take_lane
from onnuri.people.debit_accounts import DebitAccount, DebitAccountUnknown, active_debit_account, debit_accounts
from onnuri.vouchers.bank_window import bank_window_at
from onnuri.vouchers.charging.auto_charge import (
    AutoCharge,
    AutoChargeMalformed,
    AutoChargeTerms,
    agree_to_auto_charge,
    auto_charges,
    check_auto_charge,
    revoke_auto_charge,
)
from onnuri.vouchers.charging.auto_charge_results import auto_charge_results
from onnuri.vouchers.model import NoDebitAccount, split
from onnuri.vouchers.policies.policy import last_policy_at
from onnuri.vouchers.queries import wallets
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.pay import whole_won
from onnuri.web.route import Said, pages_router, status_of
from onnuri.web.visitor import Visitor
from onnuri.web.wallet import own_wallet

router = pages_router()
CONSENT_VERSION: Final = "2026-11"
"""Of the words in `auto_parts.html`; other words, another version."""

Kind = Literal["date", "balance", "shortfall"]
KINDS: Final[tuple[Kind, ...]] = ("date", "balance", "shortfall")
Flag = Annotated[str | None, Query(max_length=9)]


class AutoForm(BaseModel):
    """What the last step sends; `seen` is the newest consent of the kind when the page was painted."""

    day: Said = ""
    below: Said = ""
    amount: Said = ""
    seen: Said = ""


@router.get("/wallet/auto-charge")
def overview(request: Request, desk: DeskDep, visitor: Visitor, done: Flag = None) -> Response:
    """Show for each kind whether it is on, what was agreed to and when, and what came of it lately."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    with desk.begin(lane) as conn:
        rules = auto_charges(conn, wallet_id)
        results = auto_charge_results(conn, rules, visitor.person_id, at=at)
        policy = last_policy_at(conn, at=at)
        is_open = wallets(conn, [wallet_id])[wallet_id].status == "OPEN"
        kept = debit_accounts(conn, holder_id=visitor.person_id)
    account = next((each for each in kept if each.revoked_at is None), None)
    return paint(
        request, "auto.html", rules={rule.kind: rule for rule in rules if rule.revoked_at is None}, kinds=KINDS,
        ended=_ended_with_account(rules, kept), results=results, policy=policy, is_open=is_open, account=account,
        done=done, bank=bank_name(account.bank_code) if account else None,
    )  # fmt: skip


@router.get("/wallet/auto-charge/{kind}")
def choose(kind: Kind, request: Request, desk: DeskDep, visitor: Visitor) -> Response:
    """First touch: when, and how much each time; what is missing at a payment needs neither."""
    own_wallet(visitor)
    if kind == "shortfall":
        return RedirectResponse("/wallet/auto-charge/shortfall/confirm", status_code=303)
    return _ask(request, desk, kind, None)


def _ask(request: Request, desk: Desk, kind: Kind, refusal: DomainError | None) -> Response:
    with desk.begin() as conn:
        policy = last_policy_at(conn, at=desk.now())
    status = 200 if refusal is None else status_of(refusal)
    return paint(request, "auto_choose.html", status=status, kind=kind, policy=policy, refusal=refusal)


@router.get("/wallet/auto-charge/{kind}/confirm")
def confirm(  # each field of the address is an argument
    kind: Kind, request: Request, desk: DeskDep, visitor: Visitor, form: Annotated[AutoForm, Query()]
) -> Response:
    """Second touch: the words of the consent, with the account it is about; nothing is agreed to yet."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    try:
        terms = _terms(kind, form)
        with desk.begin(lane) as conn:
            check_auto_charge(conn, terms, at=at)
            policy = last_policy_at(conn, at=at)
            window = bank_window_at(conn, at=at)
            account = _account(conn, visitor.person_id)
            seen = _newest(conn, wallet_id, kind)
        if account is None:
            raise NoDebitAccount
    except DomainError as refusal:
        if kind == "shortfall" or isinstance(refusal, NoDebitAccount):
            return RedirectResponse("/wallet/account", status_code=303)
        return _ask(request, desk, kind, refusal)
    shares = split(terms.face, policy.rate_bps) if terms.face else None
    return paint(
        request, "auto_confirm.html", terms=terms, policy=policy, shares=shares, window=window, account=account,
        bank=bank_name(account.bank_code), seen=seen,
    )  # fmt: skip


@router.post("/wallet/auto-charge/{kind}")
def agree(kind: Kind, desk: DeskDep, visitor: Visitor, form: Annotated[AutoForm, Form()]) -> Response:
    """Agree, once: a form that is sent again finds another consent than it has seen, and changes nothing."""
    wallet_id, lane = own_wallet(visitor)
    terms = _terms(kind, form)
    with desk.begin(lane) as conn:
        take_lane(conn)
        if _newest(conn, wallet_id, kind) == form.seen:
            agree_to_auto_charge(conn, wallet_id, terms, at=desk.now())
    return RedirectResponse("/wallet/auto-charge?done=on", status_code=303)


@router.post("/wallet/auto-charge/{auto_charge_id}/stop")
def stop(auto_charge_id: str, desk: DeskDep, visitor: Visitor) -> Response:
    """Withdraw a consent in one touch; withdrawing it again changes nothing."""
    wallet_id, lane = own_wallet(visitor)
    with desk.begin(lane) as conn:
        revoke_auto_charge(conn, wallet_id, parse_id("acg", auto_charge_id), at=desk.now())
    return RedirectResponse("/wallet/auto-charge?done=off", status_code=303)


def _terms(kind: Kind, form: AutoForm) -> AutoChargeTerms:
    """Read what was typed. Refuses `AutoChargeMalformed`, `AmountUnreadable`."""
    if kind == "shortfall":
        return AutoChargeTerms(kind, None, None, None, CONSENT_VERSION)
    face = whole_won(form.amount)
    if kind == "balance":
        return AutoChargeTerms(kind, None, whole_won(form.below), face, CONSENT_VERSION)
    if not (form.day.isascii() and form.day.isdigit() and len(form.day) <= 2):
        raise AutoChargeMalformed
    return AutoChargeTerms(kind, int(form.day), None, face, CONSENT_VERSION)


def _newest(conn: Connection, wallet_id: UUID, kind: Kind) -> str:
    """Name the newest consent of a kind, withdrawn or not; empty where there never was one."""
    return next((rule.id.hex for rule in auto_charges(conn, wallet_id) if rule.kind == kind), "")


def _ended_with_account(rules: list[AutoCharge], accounts: list[DebitAccount]) -> bool:
    """Tell whether a kind is off because the account it was agreed to for went: both ended in the same act."""
    newest = {rule.kind: rule for rule in reversed(rules)}
    gone = {account.revoked_at for account in accounts if account.revoked_at is not None}
    return any(rule.revoked_at in gone for rule in newest.values())


def _account(conn: Connection, person_id: UUID) -> DebitAccount | None:
    try:
        return active_debit_account(conn, holder_id=person_id)
    except DebitAccountUnknown:
        return None
