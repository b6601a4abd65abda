"""A stall hears of its payments at once, of nobody else's, and of what it missed."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import Connection, QueuePool, text

from onnuri.api.feed import Feed
from onnuri.api.house import close_house, open_house
from onnuri.kit.clock import AheadClock
from onnuri.kit.database import FIRST_LANE
from onnuri.payments.history import Happened
from tests.api.town import Town
from tests.world import World

Heard = tuple[str, str, dict[str, object]]


@contextmanager
def listening(town: Town, shop: str, last_event_id: str | None = None) -> Generator[queue.Queue[Heard]]:
    """Follow a shop; what is heard is put into a queue as id, event and data."""
    heard: queue.Queue[Heard] = queue.Queue()
    opened = threading.Event()
    url = f"/v1/shops/shp_{town.world.shops[shop].id.hex}/events"
    headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
    with town[f"{shop}-owner"].stream("GET", url, headers=headers, timeout=10) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")

        def read() -> None:
            fields: dict[str, str] = {}
            try:
                for line in response.iter_lines():
                    opened.set()
                    name, _, value = line.partition(": ")
                    if line:
                        fields[name] = value
                    elif "data" in fields:
                        heard.put((fields["id"], fields["event"], json.loads(fields["data"])))
                        fields = {}
            except (httpx.HTTPError, httpx.StreamError, RuntimeError, OSError):
                return

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        assert opened.wait(5)
        threading.Event().wait(0.3)
        yield heard


def test_a_stall_hears_its_own_payments_and_cancels_in_order(town: Town) -> None:
    with listening(town, "fish") as heard:
        payment = town.pay(15_000).json()
        town.pay(9_000, shop="tofu")
        cancel = {"amount": 5_000, "reason": "반품"}
        town["fish-clerk"].post(f"/v1/payments/{payment['id']}/cancels", json=cancel, headers=town.key())
        first, second = heard.get(timeout=5), heard.get(timeout=5)
    assert (first[1], first[2]["amount"], first[2]["payment_id"]) == ("payment.made", 15_000, payment["id"])
    assert first[2]["confirmation"] == payment["confirmation"]
    assert (second[1], second[2]["amount"]) == ("payment.cancelled", 5_000)
    assert heard.empty()


def test_what_was_missed_comes_first_and_nothing_twice(town: Town) -> None:
    with listening(town, "fish") as heard:
        town.pay(1_000)
        place = heard.get(timeout=5)[0]
    for amount in (2_000, 3_000):
        town.pay(amount)
    town.pay(9_000, shop="tofu")
    with listening(town, "fish", place) as heard:
        town.pay(4_000)
        amounts = [heard.get(timeout=5)[2]["amount"] for _ in range(3)]
    assert amounts == [2_000, 3_000, 4_000]
    assert heard.empty()


def test_a_place_that_was_never_given_out_is_refused(town: Town) -> None:
    url = f"/v1/shops/shp_{town.world.shops['fish'].id.hex}/events"
    answer = town["fish-owner"].get(url, headers={"Last-Event-ID": "7"})
    assert (answer.status_code, answer.json()["code"]) == (422, "last_event_id_unreadable")


def test_nobody_listens_to_another_shop(town: Town) -> None:
    url = f"/v1/shops/shp_{town.world.shops['fish'].id.hex}/events"
    assert town["nobody"].get(url).status_code == 401
    for who in ("tofu-owner", "minji", "operator"):
        assert town[who].get(url).status_code == 404


def test_who_stops_listening_waits_for_the_look_that_holds_a_connection(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, engine = threading.Event(), world.engines[FIRST_LANE]

    def slow(conn: Connection, **_given: object) -> list[Happened]:
        conn.execute(text("SELECT 1"))
        looking.set()
        threading.Event().wait(0.3)
        return []

    async def follow_and_stop() -> int:
        feed = Feed({FIRST_LANE: engine})
        heard = asyncio.ensure_future(anext(feed.follow(uuid4(), None), None))
        while not looking.is_set():
            await asyncio.sleep(0.01)
        await feed.close()
        assert await heard is None
        return cast("QueuePool", engine.pool).checkedout()

    monkeypatch.setattr("onnuri.api.feed.happenings", slow)
    assert asyncio.run(follow_and_stop()) == 0


def test_a_closed_house_leaves_no_thread_with_a_connection(world: World) -> None:
    house = open_house(world.database, AheadClock(), None)
    follower = house.clock_follower
    assert follower is not None
    assert follower.is_alive()
    close_house(house)
    assert not follower.is_alive()
