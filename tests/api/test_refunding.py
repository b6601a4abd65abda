"""Money back, standing charges and changes of the rules over real HTTP."""

from __future__ import annotations

from datetime import timedelta

import httpx

from onnuri.kit.clock import seoul_date
from onnuri.vouchers.charging.run_charge import Charging, resolve_charges
from tests.api.test_charging import with_account
from tests.api.town import Town


def charged(town: Town, face: int, *, ending: str = "00", who: str = "suho") -> tuple[httpx.Client, str]:
    """Charge a wallet from an account with this ending; give the client and the charge's id."""
    client = with_account(town, "00", who)
    charge = client.post("/v1/charges", json={"face": face}, headers=town.key())
    assert charge.status_code == 201, charge.text
    if ending != "00":
        with_account(town, ending, who)
    return client, charge.json()["id"]


def test_the_published_example_over_http(town: Town) -> None:
    suho, charge_id = charged(town, 100_000)
    assert town.pay(50_000, who="suho").status_code == 201
    (told,) = suho.get("/v1/refunds/possible").json()["data"]
    assert (told["charge_id"], told["used"], told["left"], told["must_be_used"]) == (charge_id, 50_000, 50_000, 60_000)
    assert told["residual"]["possible"] is False
    assert (told["residual"]["missing"], told["residual"]["reason"]["code"]) == (10_000, "not_used_enough")
    assert told["charge_cancel"]["reason"]["code"] == "charge_used"
    body = {"charge_id": charge_id, "kind": "residual"}
    early = suho.post("/v1/refunds", json=body, headers=town.key())
    assert (early.status_code, early.json()["code"], early.json()["facts"]) == (
        402,
        "not_used_enough",
        {"missing": 10_000},
    )
    assert town.pay(15_000, who="suho").status_code == 201
    (told,) = suho.get("/v1/refunds/possible").json()["data"]
    assert (told["residual"]["paid"], told["residual"]["subsidy"]) == (32_550, 2_450)
    key = town.key()
    refund = suho.post("/v1/refunds", json=body, headers=key)
    assert (refund.status_code, refund.json()["paid"], refund.json()["subsidy"]) == (201, 32_550, 2_450)
    again = suho.post("/v1/refunds", json=body, headers=key)
    assert (again.json(), again.headers["idempotent-replayed"]) == (refund.json(), "true")
    assert suho.get(refund.headers["location"]).json() == refund.json()
    assert suho.get("/v1/refunds").json()["data"] == [refund.json()]
    assert town["minji"].get(refund.headers["location"]).json()["code"] == "refund_unknown"
    assert suho.get("/v1/wallets/current").json()["balance"] == 0


def test_what_the_bank_refuses_stays_in_the_wallet(town: Town) -> None:
    suho, charge_id = charged(town, 20_000, ending="22")
    refused = suho.post("/v1/refunds", json={"charge_id": charge_id, "kind": "charge_cancel"}, headers=town.key())
    assert (refused.status_code, refused.json()["code"]) == (402, "refund_refused_by_bank")
    assert suho.get("/v1/wallets/current").json()["balance"] == 20_000


def test_an_unknown_answer_is_202(town: Town) -> None:
    suho, charge_id = charged(town, 20_000, ending="95")
    asked = suho.post("/v1/refunds", json={"charge_id": charge_id, "kind": "charge_cancel"}, headers=town.key())
    assert (asked.status_code, asked.json()["status"]) == (202, "UNKNOWN")


def test_a_payment_with_its_shortfall_is_one_act(town: Town) -> None:
    suho = with_account(town, "00")
    body = {"payee": town.world.shops["fish"].stall_number, "amount": 32_500, "charge_shortfall": True}
    without = suho.post("/v1/payments", json=body, headers=town.key())
    assert (without.status_code, without.json()["code"]) == (402, "balance_insufficient")
    consent = {"kind": "shortfall", "consent_version": "2026-11", "consent": True}
    agreed = suho.post("/v1/auto_charges", json=consent)
    assert agreed.status_code == 201, agreed.text
    key = town.key()
    paid = suho.post("/v1/payments", json=body, headers=key)
    assert (paid.status_code, paid.json()["amount"]) == (201, 32_500)
    assert suho.post("/v1/payments", json=body, headers=key).headers["idempotent-replayed"] == "true"
    assert suho.get("/v1/wallets/current").json()["balance"] == 500
    with_account(town, "95")
    assert [rule["revoked_at"] is None for rule in suho.get("/v1/auto_charges").json()["data"]] == [False]
    without = suho.post("/v1/payments", json=body, headers=town.key())
    assert (without.status_code, without.json()["code"]) == (402, "balance_insufficient")  # agreed for the old account
    agreed = suho.post("/v1/auto_charges", json=consent)
    silent = town.key()
    unknown = suho.post("/v1/payments", json=body, headers=silent).json()
    assert (unknown["code"], unknown["money_moved"]) == ("shortfall_charge_unknown", "unknown")
    assert suho.get(f"/v1/charges/{unknown['facts']['charge_id']}").json()["status"] == "UNKNOWN"
    bank = town.app.state.house.bank
    later = town.clock.now() + timedelta(minutes=2)
    resolve_charges(Charging(town.world.begin, bank, lambda: later))
    assert suho.post("/v1/payments", json=body, headers=silent).json()["code"] == "shortfall_charge_unknown"
    assert suho.post("/v1/payments", json=body, headers=town.key()).status_code == 201
    ended = suho.delete(f"/v1/auto_charges/{agreed.json()['id']}")
    assert ended.json()["revoked_at"] is not None
    assert [rule["kind"] for rule in suho.get("/v1/auto_charges").json()["data"]] == ["shortfall", "shortfall"]
    wrong = suho.post("/v1/auto_charges", json=consent | {"kind": "date"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "auto_charge_malformed")


def test_rules_change_in_four_eyes_over_http(town: Town) -> None:
    maker, checker = town["finance_maker"], town["finance_checker"]
    start = seoul_date(town.clock.now()) + timedelta(days=40)
    body = {
        "policy_id": "spring",
        "terms": {"rate_bps": 500, "budget": 1_000_000},
        "valid_from": f"{start}T00:00:00+09:00",
        "reason": "고시 2027-1",
    }
    assert town["suho"].post("/v1/policy_proposals", json=body).status_code == 403
    early = maker.post(
        "/v1/policy_proposals", json=body | {"valid_from": f"{start - timedelta(days=20)}T00:00:00+09:00"}
    )
    assert (early.status_code, early.json()["code"]) == (402, "policy_starts_too_early")
    unreadable = maker.post("/v1/policy_proposals", json=body | {"valid_from": "tomorrow"})
    assert (unreadable.status_code, unreadable.json()["code"]) == (422, "instant_unreadable")
    made = maker.post("/v1/policy_proposals", json=body)
    assert (made.status_code, made.json()["worsens"]) == (201, ["budget", "rate_bps"])
    where = f"/v1/policy_proposals/{made.json()['id']}"
    assert maker.post(f"{where}/approve").status_code == 403
    approved = checker.post(f"{where}/approve")
    assert (approved.status_code, approved.json()["status"]) == (200, "APPROVED")
    assert checker.post(f"{where}/reject").json()["code"] == "policy_proposal_decided"
    assert [each["policy_id"] for each in checker.get("/v1/policy_proposals").json()["data"]] == ["spring"]
    assert [each["id"] for each in town["nobody"].get("/v1/policies").json()["data"]][-1] == "spring"
    left = town["nobody"].get("/v1/policies/spring/budget").json()
    assert left == {"policy_id": "spring", "budget": 1_000_000, "granted": 0, "came_back": 0, "left": 1_000_000}
    assert town["nobody"].get("/v1/policies/1999/budget").json()["code"] == "policy_unknown"
