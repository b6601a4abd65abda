"""What another operator pays for the value that moved in: awaited from the switch on, counted once it came."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.refusals import Conflict
from onnuri.vouchers.bank_receipts import BankReceipt, count_receipt
from onnuri.vouchers.moving_in.migrate_clash import lock_migration
from onnuri.vouchers.moving_in.migrate_in import MigrationDecided, migration

MONEY_OF_MIGRATION: Final = """
    (SELECT coalesce(sum(r.left_paid), 0)::bigint FROM shared.migration_rows r
     WHERE r.migration_id = m.id AND r.problem IS NULL AND NOT r.in_transit AND r.source <> 'grant')
"""
"""SQL for the won that holders had paid for what came in with the migration `m`: the other operator owes them to us."""


class MigrationPaidBefore(Conflict):
    """The money of a migration comes in once."""

    code = "migration_paid_before"
    ko = "이 이관의 돈은 이미 {reference}로 들어온 것으로 적혀 있습니다. 돈은 움직이지 않았습니다."
    en = "The money of that migration was counted as {reference} before. No money moved."


class MigrationOwesNothing(Conflict):
    """Nothing that holders had paid for came with it."""

    code = "migration_owes_nothing"
    ko = "이 이관에는 이전 사업자에게서 받을 돈이 없습니다. 돈은 움직이지 않았습니다."
    en = "The other operator owes nothing for that migration. No money moved."


def migration_paid(conn: Connection, migration_id: UUID, *, reference: str, by: UUID, at: datetime) -> int:
    """Count the bank's receipt of what the other operator paid for a live migration; answers how much it must be, won.

    Who counted it is kept; the same reference again answers the same. Refuses `MigrationUnknown`, `MigrationDecided`
    before the switch, `MigrationOwesNothing`, `MigrationPaidBefore`, `ReceiptMalformed`, `ReceiptUsed`.
    """
    lock_migration(conn, migration_id)
    found = migration(conn, migration_id)
    if found.status != "LIVE":
        raise MigrationDecided(status=found.status)
    row = conn.execute(
        text(f"SELECT paid_reference, {MONEY_OF_MIGRATION} AS won FROM shared.migrations m WHERE id = :id"),
        {"id": migration_id},
    ).one()
    if row.won == 0:
        raise MigrationOwesNothing
    if row.paid_reference is not None:
        if row.paid_reference == reference.upper():
            return int(row.won)
        raise MigrationPaidBefore(reference=row.paid_reference)
    count_receipt(conn, BankReceipt(reference, "migration", migration_id, row.won), at=at)
    conn.execute(
        text("UPDATE shared.migrations SET paid_reference = :reference, paid_at = :at, paid_by = :by WHERE id = :id"),
        {"reference": reference.upper(), "at": at, "by": by, "id": migration_id},
    )
    return int(row.won)


def money_awaited(conn: Connection, ids: list[UUID]) -> dict[UUID, int]:
    """Tell what is still to come in for live migrations; won. Others are left out."""
    rows = conn.execute(
        text(
            f"SELECT id, {MONEY_OF_MIGRATION} AS won FROM shared.migrations m"
            " WHERE status = 'LIVE' AND paid_at IS NULL AND id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": ids},
    )
    return {row.id: row.won for row in rows if row.won}
