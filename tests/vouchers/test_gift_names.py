"""Who looks for receivers of gifts: so many names a day, also by two looks at once, and no more logins after that."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from onnuri.kit.ids import public_id
from onnuri.people.register import Reading
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.gifts.gift_model import GiftReceiverUnknown
from onnuri.vouchers.gifts.gift_people import NAMES_A_DAY, GiftNamesSpent, find_receiver
from tests.world import OPENED, World


def reading(world: World) -> Reading:
    """Say that minji looks."""
    return Reading(f"person:{world.holders['minji'].hex}", "to whom a gift goes", OPENED)


def look(world: World, to: str) -> str | None:
    """Look for a receiver in a transaction of one's own; the name, as it is shown."""
    with world.begin() as conn:
        return find_receiver(conn, sealer_of(world.database.settings), to, reading=reading(world)).name


@pytest.fixture
def neighbours(world: World) -> list[str]:
    """Give one wallet more than may be named a day, all but two of them named to minji."""
    world.wallet("minji")
    wallets = [public_id("wal", world.wallet(f"neighbour{place}")) for place in range(NAMES_A_DAY + 1)]
    for to in wallets[:-2]:
        look(world, to)
    return wallets


def test_two_looks_at_once_are_both_counted(world: World, neighbours: list[str]) -> None:
    first, other = neighbours[-2:]
    with ThreadPoolExecutor(1) as pool:
        with world.begin() as conn:
            find_receiver(conn, sealer_of(world.database.settings), first, reading=reading(world))
            second = pool.submit(look, world, other)
            threading.Event().wait(0.3)
        with pytest.raises(GiftNamesSpent):
            second.result()


def test_who_was_told_all_names_of_a_day_is_not_told_which_logins_there_are(
    world: World, neighbours: list[str]
) -> None:
    with pytest.raises(GiftReceiverUnknown):
        look(world, "nobody")
    look(world, neighbours[-2])
    for to in ("nobody", neighbours[-1], public_id("wal", world.wallets["neighbour0"])[:-1]):
        with pytest.raises(GiftNamesSpent):
            look(world, to)
    assert look(world, neighbours[0])
