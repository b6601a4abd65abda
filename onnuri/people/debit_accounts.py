"""The bank account a holder charges from, with the revocable consent to debit it (전자금융거래법 제15조)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import NotFound


@dataclass(frozen=True, slots=True)
class DebitAccount:
    """An account with a consent; `fintech_use_num` is its token on the bank rail, `masked` what may be shown."""

    id: UUID
    holder_id: UUID
    fintech_use_num: str
    bank_code: str
    masked: str
    consented_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewDebitAccount:
    """An account whose owner consents to debits now."""

    holder_id: UUID
    fintech_use_num: str
    bank_code: str
    masked: str


class DebitAccountUnknown(NotFound):
    """The holder has no such account."""

    code = "debit_account_unknown"
    ko = "등록된 충전 계좌가 없습니다."
    en = "There is no such bank account."


_COLUMNS = "id, holder_id, fintech_use_num, bank_code, masked, consented_at, revoked_at"


def register_debit_accounts(conn: Connection, accounts: list[NewDebitAccount], *, at: datetime) -> list[UUID]:
    """Keep the consents given now; one that a holder gave before for another account ends."""
    ids = [new_id(at) for _ in accounts]
    holders = [account.holder_id for account in accounts]
    conn.execute(
        text(
            "UPDATE shared.debit_accounts SET revoked_at = :at WHERE holder_id = ANY(:holders) AND revoked_at IS NULL"
        ),
        {"at": at, "holders": holders},
    )
    conn.execute(
        text(
            "INSERT INTO shared.debit_accounts (id, holder_id, fintech_use_num, bank_code, masked, consented_at)"
            " SELECT a.id, a.holder_id, a.fintech_use_num, a.bank_code, a.masked, CAST(:at AS timestamptz)"
            " FROM unnest(CAST(:ids AS uuid[]), CAST(:holders AS uuid[]), CAST(:nums AS text[]),"
            " CAST(:banks AS text[]), CAST(:masked AS text[])) AS a (id, holder_id, fintech_use_num, bank_code, masked)"
        ),
        {
            "ids": ids,
            "holders": holders,
            "nums": [account.fintech_use_num for account in accounts],
            "banks": [account.bank_code for account in accounts],
            "masked": [account.masked for account in accounts],
            "at": at,
        },
    )
    return ids


def revoke_debit_account(conn: Connection, id: UUID, *, holder_id: UUID, at: datetime) -> DebitAccount:
    """Withdraw the consent; withdrawing it again changes nothing. Refuses `DebitAccountUnknown`."""
    conn.execute(
        text(
            "UPDATE shared.debit_accounts SET revoked_at = :at"
            " WHERE id = :id AND holder_id = :holder AND revoked_at IS NULL"
        ),
        {"at": at, "id": id, "holder": holder_id},
    )
    for account in debit_accounts(conn, holder_id=holder_id):
        if account.id == id:
            return account
    raise DebitAccountUnknown


def debit_accounts(conn: Connection, *, holder_id: UUID) -> list[DebitAccount]:
    """List a holder's accounts, the newest first, withdrawn ones too."""
    rows = conn.execute(
        text(f"SELECT {_COLUMNS} FROM shared.debit_accounts WHERE holder_id = :holder ORDER BY id DESC LIMIT 100"),
        {"holder": holder_id},
    )
    return [DebitAccount(*row) for row in rows]


def active_debit_account(conn: Connection, *, holder_id: UUID) -> DebitAccount:
    """Give the account with a valid consent. Refuses `DebitAccountUnknown`."""
    row = conn.execute(
        text(f"SELECT {_COLUMNS} FROM shared.debit_accounts WHERE holder_id = :holder AND revoked_at IS NULL"),
        {"holder": holder_id},
    ).one_or_none()
    if row is None:
        raise DebitAccountUnknown
    return DebitAccount(*row)
