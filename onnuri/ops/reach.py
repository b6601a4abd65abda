"""Which database a command works on, and what time it is there."""

from __future__ import annotations

import psycopg
from sqlalchemy import text

from onnuri.kit.clock import AheadClock
from onnuri.kit.config import Settings, load_settings
from onnuri.kit.database import Database, Role, open_cluster
from onnuri.kit.migrate import migrate


def reach(settings: Settings | None = None) -> Database:
    """Reach the database, starting and migrating it where that is ours to do.

    The embedded cluster always is. A given `DATABASE_URL` is migrated where its user may make roles; another user
    needs a database that `onnuri db migrate` has prepared.
    """
    database = open_cluster(settings or load_settings())
    if database.settings.database_url is None or may_migrate(database):
        migrate(database)
    return database


def may_migrate(database: Database) -> bool:
    """Tell whether the given URL's user may make the roles and the schema."""
    with psycopg.connect(database.admin_url, connect_timeout=10) as conn:
        row = conn.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def house_clock(database: Database) -> AheadClock:
    """Give the clock as it stands: the machine's, in the sandbox moved forward as the test clock says."""
    clock = AheadClock()
    if database.settings.sandbox:
        with database.single(Role.APP).begin() as conn:
            clock.set_ahead(conn.execute(text("SELECT ahead_seconds FROM shared.test_clock")).scalar_one())
    return clock
