"""Refunds at a real bank: sent once, resolved by inquiry, matched to the statement, and explained where they differ."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onnuri.people.debit_accounts import NewDebitAccount, register_debit_accounts
from onnuri.vouchers.refunding.refund import Refund, RefundOrder
from onnuri.vouchers.refunding.refund_rule import RefundKind
from onnuri.vouchers.refunding.run_refund import Refunding, resolve_refunds, run_refund
from tests.settlement.town import FRIDAY, TUESDAY, Town
from tests.vouchers.money_back import charge_of
from tests.world import OPENED, request_key


def refund(town: Town, ending: str, kind: RefundKind = RefundKind.CHARGE_CANCEL) -> Refund:
    """Register an account whose last digits choose its fate, and ask for the money back."""
    world = town.world
    with world.begin() as conn:
        account = NewDebitAccount(world.holders["minji"], ending.rjust(24, "0"), "097", "***")
        register_debit_accounts(conn, [account], at=OPENED)
    order = RefundOrder(request_key("refund"), world.wallets["minji"], charge_of(world, "minji"), kind)
    answer = run_refund(edge(town), order)
    assert isinstance(answer.value, Refund), answer.value
    return answer.value


def edge(town: Town, *, minutes: int = 0) -> Refunding:
    return Refunding(town.world.begin, town.bank, lambda: OPENED + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("ending", "status", "left"),
    [("00", "SUCCEEDED", 0), ("22", "FAILED", 100_000), ("99", "UNKNOWN", 0), ("95", "UNKNOWN", 0)],
)
def test_a_refund_is_what_the_bank_says(town: Town, ending: str, status: str, left: int) -> None:
    town.wallet("minji", 100_000)
    assert refund(town, ending).status == status
    assert town.world.left("minji") == [left]
    resolved = resolve_refunds(edge(town, minutes=1))
    assert [each.status for each in resolved] == (["SUCCEEDED"] if status == "UNKNOWN" else [])
    town.fetch(FRIDAY)
    report = town.match(FRIDAY)
    assert (report.charges, report.refunds) == (1, int(status != "FAILED"))
    assert town.breaks() == []
    assert town.bank_comparison().unexplained == 0


def test_what_never_reached_the_bank_is_in_the_lot_again(town: Town) -> None:
    town.wallet("minji", 100_000)
    assert refund(town, "30").status == "UNKNOWN"
    statuses = [resolve_refunds(edge(town, minutes=60), patient=False)[0].status for _ in range(3)]
    assert statuses == ["UNKNOWN", "UNKNOWN", "FAILED"]
    assert town.world.left("minji") == [100_000]


@pytest.mark.parametrize(
    ("ending", "breaks"), [("33", ["line_missing"]), ("44", ["amount_differs"]), ("55", ["paid_twice"])]
)
def test_a_statement_that_differs_from_a_refund_is_a_break(town: Town, ending: str, breaks: list[str]) -> None:
    town.wallet("minji", 100_000)
    assert refund(town, ending).status == "SUCCEEDED"
    town.fetch(FRIDAY, TUESDAY)
    town.match()
    assert [kind for kind, _ in town.breaks()] == breaks
    assert town.bank_comparison().unexplained == 0
