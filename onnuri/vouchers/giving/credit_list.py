"""Lists of credits: who gives, and what stands against a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.idempotency import freeze
from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import Conflict, DomainError, NotFound, Refused
from onnuri.vouchers.giving.credit_file import CreditLine, RefusedLine
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
    """Who gives, by the `name` people know, and what the lots are like. `holding_max` is empty where the cap does not
    bind the giver."""

    kind: str
    id: str
    name: str
    account: str
    code: str
    lot_source: str
    paid_by_giver: bool
    expires_at: datetime
    holding_max: int | None


def list_id(source: CreditSource, sha256: str) -> str:
    """Name a list: the same file for the same giver is the same list, whoever sends it and however often."""
    return f"{source.kind}:{source.id}:{sha256}"


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
        {"ids": wallet_ids(lines)},
    )
    return set(rows.scalars())


def wallet_ids(lines: Sequence[CreditLine]) -> str:
    """Join their ids as they travel."""
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
