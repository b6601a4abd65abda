"""No page ends where nothing can be done: no wallet, nothing left to charge, the bank asleep."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from onnuri.kit.clock import SEOUL, SystemClock, seoul_midnight
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from tests.api.town import seconds_until_the_bank_is_open
from tests.web.conftest import CHROMIUM
from tests.web.street import PASSWORD, Street
from tests.web.test_browser import DESK, PHONE, Sight, too_small
from tests.world import settled

PICTURES = os.environ.get("ONNURI_PICTURES")


def open_the_bank(street: Street) -> None:
    street.clock.set_ahead(seconds_until_the_bank_is_open(SystemClock().now()))


def close_the_bank(street: Street) -> None:
    now = SystemClock().now()
    night = seoul_midnight(now.astimezone(SEOUL).date() + timedelta(days=1)) + timedelta(minutes=10)
    street.clock.set_ahead(int((night - datetime.now(UTC)).total_seconds()))


def newcomer(street: Street) -> None:
    with street.world.begin() as conn:
        sealer = sealer_of(street.world.database.settings)
        register_people(conn, sealer, [NewPerson("newcomer", None, "newcomer", PASSWORD)], at=street.clock.now())


def test_who_has_no_wallet_is_told_what_to_do(street: Street) -> None:
    newcomer(street)
    visitor = street.visitor()
    answer = visitor.post("/sign-in", data={"login": "newcomer", "password": PASSWORD})
    assert answer.status_code == 404
    assert "아직 지갑이 없습니다" in answer.text
    assert "고객센터" in answer.text


def test_where_nothing_can_be_charged_no_keypad_is_shown_and_the_day_is_named(street: Street) -> None:
    open_the_bank(street)
    settled(street.world.charge("suho", 2_000_000, at=street.clock.now()))
    page = street.visitor("suho").get("/wallet/charge").text
    assert "2,000,000원을 다 채웠습니다" in page
    assert "data-digit" not in page


def test_while_the_bank_sleeps_it_is_said_before_anything_is_typed(street: Street) -> None:
    close_the_bank(street)
    page = street.visitor("minji").get("/wallet/charge").text
    assert "오늘 오전 12:30부터 충전할 수 있습니다" in page
    assert "data-digit" not in page


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_those_pages_fit_a_phone_and_a_desk(street: Street, browser: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    newcomer(street)
    close_the_bank(street)
    for login, path in (("newcomer", "/wallet"), ("minji", "/wallet/charge")):
        for size in (PHONE, DESK):
            sight = Sight(browser, street, login, size)
            sight.page.goto(street.url + path)
            assert too_small(sight.page) == []
            sight.page.screenshot(path=folder / f"{login}-{size[0]}.png", full_page=True)
            assert sight.faults == []
