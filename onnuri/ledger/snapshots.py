"""Balances in the past: a closed day's balances are written down, so any moment is the nearest snapshot plus a tail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from onnuri.kit.refusals import Conflict
from onnuri.ledger.model import TrialLine


class TransfersArchived(Conflict):
    """The answer needs transfers that are away in an archive: a wrong number is not given instead."""

    code = "transfers_archived"
    ko = "보관 파일로 옮겨진 거래가 필요한 조회입니다. 보관 파일을 되돌린 뒤 다시 시도해 주세요."
    en = "This needs transfers that were moved to an archive; bring the archive back first."


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A closed business day of this lane."""

    day: date
    seq_hi: int
    refusal_hi: int
    closed_at: datetime


def closed_days(conn: Connection, *, since: date | None = None) -> list[ClosedDay]:
    """List closed days in order, from a day on where given."""
    rows = conn.execute(
        text("""
            SELECT day, seq_hi, refusal_hi, closed_at FROM days
            WHERE CAST(:since AS date) IS NULL OR day >= :since ORDER BY day
        """),
        {"since": since},
    )
    return [ClosedDay(*row) for row in rows]


def snapshot_days(conn: Connection, *, at: datetime) -> list[date]:
    """Write down the balances of every closed day that has none yet; answers which days. Does not hold the lane."""
    rows = conn.execute(
        text("SELECT d.day FROM days d LEFT JOIN day_snapshots s ON s.day = d.day WHERE s.day IS NULL ORDER BY d.day")
    )
    days = list(rows.scalars())
    for day in days:
        conn.execute(text("SELECT snapshot_day(:day, :at)"), {"day": day, "at": at})
    return days


def seq_at(conn: Connection, *, at: datetime) -> int:
    """Give the last seq that was recorded at or before an instant; 0 before the first."""
    found = conn.execute(
        text("SELECT seq_hi FROM chain WHERE recorded_at <= :at ORDER BY recorded_at DESC, batch DESC LIMIT 1"),
        {"at": at},
    ).scalar_one_or_none()
    return int(found or 0)


_AT_SEQ = text("""
    -- the nearest counters at or before the seq, of a mark or of a closed day, then the transfers after them
    WITH account AS (
        SELECT a.id, k.side FROM accounts a JOIN shared.account_kinds k ON k.kind = a.kind WHERE a.path = :path
    ), closed AS (
        SELECT d.day, d.seq_hi FROM days d JOIN day_snapshots s ON s.day = d.day
        WHERE d.seq_hi <= :seq ORDER BY d.seq_hi DESC, d.day DESC LIMIT 1
    ), near AS (
        (SELECT m.seq, m.debits, m.credits FROM marks m
         WHERE m.account_id = (SELECT id FROM account) AND m.seq <= :seq ORDER BY m.seq DESC LIMIT 1)
        UNION ALL
        SELECT closed.seq_hi, coalesce(b.debits, 0), coalesce(b.credits, 0)
        FROM closed LEFT JOIN LATERAL (
            SELECT b.debits, b.credits FROM day_balances b
            WHERE b.account_id = (SELECT id FROM account) AND b.day <= closed.day
            ORDER BY b.day DESC LIMIT 1) AS b ON true
    ), base AS (
        SELECT coalesce(max(seq), 0) AS seq FROM near
    ), tail AS (
        SELECT coalesce((SELECT sum(t.amount) FROM transfers t WHERE t.debit_account = (SELECT id FROM account)
                         AND t.seq > (SELECT seq FROM base) AND t.seq <= :seq), 0) AS debits,
               coalesce((SELECT sum(t.amount) FROM transfers t WHERE t.credit_account = (SELECT id FROM account)
                         AND t.seq > (SELECT seq FROM base) AND t.seq <= :seq), 0) AS credits
    )
    SELECT account.side,
           (coalesce((SELECT max(debits) FROM near WHERE seq = base.seq), 0) + tail.debits)::bigint AS debits,
           (coalesce((SELECT max(credits) FROM near WHERE seq = base.seq), 0) + tail.credits)::bigint AS credits,
           (SELECT max(seq_hi) - 1 FROM archives WHERE returned_at IS NULL) > base.seq AND :seq > base.seq AS away
    FROM account, base, tail
""")


def balance_at(conn: Connection, path: str, *, seq: int) -> int:
    """Give one balance as it was right after transfer `seq`, won; O(snapshot + tail). Unknown accounts are 0.

    Refuses `TransfersArchived`.
    """
    row = conn.execute(_AT_SEQ, {"path": path, "seq": seq}).one_or_none()
    if row is None:
        return 0
    if row.away:
        raise TransfersArchived
    return int(row.debits - row.credits if row.side == "debit" else row.credits - row.debits)


_ON_DATE = text("""
    -- A date after the last day that was written down: the counters as they stand, less what is dated later.
    -- Another: the newest day written down at or before it; dated after that day and up to the date; and late facts
    -- recorded after that day's close.
    WITH account AS (
        SELECT a.id, k.side FROM accounts a JOIN shared.account_kinds k ON k.kind = a.kind WHERE a.path = :path
    ), base AS (
        SELECT s.day, s.later_from, d.seq_hi FROM day_snapshots s JOIN days d ON d.day = s.day
        WHERE s.day <= :on ORDER BY s.day DESC LIMIT 1
    ), upper AS (
        -- nothing recorded after the close of a later snapshot can be dated up to the date, but adjustments
        SELECT d.seq_hi FROM day_snapshots s JOIN days d ON d.day = s.day WHERE s.day >= :on ORDER BY s.day LIMIT 1
    ), span AS (
        -- which transfers to look at, and whether to take away what is later or to add what is not
        SELECT upper.seq_hi IS NULL AS open,
               CASE WHEN upper.seq_hi IS NULL
                    THEN coalesce((SELECT min(seq) FROM date_starts WHERE day > :on), 9223372036854775807)
                    WHEN (SELECT day FROM base) = :on THEN 9223372036854775807
                    ELSE coalesce((SELECT later_from FROM base), 1) END AS lo,
               coalesce(upper.seq_hi, 9223372036854775807) AS hi
        FROM (SELECT (SELECT seq_hi FROM upper) AS seq_hi) AS upper
    ), looked AS (
        SELECT t.amount AS debits, 0::bigint AS credits, t.effective_on FROM transfers t
        WHERE t.debit_account = (SELECT id FROM account)
          AND t.seq >= (SELECT lo FROM span) AND t.seq <= (SELECT hi FROM span)
        UNION ALL
        SELECT 0, t.amount, t.effective_on FROM transfers t
        WHERE t.credit_account = (SELECT id FROM account)
          AND t.seq >= (SELECT lo FROM span) AND t.seq <= (SELECT hi FROM span)
    ), late AS (
        SELECT t.debit_account, t.credit_account, t.amount
        FROM entries e JOIN transfers t ON t.entry_id = e.id
        WHERE NOT (SELECT open FROM span) AND e.adjusts AND e.effective_on <= :on
          AND e.effective_on <= coalesce((SELECT day FROM base), date '-infinity')
          AND t.seq > coalesce((SELECT seq_hi FROM base), 0)
    ), parts AS (
        SELECT -debits AS debits, -credits AS credits FROM looked WHERE effective_on > :on AND (SELECT open FROM span)
        UNION ALL
        SELECT debits, credits FROM looked
        WHERE NOT (SELECT open FROM span) AND effective_on <= :on
          AND effective_on > coalesce((SELECT day FROM base), date '-infinity')
        UNION ALL
        SELECT CASE WHEN debit_account = (SELECT id FROM account) THEN amount ELSE 0 END,
               CASE WHEN credit_account = (SELECT id FROM account) THEN amount ELSE 0 END FROM late
        UNION ALL
        SELECT debits, credits FROM balances WHERE account_id = (SELECT id FROM account) AND (SELECT open FROM span)
        UNION ALL
        (SELECT debits_dated, credits_dated FROM day_balances
         WHERE account_id = (SELECT id FROM account) AND day <= (SELECT day FROM base) AND NOT (SELECT open FROM span)
         ORDER BY day DESC LIMIT 1)
    ), summed AS (
        SELECT coalesce(sum(debits), 0)::bigint AS debits, coalesce(sum(credits), 0)::bigint AS credits FROM parts
    )
    SELECT account.side, summed.debits, summed.credits,
           (SELECT max(seq_hi) - 1 FROM archives WHERE returned_at IS NULL)
               >= CASE WHEN span.open THEN span.lo ELSE least(span.lo, coalesce((SELECT seq_hi FROM base), 0) + 1) END
               AS away
    FROM account, summed, span
""")


def balance_on(conn: Connection, path: str, *, on: date) -> int:
    """Give one balance by business date, won: everything dated up to the date, late facts included.

    Refuses `TransfersArchived`.
    """
    row = conn.execute(_ON_DATE, {"path": path, "on": on}).one_or_none()
    if row is None:
        return 0
    if row.away:
        raise TransfersArchived
    return int(row.debits - row.credits if row.side == "debit" else row.credits - row.debits)


_TRIAL_AT = text("""
    WITH base AS (
        SELECT d.day, d.seq_hi FROM days d JOIN day_snapshots s ON s.day = d.day
        WHERE d.seq_hi <= :seq ORDER BY d.day DESC LIMIT 1
    ), tail AS (
        SELECT a.kind, sum(l.debits) AS debits, sum(l.credits) AS credits FROM (
            SELECT debit_account AS account, amount AS debits, 0::bigint AS credits FROM transfers
            WHERE seq > coalesce((SELECT seq_hi FROM base), 0) AND seq <= :seq
            UNION ALL
            SELECT credit_account, 0, amount FROM transfers
            WHERE seq > coalesce((SELECT seq_hi FROM base), 0) AND seq <= :seq) AS l
        JOIN accounts a ON a.id = l.account GROUP BY a.kind
    )
    SELECT k.kind, k.side, (coalesce(t.debits, 0) + coalesce(tail.debits, 0))::bigint AS debits,
           (coalesce(t.credits, 0) + coalesce(tail.credits, 0))::bigint AS credits,
           coalesce((SELECT max(seq_hi) - 1 FROM archives WHERE returned_at IS NULL)
                    > coalesce((SELECT seq_hi FROM base), 0)
               AND :seq > coalesce((SELECT seq_hi FROM base), 0), false) AS away
    FROM shared.account_kinds k
    LEFT JOIN day_totals t ON t.kind = k.kind AND t.day = (SELECT day FROM base)
    LEFT JOIN tail ON tail.kind = k.kind
    ORDER BY k.side DESC, k.kind
""")


def trial_balance_at(conn: Connection, *, seq: int) -> list[TrialLine]:
    """Give the totals of each kind of account right after transfer `seq`, won. Refuses `TransfersArchived`."""
    rows = conn.execute(_TRIAL_AT, {"seq": seq}).all()
    if any(row.away for row in rows):
        raise TransfersArchived
    return [TrialLine(row.kind, row.side, row.debits, row.credits) for row in rows]


def trial_balance_for(conn: Connection, *, after_seq: int, to_seq: int) -> list[TrialLine]:
    """Give what moved per kind of account between two seqs (the first excluded), won."""
    before = {line.kind: line for line in trial_balance_at(conn, seq=after_seq)}
    return [
        TrialLine(
            line.kind, line.side, line.debits - before[line.kind].debits, line.credits - before[line.kind].credits
        )
        for line in trial_balance_at(conn, seq=to_seq)
    ]
