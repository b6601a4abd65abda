"""The auditor finds nothing where nothing is wrong, and says so in the form that scripts rely on."""

from __future__ import annotations

from onnuri.auditor.report import CHECKS, run_audit
from onnuri.kit.database import Database, Role


def test_two_market_days_in_two_lanes_are_in_order(market_days: Database) -> None:
    report = run_audit(market_days.url(Role.AUDITOR))
    assert report.ok, report.as_text()
    assert [check.name for check in report.checks] == [name for name, _ in CHECKS]


def test_an_empty_house_is_in_order(database: Database) -> None:
    assert run_audit(database.url(Role.AUDITOR)).ok
