"""The bank account a shop is settled to: number and holder sealed, at most one open at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Malformed, NotFound
from onnuri.people.sealing import Sealer

_NUMBER_PLACE: Final = "shop_accounts.account_number"
_HOLDER_PLACE: Final = "shop_accounts.account_holder"


class AccountNumberWrong(Malformed):
    """An account number is 6 to 16 digits, a bank code three."""

    code = "account_number_wrong"
    ko = "계좌번호 또는 은행 코드를 다시 확인해 주세요"
    en = "Please check the account number and the bank code"


class ShopAccountUnknown(NotFound):
    """No settlement account has this id."""

    code = "shop_account_unknown"
    ko = "정산 계좌를 찾을 수 없습니다"
    en = "There is no such settlement account"


@dataclass(frozen=True, slots=True)
class NewShopAccount:
    """An account a shop wants to be paid to; number and holder are kept out of logs and `repr`."""

    shop_id: UUID
    bank_code: str
    account_number: str = field(repr=False)
    account_holder: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShopAccount:
    """An open settlement account as it may be shown."""

    id: UUID
    shop_id: UUID
    bank_code: str
    masked: str


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    """What a payout needs: the number and the name at the bank."""

    shop_id: UUID
    bank_code: str
    account_number: str = field(repr=False)
    account_holder: str = field(repr=False)


def register_accounts(
    conn: Connection, *, accounts: Sequence[NewShopAccount], sealer: Sealer, at: datetime
) -> list[UUID]:
    """Keep the accounts, one a shop, and close the ones they replace; refuses the whole batch for a wrong number."""
    for account in accounts:
        if not _digits(account.bank_code, 3, 3) or not _digits(_bare(account.account_number), 6, 16):
            raise AccountNumberWrong(shop_id=str(account.shop_id))
    close_accounts(conn, shop_ids=[account.shop_id for account in accounts], reason="replaced", at=at)
    ids = [new_id(at) for _ in accounts]
    numbers = [_bare(account.account_number) for account in accounts]
    sealed = [
        (sealer.seal(number, place=_NUMBER_PLACE, owner=row_id), sealer.seal(name, place=_HOLDER_PLACE, owner=row_id))
        for row_id, number, name in zip(ids, numbers, (account.account_holder for account in accounts), strict=True)
    ]
    conn.execute(
        text("""INSERT INTO shared.shop_accounts (id, shop_id, bank_code, masked, account_number_sealed,
                                                  account_holder_sealed, registered_at)
                SELECT given.*, CAST(:at AS timestamptz)
                FROM unnest(CAST(:ids AS uuid[]), CAST(:shop_ids AS uuid[]), CAST(:bank_codes AS text[]),
                            CAST(:masked AS text[]), CAST(:numbers AS bytea[]), CAST(:holders AS bytea[])) AS given"""),
        {
            "ids": ids,
            "shop_ids": [account.shop_id for account in accounts],
            "bank_codes": [account.bank_code for account in accounts],
            "masked": [masked(number) for number in numbers],
            "numbers": [number for number, _ in sealed],
            "holders": [holder for _, holder in sealed],
            "at": at,
        },
    )
    return ids


def close_accounts(conn: Connection, *, shop_ids: Sequence[UUID], reason: str, at: datetime) -> None:
    """Close the open accounts of shops, with the reason: replaced, or the bank rejected it."""
    conn.execute(
        text("""UPDATE shared.shop_accounts SET closed_at = :at, closed_reason = :reason
                WHERE shop_id = ANY(CAST(:shop_ids AS uuid[])) AND closed_at IS NULL"""),
        {"shop_ids": list(shop_ids), "reason": reason, "at": at},
    )


def open_accounts(conn: Connection, *, shop_ids: Sequence[UUID]) -> dict[UUID, ShopAccount]:
    """Read the open account of each shop; shops without one are absent from the answer."""
    rows = conn.execute(
        text("""SELECT id, shop_id, bank_code, masked FROM shared.shop_accounts
                WHERE shop_id = ANY(CAST(:shop_ids AS uuid[])) AND closed_at IS NULL"""),
        {"shop_ids": list(shop_ids)},
    )
    return {row.shop_id: ShopAccount(row.id, row.shop_id, row.bank_code, row.masked) for row in rows}


def unseal_account(conn: Connection, *, account_id: UUID, sealer: Sealer) -> OpenedAccount:
    """Open one account for a payout; refuses an unknown one."""
    row = conn.execute(
        text("""SELECT shop_id, bank_code, account_number_sealed, account_holder_sealed
                FROM shared.shop_accounts WHERE id = :id"""),
        {"id": account_id},
    ).one_or_none()
    if row is None:
        raise ShopAccountUnknown(account_id=str(account_id))
    return OpenedAccount(
        shop_id=row.shop_id,
        bank_code=row.bank_code,
        account_number=sealer.unseal(bytes(row.account_number_sealed), place=_NUMBER_PLACE, owner=account_id),
        account_holder=sealer.unseal(bytes(row.account_holder_sealed), place=_HOLDER_PLACE, owner=account_id),
    )


def masked(account_number: str) -> str:
    """Show an account number by its last four digits."""
    return "*" * (len(account_number) - 4) + account_number[-4:]


def _bare(account_number: str) -> str:
    return account_number.replace("-", "").replace(" ", "")


def _digits(given: str, least: int, most: int) -> bool:
    return least <= len(given) <= most and given.isascii() and given.isdigit()
