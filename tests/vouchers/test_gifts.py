"""Gift (선물하기): bought value only, 30 days in its box, then back to the same lots; expiry, shares and the cap are
kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.kit.clock import SEOUL
from onnuri.kit.database import Database
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.gifts.gift_model import GiftEnd
from onnuri.vouchers.gifts.gift_rows import gifts_by_id, received_by_id
from onnuri.vouchers.model import Shares, split
from onnuri.vouchers.shares import Basis
from tests.books import books, journal, last_seq
from tests.vouchers.giving import accept, credit_file, end, gift_of, programme, return_due, run, said, send
from tests.world import OPENED, World, receipt


@pytest.fixture
def market(world: World) -> World:
    world.wallet("minji", 100_000)
    world.wallet("halmoni")
    world.shop("fish")
    return world


@pytest.fixture
def two_lanes(database: Database, invariants: None) -> Iterator[World]:
    made = World(database, lanes=("lane_00", "lane_01"))
    made.wallet("minji", 100_000)
    made.wallet("halmoni", lane="lane_01")
    yield made
    made.close()


def test_gift_of_bought_value_waits_in_its_box_and_keeps_expiry_and_shares(market: World) -> None:
    before = last_seq(market)
    gift = gift_of(send(market, "minji", "halmoni", 30_000))
    assert (gift.status, market.left("minji"), market.left("halmoni")) == ("BOXED", [70_000], [])
    assert gift_of(accept(market, gift, "halmoni")).status == "ACCEPTED"
    box = f"gift_box:{gift.id.hex}"
    assert journal(market, after=before) == books(f"""
        gift_paid           lot:minji/1 -> {box}          27,900
        gift_subsidy        lot:minji/1 -> {box}           2,100
        gift_accept_paid    {box}       -> lot:halmoni/1  27,900
        gift_accept_subsidy {box}       -> lot:halmoni/1   2,100
    """)
    (own,), (got,) = market.lots("minji"), market.lots("halmoni")
    assert (got.source, got.face, got.paid, got.subsidy, got.expires_at) == (
        "gift",
        30_000,
        27_900,
        2_100,
        own.expires_at,
    )


def test_gift_returns_to_the_senders_same_lots_after_30_days(market: World) -> None:
    market.charge("minji", 50_000, at=OPENED + timedelta(hours=1))
    gift = gift_of(send(market, "minji", "halmoni", 120_000, at=OPENED + timedelta(hours=2)))
    assert gift.deadline == datetime(2026, 12, 21, tzinfo=SEOUL)
    assert market.left("minji") == [0, 30_000]
    last = gift.deadline - timedelta(seconds=1)
    assert return_due(market, at=last) == []
    assert said(accept(market, gift, "halmoni", at=gift.deadline)) == "gift_too_old"
    (returned,) = return_due(market, at=gift.deadline)
    assert (returned.status, returned.end_reason) == ("RETURNED", "timed_out")
    assert return_due(market, at=gift.deadline) == []
    assert market.left("minji") == [100_000, 50_000]


def test_gift_can_be_accepted_until_the_last_second(market: World) -> None:
    gift = gift_of(send(market, "minji", "halmoni", 1))
    assert said(accept(market, gift, "halmoni", at=gift.deadline - timedelta(seconds=1))) == "ok"


@pytest.mark.parametrize(("who", "how"), [("halmoni", GiftEnd.DECLINED), ("minji", GiftEnd.WITHDRAWN)])
def test_gift_is_declined_by_the_receiver_or_withdrawn_by_the_sender_once(
    market: World, who: str, how: GiftEnd
) -> None:
    gift = gift_of(send(market, "minji", "halmoni", 40_000))
    other = "minji" if who == "halmoni" else "halmoni"
    assert said(end(market, gift, other, how)) == "gift_unknown"
    assert gift_of(end(market, gift, who, how)).status == "RETURNED"
    assert said(accept(market, gift, "halmoni")) == "gift_ended"
    assert market.left("minji") == [100_000]


def test_gift_is_bought_value_only(market: World) -> None:
    run(market, programme(market), credit_file(market, [("minji", 50_000, "r1")]))
    refused = send(market, "minji", "halmoni", 100_001)
    assert said(refused) == "giftable_insufficient"
    assert isinstance(refused.value, DomainError)
    assert refused.value.facts == {"left": 100_000}
    accept(market, gift_of(send(market, "minji", "halmoni", 100_000)), "halmoni")
    assert said(send(market, "halmoni", "minji", 1)) == "giftable_insufficient"
    assert said(send(market, "minji", "minji", 1)) == "gift_to_oneself"


def test_gift_may_not_lift_the_receiver_above_the_holding_cap(market: World) -> None:
    market.charge("halmoni", 1_950_000)
    large, fits = gift_of(send(market, "minji", "halmoni", 50_001)), gift_of(send(market, "minji", "halmoni", 49_999))
    refused = accept(market, large, "halmoni")
    assert isinstance(refused.value, DomainError)
    assert (said(refused), refused.value.facts) == ("gift_above_holding_cap", {"left": 50_000})
    assert said(accept(market, fits, "halmoni")) == "ok"
    receipt(market.pay("halmoni", "fish", 100_000))
    assert said(accept(market, large, "halmoni")) == "ok"


def test_gift_to_another_lane_is_two_balanced_entries_through_clearing(two_lanes: World) -> None:
    gift = gift_of(send(two_lanes, "minji", "halmoni", 30_000))
    accepted = gift_of(accept(two_lanes, gift, "halmoni"))
    assert (accepted.status, two_lanes.left("minji"), two_lanes.left("halmoni")) == ("ACCEPTED", [70_000], [30_000])
    assert journal(two_lanes, lane="lane_01") == books("""
        gift_accept_paid    lane_clearing:lane_00 -> lot:halmoni/1  27,900
        gift_accept_subsidy lane_clearing:lane_00 -> lot:halmoni/1   2,100
    """)
    assert two_lanes.balance("lane_clearing:lane_01") == 30_000
    assert two_lanes.balance("lane_clearing:lane_00") == -30_000
    with two_lanes.begin("lane_01") as conn:
        assert received_by_id(conn, [gift.id])[gift.id].status == "ACCEPTED"
    with two_lanes.begin("lane_00") as conn:
        assert gifts_by_id(conn, [gift.id])[gift.id].status == "ACCEPTED"


def test_gift_to_another_lane_returns(two_lanes: World) -> None:
    gift = gift_of(send(two_lanes, "minji", "halmoni", 30_000))
    (returned,) = return_due(two_lanes, at=gift.deadline)
    assert (returned.status, two_lanes.left("minji")) == ("RETURNED", [100_000])
    with two_lanes.begin("lane_01") as conn:
        assert received_by_id(conn, [gift.id])[gift.id].status == "RETURNED"


def test_a_gift_key_answers_the_same_for_ever(market: World) -> None:
    first = send(market, "minji", "halmoni", 30_000, key="one")
    again = send(market, "minji", "halmoni", 30_000, key="one")
    assert (again.replayed, gift_of(again)) == (True, gift_of(first))
    assert said(send(market, "minji", "halmoni", 30_001, key="one")) == "idempotency_key_reused"
    refused = send(market, "minji", "halmoni", 70_001, key="two")
    market.charge("minji", 100_000)
    assert said(send(market, "minji", "halmoni", 70_001, key="two")) == said(refused) == "giftable_insufficient"
    assert market.left("minji") == [70_000, 100_000]


def test_of_64_gifts_at_once_as_many_are_sent_as_the_wallet_holds(market: World) -> None:
    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(send, market, "minji", "halmoni", 9_000, key=f"race-{n}") for n in range(64)]
        answers = [said(future.result()) for future in waiting]
    assert answers.count("ok") == 11
    assert set(answers) == {"ok", "giftable_insufficient"}


def test_of_64_acceptances_at_once_none_lifts_the_wallet_above_the_cap(market: World) -> None:
    market.charge("halmoni", 1_960_000)
    gifts = [gift_of(send(market, "minji", "halmoni", 1_500)) for _ in range(64)]
    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(accept, market, gift, "halmoni") for gift in gifts]
        answers = [said(future.result()) for future in waiting]
    assert answers.count("ok") == 26  # 39,000 of the 40,000 won that are left
    assert set(answers) == {"ok", "gift_above_holding_cap"}


@given(face=st.integers(1, 3_000_000), rate=st.integers(0, 10_000), cuts=st.lists(st.integers(1, 400_000), max_size=30))
def test_in_whatever_pieces_value_leaves_a_lot_no_won_of_either_share_is_made_or_lost(
    face: int, rate: int, cuts: list[int]
) -> None:
    whole = split(face, rate)
    basis, left, taken = Basis(whole.paid, whole.subsidy), face, Shares(0, 0)
    for cut in [*cuts, face]:
        amount = min(cut, left)
        if amount == 0:
            continue
        part = basis.part(amount)
        assert part.paid + part.subsidy == amount
        assert min(part.paid, part.subsidy) >= 0
        assert part.paid * face <= (amount * whole.paid) + face  # never more than a won above its share
        basis, left = basis.less(part), left - amount
        taken = Shares(taken.paid + part.paid, taken.subsidy + part.subsidy)
    assert taken == whole
