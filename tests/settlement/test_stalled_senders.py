"""Whoever stands still between storing an order and sending it wakes too late: what was given up is not sent."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.banks.deposit_to_user import UserDeposit
from onnuri.banks.wire import Deposit, Inquiry, Withdrawal
from onnuri.ops.work import Bench, work_once
from onnuri.settlement.breaks import list_open_breaks
from onnuri.settlement.model import BankWord
from onnuri.settlement.record import record_words
from onnuri.settlement.send import send_payouts
from onnuri.vouchers.charging.charge import settle_charge
from onnuri.vouchers.charging.run_charge import Charging, resolve_charges, run_charge
from onnuri.vouchers.giving.company_account import NewCompanyAccount, register_company_account
from onnuri.vouchers.giving.company_buy import PurchaseOrder, settle_purchase
from onnuri.vouchers.giving.corporate import Purchase, register_company
from onnuri.vouchers.giving.run_purchase import resolve_purchases, run_purchase
from onnuri.vouchers.model import Charge
from onnuri.vouchers.refunding.refund import Refund, RefundOrder, settle_refund
from onnuri.vouchers.refunding.refund_rule import RefundKind
from onnuri.vouchers.refunding.run_refund import Refunding, resolve_refunds, run_refund
from tests.settlement.town import FRIDAY, TUESDAY, Town, seoul
from tests.vouchers.money_back import charge_of
from tests.world import INSTITUTION, OPENED, PAID, request_key

Begin = Callable[[], AbstractContextManager[Connection]]


@dataclass(slots=True)
class Bank:
    """A bank that does whatever reaches it, and knows nothing else."""

    sent: list[str] = field(default_factory=list[str])
    institution_code: str = INSTITUTION

    def withdraw(self, order: Withdrawal) -> Answer:
        """Debit an account."""
        return self._do(order.bank_tran_id)

    def deposit_to_user(self, order: UserDeposit) -> Answer:
        """Credit a holder."""
        return self._do(order.bank_tran_id)

    def deposit(self, order: Deposit) -> Answer:
        """Credit a shop."""
        return self._do(order.bank_tran_id)

    def inquire(self, inquiry: Inquiry) -> Answer:
        """Say whether an order came."""
        return PAID if inquiry.original_tran_id in self.sent else Answer(Verdict.NO_SUCH_TRANSFER)

    def _do(self, id: str) -> Answer:
        self.sent.append(id)
        return PAID


@dataclass(slots=True)
class Sender:
    """Somebody who falls asleep right after the first commit, while the worker goes on."""

    town: Town
    meanwhile: Callable[[], datetime]
    at: datetime = OPENED
    awake: bool = True

    def now(self) -> datetime:
        """Tell the time."""
        return self.at

    @contextmanager
    def begin(self) -> Generator[Connection]:
        """Begin as anybody does; after the first commit sleep."""
        with self.town.world.begin() as conn:
            yield conn
        if self.awake:
            self.awake = False
            self.at = self.meanwhile()


def worker(resolve: Callable[[datetime], object], *minutes: int) -> Callable[[], datetime]:
    """Let the worker ask at these minutes; the sender wakes up at the last."""

    def ask() -> datetime:
        for minute in minutes:
            resolve(OPENED + timedelta(minutes=minute))
        return OPENED + timedelta(minutes=minutes[-1])

    return ask


@pytest.fixture
def company(town: Town) -> UUID:
    """A verified company with a bank account."""
    with town.world.begin() as conn:
        id = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
        register_company_account(conn, NewCompanyAccount(id, f"{77:024d}", "097", "***", town.world.clerk), at=OPENED)
    return id


def told_of(town: Town) -> Sequence[tuple[str, int]]:
    """List the breaks after two passes of the worker over what was heard."""
    assert town.breaks() == []
    for _ in range(2):
        work_once(Bench(town.world.engines, town.bank, lambda: OPENED + timedelta(hours=3)))
    with town.world.begin() as conn:
        (found,) = list_open_breaks(conn, on=FRIDAY)
    assert (found.owner, found.explanation.count("원"), found.age_days) == ("operator", 1, 0)
    return town.breaks()


def test_a_refund_given_up_is_not_sent_by_who_wakes_too_late(town: Town) -> None:
    town.wallet("minji", 100_000)
    bank, begin = Bank(), town.world.begin
    asking = worker(lambda at: resolve_refunds(Refunding(begin, bank, lambda: at)), 2, 4, 8)
    sender = Sender(town, asking)
    order = RefundOrder(
        request_key("r"), town.world.wallets["minji"], charge_of(town.world, "minji"), RefundKind.CHARGE_CANCEL
    )
    made = run_refund(Refunding(sender.begin, bank, sender.now), order).value
    assert isinstance(made, Refund)
    assert (made.status, bank.sent, town.world.left("minji")) == ("FAILED", [], [100_000])
    with begin() as conn:  # should the bank have paid all the same, that is not forgotten
        assert settle_refund(conn, made.id, PAID, inquired=False, at=OPENED + timedelta(hours=1)).status == "FAILED"
        settle_refund(conn, made.id, PAID, inquired=True, at=OPENED + timedelta(hours=2))
    assert told_of(town) == [("paid_after_failed", 0)]


def test_a_charge_given_up_is_not_sent_by_who_wakes_too_late(town: Town) -> None:
    town.world.wallet("minji")
    bank, begin = Bank(), town.world.begin
    asking = worker(lambda at: resolve_charges(Charging(begin, bank, lambda: at)), 2, 4, 8)
    sender = Sender(town, asking)
    made = run_charge(Charging(sender.begin, bank, sender.now), town.world.order("minji", 50_000)).value
    assert isinstance(made, Charge)
    assert (made.status, bank.sent, town.world.left("minji")) == ("FAILED", [], [])
    with begin() as conn:
        assert settle_charge(conn, made.id, PAID, inquired=False, at=OPENED + timedelta(hours=1)).status == "FAILED"
    assert told_of(town) == [("paid_after_failed", 0)]


def test_a_purchase_given_up_is_not_sent_by_who_wakes_too_late(town: Town, company: UUID) -> None:
    bank, begin = Bank(), town.world.begin
    asking = worker(lambda at: resolve_purchases(Charging(begin, bank, lambda: at)), 2, 4, 8)
    sender = Sender(town, asking)
    made = run_purchase(
        Charging(sender.begin, bank, sender.now), PurchaseOrder(request_key("buy"), company, 1_000)
    ).value
    assert isinstance(made, Purchase)
    assert (made.status, bank.sent) == ("FAILED", [])
    with begin() as conn:
        assert settle_purchase(conn, made.id, PAID, inquired=False, at=OPENED + timedelta(hours=1)).status == "FAILED"
    assert told_of(town) == [("paid_after_failed", 0)]


def test_however_often_and_fast_the_bank_is_asked_nothing_is_given_up_that_may_still_be_sent(town: Town) -> None:
    town.world.wallet("minji")
    bank, begin = Bank(), town.world.begin
    seconds = [OPENED + timedelta(seconds=each) for each in (5, 10, 15, 59)]

    def impatient() -> datetime:
        for at in seconds:
            resolve_charges(Charging(begin, bank, lambda at=at: at), patient=False)  # type: ignore[misc]  # mypy can't infer a lambda with a default
        return seconds[-1]

    sender = Sender(town, impatient)
    made = run_charge(Charging(sender.begin, bank, sender.now), town.world.order("minji", 50_000)).value
    assert isinstance(made, Charge)
    assert (made.status, len(bank.sent), town.world.left("minji")) == ("SUCCEEDED", 1, [50_000])


def sold(town: Town) -> None:
    """Sell for 40,000 won and request the payout."""
    town.wallet("minji", 100_000)
    town.shop("fish")
    town.world.pay("minji", "fish", 40_000)
    town.close()
    town.request()


def test_a_payout_given_up_is_not_sent_by_who_wakes_the_next_day(town: Town) -> None:
    sold(town)
    bank, tomorrow = Bank(), TUESDAY + timedelta(days=1)

    def given_up() -> datetime:
        for hour in (11, 12, 13):
            town.inquire(seoul(tomorrow, hour))
        assert town.statuses() == {"fish": "REJECTED"}
        return seoul(tomorrow, 14)

    sender = Sender(town, given_up, at=seoul(TUESDAY, 10))
    send_payouts(sender.begin, bank, sealer=town.sealer, now=sender.now)
    assert (bank.sent, town.statuses(), town.breaks()) == ([], {"fish": "REJECTED"}, [])
    with town.world.begin() as conn:
        id: UUID = conn.execute(text("SELECT id FROM shared.payouts")).scalar_one()
        record_words(conn, [BankWord(id, PAID, inquired=False)], at=seoul(tomorrow, 15))
    assert (town.statuses(), town.breaks()) == ({"fish": "REJECTED"}, [("paid_after_failed", 0)])


def test_a_payout_another_sends_meanwhile_is_not_sent_again_nor_said_to_have_failed(town: Town) -> None:
    sold(town)
    bank = Bank()

    def sent_by_another() -> datetime:
        for hour in (11, 12, 13):
            town.inquire(seoul(TUESDAY, hour))
        assert town.statuses() == {"fish": "REQUESTED"}
        send_payouts(town.world.begin, bank, sealer=town.sealer, now=lambda: seoul(TUESDAY, 14))
        return seoul(TUESDAY, 15)

    sender = Sender(town, sent_by_another, at=seoul(TUESDAY, 10))
    send_payouts(sender.begin, bank, sealer=town.sealer, now=sender.now)
    assert (len(bank.sent), town.statuses()) == (1, {"fish": "PAID"})
