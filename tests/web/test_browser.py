"""The pages in Debian's Chromium: a holder pays, the stall sees it and cancels a part, finance opens it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.conftest import CHROMIUM
from tests.web.street import PASSWORD, Street

PHONE = (390, 844)
DESK = (1280, 900)
TOUCH_MIN = 48

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]


class Sight:
    """What a signed-in person sees; faults of the page's own scripts are kept."""

    def __init__(self, browser: Browser, street: Street, login: str, size: tuple[int, int]) -> None:
        self.faults: list[str] = []
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)
        self.page.set_default_timeout(15_000)
        self.page.goto(street.url)
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button.go")

    def touch(self, digits: str) -> None:
        """Touch the number pad."""
        for digit in digits:
            self.page.click(f'[data-digit="{digit}"]')


def too_small(page: Page) -> list[str]:
    """List what can be touched but is smaller than a finger, and what runs out of the screen."""
    found: list[str] = page.evaluate(
        """least => [...document.querySelectorAll('button, a.button, .rows a, input:not([type=hidden]), summary')]
            .filter(each => each.offsetParent)
            .map(each => [each, (each.closest('label') || each).getBoundingClientRect()])
            .filter(([each, box]) => box.height < least || box.right > innerWidth + 1)
            .map(([each, box]) => `${each.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)""",
        TOUCH_MIN,
    )
    return found


def test_a_holder_pays_a_stall_cancels_a_part_and_finance_opens_the_transfers(
    street: Street, browser: Browser, tmp_path: Path
) -> None:
    stall = Sight(browser, street, "fish", PHONE)
    expect(stall.page.locator(".link.on")).to_be_visible()
    minji = Sight(browser, street, "minji", PHONE)
    assert too_small(minji.page) == []
    minji.page.click("text=결제하기")
    assert too_small(minji.page) == []
    minji.touch(street.world.shops["망원수산"].stall_number)
    minji.page.click("text=다음")
    minji.touch("12500")
    expect(minji.page.locator("#amount")).to_have_value("12,500")
    minji.page.click("text=다음")
    expect(minji.page.locator(".payee")).to_contain_text("망원수산")
    minji.page.click("button.go")
    expect(minji.page.locator(".state.done")).to_contain_text("결제되었습니다")
    digits = "".join(minji.page.locator(".digits span").all_inner_texts())

    arrival = stall.page.locator(".arrival").first
    expect(arrival).to_contain_text("12,500원")
    expect(arrival.locator(".four")).to_have_text(digits)
    expect(stall.page.locator("[data-totals]")).to_contain_text("결제 1건")
    assert too_small(stall.page) == []
    arrival.locator("text=취소하기").click()
    assert too_small(stall.page) == []
    stall.page.click("summary")
    stall.touch("3000")
    stall.page.click("text=이 금액만 취소")
    expect(stall.page.locator(".arrival").first).to_contain_text("남은 금액 9,500원")
    minji.page.reload()
    expect(minji.page.locator("main")).to_contain_text("3,000원")

    finance = Sight(browser, street, "finance", DESK)
    finance.page.click("text=망원시장")
    finance.page.click("text=망원수산")
    finance.page.locator("tr", has_text="12,500").locator("a").click()
    row = finance.page.locator("tbody tr")
    expect(row).to_contain_text("lot:")
    expect(row).to_contain_text(f"merchant:{street.world.shops['망원수산'].id.hex}")
    expect(row).to_contain_text("12,500")
    finance.page.screenshot(path=tmp_path / "entry.png")
    assert minji.faults + stall.faults + finance.faults == []
    assert street.world.earned("망원수산") == 9_500


def test_an_answer_that_is_lost_is_asked_for_again_and_pays_once(street: Street, browser: Browser) -> None:
    minji = Sight(browser, street, "minji", PHONE)
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch(max_redirects=0).headers["location"])  # it was paid, but nobody hears of it
            route.abort("connectionreset")

    stall = street.world.shops["망원수산"].stall_number
    minji.page.goto(f"{street.url}/wallet/pay/confirm?shop={stall}&amount=9000&key=lost-on-the-way")
    minji.page.route(f"{street.url}/wallet/pay", lose_the_first)
    minji.page.click("button.go")
    expect(minji.page.locator("[data-lost]")).to_be_visible()
    expect(minji.page.locator(".state.done")).to_be_visible()
    assert minji.page.url.endswith(lost[0])
    assert street.world.rows("payments") == 1
    assert street.world.earned("망원수산") == 9_000
    assert minji.faults == []


def test_a_payment_nobody_heard_of_is_offered_again_on_the_wallet(street: Street, browser: Browser) -> None:
    minji = Sight(browser, street, "minji", PHONE)
    stall = street.world.shops["망원수산"].stall_number
    minji.page.goto(f"{street.url}/wallet/pay/confirm?shop={stall}&amount=9000&key=the-phone-went-off")
    minji.page.route(f"{street.url}/wallet/pay", lambda route: route.abort("connectionreset"))
    minji.page.click("button.go")
    expect(minji.page.locator("[data-lost]")).to_be_visible()
    minji.page.unroute_all(behavior="ignoreErrors")
    minji.page.goto(f"{street.url}/wallet")
    minji.page.click("[data-pending]")
    expect(minji.page.locator(".payee")).to_contain_text("망원수산")
    minji.page.click("button.go")
    expect(minji.page.locator(".state.done")).to_be_visible()
    minji.page.goto(f"{street.url}/wallet")
    expect(minji.page.locator("[data-pending]")).to_be_hidden()
    assert street.world.rows("payments") == 1
