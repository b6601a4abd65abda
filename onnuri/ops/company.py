"""`onnuri company …`: verified companies buy without discount, and hand out by list."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from onnuri.ops.credit_lists import By, FileArgument, add_list_commands, check_file, show_lists, upload_file
from onnuri.ops.telling import Telling, tell

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection

    from onnuri.vouchers.giving.corporate import Purchase
    from onnuri.vouchers.giving.credit_list import CreditSource

company = Telling(help="법인 구매와 지급  ·  Companies", no_args_is_help=True, rich_markup_mode=None)
CompanyArgument = Annotated[str, typer.Argument(help="com_… 법인 · the company")]


@company.command()
def register(
    business_number: Annotated[str, typer.Argument(help="사업자등록번호 123-45-67891 · business number")],
    name: Annotated[str, typer.Argument(help="상호 · name")],
    by: By,
) -> None:
    """서류를 확인한 법인을 등록합니다 · Register a company whose papers were seen."""
    from onnuri.kit.database import Role
    from onnuri.merchants.business_number import parse_business_number
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.giving.corporate import register_company

    database, number = reach(), parse_business_number(business_number)
    with database.single(Role.APP).begin() as conn:
        who = f"per_{acting(conn, by, 'register a company').hex}"
        at = house_clock(database).now()
        id = register_company(conn, business_number=number, name=name, by=who, at=at)
    tell({"company": f"com_{id.hex}", "business_number": number, "name": name})


@company.command("list")
def list_() -> None:
    """등록된 법인을 봅니다 · Verified companies."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.giving.corporate import companies

    with reach().single(Role.APP).begin() as conn:
        tell([asdict(each) | {"id": f"com_{each.id.hex}"} for each in companies(conn)])


@company.command()
def show(company_id: CompanyArgument) -> None:
    """법인의 남은 금액, 구매, 계좌를 봅니다 · What is left, purchases and accounts."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.giving.company_account import company_accounts
    from onnuri.vouchers.giving.company_buy import purchases_of
    from onnuri.vouchers.giving.corporate import company as one
    from onnuri.vouchers.giving.credit_upload import company_left

    with reach().single(Role.APP).begin() as conn:
        found = one(conn, _id(company_id))
        tell(
            asdict(found)
            | {
                "id": company_id, "left": company_left(conn, found.id),
                "purchases": [_told(each) for each in purchases_of(conn, found.id)],
                "accounts": [
                    asdict(each) | {
                        "id": f"coa_{each.id.hex}", "company_id": company_id,
                        "recorded_by": f"per_{each.recorded_by.hex}",
                        "revoked_by": each.revoked_by and f"per_{each.revoked_by.hex}",
                    }
                    for each in company_accounts(conn, found.id)
                ],
            }
        )  # fmt: skip


@company.command()
def account(
    company_id: CompanyArgument,
    bank_code: Annotated[str, typer.Option(help="은행 코드 세 자리 · three digits")],
    number: Annotated[str, typer.Option(help="계좌번호 · account number; kept masked")],
    by: By,
) -> None:
    """출금에 동의한 법인 계좌를 등록합니다 · Register the account a company consents to be debited."""
    from onnuri.banks.accounts import canonical_bank_code, fintech_use_num, mask_account_number, plain_account_number
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.giving.company_account import NewCompanyAccount, register_company_account

    database, plain = reach(), plain_account_number(number)
    token = fintech_use_num(plain, sandbox=database.settings.sandbox)
    with database.single(Role.APP).begin() as conn:
        who = acting(conn, by, "register a company's account")
        bank, masked = canonical_bank_code(bank_code), mask_account_number(plain)
        new = NewCompanyAccount(_id(company_id), token, bank, masked, who)
        made = register_company_account(conn, new, at=house_clock(database).now())
    tell({"account": f"coa_{made.id.hex}", "company": company_id, "masked": made.masked})


@company.command("account-revoke")
def account_revoke(company_id: CompanyArgument, by: By) -> None:
    """출금 동의를 철회합니다 · Withdraw the consent; nothing is drawn from then on."""
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.giving.company_account import revoke_company_account

    database = reach()
    with database.single(Role.APP).begin() as conn:
        who = acting(conn, by, "register a company's account")
        revoke_company_account(conn, _id(company_id), by=who, at=house_clock(database).now())
    tell({"company": company_id, "consent": False})


@company.command()
def buy(
    company_id: CompanyArgument,
    amount: Annotated[int, typer.Argument(help="원 · won", min=1)],
    key: Annotated[str, typer.Option(help="같은 키는 한 번만 삽니다 · the same key buys once")],
    by: By,
    bank_reference: Annotated[
        str | None, typer.Option(help="이미 입금된 경우 은행 거래번호 · where it came in already")
    ] = None,
) -> None:
    """할인 없이 삽니다: 계좌에서 출금하거나 입금 확인으로 · Buy without discount: drawn, or by a receipt."""
    from onnuri.kit.database import Role
    from onnuri.kit.ids import new_id
    from onnuri.kit.refusals import DomainError
    from onnuri.kit.requests import RequestKey
    from onnuri.ops.acting import acting
    from onnuri.ops.bank import bank_address, bank_client
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.charging.run_charge import Charging
    from onnuri.vouchers.giving.company_buy import PurchaseOrder
    from onnuri.vouchers.giving.corporate import CompanyPurchase, buy_for_company
    from onnuri.vouchers.giving.run_purchase import run_purchase

    database, id = reach(), _id(company_id)
    clock, body = house_clock(database), f"{id.hex} {amount} {bank_reference}"
    engine = database.single(Role.APP)
    with engine.begin() as conn:
        who = acting(conn, by, "buy for a company")
    asked = RequestKey(f"person:{who.hex}", f"onnuri company buy:{key}", hashlib.sha256(body.encode()).digest())
    if bank_reference is None:
        with bank_address(database.settings) as address, bank_client(database.settings, address) as bank:
            answer = run_purchase(Charging(engine.begin, bank, clock.now), PurchaseOrder(asked, id, amount))
    else:
        at = clock.now()
        with engine.begin() as conn:
            order = CompanyPurchase(new_id(at), asked, id, amount, bank_reference)
            (answer,) = buy_for_company(conn, [order], at=at)
    if isinstance(answer.value, DomainError):
        raise answer.value
    tell(_told(answer.value))


@company.command()
def check(company_id: CompanyArgument, file: FileArgument) -> None:
    """목록을 시험해 봅니다: 아무것도 쓰지 않습니다 · Dry run: what each line would come to; writes nothing."""
    check_file(file, lambda conn, at: _source(conn, _id(company_id), at))


@company.command()
def upload(company_id: CompanyArgument, file: FileArgument, by: By) -> None:
    """줄 사람의 목록을 올립니다 · Upload whom it gives how much; handed out once another person approves it."""
    upload_file(file, by, lambda conn, at: _source(conn, _id(company_id), at))


@company.command()
def lists(company_id: CompanyArgument) -> None:
    """올린 목록을 봅니다 · What was uploaded."""
    show_lists("company", _id(company_id).hex)


add_list_commands(company)


def _source(conn: Connection, company_id: UUID, at: datetime) -> CreditSource:
    from onnuri.vouchers.giving.corporate import company_source

    return company_source(conn, company_id, at=at)


def _id(given: str) -> UUID:
    from onnuri.kit.ids import parse_id

    return parse_id("com", given)


def _told(made: Purchase) -> dict[str, object]:
    return {
        "purchase": f"cpu_{made.id.hex}", "amount": made.amount, "how": made.how, "status": made.status,
        "bank_reference": made.bank_reference, "bank_message": made.bank_message, "requested_at": made.requested_at,
        "answered_at": made.answered_at,
    }  # fmt: skip
