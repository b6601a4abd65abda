"""A holder registers a bank account and charges: 201 succeeded, 202 unknown, 402 refused."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import httpx

from onnuri.kit.clock import SEOUL, SystemClock
from onnuri.people.model import PersonRole
from onnuri.vouchers.charging.run_charge import Charging, resolve_charges
from tests.api.town import Town


def with_account(town: Town, ending: str, who: str = "suho") -> httpx.Client:
    """Register the account that makes the bank behave as its ending says."""
    body = {"bank_code": "004", "account_number": f"123-456-0001-{ending}", "consent": True}
    answer = town[who].post("/v1/debit_accounts", json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["masked"] == "123456000***"
    return town[who]


def test_a_new_person_opens_a_wallet_and_charges_it(town: Town) -> None:
    hana = town.person("hana")
    opened = hana.post("/v1/wallets", json={"birth_date": "1990-05-01"})
    assert opened.status_code == 201, opened.text
    assert opened.json()["balance"] == 0
    assert opened.json()["limits"]["charge_left_this_month"] == 2_000_000
    twice = hana.post("/v1/wallets", json={"birth_date": "1990-05-01"})
    assert (twice.status_code, twice.json()["code"]) == (409, "wallet_exists")
    with_account(town, "00", "hana")
    charge = hana.post("/v1/charges", json={"face": 100_000}, headers=town.key())
    assert charge.status_code == 201, charge.text
    told = charge.json()
    assert (told["status"], told["paid"], told["subsidy"], told["money_moved"]) == ("SUCCEEDED", 93_000, 7_000, "true")
    wallet = hana.get("/v1/wallets/current").json()
    assert wallet["balance"] == 100_000
    assert [(lot["place"], lot["paid"], lot["subsidy"], lot["left"]) for lot in wallet["lots"]] == [
        (1, 93_000, 7_000, 100_000)
    ]
    assert hana.get(charge.headers["location"]).json() == told
    assert hana.get(f"/v1/wallets/{wallet['id']}").json()["id"] == wallet["id"]
    assert town["minji"].get(charge.headers["location"]).json()["code"] == "charge_unknown"
    assert town["minji"].get(f"/v1/wallets/{wallet['id']}").json()["code"] == "wallet_unknown"


def test_the_same_key_charges_once(town: Town) -> None:
    suho = with_account(town, "00")
    first = suho.post("/v1/charges", json={"face": 10_000}, headers={"Idempotency-Key": "k"})
    second = suho.post("/v1/charges", json={"face": 10_000}, headers={"Idempotency-Key": "k"})
    other = suho.post("/v1/charges", json={"face": 20_000}, headers={"Idempotency-Key": "k"})
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert suho.get("/v1/wallets/current").json()["balance"] == 10_000


def test_what_the_bank_refuses_is_402_each_time(town: Town) -> None:
    suho = with_account(town, "22")
    for replayed in (None, "true"):
        answer = suho.post("/v1/charges", json={"face": 10_000}, headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json()["code"]) == (402, "charge_refused_by_bank")
        assert answer.json()["money_moved"] == "false"
        assert answer.headers.get("idempotent-replayed") == replayed
    assert suho.get("/v1/charges").json()["data"][0]["status"] == "FAILED"


def test_an_unknown_answer_is_202_until_an_inquiry_resolves_it(town: Town) -> None:
    suho = with_account(town, "99")
    answer = suho.post("/v1/charges", json={"face": 10_000}, headers=town.key())
    assert answer.status_code == 202, answer.text
    assert (answer.json()["status"], answer.json()["money_moved"]) == ("UNKNOWN", "unknown")
    assert suho.get("/v1/wallets/current").json()["balance"] == 0
    house = town.app.state.house
    resolve_charges(Charging(begin=house.begin, bank=house.bank, now=house.now), patient=False)
    assert suho.get(answer.headers["location"]).json()["status"] == "SUCCEEDED"
    assert suho.get("/v1/wallets/current").json()["balance"] == 10_000


def test_limits_say_what_is_left(town: Town) -> None:
    suho = with_account(town, "00")
    answer = suho.post("/v1/charges", json={"face": 2_001_000}, headers=town.key())
    assert (answer.status_code, answer.json()["code"]) == (402, "monthly_limit_reached")
    assert answer.json()["facts"]["left"] == 2_000_000
    odd = suho.post("/v1/charges", json={"face": 10_500}, headers=town.key())
    assert (odd.status_code, odd.json()["code"]) == (402, "charge_amount_not_allowed")


def test_a_withdrawn_consent_charges_nothing(town: Town) -> None:
    suho = with_account(town, "00")
    account = suho.get("/v1/debit_accounts").json()["data"][0]["id"]
    stolen = town["minji"].delete(f"/v1/debit_accounts/{account}")
    assert (stolen.status_code, stolen.json()["code"]) == (404, "debit_account_unknown")
    assert suho.delete(f"/v1/debit_accounts/{account}").json()["revoked_at"] is not None
    answer = suho.post("/v1/charges", json={"face": 10_000}, headers=town.key())
    assert (answer.status_code, answer.json()["code"]) == (409, "no_debit_account")


def test_consent_must_be_given(town: Town) -> None:
    body = {"bank_code": "004", "account_number": "12345600100", "consent": False}
    refused = town["suho"].post("/v1/debit_accounts", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "consent_missing")
    assert "동의가 필요합니다" in refused.json()["detail"]
    assert "body.consent" in refused.json()["detail"]
    unknown = town["suho"].post("/v1/debit_accounts", json={**body, "consent": True, "bank_code": "999"})
    assert unknown.json()["code"] == "bank_code_unknown"


def test_only_a_holder_charges(town: Town) -> None:
    town.person("jiho", (PersonRole.OPERATOR, None))
    answer = town["jiho"].post("/v1/charges", json={"face": 10_000}, headers=town.key())
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")


def test_in_the_bank_window_no_account_is_registered(town: Town) -> None:
    now = town.clock.now().astimezone(SEOUL)
    ahead = town.clock.now() - SystemClock().now()
    night = datetime.combine(now.date(), time(23, 35), SEOUL)
    town.clock.set_ahead(int((ahead + (night - now) + timedelta(seconds=1)).total_seconds()))
    before = town["suho"].get("/v1/debit_accounts").json()
    body = {"bank_code": "004", "account_number": "123-456-0001-00", "consent": True}
    refused = town["suho"].post("/v1/debit_accounts", json=body)
    assert (refused.status_code, refused.json()["code"]) == (402, "bank_closed")
    assert town["suho"].get("/v1/debit_accounts").json() == before
