"""Two lanes look like one from outside: a shop sees, cancels and adds up payments from both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onnuri.banks.simulator.process import SimulatorProcess
from onnuri.kit.database import Database
from onnuri.people.model import PersonRole
from tests.api.town import Town, serve
from tests.world import World


@pytest.fixture
def town(database: Database, invariants: None, simulator: SimulatorProcess) -> Iterator[Town]:
    world = World(database, lanes=("lane_00", "lane_01"))
    world.wallet("nari", 50_000, lane="lane_01")
    with serve(world, simulator) as made:
        made.person("nari", (PersonRole.HOLDER, None), holder=world.holders["nari"])
        yield made
    world.close()


def test_a_shop_sees_and_cancels_payments_of_both_lanes(town: Town) -> None:
    amounts = [1_000, 2_000, 3_000, 4_000]
    payments = [town.pay(amount, who=who).json() for amount, who in zip(amounts, ["minji", "nari"] * 2, strict=True)]
    shop = f"/v1/shops/shp_{town.world.shops['fish'].id.hex}"
    seen: list[int] = []
    cursor: str | None = None
    for _ in range(4):
        page = town["fish-clerk"].get(f"{shop}/payments", params={"limit": 1} | ({"cursor": cursor} if cursor else {}))
        seen += [row["amount"] for row in page.json()["data"]]
        cursor = page.json()["next_cursor"]
    assert (seen, cursor) == (amounts[::-1], None)
    for payment in payments[:2]:
        url = f"/v1/payments/{payment['id']}/cancels"
        answer = town["fish-clerk"].post(url, json={"reason": "반품"}, headers=town.key())
        assert answer.status_code == 201, answer.text
    day = town["fish-clerk"].get(f"{shop}/today").json()
    assert (day["payments"], day["gross"], day["cancels"], day["net"]) == (4, 10_000, 2, 7_000)
    assert town["nari"].get("/v1/wallets/current").json()["balance"] == 46_000
    assert town["minji"].get(f"/v1/payments/{payments[1]['id']}").status_code == 404
    account = town["auditor"].get(f"/v1/accounts/merchant:{town.world.shops['fish'].id.hex}").json()
    assert account["lanes"] == {"lane_00": 3_000, "lane_01": 4_000}
    entry = town["auditor"].get(f"/v1/entries/{payments[3]['entry_id']}").json()
    assert entry["lane"] == "lane_01"
    assert town["auditor"].get("/v1/trial_balance").json()["difference"] == 0
    assert [lane["lane"] for lane in town["nobody"].get("/v1/status").json()["lanes"]] == ["lane_00", "lane_01"]
