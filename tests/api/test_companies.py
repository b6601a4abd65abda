"""A verified company over HTTP: registers an account, buys without discount, hands out by an approved list."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text

from onnuri.people.model import PersonRole
from onnuri.vouchers.charging.run_charge import Charging
from onnuri.vouchers.giving.run_purchase import resolve_purchases
from tests.api.test_granting import CSV, decide, list_of
from tests.api.town import Town


def company_of(town: Town, ending: str = "00") -> str:
    """Register a company with the bank account that makes the bank behave as its ending says; its address."""
    body = {"business_number": "123-45-67891", "name": "한빛상사"}
    made = town["operator"].post("/v1/companies", json=body)
    assert made.status_code == 201, made.text
    address = f"/v1/companies/{made.json()['id']}"
    account = {"bank_code": "004", "account_number": f"123-456-0001-{ending}", "consent": True}
    assert town["operator"].post(f"{address}/accounts", json=account).json()["masked"] == "123456000***"
    return address


def buy(town: Town, address: str, amount: int, *, key: str | None = None, receipt: str | None = None) -> httpx.Response:
    body = {"amount": amount} | ({"bank_reference": receipt} if receipt else {})
    head = {"Idempotency-Key": key} if key else town.key()
    return town["finance_maker"].post(f"{address}/purchases", json=body, headers=head)


def test_a_company_buys_without_discount_and_hands_out_by_list(town: Town) -> None:
    address = company_of(town)
    bought = buy(town, address, 100_000, key="k")
    assert bought.status_code == 201, bought.text
    told = bought.json()
    assert (told["amount"], told["how"], told["status"], told["money_moved"]) == (
        100_000, "withdrawal", "SUCCEEDED", "true"
    )  # fmt: skip
    again = buy(town, address, 100_000, key="k")
    assert (again.json(), again.headers["idempotent-replayed"]) == (told, "true")
    assert buy(town, address, 1, key="k").json()["code"] == "idempotency_key_reused"
    assert town["auditor"].get(bought.headers["location"]).json() == told
    content = list_of(town, ("suho", 60_000, "a"), ("minji", 10_000, "b"))
    sent = town["finance_maker"].post(f"{address}/lists", content=content, headers=CSV)
    assert (sent.status_code, sent.json()["kind"], sent.json()["total"]) == (201, "company", 70_000)
    assert decide(town, sent.headers["location"], "approvals").status_code == 201
    assert decide(town, sent.headers["location"], "runs").json()["status"] == "DONE"
    assert town["operator"].get(address).json()["left"] == 30_000
    (lot,) = town["suho"].get("/v1/wallets/current").json()["lots"]
    assert (lot["source"], lot["paid"], lot["subsidy"], lot["given_by"]) == ("gift", 60_000, 0, "한빛상사")
    told = town["operator"].get("/v1/events", params={"types": "credits.made"}).json()["data"]
    assert {each["facts"]["name"] for each in told} == {"한빛상사"}
    more = town["finance_maker"].post(f"{address}/lists", content=list_of(town, ("suho", 30_001, "c")), headers=CSV)
    short = decide(town, more.headers["location"], "approvals")
    assert (short.status_code, short.json()["code"]) == (402, "company_value_too_low")
    assert short.json()["facts"] == {"left": 30_000}
    assert len(town["operator"].get(f"{address}/lists").json()["data"]) == 2
    view = town["auditor"].get("/v1/safeguarding").json()
    assert view["difference"] == 0
    assert {item["kind"]: item["amount"] for item in view["owed"]}["purchase"] == 30_000


@pytest.mark.parametrize("ending", ["22"])
def test_what_the_company_s_bank_refuses_is_402_each_time(town: Town, ending: str) -> None:
    address = company_of(town, ending)
    for replayed in (None, "true"):
        answer = buy(town, address, 10_000, key="k")
        assert (answer.status_code, answer.json()["code"]) == (402, "company_purchase_refused_by_bank")
        assert answer.headers.get("idempotent-replayed") == replayed
    assert town["operator"].get(f"{address}/purchases").json()["data"][0]["status"] == "FAILED"


def test_an_unknown_answer_is_202_until_an_inquiry_resolves_it(town: Town) -> None:
    address = company_of(town, "99")
    answer = buy(town, address, 10_000)
    assert (answer.status_code, answer.json()["status"], answer.json()["money_moved"]) == (202, "UNKNOWN", "unknown")
    assert town["operator"].get(address).json()["left"] == 0
    house = town.app.state.house
    resolve_purchases(Charging(begin=house.begin, bank=house.bank, now=house.now), patient=False)
    assert town["operator"].get(answer.headers["location"]).json()["status"] == "SUCCEEDED"
    assert town["operator"].get(address).json()["left"] == 10_000


def test_a_receipt_is_booked_once(town: Town) -> None:
    address = company_of(town)
    assert buy(town, address, 10_000, receipt="bank-1").json()["how"] == "receipt"
    twice = buy(town, address, 10_000, receipt="bank-1")
    assert (twice.status_code, twice.json()["code"]) == (409, "bank_receipt_used")
    assert town["operator"].get(address).json()["left"] == 10_000


def who(town: Town, name: str) -> str:
    """Give the number of somebody of the town, as the tables know it."""
    with town.world.begin() as conn:
        query = text("SELECT DISTINCT person_id FROM shared.roles WHERE role = :role")
        return f"per_{conn.execute(query, {'role': name}).scalar_one().hex}"


def test_only_verified_companies_with_consent_are_debited_and_only_by_who_may(town: Town) -> None:
    address = company_of(town)
    same = town["operator"].post("/v1/companies", json={"business_number": "1234567891", "name": "x"})
    assert (same.status_code, same.json()["code"]) == (409, "company_exists")
    wrong = town["operator"].post("/v1/companies", json={"business_number": "1234567890", "name": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "business_number_wrong")
    assert town["operator"].post(f"{address}/purchases", json={"amount": 1}, headers=town.key()).status_code == 403
    (account,) = town["auditor"].get(f"{address}/accounts").json()["data"]
    assert (account["recorded_by"], account["revoked_by"]) == (who(town, "operator"), None)
    withdrawn = town["operator"].delete(f"{address}/accounts/{account['id']}").json()
    assert (withdrawn["revoked_at"] is not None, withdrawn["revoked_by"]) == (True, who(town, "operator"))
    missing = town["operator"].delete(f"{address}/accounts/coa_{'0' * 32}")
    assert (missing.status_code, missing.json()["code"]) == (404, "company_account_unknown")
    refused = buy(town, address, 10_000)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_company_account")
    stranger = buy(town, f"/v1/companies/com_{'0' * 32}", 10_000)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "company_unknown")
    town.person("guest", (PersonRole.HOLDER, None))
    assert town["guest"].get("/v1/companies").status_code == 403
    (listed,) = town["auditor"].get("/v1/companies").json()["data"]
    assert (listed["business_number"], listed["left"]) == ("123-45-67891", None)
