"""A database for one demo: made, migrated, dropped at the end; an embedded server that was not running is stopped."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from onnuri.kit.config import Settings
from onnuri.kit.database import Database, drop_database, embedded, open_cluster
from onnuri.kit.migrate import migrate


@contextmanager
def scratch_database(settings: Settings) -> Generator[Database]:
    """Make a scratch database in the cluster of the settings for as long as somebody needs it."""
    started_here = settings.database_url is None and not embedded(settings).running()
    database = open_cluster(settings, f"demo_{uuid4().hex[:12]}")
    try:
        migrate(database)
        yield database
    finally:
        drop_database(database)
        if started_here and not _somebody_else(database):
            embedded(settings).stop()


def _somebody_else(database: Database) -> bool:
    """Tell whether others have come to use the server meanwhile."""
    with psycopg.connect(database.admin_url, connect_timeout=10) as conn:
        row = conn.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return bool(row and row[0])
