"""Look through a list of credits before anything is written: what each line would come to, as the books are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection

from onnuri.kit.lanes import use_lane
from onnuri.ledger.lanes import current_lane
from onnuri.vouchers.giving.credit_file import CreditLine, ReferenceRepeated, RefusedLine, Unit, read_units
from onnuri.vouchers.giving.credit_list import (
    CreditSource,
    references_given,
    refusal_of,
    room_left,
    wallets_to_credit,
)
from onnuri.vouchers.giving.credit_run import CreditReport, Tally, wallet_lanes

UNITS_AT_ONCE = 20


class Look:
    """What was found so far in a list, and what its later lines are judged against."""

    def __init__(self, source: CreditSource, *, at: datetime) -> None:
        self._source, self._at = source, at
        self._seen: set[int] = set()
        self._room: dict[UUID, int] = {}
        self.found = Tally()

    def judge(self, conn: Connection, units: Sequence[Unit]) -> list[RefusedLine]:
        """Judge the next units; answer what would be refused, in the order of the file."""
        lines = [line for unit in units for line in unit.lines]
        there, given = self._load(conn, lines)
        refused = [line for unit in units for line in unit.unreadable]
        room = None if self._source.holding_max is None else self._room
        for line in lines:
            refusal = refusal_of(line, there, given, room)
            if refusal is None and hash(line.reference) in self._seen:
                refusal = ReferenceRepeated(reference=line.reference)
            if refusal is not None:
                refused.append(RefusedLine(line.line, refusal))
                continue
            self._seen.add(hash(line.reference))
            if room is not None:
                room[line.wallet_id] -= line.amount
            self.found.good(1, line.amount)
        refused.sort(key=lambda each: each.line)
        self.found.refuse(refused)
        return refused

    def _load(self, conn: Connection, lines: Sequence[CreditLine]) -> tuple[set[UUID], set[str]]:
        """Ask each lane about the lines of its wallets; afterwards look where one looked before."""
        lanes = wallet_lanes(conn, [line.wallet_id for line in lines])
        there: set[UUID] = set()
        given = references_given(conn, self._source, lines)
        before = current_lane(conn)
        for lane in sorted(set(lanes.values())):
            use_lane(conn, lane)
            here = [line for line in lines if lanes.get(line.wallet_id) == lane]
            there |= wallets_to_credit(conn, here)
            fresh = [line for line in here if line.wallet_id not in self._room]
            self._room |= room_left(conn, self._source, fresh, self._at) or {}
        use_lane(conn, before)
        return there, given


def look_at_list(conn: Connection, file: Iterable[str], source: CreditSource, *, at: datetime) -> CreditReport:
    """Dry run: read the whole file and say what each line would come to; writes nothing."""
    look = Look(source, at=at)
    units = read_units(file)
    while some := list(islice(units, UNITS_AT_ONCE)):
        look.judge(conn, some)
    return look.found.report()
