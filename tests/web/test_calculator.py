"""What can come back of each charge, by the pages: yes or not yet, how much is missing, and which payments say so."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from onnuri.banks.client import OpenBankingClient
from tests.vouchers.giving import send
from tests.web.conftest import CHROMIUM
from tests.web.street import Street
from tests.web.test_browser import PHONE, Sight, too_small
from tests.web.test_charging import account, bank, banked, charge, simulator
from tests.web.test_wallet_states import block
from tests.world import receipt

__all__ = ["bank", "banked", "simulator"]
PICTURES = os.environ.get("ONNURI_PICTURES")


def page_of(street: Street, who: str, place: int = 0) -> str:
    made = street.world.lots(who)[place].charge_id
    assert made is not None
    return f"/wallet/charges/chg_{made.hex}"


def test_the_payments_that_count_as_use_are_named_and_cancels_do_not_count(street: Street) -> None:
    now = street.clock.now()
    paid = receipt(street.world.pay("minji", "망원수산", 30_000, at=now))
    street.world.cancel(paid, 10_000, at=now)
    page = street.visitor("minji").get(page_of(street, "minji")).text
    used = page.split("이 충전으로 낸 결제")[1]
    assert "망원수산" in used
    assert "20,000원" in used
    assert "10,000원 취소됨" in used
    assert "40,000원을 더 쓰면, 그때부터" in page
    assert "충전한 100,000원의 60%" in page
    other = street.visitor("minji").get(page_of(street, "minji", 1)).text
    assert "이 충전으로 낸 결제" not in other


def test_after_the_days_of_a_cancel_the_page_says_when_they_ended(street: Street) -> None:
    street.clock.set_ahead(9 * 24 * 3600)
    page = street.visitor("minji").get(page_of(street, "minji")).text
    assert "아직 안 됩니다" in page
    assert re.search(r"모두 돌려받는 것은 [^<]*\d+월 \d+일 .요일까지였습니다", page)
    assert "60,000원을 더 쓰면" in page


def test_every_charge_is_listed_with_its_answer_the_used_and_the_refused_too(
    banked: Street, bank: OpenBankingClient
) -> None:
    now = banked.clock.now()
    account(banked, "22")
    charge(banked, 20_000)
    banked.world.charge("suho", 50_000, at=now)
    banked.world.pay("suho", "망원수산", 50_000, at=now)
    banked.world.charge("suho", 100_000, at=now)
    page = banked.visitor("suho").get("/wallet/charges").text
    assert "충전되지 않음" in page
    assert "다 씀" in page
    assert "93,000원" in page
    assert banked.visitor("minji").get("/wallet/charges").text.count("돌려받을 수 있음") == 2


def test_a_reason_is_a_reason_and_not_a_report_about_money(street: Street) -> None:
    send(street.world, "minji", "suho", 81_000, at=street.clock.now())
    minji = street.visitor("minji")
    page = minji.get(page_of(street, "minji")).text
    assert "다 써도" in page
    assert "돈은 움직이지 않았습니다" not in page
    block(street, "lost")
    assert "지금은 안 됩니다" in minji.get(page_of(street, "minji", 1)).text


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_each_answer_fits_a_phone_with_large_letters(street: Street, browser: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    minji = Sight(browser, street, "minji", PHONE)
    minji.page.click("[name=choice][value=large]")

    def look(name: str, path: str) -> None:
        minji.page.goto(street.url + path)
        assert too_small(minji.page) == [], name
        assert minji.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        minji.page.screenshot(path=folder / f"{name}.png", full_page=True)

    now = street.clock.now()
    look("charge-unused", page_of(street, "minji", 1))
    street.world.cancel(receipt(street.world.pay("minji", "망원수산", 30_000, at=now)), 10_000, at=now)
    look("charge-not-yet", page_of(street, "minji"))
    street.world.pay("minji", "망원수산", 45_000, at=now)
    look("charge-enough", page_of(street, "minji"))
    look("charges", "/wallet/charges")
    send(street.world, "minji", "suho", 60_000, at=now)
    look("charge-out-of-reach", page_of(street, "minji", 1))
    assert minji.faults == []
