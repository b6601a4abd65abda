"""The calculator against the books on thousands of random wallets: what it promises is refunded and posted to the won.

The suite takes some hundred wallets, the nightly run 10,000.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from onnuri.kit.idempotency import freeze
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.payments.batch import Item
from onnuri.payments.model import Pay, Payee, PayeeKind, Receipt
from onnuri.vouchers.gifts.gift import end_gifts, send_gifts
from onnuri.vouchers.gifts.gift_model import EndGift, Gift, GiftEnd, SendGift
from onnuri.vouchers.refunding.calculator import Explained, Way, explain_wallet
from onnuri.vouchers.refunding.refund import Refund, RefundOrder, request_refund, settle_refund
from tests.vouchers.bulk import Bought, charge_in_bulk, open_in_bulk
from tests.vouchers.money_back import seoul
from tests.world import INSTITUTION, PAID, World, request_key

WALLETS = 10_000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 300
TOGETHER = 50
"""Wallets that live in the same days; each such group asks for its money some days later than the one before."""

ERAS = (seoul(2025, 1, 20), seoul(2025, 6, 3), seoul(2026, 11, 20))
DAYS = (0, 3, 6, 7, 8, 9)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Town:
    """A world with a random source: everything that happens can be repeated."""

    world: World
    rng: random.Random

    def key(self) -> str:
        return f"{self.rng.getrandbits(64):x}"


@pytest.mark.slow
def test_what_the_calculator_says_of_each_charge_is_what_is_posted_or_refused(world: World) -> None:
    world.shop("fish")
    town = Town(world, random.Random(20_261_122))
    seen: Counter[str] = Counter()
    groups = -(-WALLETS // TOGETHER)
    for group in range(groups):
        at = ERAS[group * len(ERAS) // groups] + timedelta(minutes=group % (groups // len(ERAS) or 1))
        wallets = open_in_bulk(world, min(TOGETHER, WALLETS - group * TOGETHER), at=at)
        _live(town, wallets, at)
        later = at + timedelta(days=DAYS[group % len(DAYS)], hours=5)
        with world.begin() as conn:
            for wallet in wallets:
                _hold_to_its_word(conn, town, wallet, later, seen)
    assert seen["wallets"] == WALLETS
    assert seen["charge_cancel"] > WALLETS // 30
    assert seen["residual"] > WALLETS // 10
    assert {"charge_used", "not_used_enough", "nothing_left_to_refund", "charge_cancel_too_late"} <= set(seen)


def _live(town: Town, wallets: Sequence[UUID], at: datetime) -> None:
    """Let wallets charge, pay, take payments back and give gifts at random."""
    rng, world = town.rng, town.world
    faces: dict[UUID, list[int]] = {}
    for wallet in wallets:
        drawn = [rng.choice((10_000, 11_000, rng.randint(10, 400) * 1_000)) for _ in range(rng.randint(1, 3))]
        faces[wallet] = drawn
    charge_in_bulk(
        world, [Bought(w, face, at + n * HOUR / 60) for w, drawn in faces.items() for n, face in enumerate(drawn)]
    )
    holds = {wallet: sum(drawn) for wallet, drawn in faces.items()}
    gifts = [
        SendGift(new_id(at), request_key(town.key()), wallet, rng.choice(wallets), rng.randint(1, holds[wallet]))
        for wallet in rng.sample(wallets, len(wallets) // 5)
    ]
    with world.begin() as conn:
        sent = [answer.value for answer in send_gifts(conn, gifts, at=at + HOUR)]
    for _ in range(2):
        paid = [_payment(town, wallet, faces[wallet]) for wallet in wallets if rng.random() < 0.8]
        receipts = [answer.value for answer in world.run(paid, at=at + 2 * HOUR)]
        undone = [each for each in receipts if isinstance(each, Receipt) and rng.random() < 0.3]
        backs: list[Item] = [world.cancel_of(r.id, rng.choice((None, rng.randint(1, r.amount)))) for r in undone]
        if backs:
            world.run(backs, at=at + 3 * HOUR)
    ends = [
        EndGift(request_key(town.key()), gift.id, gift.to_wallet, rng.choice((GiftEnd.ACCEPTED, GiftEnd.DECLINED)))
        for gift in sent if isinstance(gift, Gift) and rng.random() < 0.8
    ]  # fmt: skip
    with world.begin() as conn:
        end_gifts(conn, ends, at=at + 4 * HOUR)


def _payment(town: Town, wallet: UUID, faces: list[int]) -> Pay:
    """Pay something, often just what opens the way to the rest of the first charge, or a won less."""
    rng, face, at = town.rng, faces[0], ERAS[0]
    few = face * 8 // 10 if face <= 10_000 else face * 6 // 10
    won = rng.choice((few, few - 1, face - 1, face, rng.randint(1, sum(faces))))
    payee = Payee(PayeeKind.STALL, town.world.shops["fish"].stall_number)
    return Pay(new_id(at), request_key(town.key()), wallet, payee, won)


def _hold_to_its_word(conn: Connection, town: Town, wallet: UUID, at: datetime, seen: Counter[str]) -> None:
    """Ask the calculator about a wallet, then for the money of each charge: first what it says can't come back."""
    seen["wallets"] += 1
    for promise in explain_wallet(conn, wallet, at=at):
        ways = sorted((promise.cancel, promise.residual), key=lambda way: way.comes_back is not None)
        for way in ways:
            order = RefundOrder(request_key(town.key()), wallet, promise.facts.charge_id, way.kind)
            answer = request_refund(conn, order, institution_code=INSTITUTION, at=at).value
            if isinstance(answer, DomainError):
                assert way.refusal is not None, (promise, answer)
                assert freeze(answer) == freeze(way.refusal)
                seen[answer.code] += 1
            else:
                _compare(conn, promise, way, answer)
                if answer.status != "SUCCEEDED":
                    assert settle_refund(conn, answer.id, PAID, inquired=False, at=at).status == "SUCCEEDED"
                seen[way.kind.value] += 1


def _compare(conn: Connection, promise: Explained, way: Way, refund: Refund) -> None:
    """The transfers of a refund are the promise, share by share, all from that charge's lot."""
    assert way.comes_back is not None, promise
    legs = conn.execute(
        text("""
            SELECT t.code, c.path, t.debit_account, t.amount FROM transfers t JOIN accounts c ON c.id = t.credit_account
            WHERE t.entry_id = :entry ORDER BY t.seq
        """),
        {"entry": refund.entry_id},
    )
    lot = promise.facts.account_id
    promised = [
        ("refund_paid", "refund_in_flight:all", lot, way.comes_back.paid),
        ("refund_subsidy", "subsidy_receivable:digital", lot, way.comes_back.subsidy),
    ]
    assert [tuple(leg) for leg in legs] == [leg for leg in promised if leg[3]]
    assert way.comes_back.paid + way.comes_back.subsidy == promise.facts.left == refund.amount
