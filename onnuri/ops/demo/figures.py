"""The day's books in figures: read after the match, over all lanes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from onnuri.auditor.findings import Report
from onnuri.auditor.report import run_audit
from onnuri.kit.clock import seoul_date
from onnuri.kit.database import Database, Role
from onnuri.kit.lanes import each_lane
from onnuri.ledger.model import TrialLine
from onnuri.ledger.read import trial_balance
from onnuri.ops.work import Bench
from onnuri.settlement.breaks import Break, list_open_breaks
from onnuri.settlement.safeguarding import BankComparison, Safeguarding, compare_bank, safeguarding
from onnuri.settlement.subsidy import subsidy_by_month


@dataclass(frozen=True, slots=True)
class MarketDay:
    """A market's line of the day, won."""

    market: str
    shops: int
    payments: int
    gross: int
    cancelled: int
    net: int
    payable: int


@dataclass(frozen=True, slots=True)
class PayoutSum:
    """Payouts that ended alike, won."""

    status: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the report tells."""

    totals: dict[str, int]
    markets: tuple[MarketDay, ...]
    trial: tuple[TrialLine, ...]
    payouts: tuple[PayoutSum, ...]
    safeguarding: Safeguarding
    bank: BankComparison | None
    breaks: tuple[Break, ...]
    audit: Report = field(repr=False)


def read_figures(database: Database, bench: Bench, *, day: date, waiting: int) -> Figures:
    """Read the books; `waiting` is what shops without an account are still owed."""
    with bench.begin() as conn:
        sums = _totals(conn)
        payouts = _payouts(conn)
        covered = safeguarding(conn)
        paid = {each.status: each for each in payouts}
        owed = sum(month.owed - month.received for month in subsidy_by_month(conn, since=date(2000, 1, 1)))
        markets = _markets(conn, day)
        return Figures(
            totals=sums
            | {
                "subsidy_owed": owed,
                "payable": sum(market.payable for market in markets),
                "payouts_paid": paid["PAID"].count if "PAID" in paid else 0,
                "payouts_paid_won": paid["PAID"].amount if "PAID" in paid else 0,
                "payouts_rejected": paid["REJECTED"].count if "REJECTED" in paid else 0,
                "payouts_rejected_won": paid["REJECTED"].amount if "REJECTED" in paid else 0,
                "waiting_for_an_account": waiting,
                "breaks_open": len(breaks := list_open_breaks(conn, on=seoul_date(bench.now()), limit=1000)),
            },
            markets=markets,
            trial=_trial(conn),
            payouts=payouts,
            safeguarding=covered,
            bank=compare_bank(conn),
            breaks=tuple(breaks),
            audit=run_audit(database.url(Role.AUDITOR)),
        )


def _totals(conn: Connection) -> dict[str, int]:
    """Add up what was charged, paid and cancelled, from the rows and so comparable with the plan."""
    totals: defaultdict[str, int] = defaultdict(int)
    for _ in each_lane(conn):
        row = conn.execute(
            text(
                "SELECT count(*) FILTER (WHERE status = 'SUCCEEDED') AS charges,"
                " coalesce(sum(face) FILTER (WHERE status = 'SUCCEEDED'), 0)::bigint AS charged,"
                " coalesce(sum(subsidy) FILTER (WHERE status = 'SUCCEEDED'), 0)::bigint AS subsidy,"
                " count(*) FILTER (WHERE status = 'FAILED') AS charges_failed,"
                " count(*) FILTER (WHERE status NOT IN ('SUCCEEDED', 'FAILED')) AS charges_unknown,"
                " (SELECT count(*) FROM payments) AS payments,"
                " (SELECT coalesce(sum(amount), 0)::bigint FROM payments) AS paid,"
                " (SELECT count(*) FROM cancels) AS cancels,"
                " (SELECT coalesce(sum(amount), 0)::bigint FROM cancels) AS cancelled FROM charges"
            )
        ).mappings()
        for name, value in row.one().items():
            totals[name] += value
    return {**totals, "net": totals["paid"] - totals["cancelled"]}


def _markets(conn: Connection, day: date) -> tuple[MarketDay, ...]:
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for _ in each_lane(conn):
        rows: Any = conn.execute(
            text(
                "SELECT m.sido || ' ' || m.name AS market, count(DISTINCT l.shop_id) AS shops,"
                " sum(l.payments)::bigint AS payments, sum(l.gross)::bigint AS gross,"
                " sum(l.cancelled_same_day + l.cancelled_earlier)::bigint AS cancelled, sum(l.net)::bigint AS net,"
                " sum(l.payable)::bigint AS payable FROM settlement_lines l"
                " JOIN shared.markets m ON m.id = l.market_id WHERE l.day = :day GROUP BY m.id ORDER BY m.code"
            ),
            {"day": day},
        )
        for market, *values in rows:
            sums[market] = [before + value for before, value in zip(sums[market], values, strict=True)]
    return tuple(MarketDay(market, *values) for market, values in sorted(sums.items()))


def _trial(conn: Connection) -> tuple[TrialLine, ...]:
    sums: dict[str, TrialLine] = {}
    for _ in each_lane(conn):
        for line in trial_balance(conn):
            before = sums.get(line.kind, TrialLine(line.kind, line.side, 0, 0))
            sums[line.kind] = TrialLine(
                line.kind, line.side, before.debits + line.debits, before.credits + line.credits
            )
    return tuple(line for line in sums.values() if line.debits or line.credits)


def _payouts(conn: Connection) -> tuple[PayoutSum, ...]:
    rows = conn.execute(
        text("SELECT status, count(*), sum(amount)::bigint FROM shared.payouts GROUP BY status ORDER BY status")
    )
    return tuple(PayoutSum(*row) for row in rows)
