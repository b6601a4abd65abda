"""The consent to the income deduction by its page: read before it is given, given once, withdrawn in one touch."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from onnuri.vouchers.tax import agree_to_tax_file
from onnuri.web.tax import CONSENT_VERSION
from tests.web.conftest import CHROMIUM
from tests.web.street import Street
from tests.web.test_browser import DESK, PHONE, Sight, too_small
from tests.web.test_lost import seen

PICTURES = os.environ.get("ONNURI_PICTURES")
WORDS = {
    "2026-11": [
        "국세청에 등록된 시장에서 결제한 금액을 국세청에 알립니다.",
        "알리는 것은 회원번호와 한 해에 쓴 금액입니다. 어느 가게에서 썼는지는 알리지 않습니다.",
        "동의한 뒤의 결제부터 알립니다. 그전의 결제는 들어가지 않습니다.",
        "결제가 취소되면 그만큼 빼고 알립니다.",
        "언제든 거둘 수 있습니다. 거둔 뒤의 결제부터 알리지 않습니다.",
    ]
}
"""What each version says; a version that somebody may have agreed to is never written anew."""


def consents(street: Street, where: str = "TRUE") -> int:
    return street.world.rows(f"shared.tax_consents WHERE {where}")


def test_the_words_of_a_version_are_read_before_and_after_agreeing_and_agreed_to_once(street: Street) -> None:
    minji = street.visitor("minji")
    assert 'href="/wallet/tax"' in minji.get("/wallet").text
    asked = minji.get("/wallet/tax").text
    assert re.findall(r"<li>(.*?)</li>", asked) == WORDS[CONSENT_VERSION]
    assert f"약관 버전 {CONSENT_VERSION}" in asked
    assert consents(street) == 0
    minji.post("/wallet/tax", data=seen(asked))
    told = minji.post("/wallet/tax", data=seen(asked)).text
    assert "동의를 받았습니다" in told
    assert consents(street) == consents(street, f"revoked_at IS NULL AND version = '{CONSENT_VERSION}'") == 1
    assert re.findall(r"<li>(.*?)</li>", told) == WORDS[CONSENT_VERSION]
    assert re.search(rf"오늘 오[전후] .*약관 버전</dt><dd[^>]*>{CONSENT_VERSION}", told, re.DOTALL)
    assert "동의하기" not in told


def test_one_touch_withdraws_it_and_old_forms_neither_give_nor_take_a_consent(street: Street) -> None:
    minji = street.visitor("minji")
    give = seen(minji.get("/wallet/tax").text)
    take = seen(minji.post("/wallet/tax", data=give).text)
    for _ in range(2):
        assert "동의를 거두었습니다" in minji.post("/wallet/tax/stop", data=take).text
    assert consents(street, "revoked_at IS NULL") == 0
    old = minji.post("/wallet/tax", data=give).text
    assert "아무것도 바꾸지 않았습니다" in old
    assert consents(street) == 1
    assert "전에 하신 동의" in old
    minji.post("/wallet/tax", data=seen(old))
    assert consents(street, "revoked_at IS NULL") == 1
    assert "아무것도 바꾸지 않았습니다" in minji.post("/wallet/tax/stop", data=take).text
    assert consents(street, "revoked_at IS NULL") == 1


def test_who_agreed_to_other_words_sees_their_version_and_may_agree_to_the_new_ones(street: Street) -> None:
    with street.world.begin() as conn:
        agree_to_tax_file(conn, street.world.holders["minji"], version="2026-1", at=street.clock.now())
    minji = street.visitor("minji")
    page = minji.get("/wallet/tax").text
    assert "2026-1<" in page
    assert "약관이 바뀌었습니다" in page
    assert "동의 거두기" in page
    told = minji.post("/wallet/tax", data=seen(page)).text
    assert "동의를 받았습니다" in told
    assert consents(street, f"revoked_at IS NULL AND version = '{CONSENT_VERSION}'") == 1
    assert "약관 버전 2026-1<" in told


def test_another_sites_form_and_who_is_no_holder_are_refused(street: Street) -> None:
    minji = street.visitor("minji")
    foreign = {"Origin": "https://elsewhere.example"}
    assert minji.post("/wallet/tax", data={"seen": ""}, headers=foreign).status_code == 403
    assert street.visitor("finance").get("/wallet/tax").status_code == 403
    assert consents(street) == 0


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_the_consent_fits_a_phone_and_a_desk(street: Street, browser: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    minji = Sight(browser, street, "minji", PHONE)
    minji.page.click("text=소득공제")
    assert too_small(minji.page) == []
    minji.page.screenshot(path=folder / "tax-ask-390.png", full_page=True)
    minji.page.click("button.go")
    expect(minji.page.locator(".box.done")).to_contain_text("동의를 받았습니다")
    minji.page.screenshot(path=folder / "tax-on-390.png", full_page=True)
    desk = Sight(browser, street, "minji", DESK)
    desk.page.goto(f"{street.url}/wallet/tax")
    assert too_small(desk.page) == []
    desk.page.screenshot(path=folder / "tax-on-1280.png", full_page=True)
    minji.page.click("text=글씨 크게")
    minji.page.click("text=동의 거두기")
    expect(minji.page.locator(".box.done")).to_contain_text("동의를 거두었습니다")
    assert too_small(minji.page) == []
    minji.page.screenshot(path=folder / "tax-off-390.png", full_page=True)
    assert minji.faults + desk.faults == []
