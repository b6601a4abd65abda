"""Bring a database to the newest schema, and add lanes: each lane is a schema made from the same files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from onnuri.kit.database import Database, Role, ensure_database
from onnuri.kit.uninterrupted import uninterrupted


def migrations_dir() -> Path:
    """Tell where the migrations lie: in the package of a wheel, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "migrations"
    return inside if inside.exists() else package.parent / "migrations"


def migrate(database: Database) -> None:
    """Make roles and database where needed and run what has not run yet; Ctrl-C is heard when it is done."""
    ensure_database(database)
    engine = database.single(Role.OWNER, "pg_catalog")
    with uninterrupted(), engine.connect() as conn:
        configuration = Config()
        configuration.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
        configuration.attributes["connection"] = conn
        command.upgrade(configuration, "head")


def lane_names(conn: Connection) -> list[str]:
    """List the lanes, in order."""
    return list(conn.execute(text("SELECT name FROM shared.lanes ORDER BY name")).scalars())


def add_lane(conn: Connection, name: str, *, at: datetime) -> None:
    """Make a new lane by the owner role: a schema with an empty ledger; all of it or nothing."""
    conn.execute(text("INSERT INTO shared.lanes (name, opened_at) VALUES (:name, :at)"), {"name": name, "at": at})
    conn.execute(text(f"CREATE SCHEMA {name}"))
    conn.execute(text(f"GRANT USAGE ON SCHEMA {name} TO onnuri_app, onnuri_reader, onnuri_auditor"))
    for path in sorted((migrations_dir() / "sql" / "lane").glob("*.sql")):
        run_lane_file(conn, name, path.name)


def shared_files() -> list[str]:
    """List the files of `migrations/sql/shared`, in order."""
    return sorted(path.name for path in (migrations_dir() / "sql" / "shared").glob("*.sql"))


def run_shared_file(conn: Connection, file: str) -> None:
    """Run one file of `migrations/sql/shared`."""
    _run(conn, (migrations_dir() / "sql" / "shared" / file).read_text())


def run_lane_file(conn: Connection, lane: str, file: str) -> None:
    """Run one file of `migrations/sql/lane` with the search path on that lane."""
    conn.execute(text(f"SET LOCAL search_path = {lane}, pg_catalog, pg_temp"))
    _run(conn, (migrations_dir() / "sql" / "lane" / file).read_text().replace("@lane@", lane))
    conn.execute(text("SET LOCAL search_path = pg_catalog"))


def _run(conn: Connection, statements: str) -> None:
    """Several statements in one go: the driver is used directly, without parameters."""
    driver = conn.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    driver.execute(statements.encode())
