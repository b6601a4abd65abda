"""What a cancel brings back to a clawed grant repays the debt, also where the lot expires first; none is paid out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from onnuri.kit.refusals import DomainError
from onnuri.payments.model import Receipt
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.refunding.unclaimed import UnclaimedOrder, owed, request_unclaimed
from tests.vouchers.test_claw_backs import Office
from tests.world import INSTITUTION, World, code, receipt, request_key

SECOND = timedelta(seconds=1)


@pytest.fixture
def office(world: World) -> Office:
    """Minji spent the granted 50,000 won in two payments on the last day; all of it was clawed back then."""
    made = Office(world)
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    return made


def spent_and_clawed(office: Office, amount: int = 50_000) -> list[Receipt]:
    """Pay 30,000 and 20,000 won on the last day; the grant, or some of it, is clawed back after that."""
    last = office.lot.expires_at - timedelta(hours=20)
    paid = [receipt(office.world.pay("minji", "fish", won, at=last)) for won in (30_000, 20_000)]
    office.claw(amount)
    assert office.owed() == amount
    return paid


def books_of(office: Office) -> tuple[int, int, list[int]]:
    """Say what Minji owes, what is owed to Minji, and what is in the lot."""
    unclaimed = office.world.balance(f"unclaimed:{office.world.wallets['minji'].hex}")
    return office.owed(), unclaimed, office.world.left("minji")


def claim(office: Office, at: datetime) -> str:
    """Ask for what is owed since an expiry; the refusal's code, or `ok`."""
    order = UnclaimedOrder(request_key("claim"), office.world.wallets["minji"])
    with office.world.begin() as conn:
        answer = request_unclaimed(conn, order, institution_code=INSTITUTION, at=at).value
    return answer.code if isinstance(answer, DomainError) else "ok"


def test_who_claims_what_expired_before_any_job_ran_repays_first(office: Office) -> None:
    first, _ = spent_and_clawed(office)
    end = office.lot.expires_at
    assert code(office.world.cancel(first, at=end - SECOND)) == "ok"
    with office.world.begin() as conn:
        assert owed(conn, office.world.wallets["minji"], at=end).amount == 0
    assert claim(office, end + timedelta(hours=20)) == "nothing_owed"
    assert books_of(office) == (20_000, 0, [0])


def test_a_late_cancel_posts_the_expiry_only_after_the_debt(office: Office) -> None:
    first, second = spent_and_clawed(office)
    end = office.lot.expires_at
    assert code(office.world.cancel(first, at=end - SECOND)) == "ok"
    assert code(office.world.cancel(second, at=end + timedelta(days=1))) == "ok"
    assert books_of(office) == (20_000, 0, [20_000])


def test_the_job_repays_before_it_expires_though_many_wait(office: Office) -> None:
    first, _ = spent_and_clawed(office)
    assert code(office.world.cancel(first, at=office.lot.expires_at - SECOND)) == "ok"
    with office.world.begin() as conn:
        assert expire_lots(conn, at=office.lot.expires_at)[0] == []
    assert books_of(office) == (20_000, 0, [0])


def test_what_the_programme_may_still_claim_does_not_take_what_repays_the_debt(office: Office) -> None:
    first, second = spent_and_clawed(office, 10_000)
    end = office.lot.expires_at
    assert code(office.world.cancel(first, at=end - SECOND)) == "ok"
    assert code(office.world.cancel(second, at=end + timedelta(days=1))) == "ok"
    assert books_of(office) == (0, 0, [20_000])
