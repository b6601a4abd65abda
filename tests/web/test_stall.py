"""The stall's pages over real HTTP: arrivals live and replayed, cancels, and what money comes when."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx

from onnuri.kit.clock import SystemClock
from onnuri.kit.database import Database
from onnuri.merchants.settlement_account import NewShopAccount, register_shop_accounts
from onnuri.people.sealing import sealer_of
from tests.web.street import HOSTILE, Street, serve_street
from tests.world import World, receipt


def paid(street: Street, amount: int, who: str = "minji") -> str:
    now = SystemClock().now()
    return f"pay_{receipt(street.world.pay(who, '망원수산', amount, at=now)).id.hex}"


def stream_address(page: str) -> str:
    found = re.search(r'data-events="([^"]+)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def news(answer: httpx.Response) -> Iterator[tuple[str, dict[str, object]]]:
    place = ""
    for line in answer.iter_lines():
        if line.startswith("id: "):
            place = line.removeprefix("id: ")
        elif line.startswith("data: {"):
            yield place, json.loads(line.removeprefix("data: "))


def test_a_payment_arrives_live_with_its_digits_and_the_new_total(street: Street) -> None:
    fish = street.visitor("fish")
    with fish.stream("GET", stream_address(fish.get("/stall").text)) as live:
        assert live.headers["content-type"].startswith("text/event-stream")
        payment = paid(street, 12_500)
        _, heard = next(news(live))
    shown = str(heard["arrivals"])
    assert "12,500원" in shown
    assert f"{int(payment.removeprefix('pay_'), 16) % 10_000:04d}" in shown
    assert "12,500원 온누리 결제되었습니다" in shown
    assert "결제 1건" in str(heard["totals"])


def test_what_was_missed_comes_first_after_a_break(street: Street) -> None:
    fish = street.visitor("fish")
    address = stream_address(fish.get("/stall").text)
    with fish.stream("GET", address) as live:
        paid(street, 1_000)
        place, _ = next(news(live))
    paid(street, 2_000)
    paid(street, 3_000)
    with fish.stream("GET", address, headers={"Last-Event-ID": place}) as live:
        _, heard = next(news(live))
    words = json.dumps(heard["arrivals"], ensure_ascii=False)
    assert "2,000원" in words
    assert "3,000원" in words
    assert "1,000원" not in words


def test_a_part_is_cancelled_once_and_the_holder_gets_it_back(street: Street) -> None:
    fish, payment = street.visitor("fish"), paid(street, 12_500)
    page = fish.get(f"/stall/payments/{payment}/cancel")
    key = re.search(r'name="key" value="([0-9a-f]{32})"', page.text)
    assert key is not None
    form = {"key": key[1], "amount": "3,000", "reason": "amount"}
    first, done = (fish.post(f"/stall/payments/{payment}/cancel", data=form) for _ in range(2))
    assert first.url.path == done.url.path == "/stall"
    assert "3,000원을 취소했습니다" in done.text
    assert street.world.earned("망원수산") == 9_500
    assert sum(street.world.left("minji")) == 140_500
    assert "남은 금액 9,500원" in done.text
    rest = fish.post(f"/stall/payments/{payment}/cancel", data={"key": "the-rest-of-it", "whole": "true"})
    assert "모두 취소됨" in rest.text
    assert street.world.earned("망원수산") == 0


def test_a_cancel_that_can_not_be_says_why_and_moves_nothing(street: Street) -> None:
    fish, payment = street.visitor("fish"), paid(street, 12_500)
    for place, amount in enumerate(("12501", "0", "", "-1", "3000.5")):
        form = {"key": f"cancel-wrong-{place}", "amount": amount}
        answer = fish.post(f"/stall/payments/{payment}/cancel", data=form)
        assert 400 <= answer.status_code < 500
        assert "돈은 움직이지 않았습니다" in answer.text
    assert street.world.earned("망원수산") == 12_500


def test_another_stall_sees_and_cancels_nothing(street: Street) -> None:
    tofu, payment = street.visitor("tofu"), paid(street, 12_500)
    assert "12,500원" not in tofu.get("/stall").text
    assert tofu.get(f"/stall/payments/{payment}/cancel").status_code == 404
    assert tofu.post(f"/stall/payments/{payment}/cancel", data={"key": "not-mine", "whole": "true"}).status_code == 404
    fish_id = f"shp_{street.world.shops['망원수산'].id.hex}"
    assert tofu.get("/stall", params={"shop": fish_id}).status_code == 403
    assert tofu.get("/stall/events", params={"shop": fish_id, "since": "lane_00:0"}).status_code == 403
    assert street.world.earned("망원수산") == 12_500


def test_the_stall_is_told_when_its_money_comes_and_that_an_account_is_missing(street: Street) -> None:
    fish, world = street.visitor("fish"), street.world
    paid(street, 12_500)
    page = fish.get("/stall").text
    assert "통장에 들어올 돈" in page
    assert "정산 통장이 등록되지 않아" in page
    account = NewShopAccount(world.shops["망원수산"].id, "097", "11012345600", "망원수산")
    with world.begin() as conn:
        register_shop_accounts(conn, sealer_of(world.database.settings), accounts=[account], at=SystemClock().now())
    assert "정산 통장이 등록되지 않아" not in fish.get("/stall").text


def test_a_stall_sees_payers_of_every_lane(database: Database, invariants: None) -> None:
    world = World(database, lanes=("lane_00", "lane_01"))
    with serve_street(world) as street:
        world.wallet("jun", 30_000, lane="lane_01", at=SystemClock().now())
        fish = street.visitor("fish")
        with fish.stream("GET", stream_address(fish.get("/stall").text)) as live:
            paid(street, 1_000)
            other = paid(street, 2_000, "jun")
            heard = news(live)
            words = ""
            while "2,000원" not in words:
                words += json.dumps(next(heard)[1], ensure_ascii=False)
        assert "3,000원" in fish.get("/stall").text
        done = fish.post(f"/stall/payments/{other}/cancel", data={"key": "other-lane", "whole": "true"})
        assert "2,000원을 취소했습니다" in done.text
        assert world.earned("망원수산") == 1_000
        assert HOSTILE not in done.text
    world.close()
