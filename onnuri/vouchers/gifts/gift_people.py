"""Who is on the other side of a gift: found by what people know of each other, shown by enough of a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import IdUnreadable, parse_id
from onnuri.people.name_people import person_of_login, shown_name
from onnuri.people.register import Reading
from onnuri.people.sealing import Sealer
from onnuri.vouchers.gifts.gift_model import GiftReceiverUnknown


@dataclass(frozen=True, slots=True)
class GiftReceiver:
    """A wallet that may be sent gifts; `name` has its middle hidden, and is empty once the vault destroyed it."""

    wallet_id: UUID
    name: str | None


def find_receiver(conn: Connection, sealer: Sealer, given: str, *, reading: Reading) -> GiftReceiver:
    """Find the wallet that somebody means by a login or a wallet's id. Refuses `GiftReceiverUnknown`."""
    given = given.strip()
    wallet_id = _wallet_id(given)
    row = conn.execute(
        text("""
            SELECT id, holder_id FROM shared.wallets
            WHERE (id = CAST(:id AS uuid) OR holder_id = CAST(:holder AS uuid)) AND state = 'LIVE'
        """),
        {"id": wallet_id, "holder": None if wallet_id else person_of_login(conn, given)},
    ).one_or_none()
    if row is None:
        raise GiftReceiverUnknown
    return GiftReceiver(row.id, shown_name(conn, sealer, row.holder_id, reading=reading))


def name_holders(conn: Connection, sealer: Sealer, wallet_ids: Sequence[UUID], *, reading: Reading) -> dict[UUID, str]:
    """Name the holders of wallets, with the middle hidden; those whom the vault no longer knows are left out."""
    rows = conn.execute(
        text("SELECT id, holder_id FROM shared.wallets WHERE id = ANY(:ids)"), {"ids": list(set(wallet_ids))}
    ).all()
    names = {row.id: shown_name(conn, sealer, row.holder_id, reading=reading) for row in rows}
    return {id: name for id, name in names.items() if name is not None}


def _wallet_id(given: str) -> UUID | None:
    try:
        return parse_id("wal", given)
    except IdUnreadable:
        return None
