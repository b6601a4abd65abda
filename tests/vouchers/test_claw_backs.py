"""Claw-back (환수) of state grants: what is left comes from the lot, what was spent is a debt; nothing is taken
without proof.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.claw_backs.claw_back import ClawBack, ClawBackOrder, claw_back
from onnuri.vouchers.claw_backs.claw_back_repay import Repaid, Repayment, collect_refilled, owed_by, repay
from onnuri.vouchers.expiry import expire_lots
from tests.books import books, journal, last_seq
from tests.vouchers.giving import credit_file, programme, run
from tests.world import OPENED, World, receipt, request_key


class Office:
    """A market with a grant of 50,000 won for Minji and two people who may take it back."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.begin() as conn:
            self.maker, self.checker = register_people(
                conn, sealer_of(world.database.settings), [NewPerson("maker"), NewPerson("checker")], at=OPENED
            )
        world.wallet("minji")
        world.shop("fish")
        self.source = programme(world)
        run(world, self.source, credit_file(world, [("minji", 50_000, "r1")]))
        (self.lot,) = world.lots("minji")
        self._keys = 0

    def claw(
        self, amount: int | None = None, *, key: str | None = None, checker: UUID | None = None, lot: UUID | None = None
    ) -> Answered[ClawBack]:
        self._keys += 1
        order = ClawBackOrder(
            request_key(key or f"claw-{self._keys}", str(amount)), new_id(OPENED), lot or self.lot.id, amount,
            "소득 요건 미달",
            self.maker, checker or self.checker,
        )  # fmt: skip
        with self.world.begin() as conn:
            (answer,) = claw_back(conn, [order], at=OPENED)
        return answer

    def repay(self, amount: int, *, consent: bool = False, receipt: str | None = None) -> Answered[Repaid]:
        self._keys += 1
        item = Repayment(
            request_key(f"repay-{self._keys}"),
            new_id(OPENED),
            self.world.wallets["minji"],
            amount,
            OPENED if consent else None,
            receipt,
        )
        with self.world.begin() as conn:
            (answer,) = repay(conn, [item], at=OPENED)
        return answer

    def owed(self) -> int:
        with self.world.begin() as conn:
            return owed_by(conn, [self.world.wallets["minji"]])[self.world.wallets["minji"]]


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def word(answer: Answered[ClawBack] | Answered[Repaid]) -> str:
    return answer.value.code if isinstance(answer.value, DomainError) else "ok"


def test_state_grants_may_be_clawed_back_into_a_receivable_where_spent(office: Office) -> None:
    receipt(office.world.pay("minji", "fish", 32_000))
    before = last_seq(office.world)
    done = office.claw().value
    assert isinstance(done, ClawBack)
    assert (done.amount, done.from_lot, done.owed) == (50_000, 18_000, 32_000)
    debt = f"holder_receivable:{office.world.wallets['minji'].hex}"
    assert journal(office.world, after=before) == books(f"""
        claw_back       lot:minji/1 -> grant_receivable:payback  18,000
        claw_back_spent {debt}      -> grant_receivable:payback  32,000
    """)
    assert office.world.balance("grant_receivable:payback") == 0
    assert word(office.claw(1)) == "claw_back_too_much"


def test_a_claw_back_needs_two_people_and_a_grant(office: Office) -> None:
    office.world.charge("minji", 10_000)
    bought = next(lot for lot in office.world.lots("minji") if lot.source == "bought")
    assert word(office.claw(checker=office.maker)) == "claw_back_needs_another_person"
    assert word(office.claw(lot=bought.id)) == "grant_unknown"
    assert word(office.claw(50_001)) == "claw_back_too_much"
    assert word(office.claw(20_000)) == "ok"
    assert word(office.claw(30_001)) == "claw_back_too_much"
    assert word(office.claw(30_000)) == "ok"


def test_what_expired_is_not_clawed_back_again(office: Office) -> None:
    receipt(office.world.pay("minji", "fish", 20_000))
    with office.world.begin() as conn:
        expire_lots(conn, at=office.source.expires_at)
    assert word(office.claw(20_001)) == "claw_back_too_much"
    assert word(office.claw(20_000)) == "ok"
    assert office.owed() == 20_000


def test_a_debt_is_repaid_by_a_bank_receipt_or_with_consent_only(office: Office) -> None:
    receipt(office.world.pay("minji", "fish", 50_000))
    office.claw()
    office.world.charge("minji", 100_000)
    assert word(office.repay(10_000)) == "repayment_needs_proof"
    assert word(office.repay(50_001, consent=True)) == "repayment_too_much"
    before = last_seq(office.world)
    assert word(office.repay(10_000, receipt="bank-1")) == "ok"
    assert word(office.repay(10_000, receipt="bank-1")) == "bank_receipt_used"
    assert word(office.repay(40_000, consent=True)) == "ok"
    debt = f"holder_receivable:{office.world.wallets['minji'].hex}"
    assert journal(office.world, after=before) == books(f"""
        claw_back_repaid         bank:trust  -> {debt}  10,000
        claw_back_repaid_paid    lot:minji/2 -> {debt}  37,200
        claw_back_repaid_subsidy lot:minji/2 -> {debt}   2,800
    """)
    assert office.owed() == 0


def test_what_a_cancel_brings_back_to_a_clawed_lot_repays_the_debt(office: Office) -> None:
    paid = receipt(office.world.pay("minji", "fish", 32_000))
    office.claw()
    office.world.cancel(paid, 12_000)
    with office.world.begin() as conn:
        (repaid,) = collect_refilled(conn, at=OPENED + timedelta(minutes=1))
        assert collect_refilled(conn, at=OPENED + timedelta(minutes=2)) == []
    assert (repaid.amount, repaid.how) == (12_000, "refilled")
    assert (office.owed(), office.world.left("minji")) == (20_000, [0])


def test_a_claw_back_key_answers_the_same_for_ever(office: Office) -> None:
    first, again = office.claw(1_000, key="one"), office.claw(1_000, key="one")
    assert (again.value, again.replayed) == (first.value, True)
    assert word(office.claw(1_001, key="one")) == "idempotency_key_reused"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(spent=st.integers(1, 50_000), clawed=st.integers(1, 50_000))
def test_whatever_was_spent_the_state_gets_back_what_it_takes_back(office: Office, spent: int, clawed: int) -> None:
    name = f"w{len(office.world.wallets)}"
    office.world.wallet(name)
    run(office.world, office.source, credit_file(office.world, [(name, 50_000, name)]))
    (lot,) = office.world.lots(name)
    before = office.world.balance("grant_receivable:payback")
    receipt(office.world.pay(name, "fish", spent))
    done = office.claw(clawed, lot=lot.id).value
    assert isinstance(done, ClawBack)
    assert done.from_lot == min(clawed, 50_000 - spent)
    assert office.world.balance("grant_receivable:payback") == before - clawed
    assert office.world.left(name) == [50_000 - spent - done.from_lot]
