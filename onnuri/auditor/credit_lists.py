"""Read every uploaded list of credits again, line by line: it is whole, and what was credited of it is what it says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot

_LISTS = """
    SELECT id, name, source_id, status, parts, good_lines, total, bad_lines, parts_done,
           replace(decided_by::text, '-', '')
    FROM shared.credit_lists ORDER BY id
"""
_PARTS = "SELECT part, content FROM shared.credit_list_parts WHERE list_id = '{}' ORDER BY part"
_FOUND = "SELECT line FROM shared.credit_list_findings WHERE list_id = %s"
_REFUSED = "SELECT line FROM shared.credit_refusals WHERE list_id = %s"
_CREDITED = sql.SQL("""
    SELECT c.reference, replace(l.wallet_id::text, '-', ''), l.face
    FROM {lane}.credits c JOIN {lane}.lots l ON l.id = c.lot_id
    WHERE c.source_id = %s AND c.reference = ANY (%s)
""")
_UNITS = sql.SQL("SELECT unit, credited, total FROM {lane}.credit_units WHERE list_id = %s")
_GIVEN = sql.SQL("SELECT source_id, reference, lot_id FROM {lane}.credits")
_GIVEN_AGAIN = sql.SQL("""
    SELECT g.source_id, g.reference, count(*), coalesce(sum(l.face) - max(l.face), 0)::bigint
    FROM ({given}) AS g LEFT JOIN ({lots}) AS l ON l.id = g.lot_id
    GROUP BY g.source_id, g.reference HAVING count(*) > 1 ORDER BY g.source_id, g.reference
""")
_DECIDED = sql.SQL("""
    SELECT topic, payload->>'by', (payload->>'total')::bigint FROM {lane}.outbox
    WHERE subject_id = %s AND topic IN ('credit_list.approved', 'credit_list.rejected')
""")
_TOLD = {"REJECTED": "credit_list.rejected", "APPROVED": "credit_list.approved", "DONE": "credit_list.approved"}
_STRAY = """
    SELECT 'a part', list_id::text FROM shared.credit_list_parts p
    WHERE NOT EXISTS (SELECT 1 FROM shared.credit_lists l WHERE l.id = p.list_id)
    UNION ALL
    SELECT 'a finding', list_id::text FROM shared.credit_list_findings f
    WHERE NOT EXISTS (SELECT 1 FROM shared.credit_lists l WHERE l.id = f.list_id)
"""
_LINES_A_PART, _FIRST_LINE = 100, 2


@dataclass(slots=True)
class _Counted:
    parts: int = 0
    lines: int = 0
    good: int = 0
    total: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines of a list that were credited, wholly or in some lanes."""

    subject: str
    source_id: str
    whole: bool


def lists_kept(snapshot: Snapshot) -> Iterator[Finding]:
    """Find lists that are not whole, and lines that were credited otherwise than they say or that nobody approved."""
    for what, list_id in snapshot.stream(_STRAY):
        yield Finding(f"list {list_id}", f"is not there, {what} of it is", 0, "state")
    yield from _given_again(snapshot)
    for row in list(snapshot.stream(_LISTS)):
        yield from _one(snapshot, row)


def _one(snapshot: Snapshot, row: tuple[Any, ...]) -> Iterator[Finding]:
    id, name, source_id, status, parts, good, total, bad, done, by = row
    found = {line for (line,) in snapshot.conn.execute(_FOUND, (id,))}
    refused = {line for (line,) in snapshot.conn.execute(_REFUSED, (name,))}
    units = {lane: _units(snapshot, lane, name) for lane in snapshot.lanes}
    written = {unit for each in units.values() for unit in each}
    counted = _Counted()
    for part, content in snapshot.stream(_PARTS.format(id)):
        if part != counted.parts:
            yield Finding(f"list {id}", f"has the part {part} at place {counted.parts}", 0, "state")
        counted.parts += 1
        lines = dict(_lines(part, content))
        counted.last = max([counted.last, *lines])
        counted.lines += len(lines)
        _add(counted, {line: fields for line, fields in lines.items() if line not in found})
        if part < done or part in written:
            good_lines = {line: fields for line, fields in lines.items() if line not in refused}
            said_of = {lane: each.get(part) for lane, each in units.items()}
            yield from _credited(snapshot, _Part(f"list {id}", source_id, part < done), good_lines, said_of)
    said, is_ = (parts, good, total, bad), (counted.parts, counted.good, counted.total, len(found))
    if said != is_ or good + bad != counted.lines or any(line > counted.last for line in found):
        yield Finding(
            f"list {id}",
            f"says parts, lines, won and bad lines {said}; it is {is_}",
            abs(total - counted.total),
            "state",
        )
    if written and (max(written) >= parts or status not in ("APPROVED", "DONE")):
        yield Finding(f"list {id}", f"is {status} with {parts} parts; unit {max(written)} was credited", total, "state")
    credited = [both for each in units.values() for both in each.values()]
    count, won = sum(lines for lines, _ in credited), sum(won for _, won in credited)
    if won > total or count > good:
        yield Finding(
            f"list {id}",
            f"has credited {count} lines, {won} won where {good}, {total} were looked at",
            max(0, won - total),
            "state",
        )
    told = [event for lane in snapshot.lanes for event in _decisions(snapshot, lane, id)]
    if told != ([(_TOLD[status], by, total)] if status in _TOLD else []):
        yield Finding(f"list {id}", f"is {status} by {by} with {total} won; told was {told}", total, "state")


def _lines(part: int, content: str) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(io.StringIO(content, newline=""))
    for line, fields in enumerate(rows, _FIRST_LINE + part * _LINES_A_PART):
        if fields:
            yield line, [field.strip() for field in fields]


def _add(counted: _Counted, lines: dict[int, list[str]]) -> None:
    for fields in lines.values():
        counted.good += 1
        counted.total += _won(fields[1])


def _won(field: str) -> int:
    """Read an amount, with or without a comma at the thousands."""
    return int(field.replace(",", ""))


def _credited(
    snapshot: Snapshot, part: _Part, lines: dict[int, list[str]], said: dict[str, tuple[int, int] | None]
) -> Iterator[Finding]:
    """Find lines of a part that were credited otherwise than they say, and what its units gave beside its lines."""
    wanted = {fields[2]: (fields[0].removeprefix("wal_"), _won(fields[1])) for fields in lines.values()}
    got: dict[str, tuple[str, int]] = {}
    for lane in snapshot.lanes:
        query = _CREDITED.format(lane=sql.Identifier(lane))
        rows = snapshot.conn.execute(query, (part.source_id, list(wanted))).fetchall()
        here = {reference: (wallet, face) for reference, wallet, face in rows}
        right = [face for reference, (wallet, face) in here.items() if wanted[reference] == (wallet, face)]
        if (told := said[lane]) is not None and told != (len(right), sum(right)):
            yield Finding(
                part.subject,
                f"has a unit in {lane} that gave {told[0]} lines, {told[1]} won; of its lines {len(right)},"
                f" {sum(right)} won were credited",
                abs(told[1] - sum(right)),
                "state",
            )
        got |= here
    for reference, (wallet, won) in wanted.items() if part.whole else ():
        if got.get(reference) != (wallet, won):
            yield Finding(
                part.subject,
                f"gives {won} as {reference} to {wallet}; credited was {got.get(reference)}",
                won,
                "holder",
            )


def _given_again(snapshot: Snapshot) -> Iterator[Finding]:
    """Find references that were credited in more than one lane; within a lane the books refuse it."""
    if len(snapshot.lanes) < 2:
        return
    given, lots = (
        sql.SQL(" UNION ALL ").join(each.format(lane=sql.Identifier(lane)) for lane in snapshot.lanes)
        for each in (_GIVEN, sql.SQL("SELECT id, face FROM {lane}.lots"))
    )
    for source_id, reference, times, won in snapshot.conn.execute(_GIVEN_AGAIN.format(given=given, lots=lots)):
        yield Finding(f"reference {reference} of {source_id}", f"was credited {times} times", won, "state")


def _units(snapshot: Snapshot, lane: str, name: str) -> dict[int, tuple[int, int]]:
    rows = snapshot.conn.execute(_UNITS.format(lane=sql.Identifier(lane)), (name,)).fetchall()
    return {unit: (credited, total) for unit, credited, total in rows}


def _decisions(snapshot: Snapshot, lane: str, id: object) -> list[tuple[Any, ...]]:
    return snapshot.conn.execute(_DECIDED.format(lane=sql.Identifier(lane)), (id,)).fetchall()
