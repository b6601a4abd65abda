"""Holds: money set aside by a pending transfer, then captured (whole or in part), voided or timed out; once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from onnuri.kit.refusals import Conflict, NotFound
from onnuri.ledger.model import Entry, Transfer
from onnuri.ledger.post import post, take_lane, translated


class HoldUnknown(NotFound):
    """No hold has that id in this lane."""

    code = "hold_unknown"
    ko = "승인 내역을 찾을 수 없습니다. 돈은 움직이지 않았습니다."
    en = "There is no such hold. No money moved."


class HoldEnded(Conflict):
    """The hold was captured, voided or timed out before."""

    code = "hold_ended"
    ko = "이미 끝난 승인입니다({how}). 돈은 움직이지 않았습니다."
    en = "This hold ended before ({how}). No money moved."


class HoldTooOld(Conflict):
    """The time of the hold is over; it can only time out."""

    code = "hold_too_old"
    ko = "승인 시간이 지났습니다. 돈은 움직이지 않았습니다."
    en = "The time of this hold is over. No money moved."


class HoldTooSmall(Conflict):
    """More is captured than was set aside."""

    code = "hold_too_small"
    ko = "승인 금액 {held}원을 넘을 수 없습니다. 돈은 움직이지 않았습니다."
    en = "Only {held} won were set aside. No money moved."


@dataclass(frozen=True, slots=True)
class Hold:
    """A pending transfer; won."""

    id: UUID
    transfer: Transfer
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Capture:
    """Take so much of a hold, won; `None` takes all. The rest is let go."""

    hold_id: UUID
    entry_id: UUID
    effective_on: date
    kind: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    id: UUID
    transfer: Transfer
    expires_at: datetime
    how: str | None


def place_holds(conn: Connection, holds: Sequence[Hold], *, at: datetime) -> None:
    """Set money aside, all or nothing; it counts against the floor. Refuses `BalanceTooLow`, `TransferNotAllowed`."""
    take_lane(conn)
    try:
        conn.execute(
            text("SELECT place_holds(:id, :debit, :credit, :amount, :code, :expires_at, :at)"),
            {
                "id": [hold.id for hold in holds],
                "debit": [hold.transfer.debit for hold in holds],
                "credit": [hold.transfer.credit for hold in holds],
                "amount": [hold.transfer.amount for hold in holds],
                "code": [hold.transfer.code for hold in holds],
                "expires_at": [hold.expires_at for hold in holds],
                "at": at,
            },
        )
    except DatabaseError as error:
        raise translated(error) from error


def capture_holds(conn: Connection, captures: Sequence[Capture], *, at: datetime) -> None:
    """Let the held money move, whole or in part, all or nothing; what is not captured is free again.

    Refuses `HoldUnknown`, `HoldEnded`, `HoldTooOld`, `HoldTooSmall`.
    """
    take_lane(conn)
    placed = _placed(conn, [capture.hold_id for capture in captures])
    entries: list[Entry] = []
    for capture in captures:
        hold = placed.get(capture.hold_id)
        _refuse_unless_open(hold)
        assert hold is not None
        if at >= hold.expires_at:
            raise HoldTooOld
        amount = hold.transfer.amount if capture.amount is None else capture.amount
        if amount > hold.transfer.amount:
            raise HoldTooSmall(held=hold.transfer.amount)
        transfer = Transfer(hold.transfer.debit, hold.transfer.credit, amount, hold.transfer.code)
        entries.append(Entry(capture.entry_id, capture.kind, capture.effective_on, (transfer,)))

    _end(conn, [c.hold_id for c in captures], "captured", entries, at)
    post(conn, entries, at=at)


def void_holds(conn: Connection, ids: Sequence[UUID], *, at: datetime) -> None:
    """Let held money go. Refuses `HoldUnknown`, `HoldEnded`, `HoldTooOld` (then it times out)."""
    take_lane(conn)
    placed = _placed(conn, ids)
    for hold_id in ids:
        hold = placed.get(hold_id)
        _refuse_unless_open(hold)
        assert hold is not None
        if at >= hold.expires_at:
            raise HoldTooOld
    _end(conn, ids, "voided", None, at)


def time_out_holds(conn: Connection, *, at: datetime, limit: int = 1000) -> int:
    """Let go what was not captured in time; answers how many. Safe to run at any moment, any number of times."""
    take_lane(conn)
    rows = conn.execute(
        text("""
            SELECT h.id FROM holds h LEFT JOIN hold_ends e ON e.hold_id = h.id
            WHERE h.expires_at <= :at AND e.hold_id IS NULL ORDER BY h.expires_at LIMIT :limit
        """),
        {"at": at, "limit": limit},
    )
    ids = list(rows.scalars())
    if ids:
        _end(conn, ids, "timed_out", None, at)
    return len(ids)


def _refuse_unless_open(hold: _Placed | None) -> None:
    if hold is None:
        raise HoldUnknown
    if hold.how is not None:
        raise HoldEnded(how=hold.how)


def _end(conn: Connection, ids: Sequence[UUID], how: str, entries: Sequence[Entry] | None, at: datetime) -> None:
    try:
        conn.execute(
            text("SELECT end_holds(:id, :how, :captured, CAST(:entry AS uuid[]), :at)"),
            {
                "id": list(ids),
                "how": [how] * len(ids),
                "captured": [entry.transfers[0].amount for entry in entries] if entries else [0] * len(ids),
                "entry": [entry.id for entry in entries] if entries else [None] * len(ids),
                "at": at,
            },
        )
    except DatabaseError as error:
        raise translated(error) from error


def _placed(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, _Placed]:
    rows = conn.execute(
        text("""
            SELECT h.id, h.debit_account, h.credit_account, h.amount, h.code, h.expires_at, e.how
            FROM holds h LEFT JOIN hold_ends e ON e.hold_id = h.id WHERE h.id = ANY(:ids)
        """),
        {"ids": list(ids)},
    )
    return {
        row.id: _Placed(
            row.id, Transfer(row.debit_account, row.credit_account, row.amount, row.code), row.expires_at, row.how
        )
        for row in rows
    }
