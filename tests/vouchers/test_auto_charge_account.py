"""A standing order is agreed to for one bank account: it ends with it, and never follows to a later one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from onnuri.people.debit_accounts import NewDebitAccount, active_debit_account
from onnuri.vouchers.charging.auto_charge import auto_charges, run_auto_charges
from onnuri.vouchers.charging.change_account import change_account, withdraw_account
from onnuri.vouchers.charging.shortfall import shortfall_face
from onnuri.vouchers.model import NoDebitAccount
from tests.vouchers.money_back import seoul
from tests.vouchers.told_bank import Bank, agree, edge
from tests.world import OPENED, World

LATER = OPENED + timedelta(hours=1)
DAY = seoul(2026, 11, 25, 12)


def withdraw(world: World, name: str, id: UUID | None = None) -> tuple[UUID, int]:
    with world.begin() as conn:
        holder = world.holders[name]
        account_id = id or active_debit_account(conn, holder_id=holder).id
        done, ended = withdraw_account(conn, account_id, holder_id=holder, wallet_id=world.wallets[name], at=LATER)
    return done.id, ended


def change(world: World, name: str) -> int:
    with world.begin() as conn:
        account = NewDebitAccount(world.holders[name], "9" * 24, "097", "***")
        return change_account(conn, account, world.wallets[name], at=LATER)


def ended(world: World) -> list[tuple[str, str]]:
    query = "SELECT payload ->> 'kind', payload ->> 'reason' FROM outbox WHERE topic = :topic ORDER BY position"
    with world.begin() as conn:
        return [(kind, reason) for kind, reason in conn.execute(text(query), {"topic": "auto_charge.ended"})]


def test_who_withdraws_the_account_ends_auto_charge_and_a_new_account_does_not_inherit_it(world: World) -> None:
    world.wallet("minji")
    world.wallet("suho")
    agree(world, "minji", "date", day=25, face=10_000)
    agree(world, "minji", "shortfall")
    agree(world, "suho", "date", day=25, face=20_000)
    old, count = withdraw(world, "minji")
    assert count == 2
    assert ended(world) == [("date", "account_withdrawn"), ("shortfall", "account_withdrawn")]
    assert change(world, "minji") == 0
    bank = Bank()
    run_auto_charges(edge(world, bank, DAY), at=DAY)
    assert (world.left("minji"), world.left("suho")) == ([], [20_000])
    agree(world, "minji", "date", day=25, face=10_000, at=LATER)
    assert withdraw(world, "minji", old) == (old, 0)  # the old one, again: what is agreed to for the new one stands
    run_auto_charges(edge(world, bank, DAY), at=DAY)
    assert world.left("minji") == [10_000]


def test_another_account_in_the_place_of_the_old_one_ends_auto_charge_too(world: World) -> None:
    world.wallet("minji")
    agree(world, "minji", "balance", below=20_000, face=10_000)
    assert change(world, "minji") == 1
    assert ended(world) == [("balance", "account_replaced")]
    with world.begin() as conn:
        assert [rule.revoked_at for rule in auto_charges(conn, world.wallets["minji"])] == [LATER]


def test_a_consent_older_than_the_account_in_force_charges_nothing_whoever_registered_it(world: World) -> None:
    world.wallet("minji")
    agree(world, "minji", "date", day=25, face=10_000)
    agree(world, "minji", "shortfall")
    with world.begin() as conn:
        assert shortfall_face(conn, world.wallets["minji"], 5_000, at=OPENED) == 10_000
    world.account("minji", at=LATER)
    bank = Bank()
    assert run_auto_charges(edge(world, bank, DAY), at=DAY) == []
    with world.begin() as conn:
        assert shortfall_face(conn, world.wallets["minji"], 5_000, at=DAY) is None
    assert bank.asked == []


def test_without_an_account_there_is_nothing_to_agree_to(world: World) -> None:
    world.wallet("minji")
    withdraw(world, "minji")
    with pytest.raises(NoDebitAccount):
        agree(world, "minji", "shortfall")
