"""What is owed since an expiry goes to the holder's bank account: taken once, sent once, owed again where it failed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered, KeyReused
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.refunding.refund import settle_refund
from onnuri.vouchers.refunding.refund_rows import Refund, refunds_of
from onnuri.vouchers.refunding.unclaimed import (
    Owed,
    UnclaimedOrder,
    owed,
    owed_to,
    request_unclaimed,
    unclaimed_payouts,
)
from onnuri.vouchers.sending import GIVE_UP_AFTER
from onnuri.vouchers.wallets.wallet_life import close_wallet, under_way
from tests.books import books, journal, last_seq
from tests.vouchers.giving import accept, gift_of, send
from tests.vouchers.money_back import CANCEL, give_back, seoul
from tests.vouchers.test_wallet_life import block, lift
from tests.world import INSTITUTION, NO_FUNDS, OPENED, PAID, SILENCE, World, receipt, request_key

EXPIRED = seoul(2031, 11, 20, 0)
MORNING = seoul(2031, 11, 20, 9)
_keys = count(1)


@pytest.fixture
def market(world: World) -> World:
    """Minji charged 100,000 won at 7 percent, spent 65,000 of it, and the rest expired."""
    world.shop("fish")
    world.wallet("minji", 100_000)
    world.pay("minji", "fish", 65_000)
    expire(world)
    return world


def expire(world: World, *, at: datetime = EXPIRED) -> None:
    """Post what has expired."""
    with world.begin() as conn:
        expire_lots(conn, at=at)


def ask(world: World, name: str, *, at: datetime = MORNING, key: str | None = None) -> Answered[Refund]:
    """Ask for what is owed; the bank has not heard of it yet."""
    order = UnclaimedOrder(request_key(key or f"owed-{next(_keys)}", name), world.wallets[name])
    with world.begin(world.lane_of[name]) as conn:
        return request_unclaimed(conn, order, institution_code=INSTITUTION, at=at)


def tell(world: World, asked: Refund, bank: Answer, *, at: datetime = MORNING, inquired: bool = False) -> Refund:
    """Let the bank say something."""
    with world.begin() as conn:
        return settle_refund(conn, asked.id, bank, inquired=inquired, at=at)


def paid(answer: Answered[Refund]) -> Refund:
    """Expect a payout."""
    assert isinstance(answer.value, Refund), answer.value
    return answer.value


def word(answer: Answered[Refund]) -> str:
    """Say an answer in one word."""
    return answer.value.code if isinstance(answer.value, DomainError) else answer.value.status


def still_owed(world: World, name: str, *, at: datetime = MORNING) -> tuple[int, int]:
    """Tell what is owed and what is on its way."""
    with world.begin(world.lane_of[name]) as conn:
        now = owed(conn, world.wallets[name], at=at)
    return now.amount, now.on_its_way


def test_what_expired_is_paid_to_its_owner_and_the_books_say_so(market: World) -> None:
    before, source = last_seq(market), f"unclaimed:{market.wallets['minji'].hex}"
    assert still_owed(market, "minji") == (32_550, 0)
    asked = paid(ask(market, "minji"))
    assert (asked.kind, asked.status, asked.paid, asked.subsidy, asked.charge_id) == (
        "unclaimed", "REQUESTED", 32_550, 0, None,
    )  # fmt: skip
    assert still_owed(market, "minji") == (0, 32_550)
    assert tell(market, asked, PAID).status == "SUCCEEDED"
    assert tell(market, asked, NO_FUNDS, inquired=True).status == "SUCCEEDED"
    assert journal(market, after=before) == books(f"""
        unclaimed_paid  {source}              -> refund_in_flight:all  32,550
        refund_done     refund_in_flight:all  -> bank:trust            32,550
    """)
    assert (still_owed(market, "minji"), word(ask(market, "minji"))) == ((0, 0), "nothing_owed")


def test_what_expired_is_paid_out_though_nobody_had_posted_the_expiry(world: World) -> None:
    world.wallet("minji", 100_000)
    before, source = last_seq(world), f"unclaimed:{world.wallets['minji'].hex}"
    assert word(ask(world, "minji", at=EXPIRED - timedelta(hours=1))) == "nothing_owed"
    assert paid(ask(world, "minji")).paid == 93_000
    expire(world)
    assert journal(world, after=before) == books(f"""
        expiry_paid     lot:minji/1  -> {source}                   93,000
        expiry_subsidy  lot:minji/1  -> subsidy_receivable:digital   7,000
        unclaimed_paid  {source}     -> refund_in_flight:all        93,000
    """)


def test_what_expired_is_told_from_midnight_on_though_nobody_had_posted_the_expiry(world: World) -> None:
    world.shop("fish")
    world.wallet("minji", 100_000)
    with world.begin() as conn:
        conn.exec_driver_sql("UPDATE shared.shops SET valid_until = NULL")
    payment = receipt(world.pay("minji", "fish", 65_000, at=EXPIRED - timedelta(seconds=1)))
    assert still_owed(world, "minji", at=EXPIRED - timedelta(microseconds=1)) == (0, 0)
    assert still_owed(world, "minji", at=EXPIRED) == (32_550, 0)
    with world.begin() as conn:
        assert [each.amount for each, _ in owed_to(conn, world.holders["minji"], at=EXPIRED)] == [32_550]
    world.cancel(payment, 10_000, at=EXPIRED)
    assert (still_owed(world, "minji"), world.left("minji")) == ((32_550, 0), [10_000])
    grace_over = EXPIRED + timedelta(days=31)
    assert still_owed(world, "minji", at=grace_over - timedelta(microseconds=1)) == (32_550, 0)
    assert still_owed(world, "minji", at=grace_over) == (41_850, 0)
    expire(world, at=grace_over)
    assert still_owed(world, "minji", at=grace_over) == (41_850, 0)


def test_what_the_bank_refuses_is_owed_again(market: World) -> None:
    before, source = last_seq(market), f"unclaimed:{market.wallets['minji'].hex}"
    assert tell(market, paid(ask(market, "minji")), NO_FUNDS).status == "FAILED"
    assert journal(market, after=before) == books(f"""
        unclaimed_paid  {source}              -> refund_in_flight:all  32,550
        unclaimed_back  refund_in_flight:all  -> {source}              32,550
    """)
    assert (market.left("minji"), market.rows("lot_graces")) == ([0], 0)
    assert tell(market, paid(ask(market, "minji")), PAID).status == "SUCCEEDED"


def test_silence_is_unknown_nothing_is_sent_twice_and_never_arrived_is_believed_the_third_time(market: World) -> None:
    asked = paid(ask(market, "minji"))
    assert tell(market, asked, SILENCE).status == "UNKNOWN"
    assert word(ask(market, "minji")) == "owed_on_its_way"
    not_there, late = Answer(Verdict.NO_SUCH_TRANSFER), asked.requested_at + GIVE_UP_AFTER
    heard = [tell(market, asked, not_there, inquired=True, at=late).status for _ in range(3)]
    assert heard == ["UNKNOWN", "UNKNOWN", "FAILED"]
    assert still_owed(market, "minji") == (32_550, 0)


def test_a_key_takes_it_once_and_answers_the_same_for_ever(market: World) -> None:
    first = ask(market, "minji", key="once")
    again = ask(market, "minji", key="once")
    assert (again.value, again.replayed) == (first.value, True)
    market.wallet("suho")
    with pytest.raises(KeyReused):
        ask(market, "suho", key="once")


def test_of_32_requests_at_once_one_takes_it(market: World) -> None:
    with ThreadPoolExecutor(32) as threads:
        answers = [threads.submit(ask, market, "minji") for _ in range(32)]
        words = [word(answer.result()) for answer in answers]
    assert sorted(words) == ["REQUESTED"] + ["owed_on_its_way"] * 31
    assert still_owed(market, "minji") == (0, 32_550)


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (seoul(2031, 11, 20, 23, 29, 59), "REQUESTED"),
        (seoul(2031, 11, 20, 23, 30), "bank_closed"),
        (seoul(2031, 11, 21, 0, 29, 59), "bank_closed"),
        (seoul(2031, 11, 21, 0, 30), "REQUESTED"),
    ],
)
def test_nothing_is_sent_while_the_bank_is_closed(market: World, at: datetime, answer: str) -> None:
    assert word(ask(market, "minji", at=at)) == answer


def test_who_has_left_is_paid_too_but_a_frozen_wallet_is_not(market: World) -> None:
    block(market, "minji", at=MORNING)
    assert word(ask(market, "minji")) == "wallet_not_open"
    lift(market, "minji", "frozen", at=MORNING)
    asked = paid(ask(market, "minji"))
    with market.begin() as conn:
        assert under_way(conn, market.wallets["minji"]) == []
        close_wallet(conn, market.wallets["minji"], at=MORNING)
    assert tell(market, asked, NO_FUNDS).status == "FAILED"
    with market.begin() as conn:
        assert owed_to(conn, market.holders["minji"], at=MORNING) == [
            (Owed(market.wallets["minji"], 32_550, 0), "lane_00")
        ]
    assert tell(market, paid(ask(market, "minji")), PAID).status == "SUCCEEDED"
    with market.begin() as conn:
        assert owed_to(conn, market.holders["minji"], at=MORNING) == []
        assert len(unclaimed_payouts(conn, market.holders["minji"])) == 2


def test_without_an_account_it_stays_owed(market: World) -> None:
    with market.begin() as conn:
        conn.exec_driver_sql("UPDATE shared.debit_accounts SET revoked_at = now()")
    assert (word(ask(market, "minji")), still_owed(market, "minji")) == ("no_debit_account", (32_550, 0))
    market.account("minji")
    assert word(ask(market, "minji")) == "REQUESTED"


def test_it_is_neither_held_nor_a_refund_of_a_charge(market: World) -> None:
    paid(ask(market, "minji"))
    with market.begin() as conn:
        assert refunds_of(conn, market.wallets["minji"], before=None, limit=10) == []
    market.charge("minji", 2_000_000, at=MORNING)
    assert market.left("minji") == [0, 2_000_000]


def test_of_a_gift_the_receiver_is_paid_what_its_buyer_paid(world: World) -> None:
    world.wallet("minji", 100_000)
    world.wallet("halmoni")
    accept(world, gift_of(send(world, "minji", "halmoni", 30_001)), "halmoni")
    expire(world)
    assert (still_owed(world, "halmoni"), still_owed(world, "minji")) == ((27_900, 0), (65_100, 0))
    asked = [paid(ask(world, name)) for name in ("halmoni", "minji")]
    assert [tell(world, each, PAID).paid for each in asked] == [27_900, 65_100]
    assert (world.balance("bank:trust"), world.balance("subsidy_receivable:digital")) == (0, 0)


def test_two_expiries_are_paid_together_and_a_later_one_by_itself(world: World) -> None:
    world.wallet("minji", 20_000, 10_000)
    world.charge("minji", 50_000, at=OPENED + timedelta(days=30))
    expire(world)
    first = paid(ask(world, "minji"))
    expire(world, at=EXPIRED + timedelta(days=30))
    assert still_owed(world, "minji") == (46_500, 27_900)
    second = paid(ask(world, "minji", at=MORNING + timedelta(days=30)))
    tell(world, first, NO_FUNDS, at=MORNING + timedelta(days=30))
    tell(world, second, PAID, at=MORNING + timedelta(days=30))
    assert (first.paid, second.paid, still_owed(world, "minji")) == (27_900, 46_500, (27_900, 0))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(st.lists(st.sampled_from(["ask", "paid", "refused", "silent", "none", "expire"]), max_size=14))
def test_in_any_order_what_expired_is_owed_on_its_way_or_paid(world: World, acts: list[str]) -> None:
    name, at = f"holder-{len(world.wallets)}", EXPIRED + timedelta(days=40 * len(world.wallets), hours=9)
    years = timedelta(days=1826)
    world.wallet(name, at=at - years)
    bank = {"paid": PAID, "refused": NO_FUNDS, "silent": SILENCE, "none": Answer(Verdict.NO_SUCH_TRANSFER)}
    asked: list[Refund] = []
    out = expired = 0
    for act in acts:
        at += timedelta(minutes=7)
        if act == "expire":
            world.charge(name, 10_000, at=at - years - timedelta(days=2))
            expire(world, at=at)
            expired += 9_300
        elif act == "ask":
            answer = ask(world, name, at=at)
            asked += [answer.value] if isinstance(answer.value, Refund) else []
        elif asked:
            was = asked[-1].status
            asked[-1] = tell(world, asked[-1], bank[act], at=at, inquired=True)
            out += asked[-1].paid if was != asked[-1].status == "SUCCEEDED" else 0
        owes, moving = still_owed(world, name, at=at)
        assert owes + moving + out == expired
        assert moving == sum(each.paid for each in asked if each.status in ("REQUESTED", "UNKNOWN"))


def test_a_wallet_that_never_expired_is_owed_nothing(world: World) -> None:
    world.wallet("suho", 10_000)
    give_back(world, "suho", CANCEL)
    assert word(ask(world, "suho", at=OPENED)) == "nothing_owed"
