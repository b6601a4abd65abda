"""Paying by the pages, over real HTTP: once, to whom it says, and never shown as paid before it is known."""

from __future__ import annotations

import re
import threading
from urllib.parse import urlencode

import httpx
import pytest

from onnuri.kit.clock import SystemClock
from onnuri.kit.database import FIRST_LANE
from onnuri.ledger.post import take_lane
from onnuri.merchants.signing import sticker_keys_of
from onnuri.merchants.stickers import IssuedSticker, issue_stickers, revoke_sticker
from onnuri.web import pay
from tests.web.street import HOSTILE, Street


def order(street: Street, amount: object = 12_500, *, key: str = "a-key-of-this-test") -> dict[str, str]:
    return {"shop": street.world.shops["망원수산"].stall_number, "amount": str(amount), "key": key}


def payments(street: Street) -> int:
    return street.world.rows("payments")


def test_three_touches_lead_to_a_receipt(street: Street) -> None:
    minji = street.visitor("minji")
    stall = street.world.shops["망원수산"].stall_number
    asked = minji.get("/wallet/pay/amount", params={"shop": f"{stall[:3]} {stall[3:]}"})
    assert "망원수산" in asked.text
    assert "망원시장" in asked.text
    key = re.search(r'name="key" value="([0-9a-f]{32})"', asked.text)
    assert key is not None
    confirm = minji.get("/wallet/pay/confirm", params={"shop": stall, "amount": "12,500", "key": key[1]})
    assert "12,500원" in confirm.text
    assert "137,500원" in confirm.text
    assert payments(street) == 0
    receipt = minji.post("/wallet/pay", data={"shop": stall, "amount": "12500", "key": key[1]})
    assert receipt.url.path.startswith("/wallet/payments/pay_")
    assert "결제되었습니다" in receipt.text
    assert "등록된 시장" in receipt.text
    assert street.world.earned("망원수산") == 12_500
    assert "137,500원" in minji.get("/wallet").text


def test_a_form_sent_twice_pays_once_and_shows_the_same_receipt(street: Street) -> None:
    minji = street.visitor("minji")
    first, second = (minji.post("/wallet/pay", data=order(street)) for _ in range(2))
    assert first.url == second.url
    assert payments(street) == 1


def test_opening_the_last_step_again_leads_to_the_receipt_even_when_the_money_is_gone(street: Street) -> None:
    minji = street.visitor("minji")
    paid = minji.post("/wallet/pay", data=order(street, 150_000))
    again = minji.get("/wallet/pay/confirm", params=order(street, 150_000))
    assert again.url == paid.url


def test_a_key_with_another_amount_moves_nothing_more_and_the_last_step_takes_a_new_one(street: Street) -> None:
    minji = street.visitor("minji")
    minji.post("/wallet/pay", data=order(street))
    other = minji.post("/wallet/pay", data=order(street, 9_000))
    assert other.status_code == 422
    assert "돈은 움직이지 않았습니다" in other.text
    asked = minji.get("/wallet/pay/confirm", params=order(street, 9_000))
    assert "9,000원" in asked.text
    assert order(street)["key"] not in asked.text
    assert street.world.earned("망원수산") == 12_500


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "150001", "9999999999", "", "1e5", "'; DROP TABLE payments; --"])
def test_a_refused_amount_says_that_no_money_moved(common_street: Street, amount: str) -> None:
    minji = common_street.visitor("minji")
    shown = minji.get("/wallet/pay/confirm", params=order(common_street, amount))
    sent = minji.post("/wallet/pay", data=order(common_street, amount))
    for page in (shown, sent):
        assert 400 <= page.status_code < 500
        assert "돈은 움직이지 않았습니다" in page.text
    assert payments(common_street) == 0


@pytest.mark.parametrize("shop", ["", "1234567", "0000000", "<b>", "어떤 글", "00020101021126", "1" * 600, "9" * 8])
def test_a_shop_that_is_none_is_refused_before_an_amount_is_asked(common_street: Street, shop: str) -> None:
    minji = common_street.visitor("minji")
    page = minji.get("/wallet/pay/amount", params={"shop": shop})
    assert 400 <= page.status_code < 500
    assert "돈은 움직이지 않았습니다" in page.text
    assert minji.post("/wallet/pay", data=order(common_street) | {"shop": shop}).status_code in range(400, 500)
    assert payments(common_street) == 0


def test_a_scanned_sticker_is_paid_and_a_withdrawn_or_forged_one_is_not(street: Street) -> None:
    minji, world = street.visitor("minji"), street.world
    keys, now = sticker_keys_of(world.database.settings), SystemClock().now()
    with world.begin() as conn:
        (sticker,) = issue_stickers(conn, shop_ids=[world.shops["망원수산"].id], keys=keys, at=now)
    assert isinstance(sticker, IssuedSticker)
    scanned = order(street) | {"shop": sticker.payload}
    assert "망원수산" in minji.get("/wallet/pay/amount", params={"shop": sticker.payload}).text
    assert "결제되었습니다" in minji.post("/wallet/pay", data=scanned).text
    forged = sticker.payload.replace("100000", "100001")
    assert "망원수산" not in minji.get("/wallet/pay/amount", params={"shop": forged}).text
    with world.begin() as conn:
        revoke_sticker(conn, sticker_id=sticker.id, at=now)
    refused = minji.post("/wallet/pay", data=scanned | {"key": "another-key"})
    assert refused.status_code == 402
    assert "돈은 움직이지 않았습니다" in refused.text
    # What was paid before stays paid: the same key still leads to its receipt.
    assert "결제되었습니다" in minji.post("/wallet/pay", data=scanned).text
    assert payments(street) == 1


def test_an_unknown_outcome_is_never_shown_as_paid_and_the_same_key_tells_it(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pay, "ANSWER_WITHIN_SECONDS", 0.3)
    minji = street.visitor("minji")
    with street.world.begin(FIRST_LANE) as conn:
        take_lane(conn)  # the till has to wait
        waiting = minji.post("/wallet/pay", data=order(street))
        assert waiting.status_code == 503
        assert "아직 결과를 모릅니다" in waiting.text
        assert "결제되었습니다" not in waiting.text
        assert 'name="key" value="a-key-of-this-test"' in waiting.text
    again = order(street) | {"again": "true"}
    while (told := minji.post("/wallet/pay", data=again)).status_code == 503:
        threading.Event().wait(0.05)
    assert "결제되었습니다" in told.text
    assert payments(street) == 1


def test_somebody_elses_receipt_is_not_found(street: Street) -> None:
    paid = street.visitor("minji").post("/wallet/pay", data=order(street))
    assert street.visitor("suho").get(paid.url.path).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_of_another_site_moves_nothing(common_street: Street, headers: dict[str, str]) -> None:
    minji = common_street.visitor("minji")
    with httpx.Client(base_url=common_street.url, cookies=dict(minji.cookies), headers=headers) as stranger:
        answer = stranger.post("/wallet/pay", data=order(common_street))
    assert answer.status_code == 403
    assert payments(common_street) == 0


def test_fields_that_hold_no_text_are_refused(common_street: Street) -> None:
    minji = common_street.visitor("minji")
    assert minji.get("/wallet/pay/amount?shop=%00").status_code == 422
    assert minji.post("/wallet/pay", data=order(common_street) | {"shop": "1\x00"}).status_code == 422
    assert minji.post("/wallet/pay", content=b"shop=%ff&amount=1&key=12345678").status_code == 422
    body = urlencode(order(common_street) | {"shop": "1" * 20_000})
    large = minji.post("/wallet/pay", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert large.status_code == 422
    assert payments(common_street) == 0


def test_a_hostile_shop_name_stays_text(street: Street) -> None:
    minji, hostile = street.visitor("minji"), street.world.shops[HOSTILE]
    data = order(street) | {"shop": hostile.stall_number}
    pages = [
        minji.get("/wallet/pay/amount", params={"shop": hostile.stall_number}),
        minji.get("/wallet/pay/confirm", params=data),
        minji.post("/wallet/pay", data=data),
        minji.get("/wallet"),
        street.visitor("tofu").get("/stall"),
        street.visitor("finance").get(f"/finance/markets/mkt_{street.world.market_id.hex}"),
        street.visitor("finance").get(f"/finance/shops/shp_{hostile.id.hex}"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text
