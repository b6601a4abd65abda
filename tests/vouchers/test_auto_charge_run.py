"""A run of standing orders takes its time: each rule is looked at again when its turn comes."""

from __future__ import annotations

from onnuri.banks.answers import Answer
from onnuri.banks.wire import Withdrawal
from onnuri.vouchers.charging.auto_charge import revoke_auto_charge, run_auto_charges
from onnuri.vouchers.model import Charge
from tests.vouchers.money_back import seoul
from tests.vouchers.told_bank import Bank, agree, edge
from tests.world import World

DAY = seoul(2026, 11, 25, 12)


def run(world: World, bank: Bank) -> list[int]:
    answers = [answer.value for answer in run_auto_charges(edge(world, bank, DAY), at=DAY)]
    return [answer.face for answer in answers if isinstance(answer, Charge)]


def test_a_balance_rule_waits_where_the_date_rule_of_the_same_run_filled_the_wallet(world: World) -> None:
    world.wallet("minji")
    agree(world, "minji", "date", day=25, face=20_000)
    agree(world, "minji", "balance", below=20_000, face=30_000)
    assert run(world, Bank()) == [20_000]
    assert world.left("minji") == [20_000]


def test_a_consent_withdrawn_while_others_are_being_charged_charges_nothing(world: World) -> None:
    world.wallet("minji")
    world.wallet("suho")
    agree(world, "minji", "date", day=25, face=10_000)
    withdrawn = agree(world, "suho", "date", day=25, face=20_000)

    class SlowBank(Bank):
        def withdraw(self, order: Withdrawal) -> Answer:
            with world.begin() as conn:
                revoke_auto_charge(conn, world.wallets["suho"], withdrawn.id, at=DAY)
            return super().withdraw(order)

    assert run(world, SlowBank()) == [10_000]
    assert world.left("suho") == []
