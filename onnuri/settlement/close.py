"""Close a business day: one line per shop and channel, debts settled, and a row that says the day is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_midnight
from onnuri.kit.ids import new_id
from onnuri.kit.lanes import use_lane
from onnuri.kit.migrate import lane_names
from onnuri.kit.refusals import Conflict
from onnuri.ledger.model import Entry, Event, Transfer, account_path
from onnuri.ledger.post import DayClosed, close_day, open_accounts, post, publish, take_lane
from onnuri.settlement.calendar import load_calendar
from onnuri.settlement.debts import DayNet, DebtStep, settle_debts
from onnuri.settlement.model import LaneClose

Begin: TypeAlias = Callable[[], AbstractContextManager[Connection]]
"""Begins a transaction and ends it; handed down by the edge, which alone decides on them."""

_SQL: Final = Path(__file__).parent / "sql"
_DAY_NETS: Final = text((_SQL / "day_nets.sql").read_text(encoding="utf-8"))
_WRITE_LINES: Final = text((_SQL / "write_lines.sql").read_text(encoding="utf-8"))


class DayNotOver(Conflict):
    """A business day can be closed from midnight in Seoul on."""

    code = "day_not_over"
    ko = "{day} 영업일은 아직 끝나지 않았습니다. 자정 이후에 마감할 수 있습니다."
    en = "Business day {day} is not over. It can be closed after midnight."


def close_business_day(begin: Begin, *, day: date, at: datetime) -> list[LaneClose]:
    """Close a day, and every open day before it, in every lane.

    Two transactions for each: one holds the lane, settles debts and closes, the other writes the lines while payments
    go on. What is done is skipped, so a run that was cut short is finished by running it again.
    Refuses `DayNotOver`, and `DayClosed` for a day before the first closed one.
    """
    with begin() as conn:
        lanes = lane_names(conn)
    closes: list[LaneClose] = []
    for lane in lanes:
        for each in _days_to_close(begin, lane, day):
            with begin() as conn:
                use_lane(conn, lane)
                closed_now = close_lane_day(conn, day=each, at=at)
            with begin() as conn:
                use_lane(conn, lane)
                written_now = write_day_lines(conn, day=each, at=at)
                closes.append(_closed(conn, lane, each, already=not (closed_now or written_now)))
    return closes


def close_lane_day(conn: Connection, *, day: date, at: datetime) -> bool:
    """Close a day in the lane looked at and settle its debts; False where it was closed before.

    Writes the lines of the shops whose debts moved; `write_day_lines` writes the others.
    Refuses `DayNotOver`, `DayClosed`.
    """
    if at < seoul_midnight(day + timedelta(days=1)):
        raise DayNotOver(day=day)
    head = take_lane(conn)
    if head.last_day is not None and day <= head.last_day:
        if conn.execute(text("SELECT 1 FROM days WHERE day = :day"), {"day": day}).scalar_one_or_none() is None:
            raise DayClosed
        return False
    nets = [DayNet(row.shop_id, row.channel, row.net, row.owed) for row in conn.execute(_DAY_NETS, {"day": day})]
    steps = settle_debts(nets)
    _post_debts(conn, steps, day=day, at=at)
    close_day(conn, day, at=at)
    _write_lines(conn, day, steps, every=False)
    publish(conn, [Event("day.closed", new_id(at), {"day": day.isoformat()})], at=at)
    return True


def write_day_lines(conn: Connection, *, day: date, at: datetime) -> bool:
    """Write the lines of a closed day in the lane looked at, without holding it; False where they are all there.

    Nothing can be dated into a closed day any more, so the lines are the same whenever they are written.
    """
    known = conn.execute(text("SELECT 1 FROM day_sheets WHERE day = :day"), {"day": day}).scalar_one_or_none()
    if known is not None:
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


def _days_to_close(begin: Begin, lane: str, day: date) -> list[date]:
    """List the days still open in a lane, from the first with business in it to `day`; an open day is never skipped."""
    with begin() as conn:
        use_lane(conn, lane)
        first = conn.execute(
            text(
                "SELECT coalesce(l.last_day + 1, least((SELECT min(business_date) FROM payments),"
                " (SELECT min(business_date) FROM cancels))) FROM lane l"
            )
        ).scalar_one()
    first = day if first is None else min(first, day)
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


def _closed(conn: Connection, lane: str, day: date, *, already: bool) -> LaneClose:
    """Read a closed day back."""
    row = conn.execute(
        text("SELECT d.seq_hi, s.lines, s.net, s.payable FROM days d JOIN day_sheets s USING (day) WHERE d.day = :day"),
        {"day": day},
    ).one()
    return LaneClose(lane, day, row.seq_hi, row.lines, row.net, row.payable, already=already)
