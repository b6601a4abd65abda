"""What is owed since an expiry by its page: told, sent once, owed again where the bank refused, also after leaving."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from onnuri.kit.clock import SystemClock
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.wallets.wallet_life import Blocking, block_wallet, close_wallet
from tests.api.town import seconds_until_the_bank_is_open
from tests.web.conftest import CHROMIUM
from tests.web.street import Street
from tests.web.test_browser import DESK, PHONE, Sight, too_small
from tests.web.test_charging import account, bank, banked, charge, simulator
from tests.web.test_dead_ends import newcomer

__all__ = ["bank", "banked", "simulator"]
PICTURES = os.environ.get("ONNURI_PICTURES")
SIX_YEARS_SECONDS = 2_192 * 86_400


def expired(street: Street, ending: str) -> None:
    """Suho charges 100,000 won and lets it expire; the account he has then ends like this."""
    account(street, "00")
    assert "충전했습니다" in charge(street, 100_000).text
    street.clock.set_ahead(seconds_until_the_bank_is_open(SystemClock().now()) + SIX_YEARS_SECONDS)
    with street.world.begin() as conn:
        expire_lots(conn, at=street.clock.now())
    if ending != "00":
        account(street, ending)


def button(page: str) -> tuple[str, dict[str, str]]:
    """Find where the button sends what."""
    found = re.search(r'action="(/wallet/owed/wal_[0-9a-f]{32})"><input type="hidden" name="key" value="(\w+)">', page)
    assert found is not None, page
    return found[1], {"key": found[2]}


def test_what_is_owed_is_told_and_sent_once_and_listed(banked: Street) -> None:
    expired(banked, "00")
    suho = banked.visitor("suho")
    assert 'href="/wallet/owed"' in suho.get("/wallet").text
    page = suho.get("/wallet/owed").text
    assert "93,000원 내 통장으로 받기" in page
    assert "KB국민은행" in page
    where, form = button(page)
    foreign = {"Origin": "https://elsewhere.example"}
    assert suho.post(where, data=form, headers=foreign).status_code == 403
    assert banked.visitor("minji").post(where, data=form).status_code == 404
    assert banked.world.rows("refunds") == 0
    suho.post(where, data=form)
    told = suho.post(where, data=form).text
    assert "통장으로 보냈습니다" in told
    assert banked.world.rows("refunds WHERE status = 'SUCCEEDED' AND paid = 93000") == 1
    assert banked.world.rows("refunds") == 1
    assert "지금 돌려받을 돈이 없습니다" in told
    assert re.search(r"<strong>93,000원</strong>\s*<span>보냈습니다<small>오늘 오[전후]", told)
    again = suho.post(where, data={"key": "another-key-of-this-test"})
    assert again.status_code == 402
    assert "돈은 움직이지 않았습니다" in again.text


@pytest.mark.parametrize(
    ("ending", "words", "still"),
    [("22", "은행이 받지 않아, 돌려드릴 돈으로 되돌아갔습니다", True), ("95", "은행의 답을 기다립니다", False)],
)
def test_what_the_bank_refuses_is_owed_again_and_what_it_owes_an_answer_for_is_on_its_way(
    banked: Street, ending: str, words: str, still: bool
) -> None:
    expired(banked, ending)
    suho = banked.visitor("suho")
    where, form = button(suho.get("/wallet/owed").text)
    told = suho.post(where, data=form).text
    assert words in told
    assert ("내 통장으로 받기" in told) is still
    assert ("다른 통장으로 바꾸기" in told) is still
    assert ("93,000원을 통장으로 보내고 있습니다" in told) is not still


def test_while_the_wallet_is_blocked_the_page_says_why_nothing_is_sent(banked: Street) -> None:
    expired(banked, "00")
    lost = Blocking(banked.world.wallets["suho"], "lost", "분실", banked.world.holders["suho"])
    with banked.world.begin() as conn:
        block_wallet(conn, lost, at=banked.clock.now())
    page = banked.visitor("suho").get("/wallet/owed").text
    assert "93,000원" in page
    assert "멈춰 있는 동안에는 보내지 않습니다" in page
    assert "내 통장으로 받기" not in page


def test_who_has_left_finds_it_from_the_first_page_and_who_never_had_a_wallet_is_not_bothered(banked: Street) -> None:
    expired(banked, "00")
    with banked.world.begin() as conn:
        close_wallet(conn, banked.world.wallets["suho"], at=banked.clock.now())
    suho = banked.visitor()
    first = suho.post("/sign-in", data={"login": "suho", "password": "a horse in the market"}).text
    assert "전에 쓰던 지갑에서 돌려받을 돈" in first
    where, form = button(suho.get("/wallet/owed").text)
    assert "통장으로 보냈습니다" in suho.post(where, data=form).text
    newcomer(banked)
    other = banked.visitor()
    answer = other.post("/sign-in", data={"login": "newcomer", "password": "a horse in the market"}).text
    assert "전에 쓰던 지갑" not in answer


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_the_page_fits_a_phone_and_a_desk(banked: Street, browser: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    expired(banked, "22")
    suho = Sight(browser, banked, "suho", PHONE)
    suho.page.screenshot(path=folder / "owed-wallet-390.png", full_page=True)
    suho.page.goto(f"{banked.url}/wallet/owed")
    assert too_small(suho.page) == []
    suho.page.click("button.go")
    expect(suho.page.locator(".box.refusal")).to_contain_text("은행이 받지 않았습니다")
    assert too_small(suho.page) == []
    suho.page.screenshot(path=folder / "owed-failed-390.png", full_page=True)
    account(banked, "00")
    suho.page.click("text=글씨 크게")
    suho.page.click("button.go")
    expect(suho.page.locator(".box.done")).to_contain_text("통장으로 보냈습니다")
    assert too_small(suho.page) == []
    suho.page.screenshot(path=folder / "owed-paid-390.png", full_page=True)
    desk = Sight(browser, banked, "suho", DESK)
    desk.page.goto(f"{banked.url}/wallet/owed")
    desk.page.screenshot(path=folder / "owed-paid-1280.png", full_page=True)
    assert suho.faults + desk.faults == []
