"""Run migrations on the connection that was handed over, one transaction each, never waiting long for a lock."""

from alembic import context
from sqlalchemy import Connection, text

LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "10min"


def run(conn: Connection) -> None:
    """Upgrade under an advisory lock, so that two processes never migrate at once."""
    conn.execute(text("SELECT pg_advisory_lock(hashtext('onnuri migrations'))"))
    conn.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    conn.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
    conn.execute(text("CREATE SCHEMA IF NOT EXISTS shared"))
    conn.commit()
    context.configure(connection=conn, version_table_schema="shared", transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    conn.commit()


run(context.config.attributes["connection"])
