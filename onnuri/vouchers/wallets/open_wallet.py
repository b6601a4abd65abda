"""Open a wallet: one per person, in the lane chosen now; from a certain age, and some time after having left."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, Forbidden
from onnuri.people.births import old_enough
from onnuri.people.register import Reading
from onnuri.people.sealing import Sealer
from onnuri.vouchers.life_rules import joining_rules_at
from onnuri.vouchers.moving_in.migrate_clash import kept_out


class WalletExists(Conflict):
    """A person has one wallet."""

    code = "wallet_exists"
    ko = "이미 지갑이 있습니다. 한 사람은 지갑 하나만 가질 수 있습니다."
    en = "This person has a wallet already; one person has one."


class WalletMovesIn(WalletExists):
    """A person's wallet is on its way from another operator: it is the one wallet, and opens when all of it is here."""

    code = "wallet_moves_in"
    ko = "이전 사업자에게서 지갑을 옮기는 중입니다. 다 옮기면 여기에서 바로 보입니다. 새로 만들지 않아도 됩니다."
    en = "Your wallet is moving in from the earlier operator. It opens here by itself; you need no other one."


class RejoinTooEarly(Conflict):
    """Who left waits before joining again (domain sheet, section 3: age / re-join)."""

    code = "rejoin_too_early"
    ko = "탈퇴한 뒤에는 {rejoin_on}부터 다시 가입할 수 있습니다."
    en = "After leaving, a new wallet can be opened from {rejoin_on} on."


class TooYoung(Forbidden):
    """Wallets are for people from a certain age (domain sheet, section 3: age / re-join)."""

    code = "too_young"
    ko = "만 {age_min}세부터 가입할 수 있습니다."
    en = "A wallet can be opened from the age of {age_min} years."


def open_own_wallet(conn: Connection, sealer: Sealer, *, holder_id: UUID, lane: str, at: datetime) -> UUID:
    """Open a wallet for somebody whose date of birth the vault knows.

    Refuses `TooYoung` on the opening day in Seoul, `RejoinTooEarly`, `WalletExists`, `BirthDateUnknown`.
    """
    refusal = why_not_old_enough(conn, sealer, holder_id, at=at)
    if refusal is not None:
        raise refusal
    return open_wallet(conn, holder_id=holder_id, lane=lane, at=at)


def why_not_old_enough(conn: Connection, sealer: Sealer, holder_id: UUID, *, at: datetime) -> TooYoung | None:
    """Ask the vault whether somebody may open a wallet today; commit, so that the reading stays on record either way.

    Refuses `BirthDateUnknown`.
    """
    age_min = joining_rules_at(conn, at=at).age_min
    reading = Reading(reader="open_wallet", reason="old enough to open a wallet", at=at)
    passed = old_enough(conn, sealer, holder_id, age_min=age_min, on=seoul_date(at), reading=reading)
    return None if passed else TooYoung(age_min=age_min)


def open_wallet(conn: Connection, *, holder_id: UUID, lane: str, at: datetime) -> UUID:
    """Open the holder's wallet in a lane; `conn` sees that lane. Refuses `WalletExists`, `RejoinTooEarly`.

    Refuses `WalletMovesIn` to somebody whom an approved file moves in: there is one already, though not open yet.

    Whoever calls it knows already that the holder is old enough.
    """
    waiting: datetime | None = conn.execute(
        text("SELECT max(rejoin_from) FROM shared.wallets WHERE holder_id = :holder AND rejoin_from > :at"),
        {"holder": holder_id, "at": at},
    ).scalar_one()
    if waiting is not None:
        raise RejoinTooEarly(rejoin_on=seoul_date(waiting).isoformat())
    if kept_out(conn, holder_id):
        raise WalletMovesIn
    wallet_id = new_id(at)
    made = conn.execute(
        text("""
            INSERT INTO shared.wallets (id, holder_id, lane, opened_at) VALUES (:id, :holder_id, :lane, :at)
            ON CONFLICT (holder_id) WHERE state <> 'CLOSED' DO NOTHING
        """),
        {"id": wallet_id, "holder_id": holder_id, "lane": lane, "at": at},
    )
    if made.rowcount == 0:
        raise _the_one_there_is(conn, holder_id)
    conn.execute(
        text("INSERT INTO wallets (id, status, opened_at) VALUES (:id, 'OPEN', :at)"), {"id": wallet_id, "at": at}
    )
    return wallet_id


def _the_one_there_is(conn: Connection, holder_id: UUID) -> WalletExists:
    query = "SELECT 1 FROM shared.wallets WHERE holder_id = :holder AND state = 'MIGRATING'"
    moves_in = conn.execute(text(query), {"holder": holder_id}).first() is not None
    return WalletMovesIn() if moves_in else WalletExists()
