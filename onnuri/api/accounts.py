"""/v1/lanes/{lane}/…: an account's past, statement, T-account, and why it is so; trial balances of the past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import Query
from sqlalchemy import Connection

from onnuri.api.auth import Caller
from onnuri.api.books import AccountPath, LanePath, LaneUnknown, TrialBalanceView, TrialLineView
from onnuri.api.forms import (
    EntryId,
    Instant,
    LimitQuery,
    View,
    from_cursor,
    noun_router,
    problems,
    read_date,
    read_instant,
)
from onnuri.api.house import HouseDep
from onnuri.ledger.model import TrialLine
from onnuri.ledger.proof import NotSealedYet, Proof, prove_entry
from onnuri.ledger.snapshots import balance_at, balance_on, seq_at, trial_balance_at, trial_balance_for
from onnuri.ledger.statement import StatementLine, TAccount, statement, t_account, why
from onnuri.people.model import OVERSIGHT_ROLES, Principal

T = TypeVar("T")

router = noun_router("lanes", 404)

InstantQuery = Annotated[
    str | None,
    Query(max_length=40, description="An instant, RFC 3339 with its offset.", examples=["2026-11-02T03:04:05Z"]),
]
DateQuery = Annotated[str | None, Query(max_length=10, description="A business date, YYYY-MM-DD.")]


class BalanceView(View):
    """A balance in the past, won; by instant (`seq` is the last transfer counted) or by business date."""

    path: str
    balance: int
    seq: int | None
    on: str | None


class StatementLineView(View):
    """One transfer seen from the account; `balance` is right after it. Won."""

    seq: int
    entry_id: EntryId
    kind: str
    code: str
    other: str
    debit: int
    credit: int
    balance: int
    effective_on: str
    recorded_at: Instant


class StatementView(View):
    """A page of a statement, oldest first, with its opening and closing balance. Won."""

    path: str
    opening: int
    closing: int
    data: list[StatementLineView]
    next_cursor: str | None


class SideView(View):
    """How much came under a code from a kind of account; won."""

    code: str
    other_kind: str
    transfers: int
    amount: int


class TAccountView(View):
    """Both sides of an account; won."""

    path: str
    opening: int
    debit: list[SideView]
    credit: list[SideView]
    closing: int


class WhyView(View):
    """What a balance is made of, and the newest transfers with their entries; won."""

    path: str
    balance: int
    came: int
    went: int
    parts: TAccountView
    newest: list[StatementLineView]


@router.get("/{lane}/accounts/{path}/balance", operation_id="getBalance", responses=problems(400))
def balance(
    lane: LanePath, path: AccountPath, house: HouseDep, caller: Caller, at: InstantQuery = None, on: DateQuery = None
) -> BalanceView:
    """Tell a balance at an instant, or by business date with late facts included; now where neither is given."""

    def read(conn: Connection) -> BalanceView:
        if on is not None:
            dated = balance_on(conn, path, on=read_date(on))
            return BalanceView(path=path, balance=dated, seq=None, on=on)
        seq = seq_at(conn, at=_given(at) or house.now())
        return BalanceView(path=path, balance=balance_at(conn, path, seq=seq), seq=seq, on=None)

    return _in_lane(house, caller, lane, read)


@router.get("/{lane}/accounts/{path}/statement", operation_id="getStatement", responses=problems(400))
def pages(
    lane: LanePath,
    path: AccountPath,
    house: HouseDep,
    caller: Caller,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    limit: LimitQuery = 100,
) -> StatementView:
    """List an account's transfers with a running balance; page k costs what page 1 costs."""
    listing = f"statement:{lane}:{path}"
    place = from_cursor(house, listing, cursor)
    page = _in_lane(
        house, caller, lane, lambda conn: statement(conn, path, after_seq=int(place) if place else 0, limit=limit)
    )
    return StatementView(
        path=path,
        opening=page.opening,
        closing=page.closing,
        data=[_line(line) for line in page.lines],
        next_cursor=None if page.next_after is None else house.cursors.write(listing, str(page.next_after)),
    )


class StatementProofs(View):
    """The inclusion proofs of a page's sealed entries, as `verify.py` takes them; the unsealed are left out."""

    path: str
    data: list[dict[str, Any]]


@router.get("/{lane}/accounts/{path}/statement/proofs", operation_id="proveStatement", responses=problems(400))
def proven(
    lane: LanePath,
    path: AccountPath,
    house: HouseDep,
    caller: Caller,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    limit: LimitQuery = 100,
) -> StatementProofs:
    """Prove a page of a statement: its cursor is the statement's own."""
    place = from_cursor(house, f"statement:{lane}:{path}", cursor)

    def read(conn: Connection) -> list[Proof]:
        page = statement(conn, path, after_seq=int(place) if place else 0, limit=limit)
        entries = dict.fromkeys(line.entry_id for line in page.lines)
        return [proof for entry in entries if (proof := _proof(conn, entry)) is not None]

    return StatementProofs(path=path, data=_in_lane(house, caller, lane, read))


def _proof(conn: Connection, entry_id: UUID) -> Proof | None:
    try:
        return prove_entry(conn, entry_id)
    except NotSealedYet:
        return None


@router.get("/{lane}/accounts/{path}/t_account", operation_id="getTAccount", responses=problems(400))
def sides(
    lane: LanePath,
    path: AccountPath,
    house: HouseDep,
    caller: Caller,
    since: InstantQuery = None,
    until: InstantQuery = None,
) -> TAccountView:
    """Show both sides of an account between two instants, by code and the other side's kind."""

    def read(conn: Connection) -> TAccount:
        start, end = _given(since), _given(until)
        after = 0 if start is None else seq_at(conn, at=start)
        return t_account(conn, path, after_seq=after, to_seq=None if end is None else seq_at(conn, at=end))

    return _t_account(_in_lane(house, caller, lane, read))


@router.get("/{lane}/accounts/{path}/why", operation_id="whyBalance")
def explained(lane: LanePath, path: AccountPath, house: HouseDep, caller: Caller) -> WhyView:
    """Explain a balance: what came in and what went out, for what, and the newest transfers."""
    found = _in_lane(house, caller, lane, lambda conn: why(conn, path))
    return WhyView(
        path=path,
        balance=found.balance,
        came=found.in_total,
        went=found.out_total,
        parts=_t_account(found.parts),
        newest=[_line(line) for line in found.newest],
    )


@router.get("/{lane}/trial_balance", operation_id="trialBalanceAt", responses=problems(400))
def trial(
    lane: LanePath, house: HouseDep, caller: Caller, at: InstantQuery = None, since: InstantQuery = None
) -> TrialBalanceView:
    """Give the trial balance of a lane at an instant; with `since`, what moved between the two."""

    def read(conn: Connection) -> list[TrialLine]:
        to = seq_at(conn, at=_given(at) or house.now())
        start = _given(since)
        if start is None:
            return trial_balance_at(conn, seq=to)
        return trial_balance_for(conn, after_seq=seq_at(conn, at=start), to_seq=to)

    lines = [_trial_line(line) for line in _in_lane(house, caller, lane, read)]
    return TrialBalanceView(lines=lines, difference=sum(line.debits - line.credits for line in lines))


def _given(instant: str | None) -> datetime | None:
    return None if instant is None else read_instant(instant)


def _in_lane(house: HouseDep, caller: Principal, lane: str, read: Callable[[Connection], T]) -> T:
    caller.need(*OVERSIGHT_ROLES)
    if lane not in house.lanes:
        raise LaneUnknown(lane=lane)
    with house.begin(lane) as conn:
        return read(conn)


def _line(line: StatementLine) -> StatementLineView:
    return StatementLineView(
        seq=line.seq,
        entry_id=line.entry_id,
        kind=line.kind,
        code=line.code,
        other=line.other,
        debit=line.debit,
        credit=line.credit,
        balance=line.balance,
        effective_on=line.effective_on.isoformat(),
        recorded_at=line.recorded_at,
    )


def _t_account(found: TAccount) -> TAccountView:
    def views(side: Literal["debit", "credit"]) -> list[SideView]:
        parts = found.debit if side == "debit" else found.credit
        return [
            SideView(code=part.code, other_kind=part.other_kind, transfers=part.transfers, amount=part.amount)
            for part in parts
        ]

    return TAccountView(
        path=found.path, opening=found.opening, debit=views("debit"), credit=views("credit"), closing=found.closing
    )


def _trial_line(line: TrialLine) -> TrialLineView:
    return TrialLineView(
        kind=line.kind,
        side="debit" if line.side == "debit" else "credit",
        debits=line.debits,
        credits=line.credits,
        balance=line.balance,
    )
