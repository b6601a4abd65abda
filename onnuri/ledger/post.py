"""Write the books: the one way in. The caller holds the transaction; the lane row makes it the only writer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from onnuri.kit.refusals import Conflict, NotFound, Refused
from onnuri.ledger.model import Entry, Event, LaneHead, Transfer, reversal


class BalanceTooLow(Refused):
    """An account with a floor would go below it."""

    code = "balance_too_low"
    ko = "잔액이 부족합니다. 돈은 움직이지 않았습니다."
    en = "The balance is too low. No money moved."


class DayClosed(Conflict):
    """What is dated into a closed business day is refused."""

    code = "day_closed"
    ko = "이미 마감된 영업일입니다. 돈은 움직이지 않았습니다."
    en = "That business day is closed. No money moved."


class TransferNotAllowed(Conflict):
    """A transfer runs between kinds of account that its code does not allow."""

    code = "transfer_not_allowed"
    ko = "허용되지 않은 이체입니다. 돈은 움직이지 않았습니다."
    en = "This transfer is not on the allow-list. No money moved."


class AlreadyReversed(Conflict):
    """An entry can be reversed once."""

    code = "already_reversed"
    ko = "이미 취소 처리된 거래입니다. 돈은 움직이지 않았습니다."
    en = "That entry was reversed already. No money moved."


class EntryUnknown(NotFound):
    """No entry has that id in this lane."""

    code = "entry_unknown"
    ko = "거래를 찾을 수 없습니다."
    en = "There is no such entry."


_BY_WORDS: tuple[tuple[str, type[Refused | Conflict]], ...] = (
    ("balances_floor", BalanceTooLow),
    ("day_closed", DayClosed),
    ("transfer_not_allowed", TransferNotAllowed),
    ("entries_reversed_once", AlreadyReversed),
)

_POST = text("SELECT post_document(:entries, :transfers, :recorded_at)")


def take_lane(conn: Connection) -> LaneHead:
    """Become the lane's only writer until this transaction ends; wait for the one before."""
    row = conn.execute(text("SELECT last_seq, last_event, last_day FROM take_lane()")).one()
    return LaneHead(row.last_seq, row.last_event, row.last_day)


def open_accounts(conn: Connection, paths: Iterable[str], *, at: datetime) -> dict[str, int]:
    """Give the ids of accounts by path, opening those that do not exist."""
    wanted = list(dict.fromkeys(paths))
    if not wanted:
        return {}
    found = {
        row.path: row.id
        for row in conn.execute(text("SELECT path, id FROM accounts WHERE path = ANY(:paths)"), {"paths": wanted})
    }
    if len(found) < len(wanted):
        missing = [path for path in wanted if path not in found]
        opened = conn.execute(text("SELECT path, id FROM open_accounts(:paths, :at)"), {"paths": missing, "at": at})
        found.update({row.path: row.id for row in opened})
    return found


def post(conn: Connection, entries: Sequence[Entry], *, at: datetime) -> int:
    """Write entries in order, all or nothing; answer the seq of the first transfer.

    Refuses `BalanceTooLow`, `DayClosed`, `TransferNotAllowed`, `AlreadyReversed`. After a refusal the transaction is
    broken and must be left: whoever wants to refuse one of many decides before posting.
    """
    assert entries
    documents = {
        "entries": json.dumps([_entry_row(entry) for entry in entries]),
        "transfers": json.dumps(
            [_transfer_row(place, transfer) for place, entry in enumerate(entries, 1) for transfer in entry.transfers]
        ),
        "recorded_at": at,
    }
    try:
        first = conn.execute(_POST, documents).scalar_one()
    except (IntegrityError, DatabaseError) as error:
        raise translated(error) from error
    return int(first)


def _entry_row(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id.hex,
        "kind": entry.kind,
        "effective_on": entry.effective_on.isoformat(),
        "reverses": entry.reverses.hex if entry.reverses else None,
        "reason": entry.reason,
        "adjusts": entry.adjusts,
    }


def _transfer_row(place: int, transfer: Transfer) -> dict[str, object]:
    return {
        "of": place,
        "debit": transfer.debit,
        "credit": transfer.credit,
        "amount": transfer.amount,
        "code": transfer.code,
    }


def publish(conn: Connection, events: Sequence[Event], *, at: datetime) -> None:
    """Tell the outside after the commit, in commit order; holds the lane."""
    if events:
        conn.execute(
            text("SELECT publish(:topic, :subject, CAST(:payload AS jsonb[]), :at)"),
            {
                "topic": [event.topic for event in events],
                "subject": [event.subject_id for event in events],
                "payload": [json.dumps(event.payload, ensure_ascii=False) for event in events],
                "at": at,
            },
        )


def reverse(conn: Connection, entry_id: UUID, *, id: UUID, on: date, reason: str, at: datetime) -> Entry:
    """Undo an entry by posting its mirror; once only. Refuses `EntryUnknown`, `AlreadyReversed`, `BalanceTooLow`."""
    rows = conn.execute(
        text("SELECT debit_account, credit_account, amount, code FROM transfers WHERE entry_id = :id ORDER BY seq"),
        {"id": entry_id},
    ).all()
    head = conn.execute(text("SELECT kind, effective_on FROM entries WHERE id = :id"), {"id": entry_id}).one_or_none()
    if head is None:
        raise EntryUnknown
    original = Entry(
        entry_id,
        head.kind,
        head.effective_on,
        tuple(Transfer(r.debit_account, r.credit_account, r.amount, r.code) for r in rows),
    )
    mirror = reversal(original, id=id, on=on, reason=reason)
    post(conn, [mirror], at=at)
    return mirror


def close_day(conn: Connection, day: date, *, at: datetime) -> int:
    """Close a business day: a row with the last seq, not a lock. Refuses `DayClosed`. Days close in order."""
    try:
        return int(conn.execute(text("SELECT close_day(:day, :at)"), {"day": day, "at": at}).scalar_one())
    except (IntegrityError, DatabaseError) as error:
        raise translated(error) from error


def translated(error: DatabaseError) -> Exception:
    """Say a broken constraint of the books in our words; the message names it on every engine."""
    if isinstance(error.orig, psycopg.IntegrityError):
        words = str(error.orig)
        for name, refusal in _BY_WORDS:
            if name in words:
                return refusal()
    return error
