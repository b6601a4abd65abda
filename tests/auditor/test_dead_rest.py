"""Whoever lets what was left in an expired lot come back to life with a late cancel is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from onnuri.auditor.report import run_audit
from onnuri.kit.database import Database, Role
from tests.world import World, code, receipt


def test_a_rest_that_was_not_posted_before_the_grace_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(database)
    world.wallet("minji", 100_000)
    world.shop("fish")
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    (lot,) = world.lots("minji")
    paid = receipt(world.pay("minji", "fish", 60_000, at=lot.expires_at - timedelta(seconds=1)))
    monkeypatch.setattr("onnuri.vouchers.grace.expire_now", _post_nothing)
    assert code(world.cancel(paid, at=lot.expires_at)) == "ok"
    assert world.left("minji") == [100_000]
    world.close()
    report = run_audit(database.url(Role.AUDITOR))
    (check,) = [check for check in report.checks if not check.ok]
    assert (check.name, check.rows, check.losers) == ("expiries_kept", 1, (("state", 40_000),))


def _post_nothing(*_: object, **__: object) -> None:
    """Do what the worker does while it is down."""
