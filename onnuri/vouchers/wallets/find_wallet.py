"""Find somebody's wallets by what a caller can tell: the login or the person's number; never by a name.

Names and telephone numbers are sealed, each with its own nonce: nothing but opening the whole vault could search them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.refusals import Malformed
from onnuri.people.register import Reading, keep_reading


class WalletSearchUnnamed(Malformed):
    """A search names one thing to search by."""

    code = "wallet_search_unnamed"
    ko = "아이디나 회원번호(per_…) 가운데 하나로 찾습니다. 이름은 암호로 보관되어 찾을 수 없습니다."
    en = "Search by the login or by the person (per_…), one of them; names are sealed and can't be searched."


@dataclass(frozen=True, slots=True)
class FoundWallet:
    """A wallet of somebody, open or closed for ever."""

    wallet_id: UUID
    person_id: UUID
    closed: bool
    opened_at: datetime
    closed_at: datetime | None


def find_wallets(conn: Connection, *, login: str | None, person_id: UUID | None, reading: Reading) -> list[FoundWallet]:
    """List the wallets of a login or person, the newest first; that they were looked for is kept, also where
    somebody has none.

    One that is still moving in is not seen. Refuses `WalletSearchUnnamed`.
    """
    if (login is None) == (person_id is None):
        raise WalletSearchUnnamed
    whose = conn.execute(
        text("""
            SELECT id FROM shared.people WHERE id = coalesce(
                CAST(:person AS uuid), (SELECT person_id FROM shared.logins WHERE login = CAST(:login AS text)))
        """),
        {"person": person_id, "login": login},
    ).scalar_one_or_none()
    if whose is None:
        return []
    keep_reading(conn, whose, reading=reading)
    rows = conn.execute(
        text("""
            SELECT w.id, w.holder_id, w.state = 'CLOSED', w.opened_at, w.closed_at FROM shared.wallets w
            WHERE w.state <> 'MIGRATING' AND w.holder_id = :whose ORDER BY w.opened_at DESC, w.id DESC
        """),
        {"whose": whose},
    )
    return [FoundWallet(*row) for row in rows]


def keep_look(conn: Connection, wallet_id: UUID, *, reading: Reading) -> None:
    """Keep that somebody looked at a wallet of another (domain sheet, section 8: every access logged)."""
    query = text("SELECT holder_id FROM shared.wallets WHERE id = :id")
    keep_reading(conn, conn.execute(query, {"id": wallet_id}).scalar_one(), reading=reading)
