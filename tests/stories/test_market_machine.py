"""A market run at random against the model: every answer, every lot, every balance, after every step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.kit.database import Database, clone_database, drop_database
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.ledger.dates import effective_date
from onnuri.ledger.post import reverse, take_lane
from onnuri.merchants.change_status import StatusChange, change_statuses
from onnuri.merchants.settlement_account import NewShopAccount, register_shop_accounts
from onnuri.merchants.status import ShopStatus
from onnuri.payments.batch import Item
from onnuri.people.sealing import sealer_of
from onnuri.settlement.calendar import BankCalendar
from onnuri.settlement.model import BankWord
from onnuri.settlement.payout import request_payouts
from onnuri.settlement.record import record_words
from onnuri.vouchers.charging.charge import settle_charge
from tests import model as m
from tests.invariants import violations
from tests.world import INSTITUTION, NO_FUNDS, OPENED, PAID, SILENCE, World, code, receipt, said, settled

T = TypeVar("T")
WALLETS = ("minji", "junho", "sora")
SHOPS = ("fish", "rice", "tea")
wallets = st.sampled_from(range(3))
amounts = st.sampled_from([100, 3_000, 3_000, 12_500, 12_500, 30_000, 47_000, 150_000, 700_000])
seldom = st.sampled_from([False, False, False, True])
shops = st.sampled_from([0, 0, 1, 2])
specials = st.sampled_from([None, None, None, None, "ticket-1", "ticket-2", "too large", "unknown shop"])


class Market(RuleBasedStateMachine):
    """Does a thing to the product and to the model, and compares."""

    template: Database

    @initialize()
    def open(self) -> None:
        self.database = clone_database(self.template, f"machine_{uuid4().hex[:12]}")
        self.world = World(self.database)
        self.now = OPENED
        for name in WALLETS:
            self.world.wallet(name)
        self.shop_ids = [self.world.shop(name).id for name in SHOPS]
        self.model = m.Model([m.Wallet() for _ in WALLETS], [m.Shop() for _ in SHOPS], _due_on)
        for place in range(2):
            self._register_account(place)
        self.model.shops[2].has_account = False
        self.payments: dict[m.Payment, UUID] = {}
        self.charges: dict[m.Charge, UUID] = {}
        self.payouts: dict[m.Payout, UUID] = {}
        for who in range(3):
            for face in (120_000, 80_000):
                self.charge(who, face, PAID)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.close()
            try:
                assert violations(self.database) == []
            finally:
                drop_database(self.database)

    def tick(self) -> None:
        self.now += timedelta(seconds=1)

    @rule(hours=st.sampled_from([1, 1, 13, 13, 24, 24, 49, 24 * 8, 24 * 31]), close=st.booleans())
    def wait(self, hours: int, close: bool) -> None:
        self.now += timedelta(hours=hours)
        yesterday = m.day_of(self.now) - timedelta(days=1)
        if close and (self.model.last_day is None or yesterday > self.model.last_day):
            self.world.close_day(yesterday, at=self.now)
            self.model.close(yesterday)

    @rule(
        who=wallets,
        face=st.sampled_from([9_000, 10_500, 20_000, 50_000, 300_000, 1_000_000, 2_000_000]),
        bank=st.sampled_from([PAID, PAID, PAID, NO_FUNDS, SILENCE]),
    )
    def charge(self, who: int, face: int, bank: Answer) -> None:
        self.tick()
        expected = self.model.charge(self.model.wallets[who], face, self.now)
        answer = self.world.charge(WALLETS[who], face, at=self.now, bank=bank)
        assert code(answer) == expected
        if expected == "ok":
            made = self.model.wallets[who].charges[-1]
            self.charges[made] = settled(answer).id
            if bank is not SILENCE:
                self.model.bank_says(made, moved=bank is PAID)

    @precondition(lambda self: any(charge.status == "OPEN" for charge in self.charges))
    @rule(pick=st.integers(0, 50), moved=st.booleans())
    def the_bank_is_asked_again(self, pick: int, moved: bool) -> None:
        self.tick()
        charge = _pick([charge for charge in self.charges if charge.status == "OPEN"], pick)
        with self.world.begin() as conn:
            settle_charge(conn, self.charges[charge], PAID if moved else NO_FUNDS, inquired=True, at=self.now)
        self.model.bank_says(charge, moved=moved)

    @precondition(lambda self: any(charge.lot for charge in self.charges))
    @rule(pick=st.integers(0, 50), sure=seldom)
    def reverse(self, pick: int, sure: bool) -> None:
        self.tick()
        if not sure:
            return
        charge = _pick([charge for charge in self.charges if charge.lot], pick)
        assert self._refused_or_ok(lambda: self._reverse(self.charges[charge])) == self.model.reverse(charge)

    @rule(wishes=st.lists(st.tuples(wallets, shops, amounts, specials), min_size=1, max_size=7))
    def pay(self, wishes: list[tuple[int, int, int, str | None]]) -> None:
        self.tick()
        items: list[Item] = []
        expected: list[str] = []
        made: list[tuple[m.Payment, int]] = []
        for place, (who, whom, amount, special) in enumerate(wishes):
            reference = special if special and special.startswith("ticket") else None
            asked = 2_000_100 if special == "too large" else amount
            known = special != "unknown shop"
            stall = SHOPS[whom] if known else "0000000"
            items.append(self.world.payment(WALLETS[who], stall, asked, reference=reference))
            shop = self.model.shops[whom] if known else None
            expected.append(self.model.pay(self.model.wallets[who], shop, asked, self.now, reference))
            if expected[-1] == "ok":
                made.append((self.model.payments[-1], place))
        answers = self.world.run(items, at=self.now)
        assert [code(answer) for answer in answers] == expected
        for payment, place in made:
            paid = receipt(answers[place])
            assert (paid.business_date, [part.amount for part in paid.lots]) == (
                payment.day, [part for _, part in payment.taken],
            )  # fmt: skip
            self.payments[payment] = paid.id
        again = self.world.run(items, at=self.now)
        assert [said(answer) for answer in again] == [said(answer) for answer in answers]
        assert all(answer.replayed for answer in again)

    @precondition(lambda self: self.payments)
    @rule(
        picks=st.lists(st.integers(0, 50), min_size=1, max_size=3),
        amount=st.none() | amounts,
        own=st.sampled_from([True, True, True, False]),
    )
    def cancel(self, picks: list[int], amount: int | None, own: bool) -> None:
        self.tick()
        chosen = [_pick(list(self.payments), -1 - pick) for pick in picks]
        expected = [self.model.cancel(payment, amount, self.now, own=own) for payment in chosen]
        items: list[Item] = []
        for payment in chosen:
            place = self.model.shops.index(payment.shop)
            shop = SHOPS[place if own else place - 1]
            items.append(self.world.cancel_of(self.payments[payment], amount, shop=shop))
        assert [code(answer) for answer in self.world.run(items, at=self.now)] == expected

    @rule(whom=shops, sure=seldom)
    def suspend_or_let_in_again(self, whom: int, sure: bool) -> None:
        self.tick()
        shop = self.model.shops[whom]
        if shop.active and not sure:
            return
        shop.active = not shop.active
        step = StatusChange(self.shop_ids[whom], ShopStatus.ACTIVE if shop.active else ShopStatus.SUSPENDED, "test")
        with self.world.begin() as conn:
            change_statuses(conn, changes=[step], at=self.now, by="test")

    @rule(whom=shops)
    def register_an_account(self, whom: int) -> None:
        self.tick()
        self._register_account(whom)
        self.model.shops[whom].has_account = True

    @precondition(lambda self: any(line.paid_by is None for shop in self.model.shops for line in shop.lines))
    @rule(early=seldom)
    def pay_out(self, early: bool) -> None:
        self.tick()
        if not early:
            due = [line.due_on for shop in self.model.shops for line in shop.lines if line.paid_by is None]
            self.now += timedelta(days=max(0, (max(due) - m.day_of(self.now)).days))
        today = m.day_of(self.now)
        before = len(self.model.payouts)
        made = request_payouts(self.world.begin, on=today, institution_code=INSTITUTION, at=self.now)
        assert made.count == self.model.pay_out(today)
        fresh = self.model.payouts[before:]
        assert made.amount == sum(payout.amount for payout in fresh)
        with self.world.begin() as conn:
            rows = conn.execute(
                text("SELECT shop_id, id FROM shared.payouts WHERE requested_at = :at"), {"at": self.now}
            )
            by_shop = {row.shop_id: row.id for row in rows}
        for payout in fresh:
            self.payouts[payout] = by_shop[self.shop_ids[self.model.shops.index(payout.shop)]]

    @precondition(lambda self: self.payouts)
    @rule(
        pick=st.integers(0, 50),
        verdict=st.sampled_from(
            [Verdict.SUCCEEDED, Verdict.SUCCEEDED, Verdict.FAILED_ACCOUNT, Verdict.RETRY_LATER, Verdict.UNKNOWN]
        ),
    )
    def the_bank_answers_a_payout(self, pick: int, verdict: Verdict) -> None:
        self.tick()
        payout = _pick(list(self.payouts), pick)
        with self.world.begin() as conn:
            record_words(conn, [BankWord(self.payouts[payout], Answer(verdict), inquired=True)], at=self.now)
        if payout.status == "OPEN" and verdict is not Verdict.UNKNOWN:
            paid = verdict is Verdict.SUCCEEDED
            self.model.payout_ends(payout, paid=paid, account_good=verdict is not Verdict.FAILED_ACCOUNT)

    @invariant()
    def every_balance_is_as_predicted(self) -> None:
        with self.world.begin() as conn:
            lots = conn.execute(
                text("SELECT l.charge_id, b.credits - b.debits FROM lots l JOIN balances b USING (account_id)")
            )
            left = {row[0]: int(row[1]) for row in lots}
            accounts = conn.execute(
                text("SELECT a.path, b.credits - b.debits FROM accounts a JOIN balances b ON b.account_id = a.id")
            )
            found = {row[0]: int(row[1]) for row in accounts}
        assert left == {self.charges[charge]: charge.lot.left for charge in self.charges if charge.lot}
        for id, shop in zip(self.shop_ids, self.model.shops, strict=True):
            assert found.get(f"merchant:{id.hex}", 0) == shop.earned
            assert found.get(f"merchant_receivable:{id.hex}", 0) == -shop.owes
        assert found.get("payout_in_flight:all", 0) == self.model.in_flight
        assert found.get("bank:trust", 0) == -self.model.bank
        assert found.get("subsidy_receivable:digital", 0) == -self.model.subsidy
        assert sum(found.values()) == 0
        assert self.model.bank + self.model.subsidy == self.model.outstanding

    def _register_account(self, whom: int) -> None:
        account = NewShopAccount(self.shop_ids[whom], "097", "1234567890", "상인")
        with self.world.begin() as conn:
            register_shop_accounts(conn, sealer_of(self.database.settings), [account], at=self.now)

    def _reverse(self, charge_id: UUID) -> None:
        with self.world.begin() as conn:
            head = take_lane(conn)
            entry = conn.execute(text("SELECT entry_id FROM charges WHERE id = :id"), {"id": charge_id}).scalar_one()
            on = effective_date(self.now, head)
            reverse(conn, entry, id=new_id(self.now), on=on, reason="test", at=self.now)

    def _refused_or_ok(self, act: Callable[[], None]) -> str:
        try:
            act()
        except DomainError as refusal:
            return refusal.code
        return "ok"


def _pick(things: list[T], place: int) -> T:
    return things[place % len(things)]


def _due_on(day: date) -> date:
    return BankCalendar().after_bank_days(day, 2)


@pytest.mark.slow
@pytest.mark.timeout(900)  # a failure is made small before it is shown
def test_a_market_at_random_is_as_the_model_says(template: Database) -> None:
    Market.template = template
    run_state_machine_as_test(
        Market,
        settings=settings(
            stateful_step_count=30,
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        ),
    )
