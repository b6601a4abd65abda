"""Paying and taking back, as the books tell it."""

from __future__ import annotations

from tests.books import books, journal, last_seq
from tests.world import World, code, receipt


def test_a_charge_is_paid_by_the_holder_and_by_the_state(world: World) -> None:
    world.wallet("minji", 100_000)
    assert journal(world) == books("""
        charge_paid     bank:trust                  -> lot:minji/1   93,000
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/1    7,000
    """)
