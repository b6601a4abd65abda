"""The demo day end to end: real server, real bank process, real books; the same seed, the same day."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import Any

import psycopg
import pytest

from onnuri.kit.database import Database
from onnuri.ops.demo.plan import DONE, Charge, draw_day
from tests.ops.conftest import Command

SIZE = ("--merchants", "40", "--payments", "240")


def day(onnuri: Command, environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    said = onnuri("demo", "--json", "--no-serve", *SIZE, *arguments, env=environment)
    assert said.returncode == 0, said.stdout + said.stderr
    told: dict[str, Any] = json.loads(said.stdout)
    return told


def demo_databases(database: Database) -> int:
    with psycopg.connect(database.superuser_url()) as conn:
        row = conn.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'demo%'").fetchone()
    return row[0] if row else 0


@pytest.mark.slow
def test_two_days_of_one_seed_have_the_same_totals(
    onnuri: Command, environment: dict[str, str], database: Database
) -> None:
    first = day(onnuri, environment, "--seed", "7")
    assert first["audit"]["ok"] is True
    assert first["safeguarding_difference"] == 0
    assert first["bank_unexplained"] == 0
    assert first["as_planned"] is True
    assert first["counts"]["markets"] >= 15
    expected = draw_day(7, merchants=40, payments=240).expected()
    assert {name: first["totals"][name] for name in expected} == expected
    assert first["totals"]["payments"] == 240
    assert first["totals"]["payouts_rejected"] == 2
    assert first["totals"]["waiting_for_an_account"] > 0
    assert [each["kind"] for each in first["breaks"]] == ["amount_differs"]
    assert {"code_forged", "balance_insufficient", "shop_not_payable"} <= set(first["refusals"])

    second = day(onnuri, environment, "--seed", "7")
    assert second["totals"] == first["totals"]
    assert second["refusals"] == first["refusals"]
    assert demo_databases(database) == 0


@pytest.mark.slow
def test_a_demo_that_is_interrupted_takes_everything_away(environment: dict[str, str], database: Database) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "onnuri.ops", "demo", "--payments", "100000"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while demo_databases(database) == 0 and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert demo_databases(database) == 0


def test_a_plan_depends_on_its_seed_and_size_alone() -> None:
    plan = draw_day(7, merchants=40, payments=2_000)
    assert plan == draw_day(7, merchants=40, payments=2_000)
    assert plan != draw_day(8, merchants=40, payments=2_000)
    assert plan.expected()["payments"] == 2_000


def test_a_plan_never_charges_beyond_the_monthly_limit() -> None:
    for holder in draw_day(3, merchants=40, payments=5_000).holders:
        charged = sum(step.face for step in holder.steps if isinstance(step, Charge) and step.twist in DONE)
        assert charged <= 2_000_000
