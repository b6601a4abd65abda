"""Prove in the books that a migration is there whole; from that instant on open its wallets, a stretch at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import Conflict
from onnuri.ledger.lanes import take_lanes
from onnuri.ledger.model import Event
from onnuri.ledger.post import publish, take_lane
from onnuri.people.model import PersonRole
from onnuri.people.register import grant_roles
from onnuri.vouchers.moving_in.migrate_clash import lock_migration
from onnuri.vouchers.moving_in.migrate_in import MigrationDecided, migration

OPENED_AT_ONCE = 2_000
"""Wallets opened while the lane is held once: under a tenth of a second, so that payments go on meanwhile."""


class MigrationNotWhole(Conflict):
    """The books do not hold exactly what the file says: not everything is posted, or something differs."""

    code = "migration_not_whole"
    ko = "이관이 끝나지 않았거나 다릅니다: {lane} 파일 {file_lots}건 {file_won}원, 원장 {book_lots}건 {book_won}원"
    en = "In {lane} the file says {file_lots} lots, {file_won} won; the books say {book_lots}, {book_won}."


@dataclass(frozen=True, slots=True)
class MovedIn:
    """What the books of one lane hold of a migration, and which transfers say so; won."""

    lane: str
    lots: int
    left: int
    first_seq: int | None
    last_seq: int | None


def switch_migration(conn: Connection, migration_id: UUID, *, at: datetime) -> list[MovedIn]:
    """Declare a migration live, over all lanes, if the books say what the file says; its wallets may open from now on.

    Refuses `MigrationNotWhole`, and `MigrationDecided` unless it is approved; switching again answers the same proof.
    Lanes are held only to tell of it: what is posted whole gets no more lots, so the proof needs no standstill.
    """
    lock_migration(conn, migration_id)
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
    wallets = {lane: conn.execute(text(_WALLETS), {"id": migration_id}).scalar_one() for lane in each_lane(conn)}
    take_lanes(conn, list(wallets))
    for lane in each_lane(conn):
        if wallets[lane]:
            publish(conn, [Event("migration.live", migration_id, {"wallets": wallets[lane]})], at=at)
    conn.execute(
        text("UPDATE shared.migrations SET status = 'LIVE', live_at = :at WHERE id = :id"),
        {"at": at, "id": migration_id},
    )
    return proof


_FILE = """
    SELECT lane, count(*) AS lots, sum(left_won)::bigint AS won FROM shared.migration_rows
    WHERE migration_id = :id AND NOT in_transit AND problem IS NULL GROUP BY lane
"""
_WALLETS = """
    SELECT count(DISTINCT l.wallet_id) FROM lot_origins o JOIN lots l ON l.id = o.lot_id WHERE o.migration_id = :id
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


def open_moved_in(conn: Connection, *, at: datetime, limit: int = OPENED_AT_ONCE) -> int:
    """Open the next wallets of this lane whose migration is live; answers how many, 0 where all are open.

    Resumes wherever it was interrupted: the worker goes on with what a stopped command left.
    """
    live = list(conn.execute(text(_OPENING)).scalars())
    if not live:
        return 0
    take_lane(conn)
    opened = list(conn.execute(text(_OPEN), {"live": live, "limit": limit}).scalars())
    if not opened:
        _note_what_is_open(conn, at)
        return 0
    rows = conn.execute(
        text("UPDATE shared.wallets SET state = 'LIVE' WHERE id = ANY(:ids) RETURNING holder_id"), {"ids": opened}
    )
    grant_roles(conn, [(holder, PersonRole.HOLDER, None) for holder in rows.scalars()], at=at)
    return len(opened)


_OPENING = "SELECT id FROM shared.migrations WHERE status = 'LIVE' AND opened_at IS NULL"
# A wallet that moves in has lots of one file: nobody is in two open ones.
_OPEN = """
    UPDATE wallets SET status = 'OPEN' WHERE id IN (
        SELECT w.id FROM wallets w WHERE w.status = 'MIGRATING' AND (
            SELECT o.migration_id FROM lots l JOIN lot_origins o ON o.lot_id = l.id WHERE l.wallet_id = w.id LIMIT 1
        ) = ANY(:live)
        ORDER BY w.id LIMIT :limit)
    RETURNING id
"""


def _note_what_is_open(conn: Connection, at: datetime) -> None:
    """Write on each live migration that all its wallets are open, where no lane has a hidden one of it."""
    conn.execute(
        text("""
            UPDATE shared.migrations SET opened_at = greatest(live_at, :at)
            WHERE status = 'LIVE' AND opened_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM shared.wallets w WHERE w.state = 'MIGRATING' AND EXISTS (
                    SELECT 1 FROM shared.migration_rows r WHERE r.migration_id = migrations.id
                      AND r.holder_id = w.holder_id AND r.taken_from IS NOT NULL))
        """),
        {"at": at},
    )
