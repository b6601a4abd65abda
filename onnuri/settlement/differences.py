"""Find everything that differs now between the bank's statements and our books: the breaks that should be open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.lanes import each_lane
from onnuri.settlement.breaks import BY_MATCHING
from onnuri.settlement.explain import MATCHING_KINDS, Line, Subject, explain_gap, explain_lines, explain_missing
from onnuri.settlement.model import NewBreak
from onnuri.settlement.moved_in import migrations_unpaid
from onnuri.settlement.receipts import LINES_OF_WAITING, receipts_unseen, receipts_waiting
from onnuri.settlement.sides import OF_LANES, PAYOUTS

LOOK_BACK: Final = timedelta(days=10)
"""So long what was paid or drawn is looked for on the statements; what is missing then has its break."""

MISSING_KINDS: Final = ("line_missing", "receipt_unseen", "migration_unpaid")
"""Breaks of what is in the books and on no statement."""


def differences(conn: Connection, lines: Sequence[int], *, since: date | None) -> list[NewBreak]:
    """List what differs: these unmatched lines, what is missing on the statements, files that are missing.

    `since` is the earliest date of the statements that are new, if any; what is missing is looked for from then on.
    """
    return [*_lines(conn, lines), *_missing(conn, since), *_gaps(conn)]


def candidates(conn: Connection, files: Sequence[str], *, put_aside: bool = False) -> list[int]:
    """List unmatched lines of files and of open breaks, or of those that a person `put_aside`, and every unmatched line
    that shares an id with one. Lines that came in without an id of ours share the bank's reference instead.

    A line that was put aside comes back as soon as a receipt waits for it.
    """
    rows = conn.execute(
        text(
            "WITH started AS ("
            " SELECT id, end_to_end_id FROM shared.statement_lines WHERE file_id = ANY(:files)"
            " UNION SELECT l.id, l.end_to_end_id FROM shared.breaks b JOIN shared.statement_lines l"
            "  ON l.id = CAST(substr(b.reference, 6) AS bigint)"
            "  WHERE (b.resolved_at IS NOT NULL) = :put_aside AND b.resolved_by IS DISTINCT FROM :matching"
            "  AND b.kind = ANY(:kinds) AND b.reference LIKE 'line:%'"
            f" UNION {LINES_OF_WAITING}"
            "), paid_in AS ("
            " SELECT DISTINCT upper(l.line_ref) AS reference FROM started s JOIN shared.statement_lines l USING (id)"
            " WHERE l.direction = 'in' AND l.end_to_end_id = ''"
            "), related AS ("
            " SELECT id FROM started UNION SELECT l.id FROM shared.statement_lines l"
            "  JOIN (SELECT DISTINCT end_to_end_id FROM started WHERE end_to_end_id <> '') s USING (end_to_end_id)"
            " UNION SELECT l.id FROM shared.statement_lines l JOIN paid_in p ON upper(l.line_ref) = p.reference"
            "  WHERE l.direction = 'in' AND l.end_to_end_id = '')"
            " SELECT r.id FROM related r"
            " WHERE NOT EXISTS (SELECT 1 FROM shared.matches m WHERE m.line_id = r.id) ORDER BY r.id"
        ),
        {"files": list(files), "kinds": list(MATCHING_KINDS), "put_aside": put_aside, "matching": BY_MATCHING},
    )
    return list(rows.scalars())


def still_put_aside(conn: Connection) -> int:
    """Add up, as bank less books, the breaks that a person resolved without a booking and that still differ; won.

    Once its line came, or it was booked after all, a break that was put aside explains nothing any more.
    """
    rows = conn.execute(
        text(
            "SELECT kind, reference, amount FROM shared.breaks"
            " WHERE resolved_at IS NOT NULL AND resolved_by <> :matching AND amount <> 0"
        ),
        {"matching": BY_MATCHING},
    ).all()
    if not rows:
        return 0
    found = _lines(conn, candidates(conn, (), put_aside=True)) + _gaps(conn)
    ids = [UUID(hex=row.reference.split(":")[1]) for row in rows if row.kind in MISSING_KINDS]
    covered = covered_up_to(conn)
    if ids and covered is not None:
        missing = unseen(conn, since=date.max, up_to=covered, also=ids)
        found += [explain_missing(subject, on=covered) for subject in missing]
    differ = {(each.kind, each.reference) for each in found}
    return sum(row.amount for row in rows if row.kind not in MATCHING_KINDS or (row.kind, row.reference) in differ)


def covered_up_to(conn: Connection) -> date | None:
    """Tell the last bank date for which a statement was imported."""
    found: date | None = conn.execute(text("SELECT max(booked_on) FROM shared.statement_files")).scalar_one()
    return found


def _lines(conn: Connection, ids: Sequence[int]) -> list[NewBreak]:
    rows = conn.execute(
        text(
            "SELECT id, booked_on, amount, direction, remitter_text, end_to_end_id, upper(line_ref) AS bank_reference"
            " FROM shared.statement_lines"
            " WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id"
        ),
        {"ids": list(ids)},
    ).all()
    ours: defaultdict[str, list[Line]] = defaultdict(list)
    paid_in: defaultdict[str, list[Line]] = defaultdict(list)
    for row in rows:
        line = Line(row.id, row.booked_on, row.amount, row.direction, row.remitter_text)
        by_bank = row.direction == "in" and not row.end_to_end_id
        (paid_in[row.bank_reference] if by_bank else ours[row.end_to_end_id]).append(line)
    subjects = _subjects(conn, [reference for reference in ours if reference])
    receipts = receipts_waiting(conn, list(paid_in))
    return [found for reference, group in ours.items() for found in explain_lines(subjects.get(reference), group)] + [
        found for reference, group in paid_in.items() for found in explain_lines(receipts.get(reference), group)
    ]


def _subjects(conn: Connection, references: Sequence[str]) -> dict[str, Subject]:
    """Find the charge, refund, purchase or payout behind each of our ids."""
    wanted = {"references": list(references)}
    matched = (
        "EXISTS (SELECT 1 FROM shared.matches m WHERE m.subject_id = s.id AND m.matched_kind = '{kind}') AS matched"
    )
    payouts = conn.execute(
        text(
            f"SELECT bank_tran_id, id, amount, status IN ({PAYOUTS.booked}) AS booked,"
            f" {matched.format(kind=PAYOUTS.kind)} FROM {PAYOUTS.table} s WHERE bank_tran_id = ANY(:references)"
        ),
        wanted,
    )
    found = {row.bank_tran_id: Subject("payout", row.id, row.amount, row.booked, row.matched) for row in payouts}
    for _ in each_lane(conn):
        for side in OF_LANES:
            orders = conn.execute(
                text(
                    f"SELECT bank_tran_id, id, {side.amount} AS won, status IN ({side.booked}) AS booked,"
                    f" {matched.format(kind=side.kind)} FROM {side.table} s WHERE bank_tran_id = ANY(:references)"
                ),
                wanted,
            )
            found |= {row.bank_tran_id: Subject(side.kind, row.id, row.won, row.booked, row.matched) for row in orders}
    return found


def _missing(conn: Connection, since: date | None) -> list[NewBreak]:
    """Find what is done, whose date the statements cover, and that has no line at all."""
    covered = covered_up_to(conn)
    if covered is None:
        return []
    earliest = min(since or covered, covered) - LOOK_BACK
    found = unseen(conn, since=earliest, up_to=covered, also=_still_open(conn))
    return [explain_missing(subject, on=covered) for subject in found]


def unseen(conn: Connection, *, since: date, up_to: date = date.max, also: Sequence[UUID] = ()) -> list[Subject]:
    """List what is in the books without any bank line: dated after `since` up to a date, or in `also`."""
    facts = {"since": since, "up_to": up_to, "also": list(also)}
    no_line = (
        "NOT EXISTS (SELECT 1 FROM shared.statement_lines l WHERE l.end_to_end_id = s.bank_tran_id"
        " AND l.direction = '{direction}')"
    )
    payouts = conn.execute(
        text(
            f"SELECT id, amount FROM {PAYOUTS.table} s WHERE status IN ({PAYOUTS.booked})"
            " AND (bank_date > :since OR id = ANY(CAST(:also AS uuid[]))) AND coalesce(booked_on, bank_date) <= :up_to"
            f" AND {no_line.format(direction=PAYOUTS.direction)} ORDER BY id"
        ),
        facts,
    )
    found = [Subject("payout", row.id, row.amount, booked=True, matched=False) for row in payouts]
    for _ in each_lane(conn):
        for side in OF_LANES:
            orders = conn.execute(
                text(
                    f"SELECT id, {side.amount} AS won FROM {side.table} s WHERE status IN ({side.booked})"
                    f" AND {side.amount} > 0"
                    " AND bank_tran_id IS NOT NULL AND (requested_on > :since OR id = ANY(CAST(:also AS uuid[])))"
                    f" AND requested_on <= :up_to AND {no_line.format(direction=side.direction)} ORDER BY id"
                ),
                facts,
            )
            found += [Subject(side.kind, row.id, row.won, booked=True, matched=False) for row in orders]
    found += receipts_unseen(conn, since=since, up_to=up_to, also=also)
    return found + migrations_unpaid(conn, since=since, up_to=up_to, also=also)


def _still_open(conn: Connection) -> list[UUID]:
    rows = conn.execute(
        text(
            "SELECT split_part(reference, ':', 2) FROM shared.breaks WHERE kind = ANY(:kinds) AND resolved_at IS NULL"
        ),
        {"kinds": list(MISSING_KINDS)},
    ).scalars()
    return [UUID(hex=reference) for reference in rows]


def _gaps(conn: Connection) -> list[NewBreak]:
    """Find statements that do not begin where the one before ended."""
    rows = conn.execute(
        text(
            "SELECT file_id, difference FROM (SELECT file_id, opening - lag(closing)"
            " OVER (PARTITION BY account ORDER BY booked_on, file_id) AS difference FROM shared.statement_files) f"
            " WHERE difference <> 0 ORDER BY file_id"
        )
    )
    return [explain_gap(row.file_id, difference=row.difference) for row in rows]
