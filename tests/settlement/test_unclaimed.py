"""What expired, paid by a real bank: unasked where there is an account, once, and found again on the statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from onnuri.kit.refusals import DomainError
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.refunding.refund_rows import Refund
from onnuri.vouchers.refunding.run_refund import Refunding, pay_what_expired, resolve_refunds, run_unclaimed
from onnuri.vouchers.refunding.unclaimed import UnclaimedOrder, owed
from tests.settlement.town import Town, seoul
from tests.world import OPENED, World, request_key

DAY = date(2031, 11, 20)
MIDNIGHT, MORNING = seoul(DAY, 0), seoul(DAY, 9)


def edge(town: Town, at: datetime = MORNING) -> Refunding:
    return Refunding(town.world.begin, town.bank, lambda: at)


def expire(world: World, *, at: datetime = MIDNIGHT) -> None:
    """Post what has expired."""
    with world.begin() as conn:
        expire_lots(conn, at=at)


def owed_now(world: World, name: str) -> tuple[int, int]:
    with world.begin() as conn:
        now = owed(conn, world.wallets[name], at=MORNING)
    return now.amount, now.on_its_way


def said(answers: Sequence[Refund | DomainError]) -> list[str]:
    return [each.code if isinstance(each, DomainError) else each.status for each in answers]


@pytest.mark.parametrize(
    ("ending", "status", "left"),
    [
        ("00", "SUCCEEDED", (0, 0)),
        ("22", "FAILED", (9_300, 0)),
        ("99", "UNKNOWN", (0, 9_300)),
        ("95", "UNKNOWN", (0, 9_300)),
    ],
)
def test_what_expired_is_paid_unasked_and_matched_to_the_statement(
    town: Town, ending: str, status: str, left: tuple[int, int]
) -> None:
    town.wallet("minji", 10_000)
    town.world.account("minji", ending=ending)
    expire(town.world)
    assert said([each.value for each in pay_what_expired(edge(town))]) == [status]
    assert (owed_now(town.world, "minji"), pay_what_expired(edge(town))) == (left, [])
    resolved = resolve_refunds(edge(town, MORNING + timedelta(minutes=1)))
    assert [each.status for each in resolved] == (["SUCCEEDED"] if status == "UNKNOWN" else [])
    town.fetch(OPENED.date(), DAY)
    assert town.match(DAY).refunds == int(status != "FAILED")
    assert town.breaks() == []
    assert town.bank_comparison().unexplained == 0


def test_what_never_reached_the_bank_is_owed_again(town: Town) -> None:
    town.wallet("minji", 10_000)
    town.world.account("minji", ending="30")
    expire(town.world)
    assert said([each.value for each in pay_what_expired(edge(town))]) == ["UNKNOWN"]
    later = edge(town, MORNING + timedelta(hours=1))
    assert [resolve_refunds(later, patient=False)[0].status for _ in range(3)] == ["UNKNOWN", "UNKNOWN", "FAILED"]
    assert (owed_now(town.world, "minji"), pay_what_expired(later)) == ((9_300, 0), [])
    town.world.account("minji")
    order = UnclaimedOrder(request_key("asked"), town.world.wallets["minji"])
    paid = run_unclaimed(later, order)
    assert isinstance(paid.value, Refund)
    assert (paid.value.status, run_unclaimed(later, order)) == ("SUCCEEDED", type(paid)(paid.value, replayed=True))


def test_at_midnight_the_bank_is_closed_and_in_the_morning_each_expiry_is_looked_at_once(town: Town) -> None:
    town.wallet("minji", 10_000)
    town.wallet("suho", 20_000)
    town.world.wallet("halmoni")
    with town.world.begin() as conn:
        conn.execute(
            text("UPDATE shared.debit_accounts SET revoked_at = :at WHERE holder_id = :id"),
            {"at": MIDNIGHT, "id": town.world.holders["suho"]},
        )
    expire(town.world)
    assert pay_what_expired(edge(town, MIDNIGHT)) == []
    assert said([each.value for each in pay_what_expired(edge(town))]) == ["SUCCEEDED"]
    assert (owed_now(town.world, "minji"), owed_now(town.world, "suho")) == ((0, 0), (18_600, 0))
    town.world.account("suho")
    assert pay_what_expired(edge(town)) == []
    order = UnclaimedOrder(request_key("asked"), town.world.wallets["suho"])
    assert said([run_unclaimed(edge(town), order).value]) == ["SUCCEEDED"]
