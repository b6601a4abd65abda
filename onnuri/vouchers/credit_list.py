"""Credit wallets by list: units of lines, each under its own key, written set-based while the lane is held briefly."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.idempotency import earlier_outcomes, freeze, record_outcomes
from onnuri.kit.ids import new_id, new_ids
from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import Conflict, DomainError, NotFound, Refused
from onnuri.kit.requests import Outcome, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import Event, LaneHead
from onnuri.ledger.openings import Giving, Opening, post_openings
from onnuri.ledger.post import open_accounts, publish
from onnuri.vouchers.credit_file import CreditLine, ReferenceRepeated, RefusedLine, Unit
from onnuri.vouchers.holdings import holdings


class CreditedBefore(Conflict):
    """A reference is credited once per programme or company."""

    code = "credited_before"
    ko = "이미 지급된 지급번호입니다: {reference}"
    en = "This reference was credited before: {reference}"


class WalletNotThere(NotFound):
    """No wallet that is open or frozen has that id."""

    code = "credit_wallet_unknown"
    ko = "지급할 지갑이 없거나 해지되었습니다."
    en = "The wallet to credit does not exist or is closed."


class CreditAboveCap(Refused):
    """A company's credit may not lift a wallet above the holding cap."""

    code = "credit_above_holding_cap"
    ko = "받는 분의 보유 한도를 넘습니다. {left}원까지 줄 수 있습니다."
    en = "This lifts the receiver above the holding cap: {left} won left."


@dataclass(frozen=True, slots=True)
class CreditSource:
    """Who gives, and what the lots are like. `holding_max` is empty where the cap does not bind the giver."""

    kind: str
    id: str
    account: str
    code: str
    lot_source: str
    paid_by_giver: bool
    expires_at: datetime
    holding_max: int | None


@dataclass(frozen=True, slots=True)
class Credited:
    """What was written by one call; won."""

    lines: int
    total: int
    refused: int
    replayed_units: int


@dataclass(frozen=True, slots=True)
class _Good:
    unit: Unit
    id: UUID
    entry_id: UUID
    lines: list[CreditLine]
    lots: list[str]
    """Ids of the lots to make, in hexadecimal as they travel."""


def list_id(source: CreditSource, sha256: str) -> str:
    """Name a list: the same file for the same giver is the same list, whoever sends it and however often."""
    return f"{source.kind}:{source.id}:{sha256}"


def credit_units(
    conn: Connection, source: CreditSource, sha256: str, units: Sequence[Unit], *, head: LaneHead, at: datetime
) -> Credited:
    """Write the units of a list that this lane has not written yet: the good lines as lots, the others as refusals.

    The lines are of wallets of this lane, which the caller holds (`head`), as nobody else does the giver. A unit is
    written whole or, after an interruption, again.
    """
    name = list_id(source, sha256)
    keys = {unit.number: _key(source, sha256, unit) for unit in units}
    earlier = earlier_outcomes(conn, list(keys.values()))
    fresh = [unit for unit in units if (keys[unit.number].caller, keys[unit.number].key) not in earlier]
    if not fresh:
        return Credited(0, 0, 0, len(units))
    good, refused = _judge(conn, source, fresh, at)
    if any(unit.lines for unit in good):
        _write(conn, source, [unit for unit in good if unit.lines], head, at)
    _keep(conn, name, source, good, refused, at)
    record_outcomes(conn, [Outcome(keys[unit.unit.number], "credit_unit", unit.id, None) for unit in good], at=at)
    lines = [line for unit in good for line in unit.lines]
    return Credited(len(lines), sum(line.amount for line in lines), len(refused), len(units) - len(fresh))


def _key(source: CreditSource, sha256: str, unit: Unit) -> RequestKey:
    key = f"{sha256}:{unit.number}"
    return RequestKey(f"{source.kind}:{source.id}", key, hashlib.sha256(key.encode()).digest())


def _judge(
    conn: Connection, source: CreditSource, units: Sequence[Unit], at: datetime
) -> tuple[list[_Good], list[RefusedLine]]:
    """Decide line by line, in the order of the file; where nothing stands against any line there is nothing to walk."""
    lines = [line for unit in units for line in unit.lines]
    gone = wallets_gone(conn, lines)
    given = references_given(conn, source, lines)
    room = room_left(conn, source, lines, at)
    refused = [line for unit in units for line in unit.unreadable]
    if not gone and not given and room is None and len({line.reference for line in lines}) == len(lines):
        return [_good(unit, list(unit.lines), at) for unit in units], refused
    there, seen = {line.wallet_id for line in lines} - gone, set[str]()
    good: list[_Good] = []
    for unit in units:
        kept: list[CreditLine] = []
        for line in unit.lines:
            refusal = refusal_of(line, there, given, room)
            if refusal is None and line.reference in seen:
                refusal = ReferenceRepeated(reference=line.reference)
            if refusal is not None:
                refused.append(RefusedLine(line.line, refusal))
                continue
            seen.add(line.reference)
            if room is not None:
                room[line.wallet_id] -= line.amount
            kept.append(line)
        good.append(_good(unit, kept, at))
    return good, refused


def _good(unit: Unit, kept: list[CreditLine], at: datetime) -> _Good:
    return _Good(unit, new_id(at), new_id(at), kept, [id.hex for id in new_ids(at, len(kept))])


def refusal_of(line: CreditLine, there: set[UUID], given: set[str], room: dict[UUID, int] | None) -> DomainError | None:
    """Say why a line can't be credited; None where it can."""
    if line.wallet_id not in there:
        return WalletNotThere()
    if line.reference in given:
        return CreditedBefore(reference=line.reference)
    if room is not None and line.amount > room[line.wallet_id]:
        return CreditAboveCap(left=max(0, room[line.wallet_id]))
    return None


def wallets_to_credit(conn: Connection, lines: Sequence[CreditLine]) -> set[UUID]:
    """Give the wallets of this lane, of those in the lines, that may be credited."""
    return {line.wallet_id for line in lines} - wallets_gone(conn, lines)


def wallets_gone(conn: Connection, lines: Sequence[CreditLine]) -> set[UUID]:
    """Give the wallets, of those in the lines, that may not be credited in this lane: few, so they cost little."""
    rows = conn.execute(
        text("""
            SELECT g.id FROM unnest(CAST(string_to_array(:ids, ',') AS uuid[])) AS g (id)
            WHERE NOT EXISTS (SELECT 1 FROM wallets w WHERE w.id = g.id AND w.status IN ('OPEN', 'FROZEN'))
        """),
        {"ids": _wallet_ids(lines)},
    )
    return set(rows.scalars())


def _wallet_ids(lines: Sequence[CreditLine]) -> str:
    return ",".join([line.wallet_id.hex for line in lines])


def references_given(conn: Connection, source: CreditSource, lines: Sequence[CreditLine]) -> set[str]:
    """Give the references, of those in the lines, that were credited before, in whatever lane.

    Exact while nobody else credits for that giver, whom a run holds (`hold_giver`).
    """
    asked = {"source": source.id, "references": "\n".join(line.reference for line in lines)}
    given: set[str] = set()
    for _ in each_lane(conn):
        rows = conn.execute(
            text(
                "SELECT reference FROM credits WHERE source_id = :source AND reference ="
                " ANY(string_to_array(:references, chr(10)))"
            ),
            asked,
        )
        given.update(rows.scalars())
    return given


def room_left(
    conn: Connection, source: CreditSource, lines: Sequence[CreditLine], at: datetime
) -> dict[UUID, int] | None:
    """Tell what each wallet of this lane may still hold, won; None where the cap does not bind the giver."""
    if source.holding_max is None:
        return None
    held = holdings(conn, [line.wallet_id for line in lines], at=at)
    return {line.wallet_id: source.holding_max - held.get(line.wallet_id, 0) for line in lines}


def _write(conn: Connection, source: CreditSource, good: Sequence[_Good], head: LaneHead, at: datetime) -> None:
    lots = [lot for unit in good for lot in unit.lots]
    lines = [line for unit in good for line in unit.lines]
    giver = open_accounts(conn, [source.account], at=at)[source.account]
    openings = [
        Opening(f"lot:{lot}", line.amount, unit.entry_id)
        for unit in good
        for lot, line in zip(unit.lots, unit.lines, strict=True)
    ]
    accounts = post_openings(conn, Giving(giver, source.kind, source.code, effective_date(at, head)), openings, at=at)
    joined = ",".join(lots)  # text that is split there is several times cheaper than arrays
    conn.execute(
        text(
            "INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable,"
            " created_at, expires_at)"
            " SELECT l.id, l.wallet, l.account, :source, NULL, l.face, CASE WHEN :paid THEN l.face ELSE 0 END, 0,"
            " false, false, :at, :expires"
            " FROM unnest(CAST(string_to_array(:ids, ',') AS uuid[]), CAST(string_to_array(:wallets, ',') AS uuid[]),"
            " CAST(string_to_array(:accounts, ',') AS bigint[]), CAST(string_to_array(:faces, ',') AS bigint[]))"
            " AS l (id, wallet, account, face)"
        ),
        {
            "ids": joined, "wallets": _wallet_ids(lines),
            "faces": ",".join([str(line.amount) for line in lines]), "accounts": ",".join(map(str, accounts)),
            "source": source.lot_source,
            "paid": source.paid_by_giver, "at": at, "expires": source.expires_at,
        },
    )  # fmt: skip
    conn.execute(
        text(
            "INSERT INTO credits (source_id, reference, lot_id) SELECT :source, c.reference, c.lot"
            " FROM unnest(string_to_array(:references, chr(10)), CAST(string_to_array(:lots, ',') AS uuid[])) AS c"
            " (reference, lot)"
        ),
        {"source": source.id, "references": "\n".join(line.reference for line in lines), "lots": joined},
    )


def _keep(
    conn: Connection,
    name: str,
    source: CreditSource,
    good: Sequence[_Good],
    refused: Sequence[RefusedLine],
    at: datetime,
) -> None:
    totals = [sum(line.amount for line in unit.lines) for unit in good]
    conn.execute(
        text(
            "INSERT INTO credit_units (id, list_id, kind, source_id, unit, credited, total, entry_id, recorded_at)"
            " SELECT u.id, :list, :kind, :source, u.unit, u.credited, u.total, u.entry, :at"
            " FROM unnest(CAST(:ids AS uuid[]), CAST(:units AS bigint[]), CAST(:credited AS integer[]), CAST(:totals"
            " AS bigint[]),"
            " CAST(:entries AS uuid[])) AS u (id, unit, credited, total, entry)"
        ),
        {
            "list": name, "kind": source.kind, "source": source.id, "at": at, "ids": [unit.id for unit in good],
            "units": [unit.unit.number for unit in good], "credited": [len(unit.lines) for unit in good],
            "totals": totals, "entries": [unit.entry_id if unit.lines else None for unit in good],
        },
    )  # fmt: skip
    keep_refusals(conn, name, refused, at=at)
    publish(
        conn,
        [
            Event("credits.made", unit.id, {"source": source.id, "lines": len(unit.lines), "total": total})
            for unit, total in zip(good, totals, strict=True)
            if unit.lines
        ],
        at=at,
    )


def keep_refusals(conn: Connection, name: str, refused: Sequence[RefusedLine], *, at: datetime) -> None:
    """Store refused lines of a list; a line that is stored already keeps its first answer."""
    if refused:
        conn.execute(
            text(
                "INSERT INTO shared.credit_refusals (list_id, line, code, facts, recorded_at)"
                " SELECT :list, r.line, r.frozen->>'code', r.frozen->'facts', :at"
                " FROM unnest(CAST(:lines AS bigint[]), CAST(:frozen AS jsonb[])) AS r (line, frozen)"
                " ON CONFLICT (list_id, line) DO NOTHING"
            ),
            {
                "list": name, "at": at, "lines": [line.line for line in refused],
                "frozen": [freeze(line.refusal) for line in refused],
            },
        )  # fmt: skip
