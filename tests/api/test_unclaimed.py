"""What expired, asked for over real HTTP: told, paid once, refused by a bank, and paid to who has left."""

from __future__ import annotations

import httpx
import pytest

from onnuri.vouchers.expiry import expire_lots
from tests.api.test_charging import with_account
from tests.api.town import Town

SIX_YEARS_SECONDS = 2_192 * 86_400


def expired(town: Town, *, ending: str = "00") -> httpx.Client:
    """Suho charges 20,000 won and lets it expire; the account he has then ends like this."""
    suho = with_account(town, "00")
    charge = suho.post("/v1/charges", json={"face": 20_000}, headers=town.key())
    assert charge.status_code == 201, charge.text
    ahead = town["operator"].get("/v1/sandbox/clock").json()["ahead_seconds"] + SIX_YEARS_SECONDS
    moved = town["operator"].post("/v1/sandbox/clock", json={"ahead_seconds": ahead})
    assert moved.status_code == 200, moved.text
    with town.world.begin() as conn:
        expire_lots(conn, at=town.clock.now())
    if ending != "00":
        with_account(town, ending)
    return suho


def test_what_is_owed_is_told_and_paid_once(town: Town) -> None:
    suho = expired(town)
    (told,) = suho.get("/v1/unclaimed_payouts").json()["data"]
    assert (told["amount"], told["on_its_way"]) == (18_600, 0)
    body = {"wallet_id": told["wallet_id"]}
    assert suho.post("/v1/unclaimed_payouts", json=body).json()["code"] == "idempotency_key_missing"
    theft = town["minji"].post("/v1/unclaimed_payouts", json=body, headers=town.key())
    assert (theft.status_code, theft.json()["code"]) == (404, "wallet_unknown")
    key = town.key()
    paid = suho.post("/v1/unclaimed_payouts", json=body, headers=key)
    assert (paid.status_code, paid.json()["amount"], paid.json()["status"]) == (201, 18_600, "SUCCEEDED"), paid.text
    again = suho.post("/v1/unclaimed_payouts", json=body, headers=key)
    assert (again.json(), again.headers["idempotent-replayed"]) == (paid.json(), "true")
    assert suho.get(paid.headers["location"]).json() == paid.json()
    assert town["minji"].get(paid.headers["location"]).json()["code"] == "refund_unknown"
    assert suho.get(f"/v1/refunds/{paid.json()['id']}").json()["code"] == "refund_unknown"
    assert suho.get("/v1/unclaimed_payouts").json() == {"data": [], "payouts": [paid.json()]}
    assert suho.get("/v1/refunds").json()["data"] == []
    empty = suho.post("/v1/unclaimed_payouts", json=body, headers=town.key())
    assert (empty.status_code, empty.json()["code"]) == (402, "nothing_owed")


def test_who_has_left_is_still_paid(town: Town) -> None:
    suho = expired(town)
    (told,) = suho.get("/v1/unclaimed_payouts").json()["data"]
    assert suho.post("/v1/wallets/current/closings", json={}, headers=town.key()).status_code == 201
    assert suho.get("/v1/wallets/current").status_code == 404
    assert suho.get("/v1/unclaimed_payouts").json()["data"] == [told]
    paid = suho.post("/v1/unclaimed_payouts", json={"wallet_id": told["wallet_id"]}, headers=town.key())
    assert (paid.status_code, paid.json()["amount"]) == (201, 18_600), paid.text


@pytest.mark.parametrize(
    ("ending", "answer", "owes"),
    [("22", (402, "unclaimed_refused_by_bank"), (18_600, 0)), ("95", (202, "UNKNOWN"), (0, 18_600))],
)
def test_what_the_bank_refuses_is_owed_again_and_unknown_is_on_its_way(
    town: Town, ending: str, answer: tuple[int, str], owes: tuple[int, int]
) -> None:
    suho = expired(town, ending=ending)
    (told,) = suho.get("/v1/unclaimed_payouts").json()["data"]
    asked = suho.post("/v1/unclaimed_payouts", json={"wallet_id": told["wallet_id"]}, headers=town.key())
    assert (asked.status_code, asked.json().get("code", asked.json()["status"])) == answer, asked.text
    (now,) = suho.get("/v1/unclaimed_payouts").json()["data"]
    assert (now["amount"], now["on_its_way"]) == owes
