"""The bank account a company buys from, with its revocable consent to be debited (전자금융거래법 제15조)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import NotFound
from onnuri.vouchers.bank_window import check_bank_open
from onnuri.vouchers.giving.corporate import company


class CompanyAccountUnknown(NotFound):
    """The company has no such account."""

    code = "company_account_unknown"
    ko = "등록된 법인 계좌가 없습니다."
    en = "That company has no such bank account."


@dataclass(frozen=True, slots=True)
class NewCompanyAccount:
    """An account whose company consents to debits now; `masked` is what may be shown of its number.

    `recorded_by` is who saw the consent.
    """

    company_id: UUID
    fintech_use_num: str
    bank_code: str
    masked: str
    recorded_by: UUID


@dataclass(frozen=True, slots=True)
class CompanyAccount:
    """An account with a consent."""

    id: UUID
    company_id: UUID
    bank_code: str
    masked: str
    consented_at: datetime
    recorded_by: UUID
    revoked_at: datetime | None
    revoked_by: UUID | None


def register_company_account(conn: Connection, new: NewCompanyAccount, *, at: datetime) -> CompanyAccount:
    """Keep the consent given now; one given before for another account ends. Refuses `CompanyUnknown`, `BankClosed`."""
    company(conn, new.company_id)
    check_bank_open(conn, at=at)
    revoke_company_account(conn, new.company_id, by=new.recorded_by, at=at)
    id = new_id(at)
    conn.execute(
        text(
            "INSERT INTO shared.company_accounts (id, company_id, fintech_use_num, bank_code, masked, consented_at,"
            " recorded_by) VALUES (:id, :company, :num, :bank, :masked, :at, :by)"
        ),
        {
            "id": id, "company": new.company_id, "num": new.fintech_use_num, "bank": new.bank_code,
            "masked": new.masked, "at": at, "by": new.recorded_by,
        },
    )  # fmt: skip
    return next(each for each in company_accounts(conn, new.company_id) if each.id == id)


def revoke_company_account(
    conn: Connection, company_id: UUID, *, by: UUID, at: datetime, id: UUID | None = None
) -> None:
    """Withdraw the consent, of one account or of whichever stands; withdrawing it again changes nothing.

    Refuses `CompanyAccountUnknown` where one is named that the company never had.
    """
    if id is not None and all(each.id != id for each in company_accounts(conn, company_id)):
        raise CompanyAccountUnknown
    conn.execute(
        text(
            "UPDATE shared.company_accounts SET revoked_at = :at, revoked_by = :by"
            " WHERE company_id = :company AND revoked_at IS NULL" + (" AND id = :id" if id else "")
        ),
        {"at": at, "by": by, "company": company_id} | ({"id": id} if id else {}),
    )


def company_accounts(conn: Connection, company_id: UUID) -> list[CompanyAccount]:
    """List a company's accounts, the newest first, withdrawn ones too."""
    rows = conn.execute(
        text(
            "SELECT id, company_id, bank_code, masked, consented_at, recorded_by, revoked_at, revoked_by"
            " FROM shared.company_accounts WHERE company_id = :company ORDER BY id DESC LIMIT 100"
        ),
        {"company": company_id},
    )
    return [CompanyAccount(*row) for row in rows]
