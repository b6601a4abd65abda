"""Charging and getting money back by the pages: once, in plain words, and never shown as done before it is known."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, expect

from onnuri.banks.client import BankAccess, OpenBankingClient
from onnuri.banks.simulator.process import SimulatorProcess, start_simulator
from onnuri.banks.wire import ContractAccount
from onnuri.kit.clock import SystemClock
from onnuri.people.debit_accounts import NewDebitAccount, register_debit_accounts
from onnuri.vouchers.charging.run_charge import Charging, resolve_charges
from tests.api.town import seconds_until_the_bank_is_open
from tests.web.conftest import CHROMIUM
from tests.web.street import Street, serve_street
from tests.web.test_browser import PHONE, Sight, too_small
from tests.world import World

_TURNS = itertools.count(1)
"""Each world is an institution of its own at the bank, so that its ids never meet another's."""


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    running = start_simulator(tmp_path_factory.mktemp("bank") / "bank.sqlite3", hold_seconds=1.5)
    yield running
    running.stop()


@pytest.fixture
def bank(simulator: SimulatorProcess) -> Iterator[OpenBankingClient]:
    turn = next(_TURNS)
    contract = ContractAccount("097", str(2201230009000 + turn), "온누리상품권")
    access = BankAccess(simulator.base_url, "client", "secret", f"M{202690000 + turn}", contract)
    with OpenBankingClient(access, timeout_seconds=1) as client:
        yield client


@pytest.fixture
def banked(world: World, bank: OpenBankingClient) -> Iterator[Street]:
    """A street with a bank."""
    with serve_street(world, bank) as made:
        made.clock.set_ahead(seconds_until_the_bank_is_open(SystemClock().now()))
        yield made


def account(street: Street, ending: str) -> None:
    """Give suho the account that makes the bank behave as its ending says."""
    with street.world.begin() as conn:
        new = NewDebitAccount(street.world.holders["suho"], ending.rjust(24, "0"), "004", "123***")
        register_debit_accounts(conn, [new], at=street.clock.now())


def charge(street: Street, amount: object, *, key: str = "a-key-of-this-test") -> httpx.Response:
    return street.visitor("suho").post("/wallet/charge", data={"amount": str(amount), "key": key})


def test_two_touches_charge_once_and_say_who_pays_what(banked: Street) -> None:
    account(banked, "00")
    suho = banked.visitor("suho")
    key = re.search(r'name="key" value="([0-9a-f]{32})"', suho.get("/wallet/charge").text)
    assert key is not None
    confirm = suho.get("/wallet/charge/confirm", params={"amount": "100,000", "key": key[1]})
    assert all(words in confirm.text for words in ("93,000원", "7,000원", "KB국민은행", "123***"))
    assert banked.world.lots("suho") == []
    done = [suho.post("/wallet/charge", data={"amount": "100000", "key": key[1]}) for _ in range(2)]
    assert done[0].url == done[1].url
    assert "충전했습니다" in done[0].text
    assert banked.world.left("suho") == [100_000]
    assert "충전하기" in suho.get("/wallet").text


def test_what_was_not_used_comes_back_whole_and_once(banked: Street) -> None:
    account(banked, "00")
    page = charge(banked, 100_000)
    suho = banked.visitor("suho")
    assert "낸 돈이 모두 통장으로 돌아갑니다" in page.text
    asked = suho.get(f"{page.url.path}/refund")
    assert "93,000원 돌려받기" in asked.text
    fields = dict(re.findall(r'name="(kind|key)" value="([^"]+)"', asked.text))
    back = [suho.post(f"{page.url.path}/refund", data=fields) for _ in range(2)]
    assert all("통장으로 돌려보냈습니다" in each.text for each in back)
    assert banked.world.left("suho") == [0]
    assert banked.world.rows("refunds") == 1
    again = suho.post(f"{page.url.path}/refund", data={**fields, "key": "another-key"})
    assert (again.status_code, "처리되지 않았습니다" in again.text) == (402, True)


def test_what_is_on_its_way_to_the_account_is_never_shown_as_paid_back(banked: Street) -> None:
    account(banked, "00")
    page = charge(banked, 100_000).url.path
    banked.world.pay("suho", "망원수산", 65_000, at=banked.clock.now())
    account(banked, "99")
    suho = banked.visitor("suho")
    fields = dict(re.findall(r'name="(kind|key)" value="([^"]+)"', suho.get(f"{page}/refund").text))
    asked = suho.post(f"{page}/refund", data=fields)
    assert asked.url.query == b"back=UNKNOWN"
    for text in (asked.text, suho.get(page).text, suho.get(f"{page}?back=SUCCEEDED").text):
        assert "아직 돌려받은 것이 아닙니다" in text
        assert "통장으로 보내는 중" in text
        assert "돌려받은 돈" not in text
        assert "돌려보냈습니다" not in text
    assert "32,550원을 통장으로 보내고 있습니다" in suho.get("/wallet").text


def test_the_page_says_what_is_missing_and_the_split_once_enough_is_used(banked: Street) -> None:
    account(banked, "00")
    page = charge(banked, 100_000)
    suho, now = banked.visitor("suho"), banked.clock.now()
    banked.world.pay("suho", "망원수산", 50_000, at=now)
    text = suho.get(page.url.path).text
    assert "10,000원을 더 쓰면, 그때부터 남은 돈을 돌려받을 수 있습니다" in text
    assert suho.get(f"{page.url.path}/refund").url.path == page.url.path
    banked.world.pay("suho", "망원수산", 15_000, at=now)
    text = suho.get(page.url.path).text
    assert "32,550원" in text
    assert "2,450원은 나라로 돌아갑니다" in text


def test_an_unknown_charge_is_never_shown_as_charged(banked: Street, bank: OpenBankingClient) -> None:
    account(banked, "99")
    page = charge(banked, 50_000)
    assert "아직 결과를 모릅니다" in page.text
    assert "충전했습니다" not in page.text
    later = banked.clock.now() + timedelta(minutes=5)
    resolve_charges(Charging(banked.world.begin, bank, lambda: later))
    assert "충전한 돈" in banked.visitor("suho").get(page.url.path).text


def test_refusals_are_words_and_move_nothing(banked: Street) -> None:
    account(banked, "22")
    assert "은행이 출금을 거절했습니다" in charge(banked, 50_000).text
    suho = banked.visitor("suho")
    for amount in ("9000", "3000000", "abc"):
        told = suho.get("/wallet/charge/confirm", params={"amount": amount, "key": "12345678"})
        assert told.status_code in (402, 422)
        assert "돈은 움직이지 않았습니다" in told.text
    mine = charge(banked, 10_000, key="second-key").url.path
    assert banked.visitor("minji").get(mine).status_code == 404
    assert suho.post(f"{mine}/refund", data={"kind": "all", "key": "12345678"}).status_code == 404


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_every_page_of_a_charge_fits_a_phone_with_large_letters(banked: Street, browser: Browser) -> None:
    account(banked, "00")
    page = charge(banked, 100_000).url.path
    suho = Sight(browser, banked, "suho", PHONE)
    suho.page.click("[name=choice][value=large]")
    confirm = "/wallet/charge/confirm?amount=100000&key=a-key-of-a-page"
    for address in ("/wallet", "/wallet/charge", confirm, page, f"{page}/refund"):
        suho.page.goto(banked.url + address)
        assert too_small(suho.page) == []
        assert suho.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    suho.page.click("button.go")
    expect(suho.page.locator(".done")).to_contain_text("통장으로 돌려보냈습니다")
    assert suho.faults == []
    suho.context.close()


def test_without_a_bank_nothing_is_asked(street: Street) -> None:
    street.clock.set_ahead(seconds_until_the_bank_is_open(SystemClock().now()))
    answer = charge(street, 50_000)
    assert (answer.status_code, "은행과 연결되어 있지 않습니다" in answer.text) == (503, True)
    assert street.world.rows("charges WHERE face = 50000") == 1  # minji's own of the set-up
