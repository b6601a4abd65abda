"""A wallet and a bank account by the pages: from 14 years on, once each, and the bank's night is told before typing."""

from __future__ import annotations

import os
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from onnuri.kit.clock import SystemClock, seoul_date
from tests.web.conftest import CHROMIUM
from tests.web.street import PASSWORD, Street
from tests.web.test_browser import PHONE, Sight, too_small
from tests.web.test_dead_ends import close_the_bank, newcomer, open_the_bank

PICTURES = os.environ.get("ONNURI_PICTURES")
BORN = {"year": "1960", "month": "5", "day": "1"}
ACCOUNT = {"bank": "004", "number": "123456-01-000200", "consent": "true", "seen": ""}


def arrive(street: Street) -> httpx.Client:
    """Sign in somebody who has no wallet."""
    newcomer(street)
    visitor = street.visitor()
    visitor.post("/sign-in", data={"login": "newcomer", "password": PASSWORD})
    return visitor


def accounts(street: Street, where: str = "TRUE") -> int:
    return street.world.rows(f"shared.debit_accounts WHERE masked LIKE '12345%' AND {where}")


def test_a_wallet_is_opened_once_after_the_date_is_confirmed(street: Street) -> None:
    visitor = arrive(street)
    assert 'href="/wallet/open"' in visitor.get("/wallet").text
    assert "만 14세부터" in visitor.get("/wallet/open").text
    asked = visitor.post("/wallet/open/check", data=BORN).text
    assert "1960년 5월 1일" in asked
    assert "1960" not in str(visitor.get("/wallet/open").url)
    before = street.world.rows("wallets")
    done = [visitor.post("/wallet/open", data=BORN) for _ in range(2)]
    assert street.world.rows("wallets") == before + 1
    assert [each.status_code for each in done] == [200, 200]
    assert "쓸 수 있는 돈" in visitor.get("/wallet").text
    assert visitor.get("/wallet/open").url.path == "/wallet"


def test_who_is_not_14_yet_is_told_and_a_slip_of_the_finger_is_kept_nowhere(street: Street) -> None:
    visitor = arrive(street)
    today = seoul_date(SystemClock().now())
    young = {"year": str(today.year - 13), "month": "1", "day": "1"}
    for typed, words in (
        (young, "만 14세부터 가입할 수 있습니다"),
        ({"year": "1960", "month": "2", "day": "30"}, "생년월일이 올바르지 않습니다"),
        ({"year": "3020", "month": "2", "day": "3"}, "생년월일이 올바르지 않습니다"),
        ({"year": "천구백", "month": "2", "day": "3"}, "생년월일이 올바르지 않습니다"),
    ):
        page = visitor.post("/wallet/open/check", data=typed)
        assert (page.status_code >= 400, words in page.text) == (True, True), page.text
    assert street.world.rows("vault.births WHERE true") == 0
    assert "만 14세부터" in visitor.post("/wallet/open", data=young).text
    foreign = {"Origin": "https://elsewhere.example"}
    assert visitor.post("/wallet/open", data=BORN, headers=foreign).status_code == 403
    assert visitor.get("/wallet").status_code == 404


def test_an_account_is_registered_once_and_its_number_shown_nowhere(street: Street) -> None:
    open_the_bank(street)
    suho = street.visitor("suho")
    asked = suho.get("/wallet/account?other=1").text
    assert "오후 11:30부터 오전 12:30까지는" in asked
    seen = re.search(r'name="seen" value="([0-9a-f]*)"', asked)
    assert seen is not None
    done = suho.post("/wallet/account", data={**ACCOUNT, "seen": seen[1]})
    again = suho.post("/wallet/account", data={**ACCOUNT, "seen": seen[1]})
    for page in (done.text, again.text):
        assert "KB국민은행" in page
        assert "12345601000***" in page
        assert "000200" not in page
    assert accounts(street) == 1
    stop = re.search(r"/wallet/account/dba_[0-9a-f]{32}/stop", done.text)
    assert stop is not None
    assert street.visitor("minji").post(stop[0]).status_code == 404
    for _ in range(2):
        assert "동의를 거두었습니다" in suho.post(stop[0]).text
    suho.post("/wallet/account", data={**ACCOUNT, "seen": seen[1]})
    assert accounts(street, "revoked_at IS NULL") == 0


def test_what_is_missing_is_asked_again_and_other_sites_register_nothing(street: Street) -> None:
    open_the_bank(street)
    suho = street.visitor("suho")
    for typed, words in (
        ({"number": "12"}, "계좌번호는 숫자 7~16자리입니다"),
        ({"bank": "999"}, "없는 은행"),
        ({"consent": "false"}, "동의해 주세요"),
    ):
        page = suho.post("/wallet/account", data={**ACCOUNT, **typed})
        assert (page.status_code, words in page.text) == (422, True)
    foreign = {"Origin": "https://elsewhere.example"}
    assert suho.post("/wallet/account", data=ACCOUNT, headers=foreign).status_code == 403
    assert accounts(street) == 0


def test_while_the_bank_sleeps_it_is_said_before_a_number_is_typed(street: Street) -> None:
    close_the_bank(street)
    suho = street.visitor("suho")
    page = suho.get("/wallet/account?other=1").text
    assert "오늘 오전 12:30부터" in page
    assert 'name="number"' not in page
    told = suho.post("/wallet/account", data=ACCOUNT)
    assert (told.status_code, "오늘 오전 12:30부터" in told.text) == (402, True)
    assert accounts(street) == 0


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_a_newcomer_opens_a_wallet_and_registers_an_account(street: Street, browser: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    open_the_bank(street)
    newcomer(street)
    sight = Sight(browser, street, "newcomer", PHONE)
    sight.page.click("[name=choice][value=large]")

    def look(name: str) -> None:
        assert too_small(sight.page) == [], name
        assert sight.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        sight.page.screenshot(path=folder / f"{name}.png", full_page=True)

    look("no-wallet")
    sight.page.click("a.go")
    look("open-birth")
    for name, typed in BORN.items():
        sight.page.fill(f"[name={name}]", typed)
    sight.page.click("button.go")
    look("open-confirm")
    sight.page.click("button.go")
    look("account-form")
    sight.page.select_option("[name=bank]", "088")
    sight.page.fill("[name=number]", ACCOUNT["number"])
    sight.page.check("[name=consent]")
    sight.page.click("button.go")
    expect(sight.page.locator(".done")).to_contain_text("통장을 등록했습니다")
    look("account-done")
    sight.page.click("a.go")
    expect(sight.page.locator("h1")).to_contain_text("얼마를 충전할까요?")
    assert sight.faults == []
