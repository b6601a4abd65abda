"""A database with two market days in it, made once; every test gets its own copy to break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest

from onnuri.auditor.findings import Report
from onnuri.auditor.report import run_audit
from onnuri.kit.database import Database, Role, clone_database, drop_database
from tests.auditor.market_day import run_market_days

Break = Callable[[str], Report]


@pytest.fixture(scope="session")
def market_days(template: Database) -> Iterator[Database]:
    """Two market days in two lanes; cloned, never touched."""
    made = clone_database(template, f"market_days_{uuid4().hex[:8]}")
    run_market_days(made)
    yield made
    drop_database(made)


@pytest.fixture
def scratch(market_days: Database) -> Iterator[Database]:
    """A copy of the market days."""
    copy = clone_database(market_days, f"scratch_{uuid4().hex[:12]}")
    yield copy
    drop_database(copy)


@pytest.fixture
def break_rows(scratch: Database) -> Break:
    """Break rows as the superuser with every trigger off, then audit."""

    def broken(statements: str) -> Report:
        with psycopg.connect(scratch.superuser_url()) as conn:
            conn.execute("SET session_replication_role = replica")
            conn.execute("SET search_path = lane_01, pg_catalog")
            conn.execute(statements.encode())
        return run_audit(scratch.url(Role.AUDITOR))

    return broken
