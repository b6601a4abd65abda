"""A holder pays, a shop cancels, each sees their own."""

from __future__ import annotations

from tests.api.town import Town


def test_a_payment_is_answered_with_its_receipt(town: Town) -> None:
    answer = town.pay(15_000)
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["amount"] == 15_000
    assert receipt["money_moved"] == "true"
    assert receipt["status"] == "paid"
    assert sum(lot["amount"] for lot in receipt["lots"]) == 15_000
    assert len(receipt["confirmation"]) == 4
    assert town["minji"].get(answer.headers["location"]).json() == receipt
    assert town.world.earned("fish") == 15_000


def test_the_same_key_pays_once_and_says_so(town: Town) -> None:
    first, second = town.pay(15_000, key="k"), town.pay(15_000, key="k")
    assert first.json() == second.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert town.world.earned("fish") == 15_000


def test_the_same_key_with_another_amount_is_refused(town: Town) -> None:
    town.pay(15_000, key="k")
    answer = town.pay(16_000, key="k")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert town.world.earned("fish") == 15_000


def test_a_refusal_is_kept_under_its_key(town: Town) -> None:
    first, second = town.pay(100_001, key="k"), town.pay(100_001, key="k")
    assert (first.status_code, first.json()["code"]) == (402, "balance_insufficient")
    assert first.json() == second.json()
    assert first.json()["facts"] == {"left": 100_000}
    assert first.json()["money_moved"] == "false"
    assert second.headers["idempotent-replayed"] == "true"


def test_a_refusal_speaks_korean_first_and_english_on_request(town: Town) -> None:
    body = {"payee": town.world.shops["fish"].stall_number, "amount": 100_001}
    korean = town["minji"].post("/v1/payments", json=body, headers=town.key())
    english = town["minji"].post("/v1/payments", json=body, headers={**town.key(), "Accept-Language": "en-GB,ko;q=0.5"})
    assert korean.headers["content-language"] == "ko"
    assert korean.headers["content-type"] == "application/problem+json"
    assert korean.json()["detail"] == korean.json()["detail_ko"] == english.json()["detail_ko"]
    assert english.headers["content-language"] == "en"
    assert english.json()["detail"].startswith("The balance is too low: 100,000 won")


def test_a_payment_without_a_key_is_refused(town: Town) -> None:
    body = {"payee": town.world.shops["fish"].stall_number, "amount": 1_000}
    answer = town["minji"].post("/v1/payments", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_a_sticker_pays_its_shop(town: Town) -> None:
    shop = f"shp_{town.world.shops['fish'].id.hex}"
    issued = town["operator"].post(f"/v1/shops/{shop}/stickers", json={})
    assert issued.status_code == 201, issued.text
    payload = issued.json()["payload"]
    named = town["minji"].get("/v1/shops/payee", params={"code": payload})
    assert named.json()["name"] == "fish"
    assert named.json()["payable"] is True
    paid = town["minji"].post("/v1/payments", json={"payee": payload, "amount": 7_000}, headers=town.key())
    assert paid.status_code == 201, paid.text
    forged = payload.replace(payload[40:44], "ABCD")
    assert (
        town["minji"].post("/v1/payments", json={"payee": forged, "amount": 7_000}, headers=town.key()).is_client_error
    )
    for form, start in (("svg", b"<svg"), ("png", b"\x89PNG")):
        drawn = town["fish-owner"].get(f"/v1/shops/{shop}/sticker.{form}")
        assert drawn.content.startswith(start)
    gone = town["operator"].delete(f"/v1/shops/{shop}/stickers/{issued.json()['id']}")
    assert gone.status_code == 204, gone.text
    late = town["minji"].post("/v1/payments", json={"payee": payload, "amount": 7_000}, headers=town.key())
    assert (late.status_code, late.json()["code"]) == (402, "code_revoked")


def test_a_clerk_cancels_in_part_and_the_same_lots_come_back(town: Town) -> None:
    payment = town.pay(15_000).json()
    url = f"/v1/payments/{payment['id']}/cancels"
    answer = town["fish-clerk"].post(url, json={"amount": 5_000, "reason": "한 마리 반품"}, headers=town.key())
    assert answer.status_code == 201, answer.text
    assert answer.json()["amount"] == 5_000
    assert town["minji"].get("/v1/wallets/current").json()["balance"] == 90_000
    whole = town["fish-owner"].post(url, json={"reason": "나머지"}, headers=town.key())
    assert whole.json()["amount"] == 10_000
    again = town["fish-owner"].post(url, json={"reason": "또"}, headers=town.key())
    assert (again.status_code, again.json()["code"]) == (402, "cancel_exceeds_payment")
    seen = town["minji"].get(f"/v1/payments/{payment['id']}").json()
    assert (seen["status"], seen["cancelled"], len(seen["cancels"])) == ("cancelled", 15_000, 2)
    assert seen["cancels"][0]["lots"] == [{"lot_id": payment["lots"][0]["lot_id"], "amount": 5_000}]


def test_another_shop_can_neither_see_nor_cancel_a_payment(town: Town) -> None:
    payment = town.pay(15_000).json()["id"]
    for who in ("tofu-owner", "suho"):
        seen = town[who].get(f"/v1/payments/{payment}")
        assert (seen.status_code, seen.json()["code"]) == (404, "payment_unknown")
    answer = town["tofu-owner"].post(f"/v1/payments/{payment}/cancels", json={"reason": "x"}, headers=town.key())
    assert (answer.status_code, answer.json()["code"]) == (404, "payment_unknown")
    holder = town["minji"].post(f"/v1/payments/{payment}/cancels", json={"reason": "x"}, headers=town.key())
    assert (holder.status_code, holder.json()["code"]) == (403, "role_missing")


def test_a_shop_sees_its_payments_without_the_consumer(town: Town) -> None:
    for amount in (1_000, 2_000, 3_000):
        town.pay(amount)
    town.pay(4_000, shop="tofu")
    shop = f"/v1/shops/shp_{town.world.shops['fish'].id.hex}"
    first = town["fish-clerk"].get(f"{shop}/payments", params={"limit": 2}).json()
    rest = town["fish-clerk"].get(f"{shop}/payments", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [row["amount"] for row in first["data"] + rest["data"]] == [3_000, 2_000, 1_000]
    assert rest["next_cursor"] is None
    assert all(row["wallet_id"] is None and row["lots"] is None for row in first["data"])
    day = town["fish-clerk"].get(f"{shop}/today").json()
    assert (day["payments"], day["gross"], day["net"]) == (3, 6_000, 6_000)
    assert town["tofu-owner"].get(f"{shop}/payments").status_code == 404
    stolen = town["minji"].get("/v1/payments", params={"cursor": first["next_cursor"]})
    assert (stolen.status_code, stolen.json()["code"]) == (400, "cursor_unreadable")


def test_a_holder_lists_own_payments_with_what_is_asked_for(town: Town) -> None:
    town.pay(1_000)
    plain = town["minji"].get("/v1/payments").json()["data"][0]
    assert plain["lots"] is None
    assert plain["shop"] is None
    full = town["minji"].get("/v1/payments", params={"expand[]": ["lots", "shop"]}).json()["data"][0]
    assert full["lots"][0]["amount"] == 1_000
    assert full["shop"]["stall_number"] == town.world.shops["fish"].stall_number
    assert town["suho"].get("/v1/payments").json() == {"data": [], "next_cursor": None}


def test_somebody_without_a_token_is_not_let_in(town: Town) -> None:
    for path in ("/v1/wallets/current", "/v1/payments", "/v1/charges", "/v1/debit_accounts", "/v1/sessions/current"):
        answer = town["nobody"].get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert answer.headers["www-authenticate"] == "Bearer"
