"""What `onnuri wallet|policy …` tells of somebody's wallet: each look is kept, and ids are written as over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from onnuri.kit.database import Database
from tests.ops.conftest import Command
from tests.ops.test_giving import Office, day
from tests.world import World


@pytest.fixture
def office(database: Database, invariants: None, onnuri: Command, house: dict[str, str]) -> Iterator[Office]:
    world = World(database)
    yield Office(world, onnuri, house)
    world.close()


def test_every_look_at_a_wallet_needs_an_operator_and_is_kept(office: Office) -> None:
    looks = {
        "show": "balance and lots", "refunds": "what can come back", "owed": "what is owed since an expiry",
        "debt": "debt", "gifts": "gifts",
    }  # fmt: skip
    for command in looks:
        unsigned = office.onnuri("wallet", command, office.wallet, env=office.env)
        assert (unsigned.returncode, unsigned.stdout) == (2, ""), unsigned.stderr
        office.only_with_a_role("wallet", command, office.wallet)
        office("wallet", command, office.wallet, "--by", office.maker)
    with office.world.begin() as conn:
        rows = conn.execute(text("SELECT person_id, reader, reason FROM vault.access_log ORDER BY id")).all()
    holder, who = office.world.holders["minji"], f"person:{office.maker.removeprefix('per_')}"
    assert [tuple(row) for row in rows] == [(holder, who, f"wallet: {what}") for what in looks.values()]


def test_every_id_that_a_command_tells_is_written_as_the_api_writes_it(office: Office) -> None:
    world, by, why = office.world, ("--by", office.maker), ("--reason", "분실")
    world.charge("minji", 100_000, at=datetime.now(UTC))
    other = f"wal_{world.wallet('suho').hex}"
    draft = ("policy", "propose", "later", "--starts", day(60), "--terms", '{"rate_bps": 1000}', "--reason", "공고")
    proposed = office(*draft, *by)
    assert (proposed["id"][:4], proposed["proposed_by"]) == ("ppr_", office.maker)
    frozen = office("wallet", "freeze", office.wallet, *why, *by)
    assert (frozen["wallet_id"], frozen["blocked_by"]) == (office.wallet, office.maker)
    office("wallet", "hand-over", office.wallet, other, *why, *by)
    shown = office("wallet", "show", office.wallet, *by)
    assert (shown["lots"][0]["id"][:4], shown["lots"][0]["charge_id"][:4]) == ("lot_", "chg_")
    looks = [shown, frozen, proposed, office("policy", "proposals"), office("wallet", "handovers")]
    told = json.dumps([*looks, office("policy", "reject", proposed["id"], "--by", office.checker)])
    assert not re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", told)
