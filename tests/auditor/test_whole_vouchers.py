"""Weeks in which everything happens to vouchers are in order, and leave no table of the house without a row."""

from __future__ import annotations

import psycopg

from onnuri.auditor.report import run_audit
from onnuri.kit.database import Database, Role


def test_weeks_of_vouchers_in_two_lanes_are_in_order(voucher_days: Database) -> None:
    report = run_audit(voucher_days.url(Role.AUDITOR))
    assert report.ok, report.as_text()


def test_every_table_of_the_house_has_a_row_at_their_end(voucher_days: Database) -> None:
    with psycopg.connect(voucher_days.superuser_url()) as conn:
        tables = conn.execute("""
            SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('lane_00', 'lane_01', 'shared') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        """).fetchall()
        filled: dict[str, bool] = {}
        for schema, table in tables:
            row = conn.execute(f"SELECT EXISTS (SELECT 1 FROM {schema}.{table})".encode()).fetchone()
            filled[table] = filled.get(table, False) or bool(row and row[0])
    assert [table for table, has_rows in filled.items() if not has_rows] == []
