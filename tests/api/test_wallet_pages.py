"""A wallet with many lots over HTTP and the command line: a page of them, sums over all, and where the next page is."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text

from onnuri.kit.clock import SystemClock
from onnuri.kit.ids import public_id
from tests.api.town import Town
from tests.vouchers import giving

Body = dict[str, Any]
LOTS = 120
ADDRESS = "/v1/wallets/current"


def grant(town: Town, lots: int) -> None:
    """Give minji so many grants of 10 won and more, each another amount."""
    source = giving.programme(town.world, at=SystemClock().now())
    rows = [("minji", 10 + number, f"r{number}") for number in range(lots)]
    report = giving.run(town.world, source, giving.credit_file(town.world, rows), at=SystemClock().now())
    assert report.lines == lots


@contextmanager
def statements(town: Town) -> Generator[list[str]]:
    """Collect what the API asks its database."""
    said: list[str] = []

    def keep(*given: Any) -> None:
        said.append(given[2])

    engine = town.app.state.house.engines["lane_00"]
    event.listen(engine, "before_cursor_execute", keep)
    yield said
    event.remove(engine, "before_cursor_execute", keep)


def test_an_ordinary_wallet_is_one_page(town: Town) -> None:
    body = town["minji"].get(ADDRESS).json()
    assert (body["balance"], body["lots_count"], body["next_cursor"]) == (100_000, 1, None)
    assert [lot["place"] for lot in body["lots"]] == [1]


def test_a_wallet_of_many_lots_is_told_page_by_page_the_soonest_to_expire_first(town: Town) -> None:
    grant(town, LOTS)
    pages = [town["minji"].get(ADDRESS).json()]
    while pages[-1]["next_cursor"] is not None:
        pages.append(town["minji"].get(ADDRESS, params={"cursor": pages[-1]["next_cursor"]}).json())
    assert [len(page["lots"]) for page in pages] == [100, LOTS + 1 - 100]
    lots: list[Body] = [lot for page in pages for lot in page["lots"]]
    assert [lot["place"] for lot in lots] == list(range(1, LOTS + 2))
    assert [lot["expires_at"] for lot in lots] == sorted(lot["expires_at"] for lot in lots)
    assert [lot["source"] for lot in lots] == ["grant"] * LOTS + ["bought"]
    assert {lot["given_by"] for lot in lots[:LOTS]} == {"상생페이백"}
    total = sum(lot["left"] for lot in lots)
    assert total == 100_000 + sum(10 + number for number in range(LOTS))
    for page in pages:
        assert (page["balance"], page["lots_count"]) == (total, LOTS + 1)


def test_what_a_wallet_asks_of_the_database_does_not_grow_with_its_lots(town: Town) -> None:
    town["minji"].get(ADDRESS)  # the token is known from now on
    with statements(town) as few:
        town["minji"].get(ADDRESS)
    grant(town, LOTS)
    with statements(town) as many:
        town["minji"].get(ADDRESS)
    assert len(many) == len(few) > 0


def test_the_operator_turns_the_same_pages_and_others_cursors_are_refused(town: Town) -> None:
    grant(town, 4)
    own = town["minji"].get(ADDRESS, params={"limit": 2}).json()
    address = f"/v1/wallets/{own['id']}"
    assert town["operator"].get(address, params={"limit": 2}).json() == own
    more = {"limit": 2, "cursor": own["next_cursor"]}
    assert town["operator"].get(address, params=more).json() == town["minji"].get(ADDRESS, params=more).json()
    refused = town["suho"].get(ADDRESS, params=more)
    assert (refused.status_code, refused.json()["code"]) == (400, "cursor_unreadable")
    assert [town["minji"].get(ADDRESS, params={"limit": limit}).status_code for limit in (0, 101)] == [422, 422]
    with town.world.begin() as conn:
        looked = conn.execute(text("SELECT count(*) FROM vault.access_log WHERE reason = 'wallet: balance and lots'"))
        assert looked.scalar_one() == 2
    assert own["id"] == public_id("wal", town.world.wallets["minji"])
