"""A company buys from its bank account, without discount, and hands out by list; as the books tell it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.banks.wire import Inquiry, Withdrawal
from onnuri.kit.clock import SEOUL
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered, KeyReused
from onnuri.vouchers.charging.run_charge import Charging
from onnuri.vouchers.giving.company_account import NewCompanyAccount, register_company_account, revoke_company_account
from onnuri.vouchers.giving.company_buy import PurchaseOrder, purchase, settle_purchase
from onnuri.vouchers.giving.corporate import Purchase, company_source, register_company
from onnuri.vouchers.giving.run_purchase import resolve_purchases, run_purchase
from tests.books import books, journal
from tests.vouchers.giving import credit_file, run
from tests.world import INSTITUTION, NO_FUNDS, OPENED, PAID, SILENCE, World, request_key

HEARD_NOTHING_OF_IT = Answer(Verdict.NO_SUCH_TRANSFER)


class Killed(Exception):
    """The process died between the bank call and the books."""


class Bank:
    """Says what it is told to say, and remembers what it was asked."""

    institution_code = INSTITUTION

    def __init__(self, says: Answer, *later: Answer) -> None:
        self.says, self.later = says, list(later)
        self.sent: list[Withdrawal] = []
        self.asked: list[Inquiry] = []
        self.kill = False

    def withdraw(self, order: Withdrawal) -> Answer:
        """Take an order; the caller may not live to hear the answer."""
        self.sent.append(order)
        if self.kill:
            raise Killed
        return self.says

    def inquire(self, inquiry: Inquiry) -> Answer:
        """Answer what became of it."""
        self.asked.append(inquiry)
        return self.later.pop(0) if len(self.later) > 1 else self.later[0]


class Office:
    """A verified company with a bank account, and recipients."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.begin() as conn:
            self.company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
            account = NewCompanyAccount(self.company, f"{77:024d}", "097", "***", world.clerk)
            self.account = register_company_account(conn, account, at=OPENED)

    def buy(self, amount: int, bank: Bank, *, key: str = "one", at: datetime = OPENED) -> Answered[Purchase]:
        order = PurchaseOrder(request_key(key, str(amount)), self.company, amount)
        return run_purchase(self.edge(bank, at), order)

    def resolve(self, bank: Bank, *, at: datetime, patient: bool = True) -> list[str]:
        return [made.status for made in resolve_purchases(self.edge(bank, at), patient=patient)]

    def edge(self, bank: Bank, at: datetime) -> Charging:
        return Charging(self.world.begin, bank, lambda: at)

    def events(self) -> Sequence[Any]:
        with self.world.begin() as conn:
            rows = conn.exec_driver_sql("SELECT topic FROM outbox WHERE topic LIKE 'company.%%' ORDER BY position")
            return list(rows.scalars())


@pytest.fixture
def office(world: World) -> Office:
    world.wallet("minji")
    world.wallet("halmoni")
    return Office(world)


def bought(answer: Answered[Purchase]) -> Purchase:
    assert isinstance(answer.value, Purchase), answer.value
    return answer.value


def word(answer: Answered[Purchase]) -> str:
    return answer.value.code if isinstance(answer.value, DomainError) else answer.value.status


def seoul(day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SEOUL)


def test_a_company_buys_won_for_won_from_its_account_and_hands_out_by_list(office: Office) -> None:
    bank = Bank(PAID)
    made = bought(office.buy(100_000, bank))
    assert (made.status, made.how, made.amount) == ("SUCCEEDED", "withdrawal", 100_000)
    assert [(order.amount, order.bank_tran_id) for order in bank.sent] == [(100_000, made.bank_tran_id)]
    with office.world.begin() as conn:
        source = company_source(conn, office.company, at=OPENED)
    run(office.world, source, credit_file(office.world, [("minji", 40_000, "r1"), ("halmoni", 30_000, "r2")]))
    company = office.company.hex
    assert journal(office.world) == books(f"""
        company_bought bank:trust         -> purchase:{company} 100,000
        company_credit purchase:{company} -> lot:minji/1         40,000
        company_credit purchase:{company} -> lot:halmoni/1       30,000
    """)
    assert office.events() == ["company.bought"]


def test_what_the_bank_refuses_writes_no_books(office: Office) -> None:
    made = bought(office.buy(100_000, Bank(NO_FUNDS)))
    assert (made.status, made.bank_code_given, made.bank_message) == ("FAILED", "455", "잔액 부족")
    assert journal(office.world) == ""
    assert office.events() == ["company.purchase_failed"]


def test_silence_is_unknown_and_resolved_by_inquiry_never_by_sending_again(office: Office) -> None:
    bank = Bank(SILENCE, SILENCE, PAID)
    assert word(office.buy(100_000, bank)) == "UNKNOWN"
    assert journal(office.world) == ""
    assert office.resolve(bank, at=OPENED + timedelta(seconds=59)) == []
    assert office.resolve(bank, at=OPENED + timedelta(minutes=1)) == ["UNKNOWN"]
    assert office.resolve(bank, at=OPENED + timedelta(minutes=3)) == ["SUCCEEDED"]
    assert office.resolve(bank, at=OPENED + timedelta(hours=3)) == []
    assert (len(bank.sent), len(bank.asked)) == (1, 2)
    assert journal(office.world) == books(f"company_bought bank:trust -> purchase:{office.company.hex} 100,000")


def test_a_process_killed_while_the_bank_worked_loses_nothing_and_sends_nothing_twice(office: Office) -> None:
    bank = Bank(PAID, PAID)
    bank.kill = True
    with pytest.raises(Killed):
        office.buy(100_000, bank)
    assert journal(office.world) == ""
    again = office.buy(100_000, bank)
    assert (word(again), again.replayed) == ("REQUESTED", True)
    assert office.resolve(bank, at=OPENED + timedelta(minutes=2)) == ["SUCCEEDED"]
    assert len(bank.sent) == 1
    assert office.world.balance(f"purchase:{office.company.hex}") == 100_000


def test_killed_before_it_was_sent_it_ends_failed_only_after_the_bank_denied_it_three_times(office: Office) -> None:
    bank = Bank(PAID, HEARD_NOTHING_OF_IT)
    bank.kill = True
    with pytest.raises(Killed):
        office.buy(100_000, bank)
    told = [office.resolve(bank, at=OPENED + timedelta(hours=1), patient=False) for _ in range(4)]
    assert told == [["UNKNOWN"], ["UNKNOWN"], ["FAILED"], []]
    assert journal(office.world) == ""


def test_a_key_buys_once_and_a_late_answer_changes_nothing(office: Office) -> None:
    bank = Bank(PAID)
    first = office.buy(100_000, bank)
    again = office.buy(100_000, bank)
    assert (again.value, again.replayed) == (first.value, True)
    with pytest.raises(KeyReused):
        office.buy(200_000, bank)
    with office.world.begin() as conn:
        late = settle_purchase(conn, bought(first).id, NO_FUNDS, inquired=True, at=OPENED)
    assert late.status == "SUCCEEDED"
    assert (len(bank.sent), office.world.balance(f"purchase:{office.company.hex}")) == (1, 100_000)


def test_of_many_answers_at_once_one_is_booked(office: Office) -> None:
    made = bought(office.buy(100_000, Bank(SILENCE)))
    barrier = threading.Barrier(8)

    def settle() -> None:
        barrier.wait()
        with office.world.begin() as conn:
            settle_purchase(conn, made.id, PAID, inquired=True, at=OPENED)

    threads = [threading.Thread(target=settle) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert office.world.balance(f"purchase:{office.company.hex}") == 100_000
    assert office.events() == ["company.bought"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (seoul(20, 23, 29, 59), "SUCCEEDED"),
        (seoul(20, 23, 30), "bank_closed"),
        (seoul(21, 0, 29, 59), "bank_closed"),
        (seoul(21, 0, 30), "SUCCEEDED"),
    ],
)
def test_a_company_buys_only_while_the_bank_is_open(office: Office, at: datetime, expected: str) -> None:
    bank = Bank(PAID)
    assert word(office.buy(100_000, bank, at=at)) == expected
    assert len(bank.sent) == (expected == "SUCCEEDED")


def test_without_a_company_or_an_account_nothing_is_sent(office: Office) -> None:
    bank = Bank(PAID)
    with office.world.begin() as conn:
        revoke_company_account(conn, office.company, by=office.world.clerk, at=OPENED)
    assert word(office.buy(100_000, bank)) == "no_company_account"
    assert word(office.buy(10**12, bank, key="large")) == "company_purchase_too_large"
    stranger = run_purchase(office.edge(bank, OPENED), PurchaseOrder(request_key("x"), UUID(int=5), 1))
    assert (word(stranger), bank.sent) == ("company_unknown", [])
    with office.world.begin() as conn, pytest.raises(DomainError, match="no such purchase"):
        purchase(conn, UUID(int=5))
