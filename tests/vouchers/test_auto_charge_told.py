"""What becomes of a standing order at the bank is told of its rule, at once or as an inquiry finds out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from onnuri.vouchers.charging.auto_charge import run_auto_charges
from onnuri.vouchers.charging.run_charge import resolve_charges
from tests.vouchers.told_bank import Bank, agree, edge
from tests.world import NO_FUNDS, OPENED, SILENCE, World


def topics(world: World) -> list[str]:
    with world.begin() as conn:
        return list(conn.execute(text("SELECT topic FROM outbox ORDER BY position")).scalars())


def test_an_auto_charge_that_an_inquiry_finds_refused_is_told_as_refused_of_its_rule(world: World) -> None:
    world.wallet("minji")
    rule = agree(world, "minji", "balance", below=20_000, face=10_000)
    silent = Bank(says=SILENCE, later=NO_FUNDS)
    run_auto_charges(edge(world, silent), at=OPENED)
    assert "auto_charge.refused" not in topics(world)
    (charge,) = resolve_charges(edge(world, silent, OPENED + timedelta(minutes=2)))
    with world.begin() as conn:
        query = "SELECT subject_id, payload FROM outbox WHERE topic = 'auto_charge.refused'"
        (told,) = conn.execute(text(query)).all()
    assert told.subject_id == rule.id
    assert told.payload == {
        "wallet_id": world.wallets["minji"].hex, "face": 10_000, "code": "charge_refused_by_bank",
        "charge_id": charge.id.hex, "bank_code": NO_FUNDS.bank_rsp_code,
    }  # fmt: skip


def test_a_charge_by_hand_that_the_bank_refuses_is_no_refusal_of_a_rule(world: World) -> None:
    world.wallet("minji")
    agree(world, "minji", "date", day=25, face=10_000)
    world.charge("minji", 10_000, bank=NO_FUNDS)
    assert topics(world)[-1] == "charge.failed"
