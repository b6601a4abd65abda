"""Register or withdraw the bank account a wallet is charged from: standing orders agreed to for it end with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.ledger.model import Event
from onnuri.ledger.post import publish, take_lane
from onnuri.people.debit_accounts import (
    DebitAccount,
    NewDebitAccount,
    debit_accounts,
    register_debit_accounts,
    revoke_debit_account,
)


def change_account(conn: Connection, account: NewDebitAccount, wallet_id: UUID | None, *, at: datetime) -> int:
    """Register an account in the place of the one before; tell how many standing orders of the wallet ended with it.

    The connection sees the wallet's lane, where there is a wallet yet.
    """
    if wallet_id is not None:
        take_lane(conn)
    register_debit_accounts(conn, [account], at=at)
    return 0 if wallet_id is None else _end(conn, wallet_id, "account_replaced", at)


def withdraw_account(
    conn: Connection, id: UUID, *, holder_id: UUID, wallet_id: UUID | None, at: datetime
) -> tuple[DebitAccount, int]:
    """Withdraw the consent; tell how many standing orders of the wallet ended with it. Refuses `DebitAccountUnknown`.

    Withdrawing it again changes nothing, nor does it touch what was agreed to for a later account.
    """
    if wallet_id is not None:
        take_lane(conn)
    active = any(each.id == id and each.revoked_at is None for each in debit_accounts(conn, holder_id=holder_id))
    account = revoke_debit_account(conn, id, holder_id=holder_id, at=at)
    return account, _end(conn, wallet_id, "account_withdrawn", at) if active and wallet_id is not None else 0


def _end(conn: Connection, wallet_id: UUID, reason: str, at: datetime) -> int:
    ended = conn.execute(
        text(
            "UPDATE auto_charges SET revoked_at = :at WHERE wallet_id = :wallet AND revoked_at IS NULL"
            " RETURNING id, kind"
        ),
        {"at": at, "wallet": wallet_id},
    ).all()
    told = {"wallet_id": wallet_id.hex, "reason": reason}
    publish(conn, [Event("auto_charge.ended", row.id, {**told, "kind": row.kind}) for row in sorted(ended)], at=at)
    return len(ended)
