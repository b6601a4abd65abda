"""Match receipts, money that somebody paid in and a person counted, to the bank's lines: by reference and amount.

A receipt is known by the bank's own reference of its line, which came in under no id of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.settlement.explain import Subject

_ITS_LINE: Final = "upper(l.line_ref) = r.reference AND l.direction = 'in' AND l.end_to_end_id = ''"
_FREE: Final = "NOT EXISTS (SELECT 1 FROM shared.matches m WHERE m.line_id = l.id)"
_UNMATCHED: Final = (
    "NOT EXISTS (SELECT 1 FROM shared.matches m WHERE m.subject_id = r.subject_id AND m.matched_kind = 'receipt')"
)


def match_receipts(conn: Connection, *, at: datetime) -> int:
    """Match each receipt to the line that carries its reference and exact amount, however old; answer how many."""
    rows = conn.execute(
        text(
            "INSERT INTO shared.matches (line_id, matched_kind, subject_id, matched_at)"
            " SELECT DISTINCT ON (r.subject_id) l.id, 'receipt', r.subject_id, :at"
            f" FROM shared.bank_receipts r JOIN shared.statement_lines l ON {_ITS_LINE} AND l.amount = r.amount"
            f" WHERE {_UNMATCHED} AND {_FREE} ORDER BY r.subject_id, l.booked_on, l.id RETURNING line_id"
        ),
        {"at": at},
    )
    return len(rows.all())


LINES_OF_WAITING: Final = (
    f"SELECT l.id, l.end_to_end_id FROM shared.bank_receipts r JOIN shared.statement_lines l ON {_ITS_LINE}"
    f" WHERE {_UNMATCHED} AND {_FREE}"
)
"""SQL for the lines that carry the reference of a receipt that no line of its amount has matched."""


def receipts_waiting(conn: Connection, references: Sequence[str]) -> dict[str, Subject]:
    """Find receipts without a line yet by these references of the bank."""
    rows = conn.execute(
        text(
            "SELECT r.reference, r.subject_id, r.amount FROM shared.bank_receipts r"
            f" WHERE r.reference = ANY(:references) AND {_UNMATCHED}"
        ),
        {"references": list(references)},
    )
    return {row.reference: Subject("receipt", row.subject_id, row.amount, booked=True, matched=False) for row in rows}


def receipts_unseen(conn: Connection, *, since: date, up_to: date, also: Sequence[UUID]) -> list[Subject]:
    """List receipts that no line carries, counted after `since` up to a date of Seoul, or in `also`."""
    counted_on = "CAST(timezone('Asia/Seoul', r.counted_at) AS date)"
    rows = conn.execute(
        text(
            "SELECT r.subject_id, r.amount FROM shared.bank_receipts r"
            f" WHERE ({counted_on} > :since OR r.subject_id = ANY(CAST(:also AS uuid[]))) AND {counted_on} <= :up_to"
            f" AND {_UNMATCHED}"
            f" AND NOT EXISTS (SELECT 1 FROM shared.statement_lines l WHERE {_ITS_LINE} AND {_FREE})"
            " ORDER BY r.subject_id"
        ),
        {"since": since, "up_to": up_to, "also": list(also)},
    )
    return [Subject("receipt", row.subject_id, row.amount, booked=True, matched=False) for row in rows]
