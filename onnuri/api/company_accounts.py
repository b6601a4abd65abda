"""/v1/companies/{id}/accounts: the bank account a company buys from, with a consent that can be withdrawn."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.companies import CompanyPath
from onnuri.api.credit_lists import READERS
from onnuri.api.debit_accounts import DebitAccountRequest
from onnuri.api.forms import BODY, Instant, PersonId, View, id_field, noun_router, path_id, problems, read_id
from onnuri.api.house import HouseDep
from onnuri.banks.accounts import (
    bank_name,
    canonical_bank_code,
    fintech_use_num,
    mask_account_number,
    plain_account_number,
)
from onnuri.people.model import PersonRole
from onnuri.vouchers.giving.company_account import (
    CompanyAccount,
    NewCompanyAccount,
    company_accounts,
    register_company_account,
    revoke_company_account,
)
from onnuri.vouchers.giving.corporate import company

router = noun_router("companies", 404)
CompanyAccountId = Annotated[UUID, *id_field("coa")]


class CompanyAccountView(View):
    """An account as it may be shown."""

    id: CompanyAccountId
    bank_code: str
    bank_name: Annotated[str, Field(examples=["KB국민은행"])]
    masked: Annotated[str, Field(examples=["12345601000***"])]
    consented_at: Instant
    recorded_by: PersonId
    revoked_at: Instant | None
    revoked_by: PersonId | None


class CompanyAccountList(View):
    """A company's accounts, newest first."""

    data: list[CompanyAccountView]


@router.post(
    "/{company_id}/accounts", status_code=201, operation_id="registerCompanyAccount", responses=problems(402, *BODY)
)
def create(company_id: CompanyPath, body: DebitAccountRequest, house: HouseDep, caller: Caller) -> CompanyAccountView:
    """Register the account a company buys from, by an operator who saw its consent. Not while the bank is closed."""
    caller.need(PersonRole.OPERATOR)
    number = plain_account_number(body.account_number)
    new = NewCompanyAccount(
        company_id=read_id("com", company_id),
        fintech_use_num=fintech_use_num(number, sandbox=house.settings.sandbox),
        bank_code=canonical_bank_code(body.bank_code),
        masked=mask_account_number(number),
        recorded_by=caller.person_id,
    )
    with house.begin() as conn:
        made = register_company_account(conn, new, at=house.now())
    return _view(made)


@router.get("/{company_id}/accounts", operation_id="listCompanyAccounts")
def listing(company_id: CompanyPath, house: HouseDep, caller: Caller) -> CompanyAccountList:
    """List a company's accounts, withdrawn ones too."""
    caller.need(*READERS)
    with house.begin() as conn:
        found = company_accounts(conn, company(conn, read_id("com", company_id)).id)
    return CompanyAccountList(data=[_view(each) for each in found])


@router.delete("/{company_id}/accounts/{account_id}", operation_id="revokeCompanyAccount")
def revoke(
    company_id: CompanyPath, account_id: Annotated[str, path_id("coa")], house: HouseDep, caller: Caller
) -> CompanyAccountView:
    """Withdraw the consent: nothing is drawn from then on."""
    caller.need(PersonRole.OPERATOR)
    company_uuid, id = read_id("com", company_id), read_id("coa", account_id)
    with house.begin() as conn:
        revoke_company_account(conn, company_uuid, by=caller.person_id, at=house.now(), id=id)
        kept = next(each for each in company_accounts(conn, company_uuid) if each.id == id)
    return _view(kept)


def _view(account: CompanyAccount) -> CompanyAccountView:
    return CompanyAccountView(
        id=account.id,
        bank_code=account.bank_code,
        bank_name=bank_name(account.bank_code),
        masked=account.masked,
        consented_at=account.consented_at,
        recorded_by=account.recorded_by,
        revoked_at=account.revoked_at,
        revoked_by=account.revoked_by,
    )
