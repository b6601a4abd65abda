"""List migrations, and give one up before anything of it is in the books."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.vouchers.moving_in.migrate_clash import give_up
from onnuri.vouchers.moving_in.migrate_in import MIGRATION_COLUMNS, Migration, MigrationDecided, migration


def reject_migration(conn: Connection, migration_id: UUID, *, by: UUID, at: datetime) -> Migration:
    """Give a file up before anything of it is in the books. Refuses `MigrationDecided`, `MigrationPosted`."""
    found = migration(conn, migration_id)
    if not give_up(conn, migration_id, by=by, at=at):
        raise MigrationDecided(status=found.status)
    return migration(conn, migration_id)


def migrations(conn: Connection, *, limit: int = 100) -> list[Migration]:
    """List migrations, the newest first."""
    query = text(f"SELECT {MIGRATION_COLUMNS} FROM shared.migrations ORDER BY id DESC LIMIT :limit")
    return [Migration(*row) for row in conn.execute(query, {"limit": limit})]
