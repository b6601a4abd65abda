"""The calculator against the books: on 200 random wallets what it promises is what is posted, to the won."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import text

from onnuri.kit.refusals import DomainError
from onnuri.vouchers.refunding.refund_rule import RefundKind
from tests.vouchers.money_back import ask_back, came_back, charge_of, explained, seoul, told, word
from tests.world import NO_FUNDS, PAID, World, receipt

ERAS = (seoul(2025, 1, 20), seoul(2025, 6, 3), seoul(2026, 11, 20))
WALLETS = 200


def test_on_200_random_wallets_the_books_move_what_the_calculator_said(world: World) -> None:
    rng = random.Random(4)
    world.shop("fish")
    refunded = refused = 0
    for number in range(WALLETS):
        at = ERAS[number * len(ERAS) // WALLETS]
        name = f"holder-{number}"
        live(world, name, rng, at)
        later = at + timedelta(days=rng.choice((0, 3, 7, 8, 9)))
        for place, promise in enumerate(explained(world, name, at=later), 1):
            assert promise.facts.charge_id == charge_of(world, name, place)
            assert promise.facts.seqs == seqs_of(world, promise.facts.account_id)
            for kind, way in ((RefundKind.CHARGE_CANCEL, promise.cancel), (RefundKind.RESIDUAL, promise.residual)):
                answer = ask_back(world, name, kind, place=place, at=later)
                if way.comes_back is None:
                    assert isinstance(way.refusal, DomainError)
                    assert word(answer) in (way.refusal.code, "refund_on_its_way", "nothing_left_to_refund")
                    refused += 1
                    continue
                refund = came_back(answer)
                assert (refund.paid, refund.subsidy) == (way.comes_back.paid, way.comes_back.subsidy)
                assert moved(world, refund.entry_id) == {
                    code: won for code, won in (("refund_paid", refund.paid), ("refund_subsidy", refund.subsidy)) if won
                }
                told(world, name, refund, rng.choice((PAID, PAID, NO_FUNDS)), at=later)
                refunded += 1
    assert refunded > 50
    assert refused > 200


def live(world: World, name: str, rng: random.Random, at: datetime) -> None:
    """Charge, pay and cancel a little."""
    world.wallet(name, at=at)
    for _ in range(rng.randint(1, 3)):
        world.charge(name, rng.choice((10_000, 11_000, rng.randint(10, 400) * 1_000)), at=at)
    for _ in range(rng.randint(0, 3)):
        holds = sum(world.left(name))
        whole = world.lots(name)[0].face
        won = min(holds, rng.choice((whole * 6 // 10, whole * 8 // 10, whole, rng.randint(1, holds or 1))))
        if won:
            paid = receipt(world.pay(name, "fish", won, at=at))
            if rng.random() < 0.3:
                world.cancel(paid, rng.choice((None, rng.randint(1, won))), at=at)


def moved(world: World, entry_id: object) -> dict[str, int]:
    with world.begin() as conn:
        rows = conn.execute(
            text("SELECT code, sum(amount)::bigint AS won FROM transfers WHERE entry_id = :id GROUP BY code"),
            {"id": entry_id},
        )
        return {row.code: row.won for row in rows}


def seqs_of(world: World, account_id: int) -> tuple[int, ...]:
    with world.begin() as conn:
        rows = conn.execute(
            text("SELECT seq FROM transfers WHERE :account IN (debit_account, credit_account) ORDER BY seq"),
            {"account": account_id},
        )
        return tuple(rows.scalars())
