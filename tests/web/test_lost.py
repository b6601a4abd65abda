"""A holder reports the wallet lost: told first what happens, in two touches, once, and never by an old form."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from onnuri.vouchers.wallets.wallet_life import Blocking, lift_block
from tests.web.conftest import CHROMIUM
from tests.web.street import Street
from tests.web.test_browser import DESK, PHONE, Sight, too_small
from tests.web.test_wallet_states import block, office

PICTURES = os.environ.get("ONNURI_PICTURES")
STANDING = "wallet_blocks WHERE kind = 'lost' AND lifted_at IS NULL"


def seen(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(seen)" value="([^"]*)">', page))


def lift(street: Street) -> None:
    lifting = Blocking(street.world.wallets["minji"], "lost", "본인 확인", office(street))
    with street.world.begin() as conn:
        lift_block(conn, lifting, at=street.clock.now())


def test_two_touches_stop_the_wallet_and_say_when_who_bears_what_and_how_it_is_lifted(street: Street) -> None:
    minji = street.visitor("minji")
    assert 'href="/wallet/lost"' in minji.get("/wallet").text
    asked = minji.get("/wallet/lost").text
    for words in ("결제, 충전, 선물 보내기가 모두 멈춥니다", "온누리가 책임집니다", "고객센터에서 본인 확인"):
        assert words in asked
    assert street.world.rows(STANDING) == 0
    told = minji.post("/wallet/lost", data=seen(asked)).text
    assert street.world.rows(STANDING) == 1
    assert "신고를 받았습니다" in told
    assert re.search(r"오늘 오[전후] \d+시 \d+분 \d+초", told)
    assert "없습니다" in told
    assert "고객님 책임이 아닙니다" in told
    assert "분실 신고하기" not in told
    assert "신고 내용 보기" in minji.get("/wallet").text
    assert "지금은 결제할 수 없습니다" in minji.get("/wallet/pay").text
    order = {"shop": street.world.shops["망원수산"].stall_number, "amount": "1000", "key": "a-key-of-this-test"}
    assert minji.post("/wallet/pay", data=order).status_code >= 400
    assert street.world.rows("payments") == 0


def test_the_same_form_again_keeps_the_first_instant(street: Street) -> None:
    minji = street.visitor("minji")
    form = seen(minji.get("/wallet/lost").text)
    first = minji.post("/wallet/lost", data=form).text
    instant = re.search(r"\d+시 \d+분 \d+초", first)
    assert instant is not None
    street.clock.set_ahead(90)
    again = minji.post("/wallet/lost", data=form).text
    assert instant[0] in again
    assert street.world.rows("wallet_blocks") == 1


def test_a_form_from_before_a_report_that_was_lifted_stops_nothing_and_says_so(street: Street) -> None:
    minji = street.visitor("minji")
    form = seen(minji.get("/wallet/lost").text)
    minji.post("/wallet/lost", data=form)
    lift(street)
    old = minji.post("/wallet/lost", data=form).text
    assert "아직 신고되지 않았습니다" in old
    assert street.world.rows(STANDING) == 0
    minji.post("/wallet/lost", data=seen(old))
    assert street.world.rows(STANDING) == 1


def test_a_wallet_the_operator_froze_can_be_reported_too_and_another_sites_form_is_refused(street: Street) -> None:
    block(street, "frozen")
    minji = street.visitor("minji")
    form = seen(minji.get("/wallet/lost").text)
    foreign = {"Origin": "https://elsewhere.example"}
    assert minji.post("/wallet/lost", data=form, headers=foreign).status_code == 403
    assert street.world.rows(STANDING) == 0
    minji.post("/wallet/lost", data=form)
    assert street.world.rows(STANDING) == 1
    page = minji.get("/wallet").text
    assert "분실 신고된 지갑" in page
    assert "정지된 지갑" in page
    assert street.visitor("finance").get("/wallet/lost").status_code == 403


def test_a_payment_that_was_in_the_books_before_the_report_could_be_is_borne_by_the_operator(street: Street) -> None:
    at = street.clock.now()
    street.world.pay("minji", "망원수산", 7_000, at=at + timedelta(seconds=30))
    minji = street.visitor("minji")
    told = minji.post("/wallet/lost", data=seen(minji.get("/wallet/lost").text)).text
    assert re.search(r"7,000원<small>온누리가 책임집니다", told)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_the_report_fits_a_phone_and_a_desk(street: Street, browser: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    minji = Sight(browser, street, "minji", PHONE)
    minji.page.screenshot(path=folder / "lost-wallet-390.png", full_page=True)
    minji.page.click("text=지갑을 잃어버렸어요")
    assert too_small(minji.page) == []
    minji.page.screenshot(path=folder / "lost-ask-390.png", full_page=True)
    minji.page.click("text=글씨 크게")
    assert too_small(minji.page) == []
    minji.page.screenshot(path=folder / "lost-large-390.png", full_page=True)
    minji.page.click("button.go")
    expect(minji.page.locator(".box.done")).to_contain_text("신고를 받았습니다")
    assert too_small(minji.page) == []
    desk = Sight(browser, street, "minji", DESK)
    for name, path in (("told", "/wallet/lost"), ("stopped", "/wallet")):
        desk.page.goto(street.url + path)
        assert too_small(desk.page) == []
        desk.page.screenshot(path=folder / f"lost-{name}-1280.png", full_page=True)
        minji.page.goto(street.url + path)
        minji.page.screenshot(path=folder / f"lost-{name}-390.png", full_page=True)
    assert minji.faults + desk.faults == []
