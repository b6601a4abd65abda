"""Gifts by the pages: to somebody one can name, once, with what ends when; and nobody else's box opens."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.vouchers.gifts.gift_people import NAMES_A_DAY
from tests.vouchers.giving import gift_of, return_due, send
from tests.web.conftest import CHROMIUM
from tests.web.street import Street
from tests.web.test_browser import DESK, PHONE, Sight, too_small
from tests.web.test_wallet_states import block

PICTURES = os.environ.get("ONNURI_PICTURES")


def fields(page: str) -> dict[str, str]:
    """Read the hidden fields of a page's own form."""
    return dict(re.findall(r'<input type="hidden" name="(to|amount|key|how)" value="([^"]*)">', page))


def sent(street: Street, amount: int = 30_000) -> UUID:
    return gift_of(send(street.world, "minji", "suho", amount, at=street.clock.now())).id


def ended(visitor: httpx.Client, gift: UUID, how: str, key: str = "a-key-of-this-test") -> httpx.Response:
    return visitor.post(f"/wallet/gifts/gft_{gift.hex}/endings", data={"how": how, "key": key})


def test_a_gift_names_its_receiver_and_what_ends_when_and_is_sent_once(street: Street) -> None:
    minji = street.visitor("minji")
    assert "150,000원" in minji.get("/wallet/gifts/new").text
    asked = minji.get("/wallet/gifts/new/amount", params={"to": "suho"}).text
    assert "s**o 님" in asked
    confirm = minji.get("/wallet/gifts/new/confirm", params={"to": "suho", "amount": "30,000", **key_of(asked)}).text
    assert all(words in confirm for words in ("s**o 님", "30,000원", "30일 남음", "2031년"))
    assert street.world.rows("gifts") == 0
    done = [minji.post("/wallet/gifts", data=fields(confirm)) for _ in range(2)]
    assert done[0].url == done[1].url
    assert "선물을 보냈습니다" in done[0].text
    assert street.world.rows("gifts") == 1
    assert street.world.left("minji") == [70_000, 50_000]


def key_of(page: str) -> dict[str, str]:
    return {"key": fields(page)["key"]}


def test_every_name_that_is_shown_is_a_reading_on_record(street: Street) -> None:
    street.visitor("minji").get("/wallet/gifts/new/amount", params={"to": "suho"})
    with street.world.begin() as conn:
        read = conn.execute(text("SELECT person_id, reader, reason FROM vault.access_log")).all()
    minji, suho = street.world.holders["minji"], street.world.holders["suho"]
    assert [(suho, f"person:{minji.hex}", "to whom a gift goes")] == [tuple(row) for row in read]


def test_so_many_names_a_day_are_shown_to_who_tries_logins_and_more_from_the_next_day_on(street: Street) -> None:
    world, today = street.world, seoul_date(street.clock.now())
    at_noon(street, today + timedelta(days=1))
    neighbours = [f"wal_{world.wallet(f'neighbour{place}').hex}" for place in range(NAMES_A_DAY)]

    def asked(who: httpx.Client, to: str) -> httpx.Response:
        return who.get("/wallet/gifts/new/amount", params={"to": to})

    minji = street.visitor("minji")
    assert [asked(minji, to).status_code for to in neighbours] == [200] * NAMES_A_DAY
    refused = asked(minji, "suho")
    assert (refused.status_code, "s**o" in refused.text) == (429, False)
    assert f"하루에 {NAMES_A_DAY}명까지" in refused.text
    assert "내일부터 다시 찾을 수 있습니다" in refused.text
    assert asked(minji, neighbours[0]).status_code == 200, "who was named today is named again"
    assert asked(street.visitor("suho"), neighbours[1]).status_code == 200
    at_noon(street, today + timedelta(days=2))
    assert "s**o" in asked(street.visitor("minji"), "suho").text


def at_noon(street: Street, on: date) -> None:
    """Move the street's clock forward."""
    street.clock.set_ahead(int((seoul_midnight(on) + timedelta(hours=12) - datetime.now(UTC)).total_seconds()))


def test_the_receiver_sees_the_gift_first_and_accepts_it_once(street: Street) -> None:
    gift, suho = sent(street), street.visitor("suho")
    home = suho.get("/wallet").text
    assert "선물 30,000원이 왔습니다" in home
    assert f"/wallet/gifts/gft_{gift.hex}" in home
    page = suho.get(f"/wallet/gifts/gft_{gift.hex}").text
    assert "m***i 님" in page
    done = [suho.post(f"/wallet/gifts/gft_{gift.hex}/endings", data=fields(page)) for _ in range(2)]
    assert all("받았습니다" in each.text for each in done)
    assert street.world.left("suho") == [30_000]
    other = ended(suho, gift, "accepted", "another-key")
    assert (other.status_code, "이미 받았거나 돌아간 선물" in other.text) == (409, True)
    home = suho.get("/wallet").text
    assert "왔습니다" not in home
    assert "선물받은 돈" in home
    assert "내가 낸 돈" not in home


@pytest.mark.parametrize(("who", "how"), [("suho", "declined"), ("minji", "withdrawn")])
def test_a_gift_goes_back_whole_after_one_more_question(street: Street, who: str, how: str) -> None:
    gift, visitor = sent(street), street.visitor(who)
    asked = visitor.get(f"/wallet/gifts/gft_{gift.hex}/back").text
    assert fields(asked)["how"] == how
    for _ in range(2):
        assert "돌아" in visitor.post(f"/wallet/gifts/gft_{gift.hex}/endings", data=fields(asked)).text
    assert street.world.left("minji") == [100_000, 50_000]
    assert ended(street.visitor("suho"), gift, "accepted", "other-key").status_code == 409


def test_nobody_elses_gift_is_reachable_and_no_other_site_sends_the_form(street: Street) -> None:
    street.world.wallet("jiwoo", 10_000, at=street.clock.now())
    mine = gift_of(send(street.world, "jiwoo", "suho", 5_000, at=street.clock.now())).id
    minji = street.visitor("minji")
    for path in (f"/wallet/gifts/gft_{mine.hex}", f"/wallet/gifts/gft_{mine.hex}/back"):
        assert minji.get(path).status_code == 404
    for how in ("accepted", "declined", "withdrawn", "timed_out"):
        assert ended(minji, mine, how, f"key-of-{how}").status_code == 404
    foreign = {"Origin": "https://elsewhere.example"}
    form = {"to": f"wal_{street.world.wallets['suho'].hex}", "amount": "1000", "key": "12345678"}
    assert minji.post("/wallet/gifts", data=form, headers=foreign).status_code == 403
    answer = street.visitor("suho").post(
        f"/wallet/gifts/gft_{mine.hex}/endings", data={"how": "accepted", "key": "12345678"}, headers=foreign
    )
    assert answer.status_code == 403
    assert street.world.left("suho") == []
    assert "/sign-in" in str(street.visitor().get("/wallet/gifts").url)


def test_refusals_are_words_and_move_nothing(street: Street) -> None:
    minji = street.visitor("minji")
    told = {
        ("nobody", "1000"): "받는 분의 지갑을 찾을 수 없습니다",
        ("minji", "1000"): "자신에게는 선물할 수 없습니다",
        ("suho", "150001"): "선물할 수 있는 잔액은 150,000원입니다",
        ("suho", "abc"): "금액을 눌러 주세요",
    }
    for (to, amount), words in told.items():
        page = minji.get("/wallet/gifts/new/confirm", params={"to": to, "amount": amount, "key": "12345678"})
        assert (page.status_code >= 400, words in page.text) == (True, True), page.text
    assert "내 통장에서 충전한 돈만" in street.visitor("suho").get("/wallet/gifts/new").text
    block(street, "lost")
    assert "지갑이 멈춰 있습니다" in minji.get("/wallet/gifts/new").text
    assert street.world.rows("gifts") == 0


def test_a_full_wallet_is_told_how_much_to_spend_before_it_accepts(street: Street) -> None:
    gift = sent(street)
    street.world.charge("suho", 1_990_000, at=street.clock.now())
    page = street.visitor("suho").get(f"/wallet/gifts/gft_{gift.hex}").text
    assert "20,000원을 쓰고 나면" in page
    assert 'value="accepted"' not in page
    refused = ended(street.visitor("suho"), gift, "accepted")
    assert (refused.status_code, "10,000원까지 받을 수 있습니다" in refused.text) == (402, True)


def test_after_its_days_a_gift_says_that_it_goes_back_and_then_that_it_went(street: Street) -> None:
    gift = sent(street)
    street.clock.set_ahead(31 * 24 * 3600)
    page = street.visitor("suho").get(f"/wallet/gifts/gft_{gift.hex}").text
    assert "보낸 분의 지갑으로 저절로 돌아갑니다" in page
    assert "endings" not in page
    return_due(street.world, at=street.clock.now() + timedelta(seconds=1))
    assert "내 지갑으로 돌아왔습니다" in street.visitor("minji").get(f"/wallet/gifts/gft_{gift.hex}").text


def test_which_money_ends_when_is_one_touch_away(street: Street) -> None:
    minji = street.visitor("minji")
    assert 'href="/wallet/ends"' in minji.get("/wallet").text
    page = minji.get("/wallet/ends").text
    assert "150,000원" in page
    assert "약 5년 남음" in page
    assert "내 통장으로 돌려드립니다" in page


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_a_gift_is_sent_in_three_touches_and_accepted_in_two(street: Street, browser: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    minji, suho = (Sight(browser, street, who, PHONE) for who in ("minji", "suho"))
    minji.page.click("[name=choice][value=large]")

    def look(sight: Sight, name: str) -> None:
        assert too_small(sight.page) == [], name
        assert sight.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        sight.page.screenshot(path=folder / f"{name}.png", full_page=True)

    look(minji, "wallet")
    minji.page.click("nav >> text=선물")
    look(minji, "gift-box")
    minji.page.click("text=선물 보내기")
    look(minji, "gift-to")
    minji.page.fill("[name=to]", "suho")
    minji.page.click("button.go")
    look(minji, "gift-amount")
    minji.touch("30000")
    minji.page.click("button.go")
    look(minji, "gift-confirm")
    minji.page.click("button.go")
    expect(minji.page.locator(".state.done")).to_contain_text("선물을 보냈습니다")
    look(minji, "gift-sent")
    minji.page.goto(f"{street.url}/wallet/ends")
    look(minji, "ends")
    suho.page.reload()
    look(suho, "wallet-gift-came")
    suho.page.click(".came")
    look(suho, "gift-came")
    suho.page.click("text=돌려보내기")
    look(suho, "gift-back")
    suho.page.click("text=그만두기")
    suho.page.click("button.go")
    expect(suho.page.locator(".state.done")).to_contain_text("받았습니다")
    look(suho, "gift-accepted")
    suho.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    suho.page.goto(f"{street.url}/wallet/gifts")
    suho.page.screenshot(path=folder / "gift-box-1280.png", full_page=True)
    assert minji.faults + suho.faults == []
    assert street.world.left("suho") == [30_000]
