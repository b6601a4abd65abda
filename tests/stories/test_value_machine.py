"""Charges, payments, cancels, gifts, refunds and expiry in any order against a model: every answer, every share."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from onnuri.kit.database import Database
from tests.stories.full_purse import FullPurse
from tests.stories.purse import Purse
from tests.world import NO_FUNDS, PAID

OFTEN = settings(
    stateful_step_count=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


@pytest.mark.slow
@pytest.mark.timeout(900)  # a failure is made small before it is shown
def test_in_any_order_each_share_of_value_is_where_the_model_says(template: Database) -> None:
    Purse.template = template
    run_state_machine_as_test(Purse, settings=OFTEN)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_in_any_order_so_it_is_with_what_others_give_and_take(template: Database) -> None:
    FullPurse.template = template
    FullPurse.ran.clear()
    examples = settings().max_examples
    run_state_machine_as_test(FullPurse, settings=settings(OFTEN, max_examples=max(3, examples // 5)))
    if examples >= NIGHTLY:  # the rarest are walked below, each time
        assert set(RARE[:ROAMED]) - set(FullPurse.ran) == set()


NIGHTLY = 1_000
ROAMED = 12
RARE = (
    "claw_back ok spent", "claw_back ok kept", "repay ok face or money", "repay ok shares", "expiry grant",
    "company ok lane_00", "company ok lane_01", "payout DONE", "payout FAILED", "handover ok within",
    "handover ok across", "handover owed within",
    "handover owed across", "repay refilled", "expiry repaid", "handover graced within", "handover repaid across",
)  # fmt: skip


def test_the_rare_paths_of_giving_and_taking_come_to_what_the_model_says(template: Database) -> None:
    FullPurse.template = template
    FullPurse.ran.clear()
    purse = FullPurse()
    purse.open()
    try:
        _walk(purse)
        assert set(RARE) - set(FullPurse.ran) == set()
    finally:
        purse.teardown()


def _walk(purse: FullPurse) -> None:
    purse.company_buys(thousands=500)
    purse.company_gives(who=2, share=100)
    purse.company_gives(who=1, share=10)
    _spend_and_claw(purse, who=0)
    purse.hand_over(who=0, other=2, patient=False)  # what was repaid and came back goes to the other lane as money
    purse.pay_out(who=2, bank=NO_FUNDS)
    purse.hand_over(who=2, other=2, patient=False)
    purse.hand_over(who=1, other=2, patient=False)
    purse.pay_out(who=0, bank=PAID)
    _spend_and_claw(purse, who=0)
    purse.wait(hours=24 * 31)
    purse.upkeep()  # what was repaid and came back expires to its holder
    purse.grant(who=1, thousands=20, days=31)
    purse.claw(pick=0, share=100, whole=False)
    purse.wait(hours=24 * 31)
    purse.now -= timedelta(hours=20)
    purse.pay(who=1, share=100)
    purse.wait(hours=24)
    purse.upkeep()
    purse.cancel(pick=0, share=1_000)
    purse.hand_over(who=1, other=2, patient=False)  # with value that lives in a grace
    purse.grant(who=2, thousands=1, days=31)
    purse.wait(hours=24 * 31)
    purse.wait(hours=24)
    purse.upkeep()
    purse.everything_is_where_the_model_says()


def _spend_and_claw(purse: FullPurse, *, who: int) -> None:
    """Take a spent grant back, repay it in three ways, and let the rest of it come back after that."""
    if not any(lot.owner == who and lot.left for lot in purse.model.lots):
        purse.charge(who, 100_000, PAID)
    purse.grant(who=who, thousands=20, days=31)
    purse.pay(who=who, share=130)
    purse.claw(pick=0, share=1_000, whole=True)
    purse.repay(who=0, share=300, from_value=True)
    purse.repay(who=0, share=300, from_value=False)
    purse.cancel(pick=0, share=200)
    purse.upkeep()
    purse.repay(who=0, share=1_000, from_value=False)
    purse.cancel(pick=0, share=1_000)
    purse.everything_is_where_the_model_says()
