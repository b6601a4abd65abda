"""Companies' purchases at a real bank: drawn once, resolved by inquiry, matched to the statement or explained."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from onnuri.vouchers.charging.run_charge import Charging
from onnuri.vouchers.giving.company_account import NewCompanyAccount, register_company_account
from onnuri.vouchers.giving.company_buy import PurchaseOrder
from onnuri.vouchers.giving.corporate import Purchase, register_company
from onnuri.vouchers.giving.run_purchase import resolve_purchases, run_purchase
from tests.settlement.town import FRIDAY, Town
from tests.world import OPENED, request_key


def edge(town: Town, *, minutes: int = 0) -> Charging:
    return Charging(town.world.begin, town.bank, lambda: OPENED + timedelta(minutes=minutes))


def buy(town: Town, ending: str) -> tuple[UUID, Purchase]:
    """Register a company whose account's last digits choose its fate, and buy 100,000 won."""
    with town.world.begin() as conn:
        company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
        account = NewCompanyAccount(company, ending.rjust(24, "0"), "097", "***", town.world.clerk)
        register_company_account(conn, account, at=OPENED)
    answer = run_purchase(edge(town), PurchaseOrder(request_key("buy"), company, 100_000))
    assert isinstance(answer.value, Purchase), answer.value
    return company, answer.value


@pytest.mark.parametrize(
    ("ending", "status", "won"),
    [("00", "SUCCEEDED", 100_000), ("22", "FAILED", 0), ("99", "UNKNOWN", 100_000), ("95", "UNKNOWN", 100_000)],
)
def test_a_purchase_is_what_the_bank_says(town: Town, ending: str, status: str, won: int) -> None:
    company, made = buy(town, ending)
    assert made.status == status
    resolved = resolve_purchases(edge(town, minutes=1))
    assert [each.status for each in resolved] == (["SUCCEEDED"] if status == "UNKNOWN" else [])
    assert town.world.balance(f"purchase:{company.hex}") == won
    town.fetch(FRIDAY)
    assert town.match(FRIDAY).purchases == int(won > 0)
    assert town.breaks() == []
    assert town.bank_comparison().unexplained == 0


def test_what_never_reached_the_bank_is_not_bought(town: Town) -> None:
    company, made = buy(town, "30")
    assert made.status == "UNKNOWN"
    statuses = [resolve_purchases(edge(town, minutes=60), patient=False)[0].status for _ in range(3)]
    assert statuses == ["UNKNOWN", "UNKNOWN", "FAILED"]
    assert town.world.balance(f"purchase:{company.hex}") == 0


@pytest.mark.parametrize(
    ("ending", "breaks"), [("33", ["line_missing"]), ("44", ["amount_differs"]), ("55", ["charged_twice"])]
)
def test_a_statement_that_differs_from_a_purchase_is_a_break(town: Town, ending: str, breaks: list[str]) -> None:
    buy(town, ending)
    town.fetch(FRIDAY)
    town.match(FRIDAY)
    assert [kind for kind, _ in town.breaks()] == breaks
    assert town.bank_comparison().unexplained == 0
