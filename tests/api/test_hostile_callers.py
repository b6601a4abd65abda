"""Callers who mean no good: storms of sign-ins, streams after signing out, days of a wrong year, bodies cut short."""

from __future__ import annotations

import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from onnuri.kit.clock import seoul_date
from tests.api.test_live_events import listening
from tests.api.town import Town

SIGN_INS = 60


def test_a_storm_of_sign_ins_does_not_stop_the_till(town: Town) -> None:
    """Other threads hash passwords than those that pay: while the storm lasts, payments and pages are answered."""

    def knock(number: int) -> int:
        body = {"login": f"nobody-{number}", "password": "guess"}
        return httpx.post(f"{town.url}/v1/sessions", json=body, timeout=60).status_code

    with ThreadPoolExecutor(SIGN_INS) as crowd:
        knocking = [crowd.submit(knock, number) for number in range(SIGN_INS)]
        time.sleep(0.5)
        assert town.pay(1_000).status_code == 201
        assert town["minji"].get("/v1/wallets/current").status_code == 200
        assert not all(each.done() for each in knocking)
        assert {each.result() for each in knocking} == {401}


def test_guessing_from_many_sides_at_once_is_counted(town: Town) -> None:
    with ThreadPoolExecutor(32) as crowd:
        body = {"login": "victim", "password": "guess"}
        asked = [crowd.submit(httpx.post, f"{town.url}/v1/sessions", json=body, timeout=60) for _ in range(32)]
    assert sum(each.result().status_code == 401 for each in asked) <= 12


def test_a_stream_ends_when_its_listener_has_signed_out(town: Town) -> None:
    with listening(town, "fish") as heard:
        assert town["fish-owner"].delete("/v1/sessions/current").status_code == 204
        assert town.pay(1_000).status_code == 201
        time.sleep(1)
    assert heard.empty()


@pytest.mark.parametrize("day", ["2000-01-01", "2019-06-30", "2025-11-20"])
def test_a_day_of_a_wrong_year_is_not_closed(town: Town, day: str) -> None:
    for _ in range(2):
        refused = town["finance_maker"].post(f"/v1/days/{day}/close", json={})
        assert (refused.status_code, refused.json()["code"]) == (409, "day_before_books")
        town.pay(1_000)
    assert town.world.rows("days") == 0


def test_a_day_to_come_closes_nothing_before_it(town: Town) -> None:
    town.pay(1_000)
    town["finance_maker"].post("/v1/sandbox/clock", json={"ahead_seconds": 3 * 86_400})
    refused = town["finance_maker"].post("/v1/days/2999-12-31/close", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "day_not_over")
    assert town.world.rows("days") == 0
    assert seoul_date(town.clock.now()).year < 2999


def test_hanging_up_in_the_middle_of_a_body_is_no_fault_of_ours(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        address = urlsplit(town.url)
        with socket.create_connection((str(address.hostname), int(address.port or 0))) as line:
            line.sendall(b"POST /v1/payments HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n{")
        time.sleep(0.5)
    assert caplog.records == []
