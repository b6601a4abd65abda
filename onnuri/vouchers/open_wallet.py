"""Open a wallet: one per person, in the lane chosen now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict


class WalletExists(Conflict):
    """A person has one wallet."""

    code = "wallet_exists"
    ko = "이미 지갑이 있습니다. 한 사람은 지갑 하나만 가질 수 있습니다."
    en = "This person has a wallet already; one person has one."


def open_wallet(conn: Connection, *, holder_id: UUID, lane: str, at: datetime) -> UUID:
    """Open the holder's wallet in a lane; `conn` sees that lane. Refuses `WalletExists`."""
    wallet_id = new_id(at)
    try:
        conn.execute(
            text("INSERT INTO shared.wallets (id, holder_id, lane, opened_at) VALUES (:id, :holder_id, :lane, :at)"),
            {"id": wallet_id, "holder_id": holder_id, "lane": lane, "at": at},
        )
    except IntegrityError as error:
        if "wallets_one_per_holder" in str(error.orig):
            raise WalletExists from error
        raise
    conn.execute(
        text("INSERT INTO wallets (id, status, opened_at) VALUES (:id, 'OPEN', :at)"), {"id": wallet_id, "at": at}
    )
    return wallet_id
