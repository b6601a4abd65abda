"""What the state owes for discounts: granted at charges, less what came back, month by month; and its receipt."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import Conflict, NotFound
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import BANK_TRUST, Entry, Transfer
from onnuri.ledger.post import open_accounts, post, take_lane


class StatementLineUnknown(NotFound):
    """No bank line has that number."""

    code = "statement_line_unknown"
    ko = "은행 거래를 찾을 수 없습니다."
    en = "There is no such bank line."


class LineIsNoSubsidy(Conflict):
    """Only money that came in and belongs to nothing else can be a subsidy."""

    code = "line_is_no_subsidy"
    ko = "보조금 입금으로 처리할 수 없는 은행 거래입니다. 돈은 움직이지 않았습니다."
    en = "This bank line can't be booked as a subsidy. No money moved."


@dataclass(frozen=True, slots=True)
class SubsidyMonth:
    """A month of subsidy, won: `owed` is what the month adds to the claim on the budget."""

    month: date
    granted: int
    came_back: int
    received: int

    @property
    def owed(self) -> int:
        """Granted less what came back."""
        return self.granted - self.came_back


def subsidy_by_month(conn: Connection, *, since: date) -> list[SubsidyMonth]:
    """List months from `since` on with what the books moved on the state's account, over all lanes; won.

    Granted are charges' subsidy shares; whatever credits the account came back, except what the state paid in.
    """
    totals: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for _ in each_lane(conn):
        rows = conn.execute(
            text(
                "SELECT CAST(date_trunc('month', t.effective_on) AS date) AS month,"
                " coalesce(sum(t.amount) FILTER (WHERE t.debit_account = a.id), 0)::bigint AS granted,"
                " coalesce(sum(t.amount) FILTER (WHERE t.credit_account = a.id"
                "  AND t.code <> 'subsidy_received'), 0)::bigint AS came_back,"
                " coalesce(sum(t.amount) FILTER (WHERE t.credit_account = a.id"
                "  AND t.code = 'subsidy_received'), 0)::bigint AS received"
                " FROM accounts a JOIN transfers t ON t.debit_account = a.id OR t.credit_account = a.id"
                " WHERE a.path = 'subsidy_receivable:digital' AND t.effective_on >= :since GROUP BY 1"
            ),
            {"since": since},
        )
        for row in rows:
            for place, amount in enumerate((row.granted, row.came_back, row.received)):
                totals[row.month][place] += amount
    return [SubsidyMonth(month, *totals[month]) for month in sorted(totals)]


def receive_subsidy(conn: Connection, *, line_id: int, reason: str, at: datetime) -> UUID:
    """Book a bank line as subsidy the state paid; in the lane looked at. Answers the entry.

    The line is matched, so the next run of matching resolves its break.
    Refuses `StatementLineUnknown`, and `LineIsNoSubsidy` for a line that goes out, has an id, is matched, or was
    counted as somebody's receipt.
    """
    head = take_lane(conn)
    line = conn.execute(
        text(
            "SELECT l.amount, l.direction = 'in' AND l.end_to_end_id = '' AND m.line_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM shared.bank_receipts r WHERE r.reference = upper(l.line_ref)) AS free"
            " FROM shared.statement_lines l LEFT JOIN shared.matches m ON m.line_id = l.id WHERE l.id = :id"
        ),
        {"id": line_id},
    ).one_or_none()
    if line is None:
        raise StatementLineUnknown
    if not line.free:
        raise LineIsNoSubsidy
    paths = (BANK_TRUST, "subsidy_receivable:digital")
    accounts = open_accounts(conn, paths, at=at)
    transfer = Transfer(accounts[paths[0]], accounts[paths[1]], line.amount, "subsidy_received")
    entry = Entry(new_id(at), "subsidy_received", effective_date(at, head), (transfer,), reason=reason)
    post(conn, [entry], at=at)
    conn.execute(
        text(
            "INSERT INTO shared.matches (line_id, matched_kind, subject_id, matched_at)"
            " VALUES (:line, 'subsidy', :entry, :at)"
        ),
        {"line": line_id, "entry": entry.id, "at": at},
    )
    return entry.id
