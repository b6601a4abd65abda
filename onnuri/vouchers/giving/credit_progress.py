"""Run an approved list a stretch at a time, and say how far it has come: in whole, and line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.database import FIRST_LANE
from onnuri.kit.idempotency import thaw
from onnuri.kit.lanes import each_lane, use_lane
from onnuri.kit.refusals import Conflict, DomainError
from onnuri.ledger.lanes import take_lanes
from onnuri.ledger.read import balances
from onnuri.vouchers.giving.corporate import move_to_lane
from onnuri.vouchers.giving.credit_file import FIRST_LINE, UNIT_LINES, RefusedLine, Unit, fields_of, part_of, read_part
from onnuri.vouchers.giving.credit_list import CreditSource, references_given, wallets_to_credit
from onnuri.vouchers.giving.credit_run import CreditEdge, run_units, wallet_lanes
from onnuri.vouchers.giving.credit_upload import CreditList, credit_list, source_of

PARTS_AT_ONCE: Final = 200
"""Parts of one stretch: 20,000 lines, seconds; then whoever runs lists looks at what else is to do."""
_SHOWN_MAX: Final = 80


class CreditListNotApproved(Conflict):
    """Only what another person approved is credited."""

    code = "credit_list_not_approved"
    ko = "아직 승인되지 않은 지급 목록입니다({status}). 돈은 움직이지 않았습니다."
    en = "That list is not approved ({status}). No money moved."


@dataclass(frozen=True, slots=True)
class Progress:
    """What a list has come to in the books; won."""

    credited: int
    total: int
    refused: int


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line of a list as it came, and what became of it; won. `amount` is empty where it can't be read."""

    line: int
    wallet: str
    amount: int | None
    reference: str
    status: str
    lot_id: UUID | None
    refusal: DomainError | None


def run_stretch(edge: CreditEdge, id: UUID, *, parts_max: int = PARTS_AT_ONCE) -> CreditList:
    """Credit the next parts of an approved list; what is DONE stays as it is.

    Safe at any moment, any number of times and at once: a part is credited once. What its giver refuses (a programme
    that is closed, a company's value that is used up) is kept on the list and raised; the next run goes on there.
    Refuses `CreditListUnknown`, `CreditListNotApproved`.
    """
    at = edge.now()
    with edge.begin(FIRST_LANE) as conn:
        found = credit_list(conn, id)
        if found.status == "DONE":
            return found
        if found.status != "APPROVED":
            raise CreditListNotApproved(status=found.status)
        units = _units(conn, found, parts_max)
    try:
        with edge.begin(FIRST_LANE) as conn:
            source = source_of(conn, found, at=at)
            if source.kind == "company":
                _spread(conn, source, units, at=at)
        for _ in run_units(edge, source, found.sha256, iter(units)):
            pass
    except DomainError as refusal:
        with edge.begin(FIRST_LANE) as conn:
            _come_to(conn, found, found.parts_done, stopped_by=refusal.code, at=at)
        raise
    with edge.begin(FIRST_LANE) as conn:
        _come_to(conn, found, found.parts_done + len(units), stopped_by=None, at=edge.now())
        return credit_list(conn, id)


def lists_to_run(conn: Connection) -> list[UUID]:
    """List what is approved and not done, the oldest first."""
    return list(
        conn.execute(text("SELECT id FROM shared.credit_lists WHERE status = 'APPROVED' ORDER BY id")).scalars()
    )


def _units(conn: Connection, found: CreditList, parts_max: int) -> list[Unit]:
    """Read the next parts; what the look found bad was not approved, and stays refused whatever it would be now."""
    rows = conn.execute(
        text(
            "SELECT part, content FROM shared.credit_list_parts WHERE list_id = :id AND part >= :first"
            " AND part < :parts ORDER BY part LIMIT :limit"  # what was put behind it later is not of the list
        ),
        {"id": found.id, "first": found.parts_done, "parts": found.parts, "limit": parts_max},
    )
    units = [read_part(row.part, row.content) for row in rows]
    first = FIRST_LINE + found.parts_done * UNIT_LINES
    bad = {
        row.line: RefusedLine(row.line, thaw({"code": row.code, "facts": row.facts}))
        for row in conn.execute(
            text(
                "SELECT line, code, facts FROM shared.credit_list_findings"
                " WHERE list_id = :id AND line >= :first AND line < :end"
            ),
            {"id": found.id, "first": first, "end": first + len(units) * UNIT_LINES},
        )
    }
    return [_approved(unit, bad) for unit in units]


def _approved(unit: Unit, bad: Mapping[int, RefusedLine]) -> Unit:
    found = {line.line: line for line in unit.unreadable} | {
        line.line: bad[line.line] for line in unit.lines if line.line in bad
    }
    return replace(
        unit, lines=tuple(line for line in unit.lines if line.line not in bad), unreadable=tuple(found.values())
    )


def _come_to(conn: Connection, found: CreditList, parts_done: int, *, stopped_by: str | None, at: datetime) -> None:
    """Write down how far it came; a run beside this one may have come further."""
    conn.execute(
        text(
            "UPDATE shared.credit_lists SET parts_done = greatest(parts_done, :done), stopped_by = :stopped,"
            " status = CASE WHEN greatest(parts_done, :done) = parts THEN 'DONE' ELSE status END,"
            " finished_at = CASE WHEN greatest(parts_done, :done) = parts THEN coalesce(finished_at, :at) END"
            " WHERE id = :id"
        ),
        {"id": found.id, "done": parts_done, "stopped": stopped_by, "at": at},
    )


def _spread(conn: Connection, source: CreditSource, units: Sequence[Unit], *, at: datetime) -> None:
    """Bring the company's value to the lanes of the next recipients, as far as there is any."""
    lines = [line for unit in units for line in unit.lines]
    lanes = wallet_lanes(conn, [line.wallet_id for line in lines])
    given = references_given(conn, source, lines)
    spare: dict[str, int] = {}
    for lane in each_lane(conn):
        here = [line for line in lines if lanes.get(line.wallet_id) == lane and line.reference not in given]
        there = wallets_to_credit(conn, here)
        needed = sum(line.amount for line in here if line.wallet_id in there)
        spare[lane] = balances(conn, [source.account])[source.account] - needed
    if min(spare.values()) >= 0:
        return
    take_lanes(conn, spare)
    for lane, other in ((lane, other) for lane in spare for other in spare):
        amount = min(-spare[lane], spare[other])
        if amount > 0:
            use_lane(conn, other)
            move_to_lane(conn, UUID(hex=source.id), lane, amount, at=at)
            spare[lane], spare[other] = spare[lane] + amount, spare[other] - amount
    use_lane(conn, FIRST_LANE)


def progress_of(conn: Connection, found: CreditList) -> Progress:
    """Add up over the lanes what a list has come to."""
    credited = total = 0
    for _ in each_lane(conn):
        row = conn.execute(
            text(
                "SELECT coalesce(sum(credited), 0)::bigint AS credited, coalesce(sum(total), 0)::bigint AS total"
                " FROM credit_units WHERE list_id = :name"
            ),
            {"name": found.name},
        ).one()
        credited, total = credited + row.credited, total + row.total
    refused = conn.execute(
        text("SELECT count(*) FROM shared.credit_refusals WHERE list_id = :name"), {"name": found.name}
    ).scalar_one()
    return Progress(credited, total, refused)


def rows_of(conn: Connection, found: CreditList, *, after: int, limit: int, only_bad: bool = False) -> list[ListRow]:
    """List the lines of a list in the order of the file, from after a line; all, or those that are refused."""
    if only_bad:
        lines = _bad_lines(conn, found, after, limit)
        return [row for row in _rows(conn, found, {part_of(line) for line in lines}) if row.line in lines]
    first = part_of(max(after + 1, 2))
    parts = range(first, first + 2 + limit // UNIT_LINES)
    return [row for row in _rows(conn, found, parts) if row.line > after][:limit]


def _bad_lines(conn: Connection, found: CreditList, after: int, limit: int) -> set[int]:
    """Lines that were refused, and of parts that did not run yet those that the look found bad."""
    rows = conn.execute(
        text(
            "SELECT line FROM shared.credit_refusals WHERE list_id = :name AND line > :after"
            " UNION SELECT line FROM shared.credit_list_findings"
            " WHERE list_id = :id AND line > :after AND line >= :waiting ORDER BY line LIMIT :limit"
        ),
        {
            "name": found.name, "id": found.id, "after": after, "limit": limit,
            "waiting": 2 + found.parts_done * UNIT_LINES,
        },
    )  # fmt: skip
    return set(rows.scalars())


def _rows(conn: Connection, found: CreditList, parts: Iterable[int]) -> list[ListRow]:
    kept = conn.execute(
        text(
            "SELECT part, content FROM shared.credit_list_parts WHERE list_id = :id AND part = ANY(:parts)"
            " ORDER BY part"
        ),
        {"id": found.id, "parts": list(parts)},
    ).all()
    rows: list[ListRow] = []
    for row in kept:
        unit = read_part(row.part, row.content)
        amounts = {line.line: line.amount for line in unit.lines}
        for line, fields in enumerate(fields_of(row.content), 2 + row.part * UNIT_LINES):
            if fields:
                wallet, _, reference = [each.strip()[:_SHOWN_MAX] for each in (*fields, "", "", "")[:3]]
                rows.append(ListRow(line, wallet, amounts.get(line), reference, "WAITING", None, None))
    return _judged(conn, found, rows)


def _judged(conn: Connection, found: CreditList, rows: Sequence[ListRow]) -> list[ListRow]:
    """Say of each line what became of it: refused by the run, else found bad by the look, else credited."""
    asked: dict[str, Any] = {"name": found.name, "id": found.id, "lines": [row.line for row in rows]}
    refusals = conn.execute(
        text("SELECT line, code, facts FROM shared.credit_refusals WHERE list_id = :name AND line = ANY(:lines)"), asked
    ).all()
    waiting = conn.execute(
        text("SELECT line, code, facts FROM shared.credit_list_findings WHERE list_id = :id AND line = ANY(:lines)"),
        asked,
    ).all()
    done = 2 + found.parts_done * UNIT_LINES
    bad = {row.line: row for row in waiting if row.line >= done} | {row.line: row for row in refusals}
    lots = _lots(conn, found, [row.reference for row in rows]) if found.status in ("APPROVED", "DONE") else {}
    judged: list[ListRow] = []
    for row in rows:
        refused = bad.get(row.line)
        if refused is not None:
            refusal = thaw({"code": refused.code, "facts": refused.facts})
            judged.append(replace(row, status="REFUSED", refusal=refusal))
        elif row.reference in lots:
            judged.append(replace(row, status="CREDITED", lot_id=lots[row.reference]))
        else:
            judged.append(row)
    return judged


def _lots(conn: Connection, found: CreditList, references: Sequence[str]) -> dict[str, UUID]:
    lots: dict[str, UUID] = {}
    for _ in each_lane(conn):
        rows = conn.execute(
            text("SELECT reference, lot_id FROM credits WHERE source_id = :source AND reference = ANY(:references)"),
            {"source": found.source_id, "references": list(references)},
        )
        lots |= {row.reference: row.lot_id for row in rows}
    return lots
