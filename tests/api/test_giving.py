"""A holder gives value over HTTP: boxed, seen by both sides, accepted once."""

from __future__ import annotations

from tests.api.test_charging import with_account
from tests.api.town import Town


def test_a_gift_is_sent_seen_by_both_and_accepted(town: Town) -> None:
    suho = with_account(town, "00")
    hana = town.person("hana")
    to_wallet = hana.post("/v1/wallets", json={"birth_date": "1990-01-01"}).json()["id"]
    assert suho.post("/v1/charges", json={"face": 50_000}, headers=town.key()).status_code == 201
    body = {"to_wallet": to_wallet, "amount": 20_000}
    assert suho.post("/v1/gifts", json=body).status_code == 400
    sent = suho.post("/v1/gifts", json=body, headers={"Idempotency-Key": "g"})
    assert sent.status_code == 201, sent.text
    assert suho.post("/v1/gifts", json=body, headers={"Idempotency-Key": "g"}).json() == sent.json()
    gift = sent.json()["id"]
    assert (sent.json()["status"], suho.get("/v1/wallets/current").json()["balance"]) == ("BOXED", 30_000)
    (received,) = hana.get("/v1/gifts").json()["data"]
    assert (received["id"], received["status"], received["side"]) == (gift, "BOXED", "received")
    assert town["minji"].get(f"/v1/gifts/{gift}").json()["code"] == "gift_unknown"
    ended = hana.post(f"/v1/gifts/{gift}/endings", json={"how": "accepted"}, headers=town.key())
    assert (ended.status_code, ended.json()["status"]) == (201, "ACCEPTED")
    again = hana.post(f"/v1/gifts/{gift}/endings", json={"how": "declined"}, headers=town.key())
    assert (again.status_code, again.json()["code"]) == (409, "gift_ended")
    assert hana.get("/v1/wallets/current").json()["balance"] == 20_000
    (mine,) = suho.get("/v1/gifts", params={"side": "sent"}).json()["data"]
    assert mine["status"] == "ACCEPTED"
    refused = hana.post("/v1/gifts", json=body | {"to_wallet": to_wallet}, headers=town.key())
    assert (refused.status_code, refused.json()["code"]) == (402, "gift_to_oneself")
