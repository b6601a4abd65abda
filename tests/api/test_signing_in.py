"""Signing in over HTTP: tokens, cookies, failures, and who may do what."""

from __future__ import annotations

import httpx
import pytest

from onnuri.kit.clock import SystemClock
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from tests.api.town import Town

PASSWORD = "correct horse battery staple"


@pytest.fixture
def registered(town: Town) -> Town:
    person = NewPerson("김지우", "010-0000-0000", "jiwoo", PASSWORD)
    with town.world.begin() as conn:
        register_people(conn, sealer_of(town.world.database.settings), [person], at=SystemClock().now())
    return town


def test_the_right_password_gives_a_token_that_works(registered: Town) -> None:
    answer = registered["nobody"].post("/v1/sessions", json={"login": "jiwoo", "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    assert "set-cookie" not in answer.headers
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    who = registered["nobody"].get("/v1/sessions/current", headers=headers)
    assert who.json()["roles"] == []
    assert registered["nobody"].delete("/v1/sessions/current", headers=headers).status_code == 204
    assert registered["nobody"].get("/v1/sessions/current", headers=headers).status_code == 401


def test_a_wrong_password_and_an_unknown_login_look_the_same(registered: Town) -> None:
    wrong = registered["nobody"].post("/v1/sessions", json={"login": "jiwoo", "password": "x"})
    unknown = registered["nobody"].post("/v1/sessions", json={"login": "nobody", "password": "x"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_too_many_failures_block_even_the_right_password(registered: Town) -> None:
    for _ in range(10):
        registered["nobody"].post("/v1/sessions", json={"login": "jiwoo", "password": "x"})
    answer = registered["nobody"].post("/v1/sessions", json={"login": "jiwoo", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (429, "sign_in_blocked")
    assert answer.headers["Retry-After"] == "900"
    assert "retry-after" in answer.headers


def test_a_cookie_works_for_our_own_pages_only(registered: Town) -> None:
    with httpx.Client(base_url=registered.url) as browser:
        answer = browser.post("/v1/sessions", json={"login": "jiwoo", "password": PASSWORD, "cookie": True})
        kept = answer.headers["set-cookie"]
        assert "HttpOnly" in kept
        assert "SameSite=strict" in kept
        assert browser.get("/v1/sessions/current").status_code == 200
        for foreign in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            refused = browser.post("/v1/wallets", json={"birth_date": "1990-05-01"}, headers=foreign)
            assert (refused.status_code, refused.json()["code"]) == (403, "cross_site_request")
        own = {"Sec-Fetch-Site": "same-origin", "Origin": registered.url}
        assert browser.post("/v1/wallets", json={"birth_date": "1990-05-01"}, headers=own).status_code == 201


FINANCE = ("/v1/trial_balance", "/v1/safeguarding", "/v1/breaks", "/v1/subsidies", "/v1/accounts/bank:trust",
           "/v1/lanes/lane_00/transfers", "/v1/entries/ent_" + "0" * 32)  # fmt: skip


@pytest.mark.parametrize("path", FINANCE)
def test_the_books_are_for_finance_and_auditors(common_town: Town, path: str) -> None:
    for who in ("minji", "fish-owner", "operator"):
        answer = common_town[who].get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")
    for who in ("finance_maker", "finance_checker", "auditor"):
        assert common_town[who].get(path).status_code in (200, 404)


@pytest.mark.parametrize(
    ("allowed", "path", "body"),
    [
        ("operator", "/v1/shops", {"market_id": "mkt_" + "0" * 32, "name": "x", "business_number": "1234567891"}),
        ("operator", "/v1/shops/shp_" + "0" * 32 + "/statuses", {"status": "ACTIVE", "reason": "x"}),
        ("operator", "/v1/shops/shp_" + "0" * 32 + "/stickers", {}),
        ("finance_maker", "/v1/days/2026-11-19/close", {}),
        ("finance_maker", "/v1/statements", {"booked_on": "2026-11-19"}),
        ("finance_checker", "/v1/payouts", {"due_on": "2026-11-19"}),
        ("finance_checker", "/v1/breaks/brk_" + "0" * 32 + "/resolutions", {"reason": "x"}),
        ("fish-clerk", "/v1/payments/pay_" + "0" * 32 + "/cancels", {"reason": "x"}),
        ("minji", "/v1/payments", {"payee": "1000006", "amount": 1}),
        ("minji", "/v1/charges", {"face": 10_000}),
    ],
)  # fmt: skip
def test_each_act_has_its_role(common_town: Town, allowed: str, path: str, body: dict[str, object]) -> None:
    for who, client in common_town.clients.items():
        if who in (allowed, "suho", "tofu-owner", "fish-owner", "fish-clerk") and who != "nobody":
            continue
        answer = client.post(path, json=body, headers=common_town.key())
        assert (who, answer.status_code) == (who, 401 if who == "nobody" else 403)
        assert answer.json()["code"] == ("not_signed_in" if who == "nobody" else "role_missing")


def test_everybody_may_see_rules_markets_and_whether_it_works(common_town: Town) -> None:
    nobody = common_town["nobody"]
    assert nobody.get("/v1/policies/current").json()["rate_bps"] == 700
    assert [policy["rate_bps"] for policy in nobody.get("/v1/policies").json()["data"]] == [1_500, 1_000, 700]
    market = nobody.get("/v1/markets").json()["data"][0]
    assert nobody.get(f"/v1/markets/{market['code']}").json() == market
    shops = nobody.get(f"/v1/markets/{market['code']}/shops", params={"limit": 1}).json()
    assert shops["data"][0]["name"] == "fish"
    rest = nobody.get(f"/v1/markets/{market['code']}/shops", params={"cursor": shops["next_cursor"]}).json()
    assert [shop["name"] for shop in rest["data"]] == ["tofu"]
    assert nobody.get("/health/live").json() == {"ok": True}
    assert nobody.get("/health/ready").json() == {"ok": True}
    assert nobody.get("/v1/status").json()["database"] == "up"
    assert "onnuri_http_requests_total" in nobody.get("/metrics").text
