"""A wallet's lots are listed page by page in the order in which they are spent; the sums count every lot."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from onnuri.vouchers.lot_pages import LotPage, ends, lots_by_id, lots_in_turn, spendable
from onnuri.vouchers.lots import Lot, spending_order
from onnuri.vouchers.queries import all_lots, givers, live_lots
from tests.vouchers import giving
from tests.world import OPENED, World, receipt

MANY = 3_000


def pages(world: World, name: str, *, at: datetime, limit: int) -> list[LotPage]:
    """Turn all the pages of a wallet."""
    found: list[LotPage] = []
    with world.begin() as conn:
        while not found or found[-1].next_after is not None:
            after = found[-1].next_after if found else None
            found.append(lots_in_turn(conn, world.wallets[name], at=at, after=after, limit=limit))
    return found


def in_order(world: World, name: str, *, at: datetime) -> list[Lot]:
    """List what can be spent, by the rule that paying asks."""
    with world.begin() as conn:
        return spending_order(live_lots(conn, [world.wallets[name]], at=at), at=at)


@pytest.fixture
def later(world: World) -> datetime:
    """Minji holds lots of every kind: bought, given, granted, used up, expired, and one that lives on by a grace."""
    world.shop("fish")
    world.wallet("minji", 10_000, 20_000, 30_000)
    world.wallet("suho", 50_000)
    soon = giving.programme(world, "soon", until=OPENED + timedelta(days=31))
    late = giving.programme(world, "late", until=OPENED + timedelta(days=60))
    assert giving.run(world, soon, giving.credit_file(world, [("minji", 700, "a"), ("minji", 900, "b")])).refused == 0
    assert giving.run(world, late, giving.credit_file(world, [("minji", n, f"{n}") for n in range(1, 8)])).refused == 0
    gift = giving.gift_of(giving.send(world, "suho", "minji", 5_000, at=OPENED + timedelta(hours=1)))
    giving.accept(world, gift, "minji", at=OPENED + timedelta(hours=2))
    paid = receipt(world.pay("minji", "fish", 1_601, at=OPENED + timedelta(days=28)))
    world.cancel(paid, 800, at=OPENED + timedelta(days=32))
    return OPENED + timedelta(days=32, hours=1)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_pages_together_are_the_order_in_which_lots_are_spent(world: World, later: datetime, limit: int) -> None:
    expected: list[Lot] = []
    for at in (OPENED + timedelta(hours=3), later):
        expected = in_order(world, "minji", at=at)
        assert {lot.source for lot in expected} == {"bought", "gift", "grant"}
        turned = pages(world, "minji", at=at, limit=limit)
        assert [lot for page in turned for lot in page.lots] == expected
        assert [page.first_place for page in turned] == list(range(1, len(expected) + 1, limit))
        assert {page.count for page in turned} == {len(expected)}
    assert (expected[7].face, expected[7].left) == (900, 799)  # it had expired, and has its grace of thirty days


def test_the_sums_on_every_page_count_every_lot(world: World, later: datetime) -> None:
    lots = in_order(world, "minji", at=later)
    total, first = sum(lot.left for lot in lots), [lot for lot in lots if lot.expires_at == lots[0].expires_at]
    for page in pages(world, "minji", at=later, limit=3):
        assert (page.spendable, page.first_end) == (total, lots[0].expires_at)
        assert page.first_to_end == sum(lot.left for lot in first)
    with world.begin() as conn:
        assert spendable(conn, world.wallets["minji"], at=later) == total
        told = ends(conn, world.wallets["minji"], at=later, limit=100)
        assert ends(conn, world.wallets["minji"], at=later, limit=2) == told[:2]
    assert sum(won for _, _, won in told) == total
    assert [end for end, _, _ in told] == sorted(end for end, _, _ in told)


def test_a_page_goes_on_after_a_lot_that_was_spent_meanwhile(world: World, later: datetime) -> None:
    first = pages(world, "minji", at=later, limit=2)[0]
    receipt(world.pay("minji", "fish", sum(lot.left for lot in first.lots), at=later))
    with world.begin() as conn:
        second = lots_in_turn(conn, world.wallets["minji"], at=later, after=first.next_after, limit=100)
    assert second.lots == in_order(world, "minji", at=later)
    assert (second.first_place, second.count) == (1, first.count - 2)


def test_a_page_after_another_wallets_lot_or_the_last_one_is_empty_and_still_sums(
    world: World, later: datetime
) -> None:
    others, last = in_order(world, "suho", at=later)[0], in_order(world, "minji", at=later)[-1]
    with world.begin() as conn:
        for lot in (others, last):
            page = lots_in_turn(conn, world.wallets["minji"], at=later, after=lot.id)
            assert (page.lots, page.next_after) == ([], None)
            assert page.spendable == sum(lot.left for lot in in_order(world, "minji", at=later))


def test_lots_by_id_are_those_of_the_wallet(world: World, later: datetime) -> None:
    with world.begin() as conn:
        lots = all_lots(conn, world.wallets["minji"])
        assert lots_by_id(conn, [lot.id for lot in lots]) == {lot.id: lot for lot in lots}


def rows_read(conn: Connection, table: str) -> int:
    """Count the rows of a table that this transaction has read, by whatever plan."""
    query = "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
    where = " WHERE schemaname = current_schema() AND relname = :table"
    return int(conn.execute(text(query + where), {"table": table}).scalar_one())


def test_naming_the_givers_of_many_lots_reads_each_account_a_few_times_only(world: World) -> None:
    """It read every account for every lot where the tables had grown since they were last analysed."""
    world.wallet("minji")
    source = giving.programme(world)
    report = giving.run(world, source, giving.credit_file(world, [("minji", 10, f"{n}") for n in range(MANY)]))
    assert report.lines == MANY
    with world.begin() as conn:
        ids = [lot.id for lot in live_lots(conn, [world.wallets["minji"]], at=OPENED)]
        before = rows_read(conn, "accounts")
        assert set(givers(conn, ids).values()) == {"상생페이백"}
        assert len(ids) == MANY
        assert rows_read(conn, "accounts") - before <= 3 * MANY
