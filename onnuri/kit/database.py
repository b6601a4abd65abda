"""The database: which cluster, which roles, engines per role and lane."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum

import psycopg
from psycopg import sql
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool

from onnuri.kit.config import Settings
from onnuri.kit.postgres import SUPERUSER, EmbeddedPostgres

DATABASE_NAME = "onnuri"
FIRST_LANE = "lane_00"


class Role(StrEnum):
    """Who connects: each is a role of the database with its own password and grants."""

    OWNER = "onnuri_owner"
    APP = "onnuri_app"
    READER = "onnuri_reader"
    AUDITOR = "onnuri_auditor"


@dataclass(frozen=True, slots=True)
class Database:
    """One database of a cluster and the ways to reach it."""

    settings: Settings
    admin_url: str
    name: str

    def url(self, role: Role) -> str:
        """Write the connection URL (libpq form) of a role."""
        if role is Role.APP and self.settings.app_database_url is not None:
            return self.settings.app_database_url
        address = make_url(self.admin_url)
        return _libpq(address.set(username=role.value, password=role_password(self.settings, role), database=self.name))

    def superuser_url(self) -> str:
        """Write the URL of the cluster's administrator; for set-up, tests and drills only."""
        return _libpq(make_url(self.admin_url).set(database=self.name))

    def engine(self, role: Role = Role.APP, lane: str = FIRST_LANE, *, pool_size: int = 10) -> Engine:
        """Make an engine whose connections see one lane and the shared tables by their schema."""
        return create_engine(
            make_url(self.url(role)).set(drivername="postgresql+psycopg"),
            pool_size=pool_size, max_overflow=20, pool_pre_ping=True, pool_timeout=10,
            hide_parameters=True,  # errors are logged; what was sent is not
            connect_args={"options": f"-c search_path={lane},pg_catalog -c timezone=UTC", "connect_timeout": 10},
        )  # fmt: skip

    def writer(self, lane: str = FIRST_LANE) -> Engine:
        """Make the engine of a lane's till: one connection, and plans made once.

        What a till asks is always by key, so its plans are made for that, however small the tables are on the day the
        connection is opened: no planning per batch, and no plan that gets slower as tables grow. A lost connection
        is noticed by the next batch, which is run again.
        """
        return create_engine(
            make_url(self.url(Role.APP)).set(drivername="postgresql+psycopg"),
            pool_size=1, max_overflow=1, pool_timeout=10, hide_parameters=True,
            connect_args={
                "options": f"-c search_path={lane},pg_catalog -c timezone=UTC -c plan_cache_mode=force_generic_plan"
                " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off",
                "connect_timeout": 10, "prepare_threshold": 0,
            },
        )  # fmt: skip

    def single(self, role: Role = Role.APP, lane: str = FIRST_LANE) -> Engine:
        """Make an engine without a pool: for commands that connect once."""
        return create_engine(
            make_url(self.url(role)).set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"options": f"-c search_path={lane},pg_catalog -c timezone=UTC", "connect_timeout": 10},
        )

    def named(self, name: str) -> Database:
        """Point at another database of the same cluster."""
        return replace(self, name=name)


def embedded(settings: Settings) -> EmbeddedPostgres:
    """Describe the embedded cluster of a data directory."""
    return EmbeddedPostgres(settings.data_dir / "postgres", settings.derive("postgres").hex())


def open_cluster(settings: Settings, name: str | None = None) -> Database:
    """Reach the cluster, starting the embedded one where `DATABASE_URL` is unset."""
    if settings.database_url is not None:
        given = make_url(settings.database_url)
        return Database(settings, settings.database_url, name or given.database or DATABASE_NAME)
    server = embedded(settings)
    server.start()
    return Database(settings, server.url(SUPERUSER, server.password, "postgres"), name or DATABASE_NAME)


def role_password(settings: Settings, role: Role) -> str:
    """Derive the password of a database role."""
    return settings.derive(f"role/{role.value}").hex()


def ensure_database(database: Database) -> None:
    """Make the roles and the database where they do not exist."""
    with psycopg.connect(_maintenance_url(database), autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        for role in Role:
            known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role.value,)).fetchone()
            verb = sql.SQL("ALTER" if known else "CREATE")
            conn.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    verb, sql.Identifier(role.value), sql.Literal(role_password(database.settings, role))
                )
            )
        if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database.name,)).fetchone():
            conn.execute(sql.SQL("CREATE DATABASE {} OWNER onnuri_owner").format(sql.Identifier(database.name)))
        conn.execute(
            sql.SQL("GRANT CREATE, CONNECT ON DATABASE {} TO onnuri_owner").format(sql.Identifier(database.name))
        )
        conn.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database.name)))
        conn.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO onnuri_app, onnuri_reader, onnuri_auditor").format(
                sql.Identifier(database.name)
            )
        )


def drop_database(database: Database) -> None:
    """Remove a scratch database with everything in it. An embedded server that dies of it is quoted."""
    try:
        with psycopg.connect(_maintenance_url(database), autocommit=True) as conn:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database.name)))
    except psycopg.OperationalError as error:
        if database.settings.database_url is None:
            error.add_note(embedded(database.settings).last_words(6000))
        raise


def clone_database(template: Database, name: str) -> Database:
    """Copy a database that nobody uses; takes a fraction of a second."""
    with psycopg.connect(_maintenance_url(template), autocommit=True) as conn:
        conn.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER onnuri_owner").format(
                sql.Identifier(name), sql.Identifier(template.name)
            )
        )
        conn.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        conn.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO onnuri_app, onnuri_reader, onnuri_auditor").format(
                sql.Identifier(name)
            )
        )
    return template.named(name)


_LOCK = int.from_bytes(hashlib.sha256(b"onnuri migrations").digest()[:7])


def _maintenance_url(database: Database) -> str:
    if database.settings.database_url is None:
        return database.admin_url
    return _libpq(make_url(database.admin_url))


def _libpq(address: URL) -> str:
    return address.set(drivername="postgresql").render_as_string(hide_password=False)
