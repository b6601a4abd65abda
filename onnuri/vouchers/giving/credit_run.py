"""Run a list of credits over the lanes: a look first, then unit by unit; an interrupted run goes on where it stopped.

The transactions are begun with what the edge hands over. While payments flow the lane is held for one unit at a time;
where nobody else writes, several units share a transaction.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.database import FIRST_LANE
from onnuri.ledger.post import take_lane
from onnuri.vouchers.giving.credit_file import CreditLine, RefusedLine, Unit, read_units
from onnuri.vouchers.giving.credit_list import (
    CreditSource,
    WalletNotThere,
    keep_refusals,
    list_id,
)
from onnuri.vouchers.giving.credit_units import ask_ahead, credit_units

UNITS_AT_REST = 50
UNITS_READ_AHEAD = 200
QUIET_BEFORE_REST = 25
"""So many transactions in a row must find that nobody else wrote before the lane is held for longer."""

RESTS_PER_HOLD = 5
REST_MILLISECONDS_MIN = 10
"""While others write, the lane is left to them this many times as long as it was held, and at least for so long."""

SHOWN_REFUSALS = 1_000

_PLAN_FOR_GROWTH = "SET LOCAL enable_seqscan = off"
"""What checks a foreign key is planned once a session: planned while a table is small it would walk it for ever."""


def rest(milliseconds: int) -> None:
    """Leave the lane to others for so long."""
    time.sleep(timedelta(milliseconds=milliseconds).total_seconds())


@dataclass(frozen=True, slots=True)
class CreditEdge:
    """What a run needs from the edge: how to begin a transaction in a lane, the time, and what it does while it leaves
    the lane to others (it is told for how many milliseconds)."""

    begin: Callable[[str], AbstractContextManager[Connection]]
    now: Callable[[], datetime]
    rest: Callable[[int], None] = rest


@dataclass(frozen=True, slots=True)
class CreditReport:
    """What a run did, or a look found; won. `first_refusals` are the first of them, in the order of the file."""

    lines: int
    total: int
    refused: int
    replayed_units: int
    by_code: dict[str, int]
    first_refusals: tuple[RefusedLine, ...]


def run_list(edge: CreditEdge, source: CreditSource, sha256: str, file: Iterable[str]) -> Generator[CreditReport]:
    """Write a list, and say after every transaction how far it has come; the last report is the whole run's.

    `sha256` is of the file's bytes, in hexadecimal. Running it again changes nothing; after an interruption it goes on.
    """
    yield from run_units(edge, source, sha256, read_units(file))


def run_units(edge: CreditEdge, source: CreditSource, sha256: str, units: Iterator[Unit]) -> Generator[CreditReport]:
    """Write units of a list, some or all of them, as `run_list` does."""
    done = Tally()
    written: dict[str, int] = {}
    quiet: Counter[str] = Counter()
    held = 0
    for lanes, stray in _prepared(edge, list_id(source, sha256), units):
        done.refuse(stray)
        for lane, parts in lanes.items():
            waiting = parts
            while waiting:
                if quiet[lane] < QUIET_BEFORE_REST:
                    edge.rest(max(REST_MILLISECONDS_MIN, held * RESTS_PER_HOLD))
                size = UNITS_AT_REST if quiet[lane] >= QUIET_BEFORE_REST else 1
                with edge.begin(lane) as conn:
                    conn.execute(text(_PLAN_FOR_GROWTH))
                    hold_giver(conn, source)
                    known = ask_ahead(conn, source, waiting[:size])
                    head, taken = take_lane(conn), time.perf_counter_ns()  # whoever waited for it has written by now
                    quiet[lane] = quiet[lane] + 1 if written.get(lane) == head.last_seq else 0
                    size = size if quiet[lane] else 1
                    credited = credit_units(conn, known, sha256, waiting[:size], head=head, at=edge.now())
                    written[lane] = head.last_seq + credited.lines  # each line is one transfer
                held = (time.perf_counter_ns() - taken) // 1_000_000
                waiting = waiting[size:]
                done.good(credited.lines, credited.total)
                done.refused += credited.refused
                done.replayed += credited.replayed_units
                yield done.report()


def hold_giver(conn: Connection, source: CreditSource) -> None:
    """Let no other list of that giver be credited, in whatever lane, until the transaction ends.

    Who runs an approved list holds every approved list of its giver, so of two runs one waits.
    """
    conn.execute(
        text(
            "SELECT 1 FROM shared.credit_lists WHERE kind = :kind AND source_id = :source AND status = 'APPROVED'"
            " ORDER BY id FOR UPDATE"
        ),
        {"kind": source.kind, "source": source.id},
    )


def refusals_of(
    conn: Connection, source: CreditSource, sha256: str, *, after_line: int = 0, limit: int = SHOWN_REFUSALS
) -> list[tuple[int, str, dict[str, object]]]:
    """List the refused lines of a list in the order of the file: line, code, facts."""
    rows = conn.execute(
        text(
            "SELECT line, code, facts FROM shared.credit_refusals WHERE list_id = :list AND line > :after ORDER BY"
            " line LIMIT :limit"
        ),
        {"list": list_id(source, sha256), "after": after_line, "limit": limit},
    )
    return [(row.line, row.code, row.facts) for row in rows]


def wallet_lanes(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Tell in which lane each wallet lives; unknown ones are left out."""
    rows = conn.execute(
        text("SELECT id, lane FROM shared.wallets WHERE id = ANY(CAST(string_to_array(:ids, ',') AS uuid[]))"),
        {"ids": ",".join(id.hex for id in ids)},
    )
    return {row.id: row.lane for row in rows}


_Prepared = tuple[dict[str, list[Unit]], list[RefusedLine]]


def _prepared(edge: CreditEdge, name: str, units: Iterator[Unit]) -> Iterator[_Prepared]:
    """Read and cut units in a thread of its own, one step ahead of what is being written."""
    with ThreadPoolExecutor(1, thread_name_prefix="credits") as reader:
        coming = reader.submit(_by_lane, edge, name, units)
        while (found := coming.result()) is not None:
            coming = reader.submit(_by_lane, edge, name, units)
            yield found


def _by_lane(edge: CreditEdge, name: str, units: Iterator[Unit]) -> _Prepared | None:
    """Cut the next units by the lanes of their wallets; what has no lane is refused at once. None at the end."""
    ahead = list(islice(units, UNITS_READ_AHEAD))
    if not ahead:
        return None
    parts: dict[str, list[Unit]] = defaultdict(list)
    stray: list[RefusedLine] = []
    at = edge.now()
    with edge.begin(FIRST_LANE) as conn:
        lanes = wallet_lanes(conn, [line.wallet_id for unit in ahead for line in unit.lines])
        for unit in ahead:
            stray += unit.unreadable
            of_lane: dict[str, list[CreditLine]] = defaultdict(list)
            for line in unit.lines:
                lane = lanes.get(line.wallet_id)
                if lane is None:
                    stray.append(RefusedLine(line.line, WalletNotThere()))
                else:
                    of_lane[lane].append(line)
            for lane, lines in of_lane.items():
                parts[lane].append(replace(unit, lines=tuple(lines), unreadable=()))
        keep_refusals(conn, name, stray, at=at)
    return parts, stray


class Tally:
    """Counts what a run does."""

    def __init__(self) -> None:
        self.lines = self.total = self.refused = self.replayed = 0
        self._codes: Counter[str] = Counter()
        self._first: list[RefusedLine] = []

    def good(self, lines: int, total: int) -> None:
        """Count lines that were credited, or could be; won."""
        self.lines += lines
        self.total += total

    def refuse(self, lines: Sequence[RefusedLine]) -> None:
        """Count lines that were refused, and keep the first of them."""
        self.refused += len(lines)
        self._codes.update(line.refusal.code for line in lines)
        self._first += lines[: max(0, SHOWN_REFUSALS - len(self._first))]

    def report(self) -> CreditReport:
        """Say how far it has come."""
        return CreditReport(self.lines, self.total, self.refused, self.replayed, dict(self._codes), tuple(self._first))
