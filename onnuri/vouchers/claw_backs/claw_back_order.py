"""Order a claw-back: one person proposes it with the reason, another one approves it and only then it is booked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, DomainError, NotFound
from onnuri.kit.requests import RequestKey
from onnuri.vouchers.claw_backs.claw_back import (
    ClawBackNeedsAnother,
    ClawBackOrder,
    ClawBackTooMuch,
    GrantUnknown,
    claw_back,
    granted_lots,
)

_CALLER = "claw-back"


class ClawBackUnknown(NotFound):
    """No claw-back was ordered under that id."""

    code = "claw_back_unknown"
    ko = "환수 요청을 찾을 수 없습니다."
    en = "There is no such claw-back."


class ClawBackOpen(Conflict):
    """A grant has one open order at a time."""

    code = "claw_back_open"
    ko = "이 지급에는 처리 중인 환수 요청이 있습니다. 돈은 움직이지 않았습니다."
    en = "That grant has an open claw-back already. No money moved."


class ClawBackDecided(Conflict):
    """An order is decided once."""

    code = "claw_back_decided"
    ko = "이미 처리된 환수 요청입니다({status}). 돈은 움직이지 않았습니다."
    en = "That claw-back was decided already ({status}). No money moved."


@dataclass(frozen=True, slots=True)
class ClawBackDraft:
    """What somebody orders: a grant's lot, how much (won; empty for all), and why, as the holder is told."""

    lot_id: UUID
    amount: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class OrderedClawBack:
    """An order as it stands, won; `amount` is empty for all of it."""

    id: UUID
    lot_id: UUID
    wallet_id: UUID
    amount: int | None
    reason: str
    ordered_by: UUID
    ordered_at: datetime
    status: str
    decided_by: UUID | None
    decided_at: datetime | None


def order_claw_back(conn: Connection, draft: ClawBackDraft, *, by: UUID, at: datetime) -> OrderedClawBack:
    """Propose a claw-back; look at the grant's lane. Nothing is taken yet.

    Refuses `GrantUnknown`, `ClawBackTooMuch`, `ClawBackOpen`.
    """
    lot = granted_lots(conn, [draft.lot_id]).get(draft.lot_id)
    if lot is None:
        raise GrantUnknown
    left = lot.face - lot.gone
    if not 0 < (left if draft.amount is None else draft.amount) <= left:
        raise ClawBackTooMuch(left=left)
    id = new_id(at)
    try:
        conn.execute(
            text(
                "INSERT INTO shared.claw_back_orders (id, lot_id, wallet_id, amount, reason, ordered_by, ordered_at,"
                " status) VALUES (:id, :lot, :wallet, :amount, :reason, :by, :at, 'PROPOSED')"
            ),
            {
                "id": id, "lot": draft.lot_id, "wallet": lot.wallet_id, "amount": draft.amount, "reason": draft.reason,
                "by": by, "at": at,
            },
        )  # fmt: skip
    except IntegrityError as error:
        if "claw_back_orders_one_open" in str(error.orig):
            raise ClawBackOpen from error
        raise
    return ordered_claw_back(conn, id)


def approve_claw_back(conn: Connection, id: UUID, *, by: UUID, at: datetime) -> OrderedClawBack:
    """Approve somebody else's order and take the grant back; look at the grant's lane. Again, it changes nothing.

    Refuses `ClawBackUnknown`, `ClawBackNeedsAnother`, `ClawBackDecided`, and what the claw-back refuses now.
    """
    found = _to_decide(conn, id, by)
    if found.status == "APPROVED" and found.decided_by == by:
        return found
    if found.status != "PROPOSED":
        raise ClawBackDecided(status=found.status)
    key = RequestKey(_CALLER, id.hex, hashlib.sha256(id.bytes).digest())
    order = ClawBackOrder(key, id, found.lot_id, found.amount, found.reason, found.ordered_by, by)
    (answer,) = claw_back(conn, [order], at=at)
    if isinstance(answer.value, DomainError):
        raise answer.value  # the edge leaves the transaction, so the order stays open and its key unused
    return _decided(conn, id, "APPROVED", by, at)


def reject_claw_back(conn: Connection, id: UUID, *, by: UUID, at: datetime) -> OrderedClawBack:
    """Turn somebody else's order down. Refuses `ClawBackUnknown`, `ClawBackNeedsAnother`, `ClawBackDecided`."""
    found = _to_decide(conn, id, by)
    if found.status != "PROPOSED":
        raise ClawBackDecided(status=found.status)
    return _decided(conn, id, "REJECTED", by, at)


def _to_decide(conn: Connection, id: UUID, by: UUID) -> OrderedClawBack:
    conn.execute(text("SELECT 1 FROM shared.claw_back_orders WHERE id = :id FOR UPDATE"), {"id": id})
    found = ordered_claw_back(conn, id)
    if found.ordered_by == by:
        raise ClawBackNeedsAnother
    return found


def _decided(conn: Connection, id: UUID, status: str, by: UUID, at: datetime) -> OrderedClawBack:
    conn.execute(
        text("UPDATE shared.claw_back_orders SET status = :status, decided_by = :by, decided_at = :at WHERE id = :id"),
        {"id": id, "status": status, "by": by, "at": at},
    )
    return ordered_claw_back(conn, id)


def ordered_claw_back(conn: Connection, id: UUID) -> OrderedClawBack:
    """Give one order. Refuses `ClawBackUnknown`."""
    row = conn.execute(text(f"{_SELECT} WHERE id = :id"), {"id": id}).one_or_none()
    if row is None:
        raise ClawBackUnknown
    return OrderedClawBack(*row)


def ordered_claw_backs(
    conn: Connection, *, wallet_id: UUID | None = None, before: UUID | None = None, limit: int = 100
) -> list[OrderedClawBack]:
    """List orders, the newest first; of one wallet where given."""
    where = [
        *(["wallet_id = :wallet"] if wallet_id else []),
        *(["id < :before"] if before else []),
    ]
    rows = conn.execute(
        text(f"{_SELECT} WHERE {' AND '.join(['true', *where])} ORDER BY id DESC LIMIT :limit"),
        {"limit": limit} | ({"wallet": wallet_id} if wallet_id else {}) | ({"before": before} if before else {}),
    )
    return [OrderedClawBack(*row) for row in rows]


_SELECT = (
    "SELECT id, lot_id, wallet_id, amount, reason, ordered_by, ordered_at, status, decided_by, decided_at"
    " FROM shared.claw_back_orders"
)
