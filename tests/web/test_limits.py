"""The pages where something is used up, closed or blocked: said before anything is typed, in words and not in codes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from onnuri.kit.clock import SystemClock
from tests.vouchers.giving import send
from tests.vouchers.ruling import RULED, rule
from tests.web.conftest import CHROMIUM
from tests.web.street import Street
from tests.web.test_browser import PHONE, Sight, too_small
from tests.web.test_dead_ends import close_the_bank, open_the_bank
from tests.web.test_wallet_states import block
from tests.world import settled

PICTURES = os.environ.get("ONNURI_PICTURES")
RAW = re.compile(r"\d{4}-\d\d-\d\d|\b[A-Z]{3,}(?:_[A-Z]+)*\b|\b[a-z]+_[a-z_]+\b|None|\?원")


def used_up(street: Street) -> None:
    """Let suho have charged all that a month allows, and spent half of it."""
    open_the_bank(street)
    settled(street.world.charge("suho", 2_000_000, at=street.clock.now()))
    street.world.pay("suho", "망원수산", 1_000_000, at=street.clock.now())


def nearly_used_up(street: Street) -> None:
    """Let a month leave suho less than the smallest charge."""
    open_the_bank(street)
    settled(street.world.charge("suho", 1_995_000, at=street.clock.now()))
    street.world.pay("suho", "망원수산", 1_000_000, at=street.clock.now())


def nearly_full(street: Street) -> None:
    """Let suho's wallet take less than the smallest charge."""
    open_the_bank(street)
    settled(street.world.charge("suho", 1_995_000, at=street.clock.now()))
    ahead(street, SystemClock().now() + timedelta(days=32))


def full(street: Street) -> None:
    """Let suho's wallet be full of what another month brought, and a gift wait outside."""
    open_the_bank(street)
    settled(street.world.charge("suho", 2_000_000, at=street.clock.now()))
    send(street.world, "minji", "suho", 30_000, at=street.clock.now())
    ahead(street, SystemClock().now() + timedelta(days=20))


def sold_out(street: Street) -> None:
    """Let the state's budget be spent."""
    rule(street.world, budget=699)
    ahead(street, RULED + timedelta(days=1))


def ahead(street: Street, at: datetime) -> None:
    street.clock.set_ahead(int((at - SystemClock().now()).total_seconds()))


STATES: dict[str, tuple[Callable[[Street], object], str]] = {
    "month": (used_up, "이번 달에 충전할 수 있는 2,000,000원을 다 채웠습니다"),
    "cap": (full, "지갑에 담을 수 있는 2,000,000원이 찼습니다"),
    "month-nearly": (nearly_used_up, "이번 달에는 5,000원만 더 충전할 수 있는데, 한 번에 10,000원부터 충전합니다"),
    "cap-nearly": (nearly_full, "지갑에는 5,000원만 더 담을 수 있는데, 한 번에 10,000원부터 충전합니다"),
    "sold-out": (sold_out, "나라가 보태는 돈이 다 팔렸습니다"),
    "night": (close_the_bank, "은행이 쉬는 시간입니다"),
    "lost": (lambda street: block(street, "lost"), "지갑이 멈춰 있습니다"),
    "frozen": (lambda street: block(street, "frozen"), "지갑이 멈춰 있습니다"),
}


def who(state: str) -> str:
    return "suho" if state.startswith(("month", "cap")) else "minji"


@pytest.mark.parametrize("state", STATES)
def test_what_stands_in_the_way_is_said_before_an_amount_is_typed(street: Street, state: str) -> None:
    STATES[state][0](street)
    page = street.visitor(who(state)).get("/wallet/charge").text
    assert STATES[state][1] in page
    assert "data-digit" not in page


def test_a_blocked_wallet_says_so_before_a_stall_number_is_typed(street: Street) -> None:
    block(street, "lost")
    minji, shop = street.visitor("minji"), street.world.shops["망원수산"].stall_number
    for path in ("", f"/amount?shop={shop}", f"/confirm?shop={shop}&amount=1000&key=12345678"):
        page = minji.get(f"/wallet/pay{path}").text
        assert "지금은 결제할 수 없습니다" in page
        assert "data-keypad" not in page


def test_the_wallet_says_when_the_month_begins_anew(street: Street) -> None:
    used_up(street)
    suho = street.visitor("suho")
    assert re.search(r"1일에 다시 2,000,000원", suho.get("/wallet").text)
    assert "1일부터 다시 충전할 수 있습니다" in suho.get("/wallet/charge").text


def test_what_the_budget_still_allows_is_the_most_that_can_be_charged(street: Street) -> None:
    rule(street.world, budget=7_699)
    ahead(street, RULED + timedelta(days=1))
    minji = street.visitor("minji")
    assert "109,000원까지" in minji.get("/wallet/charge").text
    told = minji.get("/wallet/charge/confirm", params={"amount": "110000", "key": "12345678"})
    assert (told.status_code, "109,000원까지 충전할 수 있습니다" in told.text) == (402, True)
    assert minji.get("/wallet/charge/confirm", params={"amount": "109000", "key": "12345678"}).status_code == 200


def test_while_the_bank_sleeps_nothing_is_promised_back_at_once(street: Street) -> None:
    made = street.world.lots("minji")[0].charge_id
    assert made is not None
    close_the_bank(street)
    minji = street.visitor("minji")
    page = minji.get(f"/wallet/charges/chg_{made.hex}").text
    assert "오늘 오전 12:30부터 돌려받을 수 있습니다" in page
    assert "/refund" not in page
    assert minji.get(f"/wallet/charges/chg_{made.hex}/refund").url.path == f"/wallet/charges/chg_{made.hex}"
    answer = minji.post(f"/wallet/charges/chg_{made.hex}/refund", data={"kind": "charge_cancel", "key": "12345678"})
    assert not RAW.search(answer.text.split("<main")[1].split("</main>")[0])


def test_without_an_account_the_way_to_one_is_shown_before_an_amount_is_typed(street: Street) -> None:
    open_the_bank(street)
    minji = street.visitor("minji")
    stop = re.search(r"/wallet/account/dba_[0-9a-f]{32}/stop", minji.get("/wallet/account").text)
    assert stop is not None
    minji.post(stop[0])
    page = minji.get("/wallet/charge").text
    assert 'href="/wallet/account"' in page
    assert "data-digit" not in page
    confirm = minji.get("/wallet/charge/confirm", params={"amount": "10000", "key": "12345678"})
    assert confirm.url.path == "/wallet/charge"


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
@pytest.mark.parametrize("state", STATES)
def test_no_page_at_a_limit_is_raw_or_runs_out_of_a_phone(
    street: Street, browser: Browser, tmp_path: Path, state: str
) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    made = street.world.lots("minji")[0].charge_id
    assert made is not None
    STATES[state][0](street)
    sight = Sight(browser, street, who(state), PHONE)
    sight.page.click("[name=choice][value=large]")
    shop = street.world.shops["망원수산"].stall_number
    pages = {
        "wallet": "/wallet", "charge": "/wallet/charge", "pay": f"/wallet/pay/confirm?shop={shop}&amount=1990000",
        "charge-confirm": "/wallet/charge/confirm?amount=1990000&key=12345678", "gifts": "/wallet/gifts",
        "gift-new": "/wallet/gifts/new/confirm?to=suho&amount=1000&key=12345678", "ends": "/wallet/ends",
        "auto": "/wallet/auto-charge", "account": "/wallet/account", "charges": "/wallet/charges",
    }  # fmt: skip
    if who(state) == "minji":
        pages["one"] = f"/wallet/charges/chg_{made.hex}"
    for name, path in pages.items():
        sight.page.goto(street.url + path)
        words = sight.page.inner_text("main")
        assert not RAW.search(words), (name, words)
        assert too_small(sight.page) == [], name
        assert sight.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        sight.page.screenshot(path=folder / f"{state}-{name}.png", full_page=True)
    assert sight.faults == []
