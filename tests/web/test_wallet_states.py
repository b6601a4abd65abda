"""The wallet's page when something is in the way: a block, money owed since an expiry, gifts that are out of reach."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from onnuri.kit.clock import SystemClock
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.wallets.wallet_life import Blocking, block_wallet, lift_block
from tests.vouchers.giving import credit_file, programme, run, send
from tests.web.conftest import CHROMIUM
from tests.web.street import Street
from tests.web.test_browser import DESK, PHONE, Sight, too_small

PICTURES = os.environ.get("ONNURI_PICTURES")


def office(street: Street) -> UUID:
    with street.world.begin() as conn:
        sealer = sealer_of(street.world.database.settings)
        return register_people(conn, sealer, [NewPerson("office")], at=street.clock.now())[0]


def block(street: Street, kind: str) -> Blocking:
    """Block minji's wallet."""
    made = Blocking(street.world.wallets["minji"], kind, "a secret of the office", office(street))
    with street.world.begin() as conn:
        block_wallet(conn, made, at=street.clock.now())
    return made


@pytest.mark.parametrize(("kind", "words"), [("lost", "분실 신고된 지갑"), ("frozen", "정지된 지갑")])
def test_a_blocked_wallet_says_so_since_when_and_what_to_do(street: Street, kind: str, words: str) -> None:
    made = block(street, kind)
    minji = street.visitor("minji")
    page = minji.get("/wallet").text
    assert words in page
    assert "오늘 오" in page.split("부터")[0]
    assert "고객센터" in page
    assert "secret" not in page
    assert 'href="/wallet/pay">' not in page.replace('data-pending hidden href="/wallet/pay">', "")
    assert 'href="/wallet/charge"' not in page
    assert "지갑이 멈춰 있습니다" in page
    with street.world.begin() as conn:
        lift_block(conn, made, at=street.clock.now())
    again = minji.get("/wallet").text
    assert words not in again
    assert 'href="/wallet/charge"' in again


def test_a_grant_says_which_programme_gave_it(street: Street) -> None:
    assert "누가 주었나요?" not in street.visitor("minji").get("/wallet").text
    source = programme(street.world, at=street.clock.now())
    run(street.world, source, credit_file(street.world, [("minji", 50_000, "r1")]), at=street.clock.now())
    page = street.visitor("minji").get("/wallet").text
    assert page.count("누가 주었나요?") == page.count(">상생페이백</dd>") == 1


def expire(street: Street) -> None:
    at = SystemClock().now() + timedelta(days=366 * 5 + 2)
    with street.world.begin() as conn:
        expire_lots(conn, at=at)


def test_what_is_owed_since_an_expiry_stays_on_the_page(street: Street) -> None:
    expire(street)
    page = street.visitor("minji").get("/wallet").text
    assert "돌려드릴 금액" in page
    assert "139,500원" in page


def test_gifts_are_called_gifts_and_what_is_out_of_reach_is_not_promised(street: Street) -> None:
    send(street.world, "minji", "suho", 81_000, at=street.clock.now())
    minji = street.visitor("minji")
    page = minji.get("/wallet").text
    assert "선물한 돈이 돌아오면" in page
    charge = street.world.lots("minji")[0].charge_id
    assert charge is not None
    one = minji.get(f"/wallet/charges/chg_{charge.hex}").text
    assert "남은 19,000원을 다 써도" in one
    assert "60,000원을 더 쓰면" not in one


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")
def test_those_pages_fit_a_phone_and_a_desk(street: Street, browser: Browser, tmp_path: Path) -> None:
    folder = Path(PICTURES) if PICTURES else tmp_path
    send(street.world, "minji", "suho", 81_000, at=street.clock.now())
    charge = street.world.lots("minji")[0].charge_id
    assert charge is not None
    block(street, "lost")
    for size in (PHONE, DESK):
        minji = Sight(browser, street, "minji", size)
        for name, path in (("wallet", "/wallet"), ("charge", f"/wallet/charges/chg_{charge.hex}")):
            minji.page.goto(street.url + path)
            assert too_small(minji.page) == []
            minji.page.screenshot(path=folder / f"{name}-{size[0]}.png", full_page=True)
        assert minji.faults == []
    expire(street)
    minji = Sight(browser, street, "minji", DESK)
    minji.page.goto(f"{street.url}/wallet")
    minji.page.screenshot(path=folder / "owed-1280.png", full_page=True)


def test_a_wallet_of_many_certificates_shows_the_next_ones_and_leads_to_the_others(street: Street) -> None:
    source = programme(street.world, at=street.clock.now())
    rows = [("minji", 1_000 + number, f"r{number}") for number in range(45)]
    run(street.world, source, credit_file(street.world, rows), at=street.clock.now())
    minji = street.visitor("minji")
    first = minji.get("/wallet").text
    assert first.count("<progress") == 20
    assert f"{150_000 + sum(won for _, won, _ in rows):,}" in first
    assert "모두 47개 가운데 20개" in first
    seen, page = lots_shown(first), first
    while (following := re.search(r'href="(/wallet/lots\?after=lot_[0-9a-f]{32})"', page)) is not None:
        page = minji.get(following[1]).text
        seen += lots_shown(page)
    assert seen == [f"{won:,}" for _, won, _ in rows] + ["100,000", "50,000"]
    assert "41번째부터 47번째까지" in page
    assert minji.get("/wallet/lots", params={"after": "x"}).status_code == 422
    assert "더 없습니다" in minji.get("/wallet/lots", params={"after": f"lot_{'0' * 32}"}).text


def lots_shown(page: str) -> list[str]:
    return re.findall(r'class="line"><strong>([0-9,]+)', page)
