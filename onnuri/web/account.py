"""The bank account a holder charges from: register it with a consent, see it, take the consent back in one touch."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from onnuri.banks.accounts import (
    BANK_NAMES,
    bank_name,
    canonical_bank_code,
    fintech_use_num,
    mask_account_number,
    plain_account_number,
)
from onnuri.kit.ids import parse_id
from onnuri.kit.refusals import DomainError, Malformed
from onnuri.people.debit_accounts import (
    NewDebitAccount,
    debit_accounts,
)
from onnuri.people.model import Principal
from onnuri.vouchers.bank_window import bank_opens, bank_window_at, check_bank_open
from onnuri.vouchers.charging.change_account import change_account, withdraw_account
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.route import Said, pages_router, status_of
from onnuri.web.visitor import Visitor
from onnuri.web.wallet import own_wallet

router = pages_router()
OFTEN: Final = ("011", "004", "088", "020", "081", "003", "045", "071", "048", "090", "092", "089")
OTHERS: Final = tuple(code for code in BANK_NAMES if code not in OFTEN and code not in ("012", "030", "097", "099"))
Flag = Annotated[str | None, Query(max_length=9)]


class ConsentMissing(Malformed):
    """An account is debited only with its owner's consent."""

    code = "debit_consent_missing"
    ko = "통장에서 돈을 빼 가는 데 동의해 주세요. 돈은 움직이지 않았습니다."
    en = "Please consent to the debits first. No money moved."


class AccountForm(BaseModel):
    """An account as it is typed; `seen` is the newest account when the page was painted."""

    bank: Said = ""
    number: Said = ""
    consent: bool = False
    seen: Said = ""


@router.get("/wallet/account")
def show(request: Request, desk: DeskDep, visitor: Visitor, other: Flag = None, done: Flag = None) -> Response:
    """Show the account, or the form for one; while the bank is closed it says until when before anything is typed."""
    own_wallet(visitor)
    return _paint(request, desk, visitor, AccountForm(), "other" if other is not None else done)


def _paint(
    request: Request, desk: Desk, visitor: Principal, typed: AccountForm, done: str | None,
    refusal: DomainError | None = None,
) -> Response:  # fmt: skip
    at = desk.now()
    with desk.begin() as conn:
        kept = debit_accounts(conn, holder_id=visitor.person_id)
        opens = bank_opens(conn, at=at)
        window = bank_window_at(conn, at=at)
    active = next((each for each in kept if each.revoked_at is None), None)
    return paint(
        request, "account.html", status=200 if refusal is None else status_of(refusal), account=active,
        bank=bank_name(active.bank_code) if active else None, asking=done == "other" or active is None,
        opens=opens, window=window, often=OFTEN, others=OTHERS, names=BANK_NAMES, typed=typed, done=done,
        seen=kept[0].id.hex if kept else "", refusal=refusal,
    )  # fmt: skip


@router.post("/wallet/account")
def register(request: Request, desk: DeskDep, visitor: Visitor, form: Annotated[AccountForm, Form()]) -> Response:
    """Register an account, once: a form that is sent again finds another account than it has seen, and does nothing."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    ended = 0
    try:
        account = _account(desk, visitor, form)
        with desk.begin(lane) as conn:
            check_bank_open(conn, at=at)
            if _newest(conn, visitor) == form.seen:
                ended = change_account(conn, account, wallet_id, at=at)
    except IntegrityError as raced:  # the same form, twice at the same instant: the other one registered
        if "debit_accounts_one_active" not in str(raced.orig):
            raise
    except DomainError as refusal:
        return _paint(request, desk, visitor, form, "other", refusal)
    return RedirectResponse(f"/wallet/account?done=on{'-auto' if ended else ''}", status_code=303)


@router.post("/wallet/account/{debit_account_id}/stop")
def stop(debit_account_id: str, desk: DeskDep, visitor: Visitor) -> Response:
    """Withdraw the consent in one touch, and auto-charge with it; withdrawing it again changes nothing."""
    wallet_id, lane = own_wallet(visitor)
    id = parse_id("dba", debit_account_id)
    with desk.begin(lane) as conn:
        _, ended = withdraw_account(conn, id, holder_id=visitor.person_id, wallet_id=wallet_id, at=desk.now())
    return RedirectResponse(f"/wallet/account?done=off{'-auto' if ended else ''}", status_code=303)


def _account(desk: Desk, visitor: Principal, form: AccountForm) -> NewDebitAccount:
    """Read what was typed. Refuses an unknown bank, what is no account number, and a missing consent."""
    number = plain_account_number(form.number)
    code = canonical_bank_code(form.bank)
    if not form.consent:
        raise ConsentMissing
    return NewDebitAccount(
        holder_id=visitor.person_id, fintech_use_num=fintech_use_num(number, sandbox=desk.sandbox), bank_code=code,
        masked=mask_account_number(number),
    )  # fmt: skip


def _newest(conn: Connection, visitor: Principal) -> str:
    return next((each.id.hex for each in debit_accounts(conn, holder_id=visitor.person_id)), "")
