"""Auto-charge by the pages: agreed to in plain words, once; stopped in one touch; shortfalls are told before paying."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from onnuri.banks.client import OpenBankingClient
from onnuri.vouchers.charging.auto_charge import run_auto_charges
from onnuri.vouchers.charging.run_charge import Charging
from tests.web.conftest import CHROMIUM
from tests.web.street import Street
from tests.web.test_browser import PHONE, Sight, too_small
from tests.web.test_charging import account, bank, banked, simulator

__all__ = ["bank", "banked", "simulator"]
PICTURES = os.environ.get("ONNURI_PICTURES")
BALANCE = {"below": "10000", "amount": "50,000"}


def hidden(page: str) -> dict[str, str]:
    return dict(
        re.findall(r'<input type="hidden" name="(day|below|amount|seen|shop|key|shortfall)" value="([^"]*)">', page)
    )


def rules(street: Street, where: str = "TRUE") -> int:
    return street.world.rows(f"auto_charges WHERE {where}")


def test_a_consent_is_read_before_it_is_given_and_given_once(banked: Street) -> None:
    account(banked, "00")
    suho = banked.visitor("suho")
    words = suho.get("/wallet/auto-charge/date/confirm", params={"day": "31", "amount": "100,000"}).text
    for said in (
        "매달 31일에 100,000원을",
        "마지막 날",
        "93,000원",
        "KB국민은행",
        "123***",
        "오후 11:30",
        "오전 12:30",
    ):
        assert said in words
    assert rules(banked) == 0
    form = hidden(words)
    for _ in range(2):
        assert "자동충전을 켰습니다" in suho.post("/wallet/auto-charge/date", data=form).text
    assert rules(banked) == 1
    assert "동의하셨습니다" in suho.get("/wallet/auto-charge").text


def test_one_touch_stops_it_and_an_old_form_does_not_start_it_again(banked: Street) -> None:
    account(banked, "00")
    suho = banked.visitor("suho")
    form = hidden(suho.get("/wallet/auto-charge/balance/confirm", params=BALANCE).text)
    page = suho.post("/wallet/auto-charge/balance", data=form).text
    stop = re.search(r"/wallet/auto-charge/acg_[0-9a-f]{32}/stop", page)
    assert stop is not None
    assert banked.visitor("minji").post(stop[0]).status_code == 404
    assert rules(banked, "revoked_at IS NULL") == 1
    for _ in range(2):
        assert "이제 저절로 충전하지 않습니다" in suho.post(stop[0]).text
    suho.post("/wallet/auto-charge/balance", data=form)
    assert rules(banked, "revoked_at IS NULL") == 0
    foreign = {"Origin": "https://elsewhere.example"}
    again = hidden(suho.get("/wallet/auto-charge/balance/confirm", params=BALANCE).text)
    assert suho.post("/wallet/auto-charge/balance", data=again, headers=foreign).status_code == 403
    assert rules(banked, "revoked_at IS NULL") == 0


def test_who_withdraws_or_changes_the_account_reads_that_auto_charge_is_off(banked: Street) -> None:
    account(banked, "00")
    suho = banked.visitor("suho")

    def agree() -> None:
        form = hidden(suho.get("/wallet/auto-charge/balance/confirm", params=BALANCE).text)
        assert "자동충전을 켰습니다" in suho.post("/wallet/auto-charge/balance", data=form).text
        assert "자동충전을 껐습니다" not in suho.get("/wallet/auto-charge").text

    def register() -> str:
        seen = re.search(r'name="seen" value="([0-9a-f]*)"', suho.get("/wallet/account?other=1").text)
        assert seen is not None
        typed = {"bank": "004", "number": "12345601000200", "consent": "true", "seen": seen[1]}
        return suho.post("/wallet/account", data=typed).text

    agree()
    assert "통장을 바꿔서 자동충전을 껐습니다" in register()
    assert "등록한 통장이 바뀌어서 자동충전을 껐습니다" in suho.get("/wallet/auto-charge").text
    agree()
    stop = re.search(r"/wallet/account/dba_[0-9a-f]{32}/stop", suho.get("/wallet/account").text)
    assert stop is not None
    assert "등록한 통장을 해지해서 자동충전을 껐습니다" in suho.post(stop[0]).text
    assert "등록한 통장을 해지해서 자동충전을 껐습니다" in suho.get("/wallet/auto-charge").text
    assert "자동충전을 껐습니다" not in register()
    assert rules(banked, "revoked_at IS NULL") == 0
    agree()


def test_what_came_of_it_is_shown_with_the_charge_or_the_reason(banked: Street, bank: OpenBankingClient) -> None:
    account(banked, "00")
    suho = banked.visitor("suho")
    suho.post("/wallet/auto-charge/balance", data={**BALANCE, "seen": ""})
    edge = Charging(banked.world.begin, bank, banked.clock.now)
    run_auto_charges(edge, at=banked.clock.now())
    assert "50,000원 충전했습니다" in suho.get("/wallet/auto-charge").text
    assert "자동충전을 하지 못했습니다" not in suho.get("/wallet").text
    banked.world.pay("suho", "망원수산", 45_000, at=banked.clock.now())
    account(banked, "22")
    again = hidden(suho.get("/wallet/auto-charge/balance/confirm", params=BALANCE).text)
    suho.post("/wallet/auto-charge/balance", data=again)
    tomorrow = banked.clock.now() + timedelta(days=1)
    run_auto_charges(Charging(banked.world.begin, bank, lambda: tomorrow), at=tomorrow)
    banked.clock.set_ahead(2 * 24 * 3600)
    page = banked.visitor("suho").get("/wallet/auto-charge").text
    assert re.search(r"은행이 거절해서 50,000원을 충전하지 못했습니다 \([^)<]+\)", page)
    assert "50,000원 충전했습니다" in page
    assert "자동충전을 하지 못했습니다" in banked.visitor("suho").get("/wallet").text
    banked.clock.set_ahead(6 * 24 * 3600)
    assert "자동충전을 하지 못했습니다" not in banked.visitor("suho").get("/wallet").text


def test_terms_that_make_no_sense_are_asked_again_and_without_an_account_that_is_asked_first(banked: Street) -> None:
    minji, suho = banked.visitor("minji"), banked.visitor("suho")
    account(banked, "00")
    nonsense = (
        ("date", {"day": "32", "amount": "50000"}),
        ("date", {"day": "x", "amount": "50000"}),
        ("date", {"day": "1", "amount": "500"}),
        ("balance", {"below": "0", "amount": "50000"}),
    )
    for kind, typed in nonsense:
        page = suho.get(f"/wallet/auto-charge/{kind}/confirm", params=typed)
        assert (page.status_code >= 400, "돈은 움직이지 않았습니다" in page.text) == (True, True)
        assert suho.post(f"/wallet/auto-charge/{kind}", data=typed).status_code >= 400
    assert suho.get("/wallet/auto-charge/never").status_code == 422
    stop = re.search(r"/wallet/account/dba_[0-9a-f]{32}/stop", minji.get("/wallet/account").text)
    assert stop is not None
    minji.post(stop[0])
    assert "먼저 통장을 등록해 주세요" in minji.get("/wallet/auto-charge").text
    assert minji.get("/wallet/auto-charge/shortfall/confirm").url.path == "/wallet/account"
    assert rules(banked) == 0


def test_what_a_payment_lacks_is_said_before_it_is_charged_and_paid_as_one(banked: Street) -> None:
    account(banked, "00")
    suho = banked.visitor("suho")
    order = {"shop": banked.world.shops["망원수산"].stall_number, "amount": "32500", "key": "a-key-of-this-test"}
    form = hidden(suho.get("/wallet/auto-charge/shortfall").text)
    suho.post("/wallet/auto-charge/shortfall", data=form)
    words = suho.get("/wallet/pay/confirm", params=order).text
    for said in ("33,000원", "30,690원", "123***", "33,000원 충전하고 32,500원 결제", "500원"):
        assert said in words
    done = [suho.post("/wallet/pay", data=hidden(words)) for _ in range(2)]
    assert done[0].url == done[1].url
    assert "결제되었습니다" in done[0].text
    assert banked.world.left("suho") == [500]
    assert banked.world.earned("망원수산") == 32_500
    assert "33,000원 충전했습니다" in suho.get("/wallet/auto-charge").text


def test_a_bank_that_is_silent_pays_nothing_and_says_so(banked: Street) -> None:
    account(banked, "99")
    suho = banked.visitor("suho")
    suho.post("/wallet/auto-charge/shortfall", data={"seen": ""})
    order = {"shop": banked.world.shops["망원수산"].stall_number, "amount": "32500", "key": "a-key-of-this-test"}
    form = hidden(suho.get("/wallet/pay/confirm", params=order).text)
    page = suho.post("/wallet/pay", data=form)
    assert "결제되지 않았습니다" in page.text
    assert "확인하고 있습니다" in page.text
    assert "돈은 움직이지 않았습니다" not in page.text  # nobody knows yet
    assert "결제되었습니다" not in page.text
    assert banked.world.rows("payments") == 0


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_auto_charge_is_set_in_three_touches_and_stopped_in_one(
    banked: Street, browser: Browser, tmp_path: Path
) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    account(banked, "00")
    suho = Sight(browser, banked, "suho", PHONE)
    suho.page.click("[name=choice][value=large]")

    def look(name: str) -> None:
        assert too_small(suho.page) == [], name
        assert suho.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        suho.page.screenshot(path=folder / f"{name}.png", full_page=True)

    suho.page.click("text=자동충전")
    look("auto")
    suho.page.locator("section", has_text="날짜에 맞춰").locator("a").click()
    look("auto-date")
    suho.touch("50000")
    suho.page.click("button.go")
    look("auto-date-confirm")
    suho.page.click("button.go")
    expect(suho.page.locator(".done")).to_contain_text("자동충전을 켰습니다")
    suho.page.locator("section", has_text="모자란 돈").locator("a").click()
    look("auto-shortfall-confirm")
    suho.page.click("button.go")
    look("auto-on")
    shop = banked.world.shops["망원수산"].stall_number
    suho.page.goto(f"{banked.url}/wallet/pay/confirm?shop={shop}&amount=32500&key=a-key-of-a-page")
    look("pay-short")
    suho.page.click("button.go")
    expect(suho.page.locator(".state.done")).to_contain_text("결제되었습니다")
    suho.page.goto(f"{banked.url}/wallet/auto-charge")
    suho.page.locator("section", has_text="매달 25일").locator("button").click()
    expect(suho.page.locator(".done")).to_contain_text("멈췄습니다")
    look("auto-stopped")
    assert suho.faults == []
