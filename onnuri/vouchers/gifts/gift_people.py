"""Who is on the other side of a gift: found by what people know of each other, shown by enough of a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.ids import IdUnreadable, parse_id
from onnuri.kit.refusals import Forbidden
from onnuri.people.name_people import person_of_login, shown_name
from onnuri.people.register import Reading
from onnuri.people.sealing import Sealer
from onnuri.vouchers.gifts.gift_model import GiftReceiverUnknown

NAMES_A_DAY: Final = 20
"""So many people a day are named to one who looks for receivers (ours): enough for gifts, too few to list a town."""


class GiftNamesSpent(Forbidden):
    """Who looks for receivers is told so many names a day, so that nobody learns who hides behind which login."""

    code = "gift_names_spent"
    ko = "받는 분의 이름은 하루에 {maximum}명까지 볼 수 있습니다. {renews_on}부터 다시 찾을 수 있습니다."
    en = "You may look for {maximum} receivers a day; look for others from {renews_on} on."


@dataclass(frozen=True, slots=True)
class GiftReceiver:
    """A wallet that may be sent gifts; `name` has its middle hidden, and is empty once the vault destroyed it."""

    wallet_id: UUID
    name: str | None


def find_receiver(conn: Connection, sealer: Sealer, given: str, *, reading: Reading) -> GiftReceiver:
    """Find the wallet that somebody means by a login or a wallet's id.

    Refuses `GiftReceiverUnknown`, and one name more than is told in a day; who was told so many isn't told either
    whether there is somebody of another login.
    """
    given = given.strip()
    wallet_id = _wallet_id(given)
    row = conn.execute(
        text("""
            SELECT id, holder_id FROM shared.wallets
            WHERE (id = CAST(:id AS uuid) OR holder_id = CAST(:holder AS uuid)) AND state = 'LIVE'
        """),
        {"id": wallet_id, "holder": None if wallet_id else person_of_login(conn, given)},
    ).one_or_none()
    _check_names(conn, None if row is None else row.holder_id, reading)
    if row is None:
        raise GiftReceiverUnknown
    return GiftReceiver(row.id, shown_name(conn, sealer, row.holder_id, reading=reading))


def _check_names(conn: Connection, holder_id: UUID | None, reading: Reading) -> None:
    """Refuse one person more than may be named in a day of Seoul; whoever was named that day is no more.

    Who looks twice at once waits for the own other look (the own wallets are held), so that both are counted.
    """
    today = seoul_date(reading.at)
    own_wallets = text("SELECT 1 FROM shared.wallets WHERE holder_id = :reader ORDER BY id FOR NO KEY UPDATE")
    conn.execute(own_wallets, {"reader": UUID(hex=reading.reader.removeprefix("person:"))})
    named = conn.execute(
        text("""
            SELECT DISTINCT person_id FROM vault.access_log
            WHERE reader = :reader AND reason = :reason AND read_at >= :since
        """),
        {"reader": reading.reader, "reason": reading.reason, "since": seoul_midnight(today)},
    ).scalars()
    if len(known := set(named)) >= NAMES_A_DAY and holder_id not in known:
        raise GiftNamesSpent(maximum=NAMES_A_DAY, renews_on=today + timedelta(days=1))


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
