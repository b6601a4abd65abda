"""Reads against brute force: any filter, page size, as-of and order give what walking all rows in Python gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from onnuri.kit.clock import seoul_midnight
from onnuri.kit.database import Database, clone_database, drop_database
from onnuri.ledger.model import JournalLine
from onnuri.ledger.read import balances, journal
from onnuri.ledger.snapshots import balance_at, balance_on, seq_at, snapshot_days, trial_balance_at, trial_balance_for
from onnuri.ledger.statement import statement, t_account
from onnuri.payments.history import cancels_of, happenings, payments_of_shop, payments_of_wallet, shop_day
from onnuri.payments.model import CancelReceipt, Receipt
from tests.invariants import violations
from tests.world import OPENED, World

DAYS = 5
DAY = timedelta(days=1)
TODAY = date(2026, 11, 20)
DEBIT_KINDS = {"bank", "subsidy_receivable", "merchant_receivable"}
fuzzed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)


@dataclass(frozen=True, slots=True)
class Told:
    """A lane and all that happened in it, as plain lists."""

    world: World
    conn: Connection
    lines: list[JournalLine]
    paid: list[Receipt]
    cancelled: list[CancelReceipt]
    paths: list[str]


@pytest.fixture(scope="module")
def told(template: Database) -> Iterator[Told]:
    """Five days of payments and cancels by three wallets at three shops; four days closed, three written down."""
    database = clone_database(template, f"fuzzed_{uuid4().hex[:8]}")
    world, draw = World(database), random.Random(11)
    for shop in ("fish", "rice", "tofu"):
        world.shop(shop)
    for name in ("minji", "seojun", "haneul"):
        world.wallet(name, 500_000, 300_000)
    paid, cancelled = list[Receipt](), list[CancelReceipt]()
    for number in range(DAYS):
        for step in range(9):
            at = OPENED + number * DAY + timedelta(minutes=step)
            items = [
                world.cancel_of(draw.choice(paid).id, draw.choice((None, 500)))
                if paid and draw.random() < 0.25
                else world.payment(
                    draw.choice(list(world.wallets)), draw.choice(list(world.shops)), draw.randrange(100, 3000)
                )
                for _ in range(draw.randrange(1, 6))
            ]  # fmt: skip
            for answer in world.run(items, at=at):
                paid += [answer.value] if isinstance(answer.value, Receipt) else []
                cancelled += [answer.value] if isinstance(answer.value, CancelReceipt) else []
        if number < 4:
            world.close_day(TODAY + number * DAY, at=seoul_midnight(TODAY + (number + 1) * DAY))
        if number == 2:
            with world.begin() as conn:
                snapshot_days(conn, at=OPENED + 3 * DAY)
    assert violations(database) == []
    with world.begin() as conn:
        lines = journal(conn, limit=100_000)
        yield Told(
            world, conn, lines, paid, cancelled, sorted({p for line in lines for p in (line.debit, line.credit)})
        )
    world.close()
    drop_database(database)


def _won(path: str, lines: list[JournalLine]) -> int:
    """Fold an account by hand, on the side where its kind grows."""
    net = sum(line.amount * ((line.debit == path) - (line.credit == path)) for line in lines)
    return net if path.partition(":")[0] in DEBIT_KINDS else -net


@fuzzed
@given(after=st.integers(-1, 600), limit=st.integers(1, 400))
def test_journal_pages(told: Told, after: int, limit: int) -> None:
    assert journal(told.conn, after_seq=after, limit=limit) == [line for line in told.lines if line.seq > after][:limit]


@fuzzed
@given(data=st.data())
def test_statement_pages_with_running_balances(told: Told, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(told.paths))
    after, to = data.draw(st.integers(0, 500)), data.draw(st.none() | st.integers(0, 500))
    limit = data.draw(st.integers(1, 60))
    own = [line for line in told.lines if path in (line.debit, line.credit)]
    page = statement(told.conn, path, after_seq=after, to_seq=to, limit=limit)
    asked = [line for line in own if line.seq > after and (to is None or line.seq <= to)]
    assert [line.seq for line in page.lines] == [line.seq for line in asked[:limit]]
    assert page.opening == _won(path, [line for line in own if line.seq <= after])
    for line in page.lines:
        assert line.balance == _won(path, [other for other in own if other.seq <= line.seq])
    assert page.next_after == (page.lines[-1].seq if len(asked) > limit else None)


@fuzzed
@given(data=st.data())
def test_walking_all_pages_gives_every_line_once(told: Told, data: st.DataObject) -> None:
    path, limit = data.draw(st.sampled_from(told.paths)), data.draw(st.integers(1, 40))
    seen, after = list[int](), 0
    while True:
        page = statement(told.conn, path, after_seq=after, limit=limit)
        seen += [line.seq for line in page.lines]
        if page.next_after is None:
            break
        after = page.next_after
    assert seen == [line.seq for line in told.lines if path in (line.debit, line.credit)]


@fuzzed
@given(data=st.data())
def test_balances_at_any_seq_instant_and_date(told: Told, data: st.DataObject) -> None:
    path, seq = data.draw(st.sampled_from([*told.paths, "lot:" + "0" * 32])), data.draw(st.integers(0, 600))
    assert balance_at(told.conn, path, seq=seq) == _won(path, [line for line in told.lines if line.seq <= seq])
    on = TODAY + data.draw(st.integers(-2, DAYS + 1)) * DAY
    assert balance_on(told.conn, path, on=on) == _won(path, [line for line in told.lines if line.effective_on <= on])
    at: datetime = OPENED + timedelta(minutes=data.draw(st.integers(-10, DAYS * 1440)))
    assert seq_at(told.conn, at=at) == max((line.seq for line in told.lines if line.recorded_at <= at), default=0)
    assert balances(told.conn, [path]) == {path: _won(path, told.lines)}


@fuzzed
@given(one=st.integers(0, 500), other=st.integers(0, 500))
def test_trial_balances_at_a_seq_and_between_two(told: Told, one: int, other: int) -> None:
    low, high = sorted((one, other))
    for found, lines in (
        (trial_balance_at(told.conn, seq=high), [line for line in told.lines if line.seq <= high]),
        (trial_balance_for(told.conn, after_seq=low, to_seq=high), [x for x in told.lines if low < x.seq <= high]),
    ):
        for kind in found:
            assert kind.debits == sum(x.amount for x in lines if x.debit.split(":")[0] == kind.kind)
            assert kind.credits == sum(x.amount for x in lines if x.credit.split(":")[0] == kind.kind)


@fuzzed
@given(data=st.data())
def test_both_sides_of_an_account_between_two_seqs(told: Told, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(told.paths))
    after, to = sorted((data.draw(st.integers(0, 500)), data.draw(st.integers(0, 500))))
    sides = t_account(told.conn, path, after_seq=after, to_seq=to)
    asked = [line for line in told.lines if after < line.seq <= to]
    for debited, found in ((True, sides.debit), (False, sides.credit)):
        own = [line for line in asked if path == (line.debit if debited else line.credit)]
        sums: dict[tuple[str, str], tuple[int, int]] = {}
        for line in own:
            key = line.code, (line.credit if debited else line.debit).split(":")[0]
            count, won = sums.get(key, (0, 0))
            sums[key] = count + 1, won + line.amount
        assert {(side.code, side.other_kind): (side.transfers, side.amount) for side in found} == sums
    assert sides.closing == _won(path, [line for line in told.lines if line.seq <= to])


@fuzzed
@given(data=st.data())
def test_payments_of_a_wallet_and_of_a_shop_newest_first(told: Told, data: st.DataObject) -> None:
    ids = [each.id for each in told.paid]
    before = data.draw(st.none() | st.sampled_from([*ids, UUID(int=1), UUID(int=2**128 - 1)]))
    limit = data.draw(st.integers(1, 40))
    name, shop = (
        data.draw(st.sampled_from(list(told.world.wallets))),
        data.draw(st.sampled_from(list(told.world.shops))),
    )
    wallet_id, shop_id = told.world.wallets[name], told.world.shops[shop].id
    older = sorted((each for each in told.paid if before is None or each.id < before), key=lambda r: r.id, reverse=True)
    of_wallet = [each for each in older if each.wallet_id == wallet_id][:limit]
    assert payments_of_wallet(told.conn, wallet_id, before=before, limit=limit) == of_wallet
    of_shop = [each for each in older if each.shop_id == shop_id][:limit]
    assert payments_of_shop(told.conn, shop_id, before=before, limit=limit) == of_shop
    chosen = [each.id for each in of_shop]
    cancels = cancels_of(told.conn, chosen)
    by_hand = {id: sorted((c for c in told.cancelled if c.payment_id == id), key=lambda c: c.id) for id in chosen}
    assert cancels == {id: found for id, found in by_hand.items() if found}


@fuzzed
@given(data=st.data())
def test_what_a_stall_sees_and_its_day(told: Told, data: st.DataObject) -> None:
    shop = data.draw(st.none() | st.sampled_from(list(told.world.shops)))
    shop_id = told.world.shops[shop].id if shop else None
    after, upto = data.draw(st.integers(0, 300)), data.draw(st.none() | st.integers(0, 300))
    limit = data.draw(st.integers(1, 50))
    every = happenings(told.conn, after=0, limit=100_000)
    assert len(every) == len(told.paid) + len(told.cancelled)
    asked = [h for h in every if h.position > after and (upto is None or h.position <= upto)]
    asked = [h for h in asked if shop_id is None or h.shop_id == shop_id][:limit]
    assert happenings(told.conn, after=after, upto=upto, shop_id=shop_id, limit=limit) == asked
    if shop_id is not None:
        on = TODAY + data.draw(st.integers(-1, DAYS)) * DAY
        paid = [each.amount for each in told.paid if each.shop_id == shop_id and each.business_date == on]
        back = [each.amount for each in told.cancelled if each.shop_id == shop_id and each.business_date == on]
        day = shop_day(told.conn, shop_id, on=on)
        assert (day.payments, day.gross, day.cancels, day.cancelled) == (len(paid), sum(paid), len(back), sum(back))
