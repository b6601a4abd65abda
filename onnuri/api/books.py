"""Entries, transfers, accounts, trial balance, safeguarding, subsidies: the books, for finance and auditors."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.forms import (
    CursorQuery,
    EntryId,
    Instant,
    LimitQuery,
    Page,
    View,
    from_cursor,
    noun_router,
    page_of,
    path_id,
    problems,
    read_date,
    read_id,
)
from onnuri.api.house import HouseDep
from onnuri.kit.refusals import NotFound
from onnuri.ledger.model import JournalLine
from onnuri.ledger.post import EntryUnknown
from onnuri.ledger.read import balances, journal, trial_balance
from onnuri.people.model import OVERSIGHT_ROLES
from onnuri.settlement.safeguarding import Item, compare_bank, safeguarding
from onnuri.settlement.subsidy import SubsidyMonth, subsidy_by_month

router = noun_router("", 404)
LanePath = Annotated[str, Path(pattern="^lane_[0-9]{2}$", examples=["lane_00"])]
AccountPath = Annotated[str, Path(pattern="^[a-z_]{1,40}:[0-9a-z_]{1,40}$", examples=["bank:trust"])]


class LaneUnknown(NotFound):
    """There is no lane of that name."""

    code = "lane_unknown"
    ko = "그런 원장 구획이 없습니다: {lane}"
    en = "There is no lane {lane}."


class TransferView(View):
    """One transfer, won: `amount` moved from the debited to the credited account."""

    lane: str
    seq: int
    entry_id: EntryId
    kind: Annotated[str, Field(examples=["payment"])]
    code: Annotated[str, Field(examples=["payment"])]
    debit: Annotated[str, Field(examples=["lot:0192f0c1a2b37c4d8e5f60718293a4b5"])]
    credit: Annotated[str, Field(examples=["merchant:0192f0c1a2b37c4d8e5f60718293a4b5"])]
    amount: int
    effective_on: Annotated[str, Field(examples=["2026-11-02"])]
    recorded_at: Instant


class EntryView(View):
    """One business act with its transfers."""

    id: EntryId
    lane: str
    kind: str
    effective_on: str
    recorded_at: Instant
    transfers: list[TransferView]


class AccountView(View):
    """A balance now over all lanes, on the side where its kind grows, won."""

    path: str
    balance: int
    lanes: dict[str, int]


class TrialLineView(View):
    """Totals of one kind of account over all lanes, won."""

    kind: str
    side: Literal["debit", "credit"]
    debits: int
    credits: int
    balance: int


class TrialBalanceView(View):
    """The trial balance; `difference` is debits less credits and always 0."""

    lines: list[TrialLineView]
    difference: int


class ItemView(View):
    """One item of the safeguarding equation, won."""

    kind: str
    name: str
    amount: int


class BankView(View):
    """The bank's closing balance against the books, won; `unexplained` must be 0."""

    on: str
    bank: int
    books: int
    open_breaks: int
    accepted: int
    in_transit: int
    opening: int
    difference: int
    unexplained: int


class SafeguardingView(View):
    """What covers the face value and what must be covered, over all lanes; `difference` must be 0. Won."""

    covers: list[ItemView]
    owed: list[ItemView]
    difference: int
    bank: BankView | None


class SubsidyView(View):
    """A month of subsidy, won; `owed` is what it adds to the claim on the budget."""

    month: Annotated[str, Field(examples=["2026-11"])]
    granted: int
    came_back: int
    received: int
    owed: int


class SubsidyList(View):
    """Months, oldest first."""

    data: list[SubsidyView]


@router.get("/entries/{entry_id}", operation_id="getEntry")
def entry(entry_id: Annotated[str, path_id("ent")], house: HouseDep, caller: Caller) -> EntryView:
    """Show an entry down to its transfers."""
    caller.need(*OVERSIGHT_ROLES)
    wanted: UUID = read_id("ent", entry_id)
    for lane in house.lanes:
        with house.begin(lane) as conn:
            lines = journal(conn, entry_id=wanted)
        if lines:
            first = lines[0]
            return EntryView(
                id=wanted,
                lane=lane,
                kind=first.kind,
                effective_on=first.effective_on.isoformat(),
                recorded_at=first.recorded_at,
                transfers=[transfer_view(lane, line) for line in lines],
            )
    raise EntryUnknown


@router.get("/lanes/{lane}/transfers", operation_id="listTransfers", responses=problems(400))
def transfers(
    lane: LanePath, house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 100
) -> Page[TransferView]:
    """List a lane's transfers in the order of the books."""
    caller.need(*OVERSIGHT_ROLES)
    if lane not in house.lanes:
        raise LaneUnknown(lane=lane)
    place = from_cursor(house, f"transfers:{lane}", cursor)
    with house.begin(lane) as conn:
        lines = journal(conn, after_seq=0 if place is None else int(place), limit=limit + 1)
    shown, following = page_of(house, f"transfers:{lane}", lines, limit, place=lambda line: str(line.seq))
    return Page(data=[transfer_view(lane, line) for line in shown], next_cursor=following)


@router.get("/accounts/{path}", operation_id="getAccount")
def account(path: AccountPath, house: HouseDep, caller: Caller) -> AccountView:
    """Tell an account's balance now; one that never moved is 0."""
    caller.need(*OVERSIGHT_ROLES)
    lanes: dict[str, int] = {}
    for lane in house.lanes:
        with house.begin(lane) as conn:
            lanes[lane] = balances(conn, [path])[path]
    return AccountView(path=path, balance=sum(lanes.values()), lanes=lanes)


@router.get("/trial_balance", operation_id="trialBalance")
def trial(house: HouseDep, caller: Caller) -> TrialBalanceView:
    """Add up every kind of account over all lanes."""
    caller.need(*OVERSIGHT_ROLES)
    sums: dict[tuple[str, str], list[int]] = {}
    for lane in house.lanes:
        with house.begin(lane) as conn:
            for line in trial_balance(conn):
                total = sums.setdefault((line.kind, line.side), [0, 0])
                total[0] += line.debits
                total[1] += line.credits
    lines = [
        TrialLineView(
            kind=kind,
            side="debit" if side == "debit" else "credit",
            debits=debited,
            credits=credited,
            balance=debited - credited if side == "debit" else credited - debited,
        )
        for (kind, side), (debited, credited) in sums.items()
    ]
    return TrialBalanceView(lines=lines, difference=sum(line.debits - line.credits for line in lines))


@router.get("/safeguarding", operation_id="safeguarding")
def covered(house: HouseDep, caller: Caller) -> SafeguardingView:
    """Show the safeguarding equation item by item, and the bank's balance against the books."""
    caller.need(*OVERSIGHT_ROLES)
    with house.begin() as conn:
        equation = safeguarding(conn)
        bank = compare_bank(conn)
    return SafeguardingView(
        covers=_items(equation.covers),
        owed=_items(equation.owed),
        difference=equation.difference,
        bank=None
        if bank is None
        else BankView(
            on=bank.on.isoformat(),
            bank=bank.bank,
            books=bank.books,
            open_breaks=bank.open_breaks,
            accepted=bank.accepted,
            in_transit=bank.in_transit,
            opening=bank.opening,
            difference=bank.difference,
            unexplained=bank.unexplained,
        ),
    )


@router.get("/subsidies", operation_id="listSubsidies")
def subsidies(
    house: HouseDep,
    caller: Caller,
    since: Annotated[
        str, Query(max_length=10, description="First date that counts.", examples=["2026-01-01"])
    ] = "2025-01-01",
) -> SubsidyList:
    """List the months with what the state owes for charges, less what came back."""
    caller.need(*OVERSIGHT_ROLES)
    first: date = read_date(since)
    with house.begin() as conn:
        months = subsidy_by_month(conn, since=first)
    return SubsidyList(data=[_month(month) for month in months])


def _month(month: SubsidyMonth) -> SubsidyView:
    return SubsidyView(
        month=month.month.isoformat()[:7],
        granted=month.granted,
        came_back=month.came_back,
        received=month.received,
        owed=month.owed,
    )


def _items(items: tuple[Item, ...]) -> list[ItemView]:
    return [ItemView(kind=item.kind, name=item.name, amount=item.amount) for item in items]


def transfer_view(lane: str, line: JournalLine) -> TransferView:
    """Describe a transfer."""
    return TransferView(
        lane=lane,
        seq=line.seq,
        entry_id=line.entry_id,
        kind=line.kind,
        code=line.code,
        debit=line.debit,
        credit=line.credit,
        amount=line.amount,
        effective_on=line.effective_on.isoformat(),
        recorded_at=line.recorded_at,
    )
