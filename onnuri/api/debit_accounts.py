"""/v1/debit_accounts: the bank account a holder charges from, with a consent that can be withdrawn."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict
from onnuri.api.forms import BODY, DebitAccountId, Instant, View, noun_router, path_id, problems, read_id
from onnuri.api.house import HouseDep
from onnuri.banks.accounts import (
    bank_name,
    canonical_bank_code,
    fintech_use_num,
    mask_account_number,
    plain_account_number,
)
from onnuri.kit.database import FIRST_LANE
from onnuri.people.debit_accounts import (
    DebitAccount,
    NewDebitAccount,
    active_debit_account,
    debit_accounts,
)
from onnuri.people.model import PersonRole
from onnuri.vouchers.bank_window import check_bank_open
from onnuri.vouchers.charging.change_account import change_account, withdraw_account

router = noun_router("debit_accounts", 404)


class DebitAccountRequest(Strict):
    """An account and the consent to debit it; the number is not kept, only its token on the rail and a mask."""

    bank_code: Annotated[str, Field(pattern="^[0-9]{3}$", examples=["004"])]
    account_number: Annotated[
        str, Field(min_length=7, max_length=20, pattern="^[0-9 -]+$", examples=["123456-01-000100"])
    ]
    consent: Annotated[Literal[True], Field(description="The holder consents to debits; can be withdrawn any time.")]


class DebitAccountView(View):
    """An account as it may be shown."""

    id: DebitAccountId
    bank_code: str
    bank_name: Annotated[str, Field(examples=["KB국민은행"])]
    masked: Annotated[str, Field(examples=["12345601000***"])]
    consented_at: Instant
    revoked_at: Instant | None


class DebitAccountList(View):
    """The caller's accounts, newest first."""

    data: list[DebitAccountView]


@router.post("", status_code=201, operation_id="registerDebitAccount", responses=problems(402, *BODY))
def create(body: DebitAccountRequest, house: HouseDep, caller: Caller) -> DebitAccountView:
    """Register the account to charge from; it takes the place of the one before. Not while the bank is closed.

    What was agreed to for the one before, auto-charge too, ends with it (`auto_charge.ended`): agree anew.
    """
    caller.need(PersonRole.HOLDER)
    number = plain_account_number(body.account_number)
    account = NewDebitAccount(
        holder_id=caller.person_id,
        fintech_use_num=fintech_use_num(number, sandbox=house.settings.sandbox),
        bank_code=canonical_bank_code(body.bank_code),
        masked=mask_account_number(number),
    )
    at = house.now()
    with house.begin(caller.lane or FIRST_LANE) as conn:
        check_bank_open(conn, at=at)
        change_account(conn, account, caller.wallet_id, at=at)
        kept = active_debit_account(conn, holder_id=caller.person_id)
    return _view(kept)


@router.get("", operation_id="listDebitAccounts")
def listing(house: HouseDep, caller: Caller) -> DebitAccountList:
    """List the caller's accounts, withdrawn ones too."""
    with house.begin() as conn:
        kept = debit_accounts(conn, holder_id=caller.person_id)
    return DebitAccountList(data=[_view(account) for account in kept])


@router.delete("/{debit_account_id}", operation_id="revokeDebitAccount")
def revoke(debit_account_id: Annotated[str, path_id("dba")], house: HouseDep, caller: Caller) -> DebitAccountView:
    """Withdraw the consent: nothing is debited from then on, and the auto-charges agreed to for it end."""
    id = read_id("dba", debit_account_id)
    with house.begin(caller.lane or FIRST_LANE) as conn:
        account, _ = withdraw_account(conn, id, holder_id=caller.person_id, wallet_id=caller.wallet_id, at=house.now())
    return _view(account)


def _view(account: DebitAccount) -> DebitAccountView:
    return DebitAccountView(
        id=account.id,
        bank_code=account.bank_code,
        bank_name=bank_name(account.bank_code),
        masked=account.masked,
        consented_at=account.consented_at,
        revoked_at=account.revoked_at,
    )
