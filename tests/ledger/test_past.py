"""The past: balances at any seq, instant and business date, statements and trial balances, against brute force."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from onnuri.kit.clock import seoul_midnight
from onnuri.kit.ids import new_id
from onnuri.ledger.model import Entry, JournalLine, Transfer, account_path
from onnuri.ledger.post import DayClosed, open_accounts, post, take_lane
from onnuri.ledger.read import journal, trial_balance
from onnuri.ledger.snapshots import (
    balance_at,
    balance_on,
    seq_at,
    snapshot_days,
    trial_balance_at,
    trial_balance_for,
)
from onnuri.ledger.statement import AccountUnknown, statement, t_account, why
from tests.world import OPENED, World, receipt

DAY = timedelta(days=1)
TODAY = date(2026, 11, 20)


@pytest.fixture
def busy(world: World) -> World:
    """Four days of random business, three of them closed; some after midnight but before the close."""
    draw = random.Random(11)
    world.wallet("minji", 500_000)
    world.wallet("dokyun", 300_000)
    world.shop("fish")
    world.shop("rice")
    for number in range(4):
        at = OPENED + number * DAY
        for step in range(12):
            paid = world.pay(
                draw.choice(("minji", "dokyun")), draw.choice(("fish", "rice")), draw.randint(100, 9_000), at=at
            )
            if step % 4 == 3:
                world.cancel(receipt(paid), at=at + timedelta(minutes=1))
        if number < 3:
            after_midnight = seoul_midnight(TODAY + (number + 1) * DAY) + timedelta(minutes=5)
            world.pay("minji", "fish", 777, at=after_midnight)
            world.close_day(TODAY + number * DAY, at=after_midnight + timedelta(minutes=5))
            if number != 1:  # the second day's snapshot comes late, with the third's
                with world.begin() as conn:
                    snapshot_days(conn, at=after_midnight + timedelta(minutes=9))
    return world


def lines(world: World) -> list[JournalLine]:
    with world.begin() as conn:
        return journal(conn, limit=100_000)


def grown(path: str, found: list[JournalLine]) -> int:
    """Fold lines into a balance on the side where the account grows."""
    debits = sum(line.amount for line in found if line.debit == path)
    credited = sum(line.amount for line in found if line.credit == path)
    asset = path.split(":", maxsplit=1)[0] in (
        "bank",
        "subsidy_receivable",
        "grant_receivable",
        "holder_receivable",
        "merchant_receivable",
    )
    return debits - credited if asset else credited - debits


def paths(world: World) -> list[str]:
    with world.begin() as conn:
        return list(conn.execute(text("SELECT path FROM accounts ORDER BY path")).scalars())


def test_a_balance_at_any_seq_is_the_fold_of_what_came_before(busy: World) -> None:
    every = lines(busy)
    with busy.begin() as conn:
        for path in paths(busy):
            for seq in range(0, len(every) + 1, 3):
                assert balance_at(conn, path, seq=seq) == grown(path, every[:seq]), (path, seq)


def test_a_balance_on_any_date_is_the_fold_of_what_is_dated_up_to_it(busy: World) -> None:
    every = lines(busy)
    with busy.begin() as conn:
        for path in paths(busy):
            for number in range(-2, 7):
                on = TODAY + number * DAY
                dated = [line for line in every if line.effective_on <= on]
                assert balance_on(conn, path, on=on) == grown(path, dated), (path, on)


def test_an_instant_is_the_last_seq_recorded_by_then(busy: World) -> None:
    every = lines(busy)
    with busy.begin() as conn:
        for at in {line.recorded_at for line in every}:
            for moment in (at, at - timedelta(microseconds=1)):
                assert seq_at(conn, at=moment) == sum(line.recorded_at <= moment for line in every)


def test_trial_balances_of_the_past_add_up(busy: World) -> None:
    every = lines(busy)
    with busy.begin() as conn:
        assert trial_balance_at(conn, seq=len(every)) == trial_balance(conn)
        for seq in range(0, len(every) + 1, 7):
            found = trial_balance_at(conn, seq=seq)
            assert sum(line.debits for line in found) == sum(line.credits for line in found)
            assert sum(line.debits for line in found) == sum(line.amount for line in every[:seq])
        moved = trial_balance_for(conn, after_seq=10, to_seq=40)
        assert sum(line.debits for line in moved) == sum(line.amount for line in every[10:40])


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
def test_the_pages_of_a_statement_are_the_whole_and_their_balances_run_on(busy: World, limit: int) -> None:
    every = lines(busy)
    with busy.begin() as conn:
        for path in paths(busy):
            own = [line for line in every if path in (line.debit, line.credit)]
            seen: list[int] = []
            after, running = 0, 0
            while True:
                page = statement(conn, path, after_seq=after, limit=limit)
                assert page.opening == running
                seen += [line.seq for line in page.lines]
                running = page.closing
                if page.next_after is None:
                    break
                after = page.next_after
            assert seen == [line.seq for line in own]
            assert running == grown(path, own)


def test_a_t_account_and_why_agree_with_the_balance(busy: World) -> None:
    every = lines(busy)
    with busy.begin() as conn:
        for path in paths(busy):
            sides = t_account(conn, path, after_seq=9, to_seq=50)
            own = every[9:50]
            assert sum(side.amount for side in sides.debit) == sum(line.amount for line in own if line.debit == path)
            assert sum(side.amount for side in sides.credit) == sum(line.amount for line in own if line.credit == path)
            assert (sides.opening, sides.closing) == (grown(path, every[:9]), grown(path, every[:50]))
            told = why(conn, path)
            assert told.balance == told.in_total - told.out_total == grown(path, every)
        with pytest.raises(AccountUnknown):
            statement(conn, "lot:nobody")


def test_a_late_fact_is_recorded_today_and_counts_on_its_date(busy: World) -> None:
    """A closed day refuses what is dated into it, unless it adjusts and says why."""
    shop = account_path("merchant", busy.shops["fish"].id)
    owed = account_path("merchant_receivable", busy.shops["fish"].id)
    at = OPENED + 5 * DAY

    def late(*, adjusts: bool, on: date, code: str = "debt") -> None:
        with busy.begin() as conn:
            take_lane(conn)
            ids = open_accounts(conn, [shop, owed], at=at)
            pair = (ids[owed], ids[shop]) if code == "debt" else (ids[shop], ids[owed])
            reason = "found in the bank's letter" if adjusts else None
            entry = Entry(new_id(at), "adjustment", on, (Transfer(*pair, 500, code),), reason=reason, adjusts=adjusts)
            post(conn, [entry], at=at)

    before = {on: _on(busy, shop, on) for on in (TODAY - DAY, TODAY, TODAY + DAY)}
    with pytest.raises(DayClosed):
        late(adjusts=False, on=TODAY)
    with pytest.raises(DayClosed):
        late(adjusts=True, on=TODAY + 9 * DAY)
    late(adjusts=True, on=TODAY)
    assert {on: _on(busy, shop, on) - was for on, was in before.items()} == {
        TODAY - DAY: 0,
        TODAY: 500,
        TODAY + DAY: 500,
    }
    late(adjusts=True, on=TODAY, code="debt_repaid")  # and back, so that shop and lines agree at the end
    assert {on: _on(busy, shop, on) for on in before} == before
    busy.close_day(TODAY + 3 * DAY, at=OPENED + 6 * DAY)
    with busy.begin() as conn:
        snapshot_days(conn, at=OPENED + 6 * DAY)
    assert {on: _on(busy, shop, on) for on in before} == before


def _on(world: World, path: str, on: date) -> int:
    with world.begin() as conn:
        return balance_on(conn, path, on=on)


def test_a_clock_that_goes_back_does_not_take_the_books_with_it(world: World) -> None:
    world.wallet("minji", 100_000)
    world.shop("fish")
    world.pay("minji", "fish", 100, at=OPENED)
    world.pay("minji", "fish", 200, at=OPENED - timedelta(hours=3))
    recorded = [line.recorded_at for line in lines(world)]
    assert recorded == sorted(recorded)
    assert datetime.min.replace(tzinfo=OPENED.tzinfo) < recorded[0]


def test_a_snapshot_taken_twice_changes_nothing_and_a_day_needs_the_one_before(busy: World) -> None:
    rows = busy.rows("day_balances")
    with busy.begin() as conn:
        assert snapshot_days(conn, at=OPENED) == []
        assert conn.execute(text("SELECT snapshot_day(:day, :at)"), {"day": TODAY, "at": OPENED}).scalar_one() == 0
    assert busy.rows("day_balances") == rows
