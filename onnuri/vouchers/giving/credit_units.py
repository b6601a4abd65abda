"""Write units of a list of credits: each under its own key, set-based, while the lane is held as briefly as can be."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.idempotency import earlier_outcomes, record_outcomes
from onnuri.kit.ids import new_id, new_ids
from onnuri.kit.requests import Outcome, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import Event, LaneHead
from onnuri.ledger.openings import Giving, Opening, post_openings
from onnuri.ledger.post import open_accounts, publish
from onnuri.vouchers.giving.credit_file import CreditLine, ReferenceRepeated, RefusedLine, Unit
from onnuri.vouchers.giving.credit_list import (
    CreditSource,
    keep_refusals,
    list_id,
    references_given,
    refusal_of,
    room_left,
    wallet_ids,
    wallets_gone,
)


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


@dataclass(frozen=True, slots=True)
class AskedAhead:
    """What is known before the lane is taken, so that it is held the shorter: the giver's account, references given.

    `giver` is empty where the giver has no account in this lane yet: it is opened with the lane, as accounts are.
    """

    source: CreditSource
    giver: int | None
    given: set[str]


def ask_ahead(conn: Connection, source: CreditSource, units: Sequence[Unit]) -> AskedAhead:
    """Ask what nobody else can change while the giver is held (`hold_giver`)."""
    account = text("SELECT id FROM accounts WHERE path = :path")
    giver: int | None = conn.execute(account, {"path": source.account}).scalar_one_or_none()
    return AskedAhead(source, giver, references_given(conn, source, [line for unit in units for line in unit.lines]))


def credit_units(
    conn: Connection, known: AskedAhead, sha256: str, units: Sequence[Unit], *, head: LaneHead, at: datetime
) -> Credited:
    """Write the units of a list that this lane has not written yet: the good lines as lots, the others as refusals.

    The lines are of wallets of this lane, which the caller holds (`head`), as nobody else does the giver. A unit is
    written whole or, after an interruption, again.
    """
    source = known.source
    keys = {unit.number: _key(source, sha256, unit) for unit in units}
    earlier = earlier_outcomes(conn, list(keys.values()))
    fresh = [unit for unit in units if (keys[unit.number].caller, keys[unit.number].key) not in earlier]
    if not fresh:
        return Credited(0, 0, 0, len(units))
    good, refused = _judge(conn, source, fresh, known.given, at)
    if any(unit.lines for unit in good):
        giver = known.giver or open_accounts(conn, [source.account], at=at)[source.account]
        _write(conn, source, giver, [unit for unit in good if unit.lines], head, at)
    _keep(conn, list_id(source, sha256), source, good, refused, at)
    record_outcomes(conn, [Outcome(keys[unit.unit.number], "credit_unit", unit.id, None) for unit in good], at=at)
    lines = [line for unit in good for line in unit.lines]
    return Credited(len(lines), sum(line.amount for line in lines), len(refused), len(units) - len(fresh))


def _key(source: CreditSource, sha256: str, unit: Unit) -> RequestKey:
    key = f"{sha256}:{unit.number}"
    return RequestKey(f"{source.kind}:{source.id}", key, hashlib.sha256(key.encode()).digest())


def _judge(
    conn: Connection, source: CreditSource, units: Sequence[Unit], given: set[str], at: datetime
) -> tuple[list[_Good], list[RefusedLine]]:
    """Decide line by line, in the order of the file; where nothing stands against any line there is nothing to walk."""
    lines = [line for unit in units for line in unit.lines]
    gone = wallets_gone(conn, lines)
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


def _write(
    conn: Connection, source: CreditSource, giver: int, good: Sequence[_Good], head: LaneHead, at: datetime
) -> None:
    lots = [lot for unit in good for lot in unit.lots]
    lines = [line for unit in good for line in unit.lines]
    openings = [
        Opening(f"lot:{lot}", line.amount, unit.entry_id)
        for unit in good
        for lot, line in zip(unit.lots, unit.lines, strict=True)
    ]
    accounts = post_openings(conn, Giving(giver, source.kind, source.code, effective_date(at, head)), openings, at=at)
    joined = ",".join(lots)  # text that is split there is several times cheaper than arrays
    conn.execute(
        _LOTS_AND_CREDITS,
        {
            "ids": joined, "wallets": wallet_ids(lines),
            "faces": ",".join([str(line.amount) for line in lines]), "accounts": ",".join(map(str, accounts)),
            "source": source.lot_source, "paid": source.paid_by_giver, "at": at, "expires": source.expires_at,
            "giver": source.id, "references": "\n".join([line.reference for line in lines]),
        },
    )  # fmt: skip


_LOTS_AND_CREDITS: Final = text("""
    WITH given AS MATERIALIZED (
        SELECT l.id, l.wallet, l.account, l.face, l.reference
        FROM unnest(CAST(string_to_array(:ids, ',') AS uuid[]), CAST(string_to_array(:wallets, ',') AS uuid[]),
                    CAST(string_to_array(:accounts, ',') AS bigint[]), CAST(string_to_array(:faces, ',') AS bigint[]),
                    string_to_array(:references, chr(10))) AS l (id, wallet, account, face, reference)
    ), made AS (
        INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable,
                          created_at, expires_at)
        SELECT id, wallet, account, :source, NULL, face, CASE WHEN :paid THEN face ELSE 0 END, 0, false, false, :at,
               :expires
        FROM given
    )
    INSERT INTO credits (source_id, reference, lot_id) SELECT :giver, reference, id FROM given
""")


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
            Event(
                "credits.made",
                unit.id,
                {"source": source.id, "name": source.name, "lines": len(unit.lines), "total": total},
            )
            for unit, total in zip(good, totals, strict=True)
            if unit.lines
        ],
        at=at,
    )
