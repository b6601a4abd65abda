"""Post an approved migration in chunks that nobody sees; what was begun can always be finished."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.kit.ids import new_id
from onnuri.ledger.dates import effective_date
from onnuri.ledger.lanes import current_lane
from onnuri.ledger.model import BANK_TRUST, Entry, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, take_lane
from onnuri.vouchers.charging.charge import SUBSIDY_RECEIVABLE
from onnuri.vouchers.moving_in.migrate_in import MigrationDecided, migration

CHUNK = 500
"""Lots written while the lane is held once."""


def post_migration_chunk(conn: Connection, migration_id: UUID, *, at: datetime, limit: int = CHUNK) -> int:
    """Post the next lots of this lane; answers how many, 0 where all are posted. Resumes wherever it was interrupted.

    Refuses `MigrationDecided` unless the file was approved. Nothing is published: nobody is told before the switch.
    Whoever is in an approved file opens no other wallet (`kept_out`), so nothing can stand in the way of the rest.
    """
    head = take_lane(conn)
    found = migration(conn, migration_id)
    if found.status != "APPROVED":
        raise MigrationDecided(status=found.status)
    lane = current_lane(conn)
    rows = conn.execute(text(_NEXT), {"id": migration_id, "lane": lane, "limit": limit}).all()
    if not rows:
        return 0
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
