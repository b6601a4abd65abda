"""Match bank lines to charges, refunds, purchases, receipts and payouts; the rest are breaks until their part comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.lanes import each_lane
from onnuri.settlement.breaks import open_breaks, resolve_found
from onnuri.settlement.differences import candidates, differences
from onnuri.settlement.explain import MATCHING_KINDS
from onnuri.settlement.late_words import open_late_words
from onnuri.settlement.model import NewBreak
from onnuri.settlement.receipts import match_receipts
from onnuri.settlement.record import record_seen_on_statement
from onnuri.settlement.returned import match_returns
from onnuri.settlement.sides import CHARGES, OF_LANES, PAYOUTS, PURCHASES, REFUNDS, Side


@dataclass(frozen=True, slots=True)
class MatchReport:
    """What a run of matching did, in counts; `seen` are payouts of unknown result that the statement shows as paid."""

    charges: int
    payouts: int
    seen: int
    returned: int
    breaks_opened: int
    breaks_resolved: int
    refunds: int = 0
    purchases: int = 0
    receipts: int = 0


def match_statements(conn: Connection, *, at: datetime) -> MatchReport:
    """Match what was imported since the last run, and what was open; running it again changes nothing.

    One line, one id, the exact amount match; so do lines that add up to it. Then returns are booked, and breaks opened
    for the rest and resolved where nothing differs any more. Writes the books only for returns and for payouts of
    unknown result that the statement shows.
    """
    new = conn.execute(
        text(
            "SELECT file_id, booked_on FROM shared.statement_files WHERE matched_at IS NULL ORDER BY file_id FOR UPDATE"
        )
    ).all()
    files, since = [row.file_id for row in new], min((row.booked_on for row in new), default=None)
    lines = candidates(conn, files)
    seen = record_seen_on_statement(conn, _seen(conn, lines), at=at)
    payouts = _match_side(conn, PAYOUTS, lines, at=at)
    of_lanes = {side: sum(_match_side(conn, side, lines, at=at) for _ in each_lane(conn)) for side in OF_LANES}
    receipts = match_receipts(conn, at=at)
    lines = _unmatched(conn, lines)
    _match_duplicates(conn, lines, at=at)
    returned = match_returns(conn, _unmatched(conn, lines), at=at)
    late = open_late_words(conn, at=at)
    opened, resolved = _keep_breaks(conn, differences(conn, _unmatched(conn, lines), since=since), at=at)
    conn.execute(
        text("UPDATE shared.statement_files SET matched_at = :at WHERE file_id = ANY(:files)"),
        {"at": at, "files": files},
    )
    charges, refunds, purchases = (of_lanes[side] for side in (CHARGES, REFUNDS, PURCHASES))
    return MatchReport(charges, payouts, seen, returned, opened + late, resolved, refunds, purchases, receipts)


def _unmatched(conn: Connection, lines: Sequence[int]) -> list[int]:
    rows = conn.execute(
        text(
            "SELECT c.id FROM unnest(CAST(:lines AS bigint[])) AS c (id)"
            " WHERE NOT EXISTS (SELECT 1 FROM shared.matches m WHERE m.line_id = c.id) ORDER BY c.id"
        ),
        {"lines": list(lines)},
    )
    return list(rows.scalars())


def _seen(conn: Connection, lines: Sequence[int]) -> list[tuple[UUID, date]]:
    """Find payouts of unknown result that a line shows with their exact amount."""
    rows = conn.execute(
        text(
            "SELECT p.id, min(l.booked_on) AS booked_on FROM unnest(CAST(:lines AS bigint[])) AS c (id)"
            " JOIN shared.statement_lines l ON l.id = c.id"
            " JOIN shared.payouts p ON p.bank_tran_id = l.end_to_end_id AND p.amount = l.amount"
            " WHERE l.direction = 'out' AND p.status IN ('REQUESTED', 'UNKNOWN') GROUP BY p.id ORDER BY p.id"
        ),
        {"lines": list(lines)},
    )
    return [(row.id, row.booked_on) for row in rows]


def _match_side(conn: Connection, side: Side, lines: Sequence[int], *, at: datetime) -> int:
    """Match lines to one kind of order (of the lane looked at) or to payouts; answer how many of these were matched."""
    pairs = (
        f"SELECT l.id AS line_id, l.booked_on, s.id AS subject_id, l.amount, s.{side.amount} AS wanted"
        " FROM unnest(CAST(:lines AS bigint[])) AS c (id) JOIN shared.statement_lines l ON l.id = c.id"
        f" JOIN {side.table} s ON s.bank_tran_id = l.end_to_end_id"
        f" WHERE l.direction = '{side.direction}' AND s.status IN ({side.booked})"
        f" AND NOT EXISTS (SELECT 1 FROM shared.matches m WHERE m.subject_id = s.id AND m.matched_kind = '{side.kind}')"
    )
    exact = (
        f"SELECT line_id, subject_id FROM (SELECT p.*, row_number() OVER (PARTITION BY subject_id"
        f" ORDER BY booked_on, line_id) AS nth FROM ({pairs}) p WHERE amount = wanted) n WHERE nth = 1"
    )
    in_parts = (
        "SELECT line_id, subject_id FROM (SELECT p.*, sum(amount) OVER (PARTITION BY subject_id) AS together"
        f" FROM ({pairs}) p) n WHERE together = wanted"
    )
    matched: set[UUID] = set()
    for found in (exact, in_parts):
        rows = conn.execute(
            text(
                "INSERT INTO shared.matches (line_id, matched_kind, subject_id, matched_at)"
                f" SELECT f.line_id, '{side.kind}', f.subject_id, :at FROM ({found}) f RETURNING subject_id"
            ),
            {"lines": list(lines), "at": at},
        )
        matched.update(rows.scalars())
    return len(matched)


def _match_duplicates(conn: Connection, lines: Sequence[int], *, at: datetime) -> None:
    """Match a second payment of a payout with the line that brings it back: together they are nothing."""
    surplus = (
        "SELECT l.id AS line_id, p.id AS subject_id, row_number() OVER (PARTITION BY p.id ORDER BY l.id) AS nth"
        " FROM unnest(CAST(:lines AS bigint[])) AS c (id) JOIN shared.statement_lines l ON l.id = c.id"
        " JOIN shared.payouts p ON p.bank_tran_id = l.end_to_end_id AND p.amount = l.amount"
        " JOIN shared.matches m ON m.subject_id = p.id AND m.matched_kind = 'payout'"
        " WHERE l.direction = '{direction}'"
    )
    conn.execute(
        text(
            "INSERT INTO shared.matches (line_id, matched_kind, subject_id, matched_at)"
            " SELECT unnest(ARRAY[o.line_id, i.line_id]), 'payout_duplicate', o.subject_id, :at"
            f" FROM ({surplus.format(direction='out')}) o JOIN ({surplus.format(direction='in')}) i"
            " USING (subject_id, nth)"
        ),
        {"lines": list(lines), "at": at},
    )


def _keep_breaks(conn: Connection, found: Sequence[NewBreak], *, at: datetime) -> tuple[int, int]:
    """Open what is new and resolve what is no longer found; answer how many of each."""
    keys = {(each.kind, each.reference) for each in found}
    rows = conn.execute(
        text("SELECT id, kind, reference FROM shared.breaks WHERE resolved_at IS NULL AND kind = ANY(:kinds)"),
        {"kinds": list(MATCHING_KINDS)},
    )
    gone = [row.id for row in rows if (row.kind, row.reference) not in keys]
    resolve_found(conn, gone, resolution="짝을 찾음 / its counterpart arrived", at=at)
    return open_breaks(conn, found, at=at), len(gone)
