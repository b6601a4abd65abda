"""Leaving with gifts under way: what was sent keeps the wallet open, what was never accepted goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from onnuri.banks.answers import Answer
from onnuri.banks.deposit_to_user import UserDeposit
from onnuri.banks.wire import Inquiry
from onnuri.kit.database import Database
from onnuri.kit.requests import Answered
from onnuri.vouchers.gifts.gift_model import GiftEnd
from onnuri.vouchers.refunding.run_refund import Refunding, run_refund
from onnuri.vouchers.wallets.leave import Leaving, leave
from onnuri.vouchers.wallets.leave_gifts import GiftStillBoxed
from onnuri.vouchers.wallets.wallet_life import Closed, close_wallet
from tests.books import books, journal, last_seq
from tests.vouchers.giving import end, gift_of, return_due, said, send
from tests.world import INSTITUTION, OPENED, PAID, World, request_key


@pytest.fixture
def world(database: Database, invariants: None) -> Iterator[World]:
    """Minji has charged 100,000 won, Halmoni nothing; Jun lives in another lane."""
    made = World(database, lanes=("lane_00", "lane_01"))
    made.wallet("minji", 100_000)
    made.wallet("halmoni")
    made.wallet("jun", 50_000, lane="lane_01")
    yield made
    made.close()


class PayingBank:
    """A bank that pays at once whatever it is told to."""

    institution_code = INSTITUTION

    def deposit_to_user(self, order: UserDeposit) -> Answer:
        """Pay."""
        assert order.amount > 0
        return PAID

    def inquire(self, inquiry: Inquiry) -> Answer:
        """Have paid."""
        assert inquiry.original_amount > 0
        return PAID


def go(world: World, name: str, *, refund: bool = True, key: str = "leave") -> Answered[Closed]:
    """Let a holder leave; the bank pays what is refunded."""
    edge = Refunding(lambda: world.begin(world.lane_of[name]), PayingBank(), lambda: OPENED)
    act = Leaving(request_key(key, str(refund)), world.wallets[name], refund)
    return leave(edge, act, lambda order: run_refund(edge, order))


@pytest.mark.parametrize("receiver", ["halmoni", "jun"])
def test_a_gift_that_may_still_come_back_keeps_the_senders_wallet_open_and_says_what_to_do(
    world: World, receiver: str
) -> None:
    gift = gift_of(send(world, "minji", receiver, 30_000))
    before = last_seq(world)
    refused = go(world, "minji").value
    assert isinstance(refused, GiftStillBoxed)
    assert refused.facts == {"gifts": 1, "amount": 30_000, "returns_on": "2026-12-21"}
    assert "Withdraw them" in refused.message("en")
    assert "돌려받거나" in refused.message("ko")
    assert last_seq(world) == before
    assert said(end(world, gift, "minji", GiftEnd.WITHDRAWN)) == "ok"
    assert isinstance(go(world, "minji").value, Closed)
    assert world.left("minji") == [0]


def test_a_gift_nobody_took_has_returned_before_its_sender_leaves(world: World) -> None:
    gift = gift_of(send(world, "minji", "halmoni", 30_000))
    assert [each.id for each in return_due(world, at=gift.deadline)] == [gift.id]
    assert isinstance(go(world, "minji").value, Closed)


def test_what_a_leaving_receiver_never_accepted_goes_back_to_its_senders_in_every_lane(world: World) -> None:
    near, far = gift_of(send(world, "minji", "halmoni", 30_000)), gift_of(send(world, "jun", "halmoni", 20_000))
    before = last_seq(world)
    closed = go(world, "halmoni").value
    assert isinstance(closed, Closed)
    assert journal(world, after=before) == books(f"""
        gift_return_paid     gift_box:{near.id.hex} -> lot:minji/1  27,900
        gift_return_subsidy  gift_box:{near.id.hex} -> lot:minji/1   2,100
    """)
    assert (world.left("minji"), world.left("jun")) == ([100_000], [50_000])
    for gift in (near, far):
        assert world.rows(f"gifts_received WHERE gift_id = '{gift.id}' AND status = 'RETURNED'") == 1
        assert said(end(world, gift, "halmoni", GiftEnd.ACCEPTED)) == "gift_ended"
    assert go(world, "halmoni").value == closed


def test_a_wallet_that_is_not_empty_declines_nothing(world: World) -> None:
    gift = gift_of(send(world, "jun", "minji", 20_000))
    refused = go(world, "minji", refund=False).value
    assert getattr(refused, "code", None) == "wallet_not_empty"
    assert world.rows(f"gifts_received WHERE gift_id = '{gift.id}' AND status = 'BOXED'") == 1


def test_nobody_sends_a_gift_to_a_wallet_that_was_closed(world: World) -> None:
    with world.begin() as conn:
        close_wallet(conn, world.wallets["halmoni"], at=OPENED)
    later = OPENED + timedelta(minutes=1)
    assert said(send(world, "minji", "halmoni", 10_000, at=later)) == "gift_receiver_unknown"
    assert said(send(world, "jun", "halmoni", 10_000, at=later)) == "gift_receiver_unknown"
    assert world.left("minji") == [100_000]
