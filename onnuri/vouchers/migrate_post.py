"""Post an approved migration in chunks that nobody sees, prove it in the books, and open all its wallets at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.kit.ids import new_id
from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import Conflict
from onnuri.ledger.dates import effective_date
from onnuri.ledger.lanes import current_lane, take_lanes
from onnuri.ledger.model import BANK_TRUST, Entry, Event, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.people.model import PersonRole
from onnuri.people.register import grant_roles
from onnuri.vouchers.charge import SUBSIDY_RECEIVABLE
from onnuri.vouchers.migrate_clash import check_clashes, posted_anywhere
from onnuri.vouchers.migrate_in import MigrationDecided, migration

CHUNK = 500
"""Lots written while the lane is held once."""


class MigrationNotWhole(Conflict):
    """The books do not hold exactly what the file says: not everything is posted, or something differs."""

    code = "migration_not_whole"
    ko = "이관이 끝나지 않았거나 다릅니다: {lane} 파일 {file_lots}건 {file_won}원, 원장 {book_lots}건 {book_won}원"
    en = "In {lane} the file says {file_lots} lots, {file_won} won; the books say {book_lots}, {book_won}."


def post_migration_chunk(conn: Connection, migration_id: UUID, *, at: datetime, limit: int = CHUNK) -> int:
    """Post the next lots of this lane; answers how many, 0 where all are posted. Resumes wherever it was interrupted.

    Refuses `MigrationDecided` unless the file was approved. Nothing is published: nobody is told before the switch.
    """
    head = take_lane(conn)
    found = migration(conn, migration_id)
    if found.status != "APPROVED":
        raise MigrationDecided(status=found.status)
    lane = current_lane(conn)
    rows = conn.execute(text(_NEXT), {"id": migration_id, "lane": lane, "limit": limit}).all()
    if not rows:
        return 0
    if not posted_anywhere(conn, migration_id):
        check_clashes(conn, migration_id)
    wallets = _wallets(conn, sorted({row.holder_id for row in rows}), lane, at)
    made = [(row, new_id(at)) for row in rows]
    paths = [BANK_TRUST, SUBSIDY_RECEIVABLE, *(_giver(row) for row in rows)]
    accounts = open_accounts(conn, [*paths, *(account_path("lot", lot) for _, lot in made)], at=at)
    legs = [leg for row, lot in made for leg in _legs(row, accounts, accounts[account_path("lot", lot)])]
    entry_id = new_id(at)
    reason = f"migration {migration_id.hex}, lines {rows[0].line} to {rows[-1].line}"
    post(conn, [Entry(entry_id, "migration", effective_date(at, head), tuple(legs), reason=reason)], at=at)
    given = {
        "id": migration_id, "at": at, "entry": entry_id, "lines": [row.line for row, _ in made],
        "lots": [lot for _, lot in made], "wallets": [wallets[row.holder_id] for row, _ in made],
        "accounts": [accounts[account_path("lot", lot)] for _, lot in made],
    }  # fmt: skip
    conn.execute(text(_LOTS), given)
    conn.execute(text(_ORIGINS), given)
    conn.execute(text(_LOOK_AGAIN), {"first": min(row.expires_at for row in rows)})
    return len(rows)


# Lines of a lane are posted in their order, so what is left begins after the last one.
_NEXT = """
    SELECT line, holder_id, expires_at, source, programme, left_won, left_paid FROM shared.migration_rows
    WHERE migration_id = :id AND lane = :lane AND NOT in_transit AND problem IS NULL
      AND line > (SELECT coalesce(max(o.line), 0) FROM lot_origins o WHERE o.migration_id = :id)
    ORDER BY line LIMIT :limit
"""
# A lot may have expired since it was staged: the expiry run goes on from before it.
_LOOK_AGAIN = """
    UPDATE expiry_cursors SET expires_at = :first, lot_id = '00000000-0000-0000-0000-000000000000'
    WHERE what = 'lots' AND expires_at >= :first
"""
_LOTS = """
    INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable,
        created_at, expires_at)
    SELECT n.id, n.wallet, n.account, r.source, NULL, r.left_won, r.left_paid,
           CASE WHEN r.source = 'grant' THEN 0 ELSE r.left_won - r.left_paid END, r.source = 'bought',
           r.source = 'bought', r.charged_at, r.expires_at
    FROM unnest(CAST(:lines AS bigint[]), CAST(:lots AS uuid[]), CAST(:wallets AS uuid[]), CAST(:accounts AS bigint[]))
        AS n (line, id, wallet, account)
    JOIN shared.migration_rows r ON r.migration_id = :id AND r.line = n.line
"""
# Bought value is judged by the rules of the day it was charged on; where none had begun or none was in force, by the
# last that had begun, or the first of all.
_ORIGINS = """
    INSERT INTO lot_origins (lot_id, kind, migration_id, line, moved_lot, policy_id, programme, face, paid, used,
        charged_at, entry_id)
    SELECT n.id, 'migration', :id, r.line, CASE WHEN r.source = 'bought' THEN n.id END,
           CASE WHEN r.source = 'bought' THEN
               (SELECT p.id FROM shared.policies p ORDER BY p.valid_from > r.charged_at,
                    abs(extract(epoch FROM p.valid_from - r.charged_at)) LIMIT 1) END,
           CASE WHEN r.source = 'grant' THEN r.programme END, r.face, r.paid, r.used_won, r.charged_at, :entry
    FROM unnest(CAST(:lines AS bigint[]), CAST(:lots AS uuid[])) AS n (line, id)
    JOIN shared.migration_rows r ON r.migration_id = :id AND r.line = n.line
"""


def _giver(row: Row[Any]) -> str:
    return BANK_TRUST if row.source != "grant" else account_path("grant_receivable", row.programme)


def _legs(row: Row[Any], accounts: dict[str, int], lot: int) -> list[Transfer]:
    if row.source == "grant":
        return [Transfer(accounts[_giver(row)], lot, row.left_won, "migration_grant")]
    shares = (
        (BANK_TRUST, row.left_paid, "migration_paid"),
        (SUBSIDY_RECEIVABLE, row.left_won - row.left_paid, "migration_subsidy"),
    )
    return [Transfer(accounts[path], lot, amount, code) for path, amount, code in shares if amount]


def _wallets(conn: Connection, holders: Sequence[UUID], lane: str, at: datetime) -> dict[UUID, UUID]:
    """Open hidden wallets for holders that have none of this migration yet; answer the wallet of each."""
    given = {"holders": list(holders), "ids": [new_id(at) for _ in holders], "lane": lane, "at": at}
    conn.execute(
        text("""
            INSERT INTO shared.wallets (id, holder_id, lane, opened_at, state)
            SELECT n.id, n.holder, :lane, :at, 'MIGRATING'
            FROM unnest(CAST(:ids AS uuid[]), CAST(:holders AS uuid[])) AS n (id, holder)
            WHERE NOT EXISTS (SELECT 1 FROM shared.wallets w WHERE w.holder_id = n.holder AND w.state = 'MIGRATING')
        """),
        given,
    )
    rows = conn.execute(
        text("SELECT holder_id, id FROM shared.wallets WHERE holder_id = ANY(:holders) AND state = 'MIGRATING'"), given
    ).all()
    conn.execute(
        text("""
            INSERT INTO wallets (id, status, opened_at) SELECT n.id, 'MIGRATING', :at
            FROM unnest(CAST(:wallets AS uuid[])) AS n (id) ON CONFLICT (id) DO NOTHING
        """),
        {"wallets": [row.id for row in rows], "at": at},
    )
    return {row.holder_id: row.id for row in rows}


@dataclass(frozen=True, slots=True)
class MovedIn:
    """What the books of one lane hold of a migration, and which transfers say so; won."""

    lane: str
    lots: int
    left: int
    first_seq: int | None
    last_seq: int | None


def switch_migration(conn: Connection, migration_id: UUID, *, at: datetime) -> list[MovedIn]:
    """Open every wallet of a migration in one transaction over all lanes, if the books say what the file says.

    Refuses `MigrationNotWhole`, and `MigrationDecided` unless it is approved; switching again answers the same proof.
    """
    lanes = list(each_lane(conn))
    take_lanes(conn, lanes)
    found = migration(conn, migration_id)
    if found.status == "LIVE":
        return moved_in(conn, migration_id)
    if found.status != "APPROVED":
        raise MigrationDecided(status=found.status)
    proof = moved_in(conn, migration_id)
    told = {row.lane: (row.lots, row.won) for row in conn.execute(text(_FILE), {"id": migration_id})}
    for moved in proof:
        lots, won = told.get(moved.lane, (0, 0))
        if (moved.lots, moved.left) != (lots, won):
            raise MigrationNotWhole(
                lane=moved.lane, file_lots=lots, file_won=won, book_lots=moved.lots, book_won=moved.left
            )
    _open_all(conn, migration_id, at)
    conn.execute(
        text("UPDATE shared.migrations SET status = 'LIVE', live_at = :at WHERE id = :id"),
        {"at": at, "id": migration_id},
    )
    return proof


_FILE = """
    SELECT lane, count(*) AS lots, sum(left_won)::bigint AS won FROM shared.migration_rows
    WHERE migration_id = :id AND NOT in_transit AND problem IS NULL GROUP BY lane
"""


def moved_in(conn: Connection, migration_id: UUID) -> list[MovedIn]:
    """Tell from the transfers what each lane holds of a migration: the proof beside the control file."""
    query = """
        SELECT count(DISTINCT o.lot_id) AS lots, coalesce(sum(t.amount), 0)::bigint AS won, min(t.seq), max(t.seq)
        FROM lot_origins o JOIN lots l ON l.id = o.lot_id
        JOIN transfers t ON t.credit_account = l.account_id AND t.entry_id = o.entry_id
        WHERE o.migration_id = :id
    """
    return [MovedIn(lane, *conn.execute(text(query), {"id": migration_id}).one()) for lane in each_lane(conn)]


def _open_all(conn: Connection, migration_id: UUID, at: datetime) -> None:
    holders: list[UUID] = []
    for lane in each_lane(conn):
        mine = {"id": migration_id, "lane": lane}
        wallets = conn.execute(
            text("""
                UPDATE wallets SET status = 'OPEN' WHERE status = 'MIGRATING' AND id IN (
                    SELECT l.wallet_id FROM lot_origins o JOIN lots l ON l.id = o.lot_id WHERE o.migration_id = :id)
                AND NOT EXISTS (
                    SELECT 1 FROM lots l JOIN lot_origins o ON o.lot_id = l.id
                    WHERE l.wallet_id = wallets.id AND o.migration_id <> :id)
                RETURNING id
            """),
            mine,
        ).scalars()
        opened = list(wallets)
        rows = conn.execute(
            text("UPDATE shared.wallets SET state = 'LIVE' WHERE id = ANY(:ids) RETURNING holder_id"), {"ids": opened}
        )
        holders += rows.scalars()
        if opened:
            publish(conn, [Event("migration.live", migration_id, {"wallets": len(opened)})], at=at)
    if holders:
        grant_roles(conn, [(holder, PersonRole.HOLDER, None) for holder in holders], at=at)
