"""Read the books as they stand: balances, the journal, the trial balance. The past is in snapshots.py."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.ledger.model import JournalLine, TrialLine


def balances(conn: Connection, paths: Sequence[str]) -> dict[str, int]:
    """Give balances now, won, on the side where each kind grows; accounts that do not exist are 0."""
    rows = conn.execute(
        text("""
            SELECT a.path, CASE WHEN k.side = 'debit' THEN b.debits - b.credits ELSE b.credits - b.debits END AS balance
            FROM accounts a JOIN balances b ON b.account_id = a.id JOIN shared.account_kinds k ON k.kind = a.kind
            WHERE a.path = ANY(:paths)
        """),
        {"paths": list(paths)},
    )
    return dict.fromkeys(paths, 0) | {row.path: row.balance for row in rows}


_JOURNAL = """
    SELECT t.seq, t.entry_id, e.kind, t.code, d.path AS debit, c.path AS credit, t.amount, t.effective_on, e.recorded_at
    FROM transfers t JOIN entries e ON e.id = t.entry_id
    JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
"""


def journal(
    conn: Connection, *, after_seq: int = 0, limit: int = 1000, entry_id: UUID | None = None
) -> list[JournalLine]:
    """List transfers in the order of the books, from after a seq; of one entry where given."""
    rows = conn.execute(
        text(
            _JOURNAL
            + "WHERE t.seq > :after_seq"
            + (" AND t.entry_id = :entry_id" if entry_id else "")
            + " ORDER BY t.seq LIMIT :limit"
        ),
        {"after_seq": after_seq, "limit": limit} | ({"entry_id": entry_id} if entry_id else {}),
    )
    return [JournalLine(*row) for row in rows]


def trial_balance(conn: Connection) -> list[TrialLine]:
    """Give the totals of each kind of account of this lane, won."""
    rows = conn.execute(
        text("""
            SELECT k.kind, k.side, coalesce(sum(b.debits), 0)::bigint AS debits,
                   coalesce(sum(b.credits), 0)::bigint AS credits
            FROM shared.account_kinds k
            LEFT JOIN accounts a ON a.kind = k.kind LEFT JOIN balances b ON b.account_id = a.id
            GROUP BY k.kind, k.side ORDER BY k.side DESC, k.kind
        """)
    )
    return [TrialLine(*row) for row in rows]
