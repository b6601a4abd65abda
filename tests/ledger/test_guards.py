"""The books are guarded where they are: everything the application must not do to them is tried, on every partition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from onnuri.kit.clock import SEOUL
from onnuri.kit.database import Database, Role, role_password
from tests.world import World

BOOKS = ("lane", "accounts", "balances", "entries", "transfers", "chain", "outcomes", "outbox", "days")
NEVER_CHANGED = ("accounts", "entries", "transfers", "chain", "outcomes", "outbox", "days")
WAYS_AROUND = (
    "SET ROLE onnuri_owner",
    "SET SESSION AUTHORIZATION onnuri_owner",
    "SET session_replication_role = replica",
    "ALTER ROLE onnuri_app SUPERUSER",
    "CREATE FUNCTION lane_00.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE lane_00.mine (id integer)",
    "CREATE TEMP TABLE lane (one boolean, last_seq bigint)",
    "CREATE SCHEMA mine",
    "CREATE TABLE shared.mine (id integer)",
    "DROP SCHEMA lane_00 CASCADE",
    "DROP FUNCTION post_entries CASCADE",
    "ALTER FUNCTION refuse_change() OWNER TO onnuri_app",
    "DROP TRIGGER transfers_append_only ON transfers",
    "SELECT add_partition()",
    "SELECT setval(pg_get_serial_sequence('lane_00.accounts', 'id'), 1)",
    "SELECT nextval(pg_get_serial_sequence('lane_00.accounts', 'id'))",
    "SELECT lo_import('/etc/passwd')",
    "COPY transfers TO '/tmp/books'",
    "UPDATE shared.transfer_codes SET code = code",
    "INSERT INTO shared.transfer_codes VALUES ('mint', 'loss', 'lot')",
    "UPDATE shared.account_kinds SET floored = false",
    "UPDATE shared.policies SET rate_bps = 9000",
    "DELETE FROM shared.policies",
    "DELETE FROM shared.wallets",
    "UPDATE shared.wallets SET holder_id = holder_id",
    "DELETE FROM shared.shop_statuses",
    "DELETE FROM shared.payouts",
    "UPDATE shared.payouts SET amount = 1",
    "DELETE FROM shared.statement_lines",
    "DELETE FROM vault.access_log",
    "UPDATE vault.persons SET name_sealed = name_sealed",
)
KEPT = ("payments", "cancels", "lots", "charges", "wallets", "settlement_lines", "payout_entries")


@pytest.fixture
def busy(world: World) -> World:
    """Books with something of everything, and a second partition."""
    world.wallet("minji", 100_000)
    world.shop("fish")
    world.pay("minji", "fish", 1_000)
    world.close_day(date(2026, 11, 20), at=datetime(2026, 11, 21, tzinfo=SEOUL))
    with psycopg.connect(world.database.url(Role.OWNER)) as conn:
        conn.execute("SET search_path = lane_00, pg_catalog")
        conn.execute("SELECT add_partition()")
    return world


def said(database: Database, role: Role, statements: Mapping[str, sql.Composed | str]) -> dict[str, str]:
    """Try statements in the lane and take them back; tell what the database said, or that it let it happen."""
    words: dict[str, str] = {}
    with psycopg.connect(database.url(role), options="-c search_path=lane_00,pg_catalog") as conn:
        for name, statement in statements.items():
            try:
                conn.execute(statement.encode() if isinstance(statement, str) else statement)
                words[name] = "let it happen"
            except psycopg.Error as error:
                words[name] = str(error).splitlines()[0]
            conn.rollback()
    return words


def partitions(database: Database) -> list[str]:
    with psycopg.connect(database.url(Role.AUDITOR)) as conn:
        rows = conn.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'lane_00.transfers'::regclass ORDER BY 1"
        )
        found = [name for (name,) in rows]
    assert len(found) >= 2
    return found


def second_columns(database: Database) -> dict[str, str]:
    with psycopg.connect(database.url(Role.AUDITOR)) as conn:
        rows = conn.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 2"
            " WHERE c.relnamespace = 'lane_00'::regnamespace AND c.relkind IN ('r', 'p')"
        ).fetchall()
    return {str(table): str(column) for table, column in rows}


def changes(database: Database, tables: Sequence[str]) -> dict[str, sql.Composed]:
    """Write every statement that changes these tables."""
    columns = second_columns(database)
    return {f"{verb} {table}": each for table in tables for verb, each in _changes(table, columns[table]).items()}


def _changes(table: str, second: str) -> dict[str, sql.Composed]:
    name, column = sql.Identifier(table), sql.Identifier(second)
    return {
        "update": sql.SQL("UPDATE {} SET {} = {}").format(name, column, column),
        "delete": sql.SQL("DELETE FROM {}").format(name),
        "truncate": sql.SQL("TRUNCATE {} CASCADE").format(name),
        "insert": sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT * FROM {}").format(name, name),
        "copy": sql.SQL("COPY {} FROM STDIN").format(name),
        "drop": sql.SQL("DROP TABLE {} CASCADE").format(name),
        "disable triggers": sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(name),
        "alter": sql.SQL("ALTER TABLE {} ADD COLUMN more integer").format(name),
        "own": sql.SQL("ALTER TABLE {} OWNER TO onnuri_app").format(name),
        "trigger": sql.SQL("CREATE TRIGGER mine BEFORE INSERT ON {} EXECUTE FUNCTION refuse_change()").format(name),
        "rule": sql.SQL("CREATE RULE mine AS ON INSERT TO {} DO INSTEAD NOTHING").format(name),
        "lock": sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(name),
        "lock rows": sql.SQL("SELECT 1 FROM {} FOR UPDATE").format(name),
    }


def test_no_role_but_the_owner_changes_the_books_in_any_way(busy: World) -> None:
    tried = changes(busy.database, (*BOOKS, *partitions(busy.database)))
    for role in (Role.APP, Role.READER, Role.AUDITOR):
        assert not_refused(said(busy.database, role, tried)) == []


def not_refused(words: Mapping[str, str]) -> list[str]:
    return [f"{name}: {said}" for name, said in words.items() if "denied" not in said and "must be " not in said]


def test_the_application_adds_to_what_hangs_on_the_books_and_never_takes_away(busy: World) -> None:
    tried = changes(busy.database, KEPT)
    allowed = {f"insert {table}" for table in KEPT} | {f"copy {table}" for table in KEPT} | {"update wallets"}
    words = said(busy.database, Role.APP, {name: each for name, each in tried.items() if name not in allowed})
    assert [each for each in not_refused(words) if not each.startswith("lock rows")] == []
    columns = ("face = 1", "paid = 1", "subsidy = 0", "wallet_id = wallet_id")
    assert not_refused(said(busy.database, Role.APP, {each: f"UPDATE charges SET {each}" for each in columns})) == []


def test_the_application_has_no_way_around(busy: World) -> None:
    assert not_refused(said(busy.database, Role.APP, {each: each for each in WAYS_AROUND})) == []


def test_nobody_shadows_the_books_with_temporary_tables(busy: World) -> None:
    """Functions that run as the owner look for temporary tables last."""
    with psycopg.connect(busy.database.url(Role.AUDITOR)) as conn:
        rows = conn.execute("""
            SELECT p.proname, array_to_string(p.proconfig, ',')
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prosecdef AND n.nspname = 'lane_00'""").fetchall()
    assert len(rows) >= 5
    assert {settings for _, settings in rows} == {"search_path=lane_00, pg_catalog, pg_temp"}


def test_the_owner_is_stopped_by_the_second_wall(busy: World) -> None:
    tables = (*NEVER_CHANGED, *partitions(busy.database), "balances")
    tried = {
        name: each
        for name, each in changes(busy.database, tables).items()
        if (verb := name.split()[0]) == "truncate"
        or (verb in ("update", "delete") and busy.rows(name.split()[1]) and name != "update balances")
    }
    words = said(busy.database, Role.OWNER, tried)
    assert len(words) >= 24
    assert {name: each for name, each in words.items() if "append_only" not in each} == {}


def test_every_table_of_a_lane_belongs_to_the_owner(busy: World) -> None:
    with psycopg.connect(busy.database.url(Role.AUDITOR)) as conn:
        rows = conn.execute("""
            SELECT c.relname, r.rolname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_roles r ON r.oid = c.relowner
            WHERE n.nspname IN ('lane_00', 'shared', 'vault') AND r.rolname <> 'onnuri_owner'
            """).fetchall()
    assert rows == []


def test_passwords_are_asked_for_and_each_role_has_its_own(busy: World) -> None:
    settings = busy.database.settings
    assert len({role_password(settings, role) for role in Role}) == len(Role)
    wrong = make_url(busy.database.url(Role.APP)).set(password="guessed").render_as_string(hide_password=False)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
