"""A database with three market days in it, made once; breaks happen in a transaction that is never committed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest

from onnuri.auditor.findings import Report
from onnuri.auditor.report import audit
from onnuri.auditor.snapshot import look_through
from onnuri.kit.database import Database, clone_database, drop_database
from tests.auditor.market_day import run_market_days
from tests.auditor.voucher_days import run_voucher_days

Break = Callable[[str], Report]


@pytest.fixture(scope="session")
def market_days(template: Database) -> Iterator[Database]:
    """Three market days in two lanes; nobody changes it."""
    made = clone_database(template, f"market_days_{uuid4().hex[:8]}")
    run_market_days(made).close()
    yield made
    drop_database(made)


@pytest.fixture(scope="session")
def voucher_days(template: Database) -> Iterator[Database]:
    """The market days and seven weeks of vouchers after them, in two lanes; nobody changes it."""
    made = clone_database(template, f"voucher_days_{uuid4().hex[:8]}")
    run_voucher_days(made)
    yield made
    drop_database(made)


@pytest.fixture
def break_rows(market_days: Database) -> Iterator[Break]:
    """Break rows as the superuser with every trigger off, then audit as the auditor's role; leaves nothing behind."""
    yield from _breaking(market_days)


@pytest.fixture
def break_vouchers(voucher_days: Database) -> Iterator[Break]:
    """The same in the weeks of vouchers."""
    yield from _breaking(voucher_days)


def _breaking(database: Database) -> Iterator[Break]:
    with psycopg.connect(database.superuser_url()) as conn:

        def broken(statements: str) -> Report:
            conn.execute("SET LOCAL session_replication_role = replica")
            conn.execute("SET LOCAL search_path = lane_01, pg_catalog")
            conn.execute(statements.encode())
            conn.execute("SET LOCAL ROLE onnuri_auditor")
            return audit(look_through(conn))

        yield broken
        conn.rollback()
