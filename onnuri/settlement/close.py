"""Close a business day: one line per shop and channel, debts settled, and a row that says the day is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.ids import new_id
from onnuri.kit.lanes import each_lane, use_lane
from onnuri.kit.migrate import lane_names
from onnuri.kit.refusals import Conflict
from onnuri.ledger.model import Entry, Event, Transfer, account_path
from onnuri.ledger.post import DayClosed, close_day, open_accounts, post, publish
from onnuri.settlement.calendar import load_calendar
from onnuri.settlement.debts import DayNet, DebtStep, settle_debts
from onnuri.settlement.model import LaneClose
from onnuri.settlement.move_payout import hold_all_lanes

Begin: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Begins a transaction and ends it; handed down by the edge, which alone decides on them."""

_SQL: Final = Path(__file__).parent / "sql"
_DAY_NETS: Final = text((_SQL / "day_nets.sql").read_text(encoding="utf-8"))
_OWED: Final = text(
    "SELECT CAST(split_part(a.path, ':', 2) AS uuid) AS shop_id, b.debits - b.credits AS owed"
    " FROM accounts a JOIN balances b ON b.account_id = a.id"
    " WHERE a.kind = 'merchant_receivable' AND b.debits <> b.credits"
)
_WRITE_LINES: Final = text((_SQL / "write_lines.sql").read_text(encoding="utf-8"))


_FIRST_CLOSE_BACK_MAX: Final = timedelta(days=31)


class DayNotOver(Conflict):
    """A business day can be closed from midnight in Seoul on."""

    code = "day_not_over"
    ko = "{day} 영업일은 아직 끝나지 않았습니다. 자정 이후에 마감할 수 있습니다."
    en = "Business day {day} is not over. It can be closed after midnight."


class DayBeforeBooks(Conflict):
    """The first day ever closed lies where business began, or at most a month back."""

    code = "day_before_books"
    ko = "{day}은 장부가 시작된 {began}보다 앞섭니다. 아무것도 마감하지 않았습니다."
    en = "{day} lies before the books, which begin on {began}. Nothing was closed."


def close_business_day(begin: Begin, *, day: date, at: datetime) -> list[LaneClose]:
    """Close a day, and every open day before it, in every lane.

    One short transaction holds the lanes, settles debts and closes; then the lines are written, lane by lane, while
    payments go on. What is done is skipped, so a run that was cut short is finished by running it again.
    Refuses `DayNotOver`, `DayBeforeBooks`, and `DayClosed` for a day before the first closed one.
    """
    if at < seoul_midnight(day + timedelta(days=1)):
        raise DayNotOver(day=day)
    with begin() as conn:
        lanes = lane_names(conn)
        days = _days_to_close(conn, day, at=at)
    closes: list[LaneClose] = []
    for each in days:
        with begin() as conn:
            closed_now = close_day_in_lanes(conn, day=each, at=at)
        for lane in lanes:
            with begin() as conn:
                use_lane(conn, lane)
                written_now = write_day_lines(conn, day=each, at=at)
                closes += _closed(conn, lane, each, already=lane not in closed_now and not written_now)
    return closes


def close_day_in_lanes(conn: Connection, *, day: date, at: datetime) -> list[str]:
    """Close a day in every lane that has not closed it, and settle debts; answer those lanes.

    Writes the lines of the shops whose debts moved; `write_day_lines` writes the others.
    Refuses `DayNotOver`, `DayClosed`.
    """
    if at < seoul_midnight(day + timedelta(days=1)):
        raise DayNotOver(day=day)
    open_lanes = [lane for lane, head in hold_all_lanes(conn).items() if head.last_day is None or head.last_day < day]
    if not open_lanes and not any(_is_closed(conn, day) for _ in each_lane(conn)):
        raise DayClosed
    steps = _debt_steps(conn, open_lanes, day)
    for lane in each_lane(conn):
        if lane in open_lanes:
            own = [step for step in steps if step.lane == lane]
            _post_debts(conn, own, day=day, at=at)
            close_day(conn, day, at=at)
            _write_lines(conn, day, own, every=False)
            publish(conn, [Event("day.closed", new_id(at), {"day": day.isoformat()})], at=at)
    return open_lanes


def _is_closed(conn: Connection, day: date) -> bool:
    return conn.execute(text("SELECT 1 FROM days WHERE day = :day"), {"day": day}).scalar_one_or_none() is not None


def _debt_steps(conn: Connection, lanes: Sequence[str], day: date) -> list[DebtStep]:
    """Find the shops that owe, or that ended below zero somewhere, and settle their debts over all lanes."""
    owed: dict[UUID, int] = {}
    below: set[UUID] = set()
    for lane in each_lane(conn):
        for row in conn.execute(_OWED):
            owed[row.shop_id] = owed.get(row.shop_id, 0) + row.owed
        if lane in lanes:
            below.update(row.shop_id for row in conn.execute(_DAY_NETS, {"day": day, "every": False, "shops": []}))
    concerned = sorted(below | {shop_id for shop_id, amount in owed.items() if amount})
    if not concerned:
        return []
    nets = [
        DayNet(row.shop_id, lane, row.channel, row.net)
        for lane in each_lane(conn)
        if lane in lanes
        for row in conn.execute(_DAY_NETS, {"day": day, "every": True, "shops": concerned})
    ]
    return settle_debts(nets, owed=owed)


def write_day_lines(conn: Connection, *, day: date, at: datetime) -> bool:
    """Write the lines of a closed day in the lane looked at, without holding it; False where nothing is left to write.

    Nothing can be dated into a closed day any more, so the lines are the same whenever they are written.
    """
    known = conn.execute(text("SELECT 1 FROM day_sheets WHERE day = :day"), {"day": day}).scalar_one_or_none()
    if known is not None or not _is_closed(conn, day):
        return False
    _write_lines(conn, day, [], every=True)
    written = conn.execute(
        text(
            "INSERT INTO day_sheets (day, lines, gross, net, payable, written_at)"
            " SELECT :day, count(*), coalesce(sum(gross), 0), coalesce(sum(net), 0), coalesce(sum(payable), 0), :at"
            " FROM settlement_lines WHERE day = :day ON CONFLICT (day) DO NOTHING"
        ),
        {"day": day, "at": at},
    )
    return written.rowcount == 1


def _write_lines(conn: Connection, day: date, steps: Sequence[DebtStep], *, every: bool) -> None:
    repaying = [step for step in steps if step.repaid]
    conn.execute(
        _WRITE_LINES,
        {
            "day": day,
            "due_on": due_on(conn, day),
            "every": every,
            "shops": list({step.shop_id for step in steps}),
            "repaying_shop": [step.shop_id for step in repaying],
            "repaying_channel": [step.channel for step in repaying],
            "repaid": [step.repaid for step in repaying],
        },
    )


def due_on(conn: Connection, day: date) -> date:
    """Tell on which bank day a business day is paid out: by the rules in force that day, or the last before it."""
    count = conn.execute(
        text(
            "SELECT settle_after_bank_days FROM shared.policies WHERE valid_from <= :at"
            " ORDER BY valid_from DESC LIMIT 1"
        ),
        {"at": seoul_midnight(day)},
    ).scalar_one()
    return load_calendar(conn).after_bank_days(day, count)


def _days_to_close(conn: Connection, day: date, *, at: datetime) -> list[date]:
    """List the days still open in some lane, from the first with business to `day`; an open day is never skipped.

    Refuses `DayBeforeBooks`: every day from the first one on has to be closed, so a wrong year would mean thousands.
    """
    heads = [
        conn.execute(
            text(
                "SELECT last_day, coalesce(last_day + 1, least((SELECT min(business_date) FROM payments),"
                " (SELECT min(business_date) FROM cancels))) AS open_from FROM lane"
            )
        ).one()
        for _ in each_lane(conn)
    ]
    open_from = [head.open_from for head in heads if head.open_from is not None]
    began = min([seoul_date(at) - _FIRST_CLOSE_BACK_MAX, *open_from])
    if day < began and all(head.last_day is None for head in heads):
        raise DayBeforeBooks(day=day, began=began)
    first = min([day, *open_from])
    return [date.fromordinal(n) for n in range(first.toordinal(), day.toordinal() + 1)]


def _post_debts(conn: Connection, steps: Sequence[DebtStep], *, day: date, at: datetime) -> None:
    """Write what shops owe now and what they repaid, dated on the day that is being closed."""
    if not steps:
        return
    owed = {step.shop_id: account_path("merchant_receivable", step.shop_id) for step in steps}
    earned = {step.shop_id: account_path("merchant", step.shop_id) for step in steps}
    accounts = open_accounts(conn, [*owed.values(), *earned.values()], at=at)
    entries: list[Entry] = []
    for step in steps:
        receivable, merchant = accounts[owed[step.shop_id]], accounts[earned[step.shop_id]]
        if step.added:
            transfer = Transfer(receivable, merchant, step.added, "debt")
        else:
            transfer = Transfer(merchant, receivable, step.repaid, "debt_repaid")
        entries.append(Entry(new_id(at), transfer.code, day, (transfer,)))
    post(conn, entries, at=at)


def _closed(conn: Connection, lane: str, day: date, *, already: bool) -> list[LaneClose]:
    """Read a closed day back; nothing where the lane began to close days later."""
    rows = conn.execute(
        text("SELECT d.seq_hi, s.lines, s.net, s.payable FROM days d JOIN day_sheets s USING (day) WHERE d.day = :day"),
        {"day": day},
    )
    return [LaneClose(lane, day, row.seq_hi, row.lines, row.net, row.payable, already=already) for row in rows]
