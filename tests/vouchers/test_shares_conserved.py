"""Any order of charge, pay, cancel, gift, grant and expiry keeps the paid and the subsidy share apart and whole."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from onnuri.payments.model import Receipt
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.gifts.gift_model import Gift, GiftEnd
from onnuri.vouchers.model import Charge
from tests.vouchers.giving import credit_file, end, programme, return_due, run, send
from tests.world import OPENED, World

NAMES = ("minji", "halmoni", "suho")


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_to_value_no_won_of_either_share_is_made_or_lost(world: World, seed: int) -> None:
    draw = random.Random(seed)
    for name in NAMES:
        world.wallet(name)
    world.shop("fish")
    source = programme(world, days=90)
    charged: list[tuple[int, int]] = []
    gifts: list[tuple[Gift, str, str]] = []
    paid: list[Receipt] = []
    at = OPENED
    for step in range(60):
        at += timedelta(hours=draw.randint(1, 20))
        name, other = draw.sample(NAMES, 2)
        match draw.choice(("charge", "pay", "pay", "cancel", "gift", "gift", "end", "end", "grant", "due")):
            case "charge":
                made = world.charge(name, draw.randint(10, 90) * 1_000, at=at).value
                charged += [(made.paid, made.subsidy)] if isinstance(made, Charge) else []
            case "pay":
                answer = world.pay(name, "fish", draw.randint(1, 40_000), at=at).value
                paid += [answer] if isinstance(answer, Receipt) else []
            case "cancel" if paid:
                world.cancel(draw.choice(paid), draw.choice((None, 1, 777)), at=at)
            case "gift":
                sent = send(world, name, other, draw.randint(1, 30_000), at=at).value
                gifts += [(sent, name, other)] if isinstance(sent, Gift) else []
            case "end" if gifts:
                gift, sender, receiver = draw.choice(gifts)
                how = draw.choice((GiftEnd.ACCEPTED, GiftEnd.ACCEPTED, GiftEnd.DECLINED, GiftEnd.WITHDRAWN))
                end(world, gift, sender if how is GiftEnd.WITHDRAWN else receiver, how, at=at)
            case "grant":
                run(world, source, credit_file(world, [(name, draw.randint(1, 9_999), f"r{step}")]), at=at)
            case _:
                return_due(world, at=at)
    used = world.earned("fish")
    end_of_time = at + timedelta(days=6 * 366)
    return_due(world, at=end_of_time)
    for day in (end_of_time, end_of_time + timedelta(days=40)):
        with world.begin() as conn:
            expire_lots(conn, at=day, limit=5_000)
    assert all(left == 0 for name in NAMES for left in world.left(name))
    owed = sum(world.balance(f"unclaimed:{world.wallets[name].hex}") for name in NAMES)
    still_subsidy, still_granted = (
        world.balance("subsidy_receivable:digital"),
        world.balance("grant_receivable:payback"),
    )
    whole_paid, whole_subsidy = sum(p for p, _ in charged), sum(s for _, s in charged)
    assert 0 <= owed <= whole_paid
    assert 0 <= still_subsidy <= whole_subsidy
    assert (whole_paid - owed) + still_subsidy + still_granted == used
