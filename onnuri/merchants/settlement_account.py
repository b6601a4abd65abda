"""A shop's settlement account: registered with a sealed number, closed when replaced or rejected by the bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.accounts import canonical_bank_code, mask_account_number, plain_account_number
from onnuri.kit.ids import new_id
from onnuri.people.sealing import Sealer

NUMBER_PLACE = "shared.shop_accounts.account_number"
HOLDER_PLACE = "shared.shop_accounts.account_holder"


@dataclass(frozen=True, slots=True)
class NewShopAccount:
    """An account a shop wants its payouts on."""

    shop_id: UUID
    bank_code: str
    account_number: str = field(repr=False)
    account_holder: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShopAccount:
    """A settlement account as it may be shown."""

    id: UUID
    shop_id: UUID
    bank_code: str
    masked: str
    registered_at: datetime
    closed_at: datetime | None
    closed_reason: str | None


@dataclass(frozen=True, slots=True)
class PayoutAddress:
    """Where money is sent: opened only to write the order to the bank."""

    shop_account_id: UUID
    bank_code: str
    account_number: str = field(repr=False)
    account_holder: str = field(repr=False)


def register_shop_accounts(
    conn: Connection, sealer: Sealer, accounts: Sequence[NewShopAccount], *, at: datetime
) -> list[UUID]:
    """Register settlement accounts, one a shop; one that was open before is closed as replaced.

    Refuses `UnknownBank` and `BadAccountNumber`, for all of them.
    """
    ids = [new_id(at) for _ in accounts]
    numbers = [plain_account_number(account.account_number) for account in accounts]
    close_shop_accounts(conn, [account.shop_id for account in accounts], reason="replaced", at=at)
    conn.execute(
        text("""INSERT INTO shared.shop_accounts (id, shop_id, bank_code, account_number_sealed, masked,
                                                  account_holder_sealed, registered_at)
                SELECT opened.*, CAST(:at AS timestamptz)
                FROM unnest(CAST(:ids AS uuid[]), CAST(:shops AS uuid[]), CAST(:banks AS text[]),
                            CAST(:numbers AS bytea[]), CAST(:masked AS text[]),
                            CAST(:holders AS bytea[])) AS opened"""),
        {
            "ids": ids,
            "shops": [account.shop_id for account in accounts],
            "banks": [canonical_bank_code(account.bank_code) for account in accounts],
            "numbers": [
                sealer.seal(number, place=NUMBER_PLACE, owner=id) for id, number in zip(ids, numbers, strict=True)
            ],
            "masked": [mask_account_number(number) for number in numbers],
            "holders": [
                sealer.seal(account.account_holder, place=HOLDER_PLACE, owner=id)
                for id, account in zip(ids, accounts, strict=True)
            ],
            "at": at,
        },
    )
    return ids


def close_shop_accounts(conn: Connection, shop_ids: Sequence[UUID], *, reason: str, at: datetime) -> None:
    """Stop using the open accounts of these shops; the reason is kept."""
    conn.execute(
        text("""UPDATE shared.shop_accounts SET closed_at = :at, closed_reason = :reason
                WHERE shop_id = ANY(CAST(:shops AS uuid[])) AND closed_at IS NULL"""),
        {"at": at, "reason": reason, "shops": list(shop_ids)},
    )


def payout_addresses(conn: Connection, sealer: Sealer, shop_ids: Sequence[UUID]) -> dict[UUID, PayoutAddress]:
    """Open the accounts that shops are paid on, by shop; shops without one are absent."""
    rows = conn.execute(
        text("""SELECT id, shop_id, bank_code, account_number_sealed, account_holder_sealed FROM shared.shop_accounts
                WHERE shop_id = ANY(CAST(:shops AS uuid[])) AND closed_at IS NULL"""),
        {"shops": list(shop_ids)},
    )
    return {
        row.shop_id: PayoutAddress(
            shop_account_id=row.id,
            bank_code=row.bank_code,
            account_number=sealer.unseal(bytes(row.account_number_sealed), place=NUMBER_PLACE, owner=row.id),
            account_holder=sealer.unseal(bytes(row.account_holder_sealed), place=HOLDER_PLACE, owner=row.id),
        )
        for row in rows
    }


def shop_accounts(conn: Connection, *, shop_id: UUID) -> list[ShopAccount]:
    """List a shop's settlement accounts as they may be shown, the newest first."""
    rows = conn.execute(
        text("""SELECT id, shop_id, bank_code, masked, registered_at, closed_at, closed_reason
                FROM shared.shop_accounts WHERE shop_id = :shop_id ORDER BY id DESC LIMIT 100"""),
        {"shop_id": shop_id},
    )
    return [ShopAccount(*row) for row in rows]
