"""The machine of value with what others give and take: grants, claw-backs, a company, payouts, handovers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import text

from onnuri.banks.answers import Answer
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.claw_backs.claw_back import ClawBackOrder, claw_back
from onnuri.vouchers.claw_backs.claw_back_repay import Repayment, collect_refilled, repay
from onnuri.vouchers.giving.corporate import (
    CompanyPurchase,
    buy_for_company,
    company_source,
    move_to_lane,
    register_company,
)
from onnuri.vouchers.refunding.refund import Refund, settle_refund
from onnuri.vouchers.refunding.unclaimed import UnclaimedOrder, request_unclaimed
from onnuri.vouchers.wallets.handover import Handover, handovers, reject_handover
from tests import model_value as m
from tests.model_given import Given, Grant, Payout
from tests.stories.purse import NAMES, Purse, answers, holders, part, pick_one, picks, shares
from tests.vouchers import giving
from tests.vouchers.test_wallet_life import block, hand_over, lift, person
from tests.world import INSTITUTION, NO_FUNDS, PAID, SILENCE, request_key


class FullPurse(Purse):
    """Does what others do to wallets too."""

    value = Given
    lanes = ("lane_00", "lane_01")
    lane_of = (0, 0, 1)
    model: Given
    ran: ClassVar[Counter[str]] = Counter()
    """How often each path ran, over all examples."""

    @initialize()
    def open(self) -> None:
        super().open()
        self.programmes = 0
        self.payouts: dict[Payout, UUID] = {}
        self.people = (person(self.world, "orders"), person(self.world, "approves"))
        with self.world.begin() as conn:
            self.company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=self.now)

    @rule(who=holders, thousands=st.sampled_from([1, 7, 20]), days=st.sampled_from([31, 40, 400]))
    def grant(self, who: int, thousands: int, days: int) -> None:
        self.tick()
        self.programmes += 1
        source = giving.programme(self.world, f"p{self.programmes}", days=days, at=self.now)
        file = giving.credit_file(self.world, [(NAMES[who], thousands * 1_000, "r1")])
        assert giving.run(self.world, source, file, at=self.now).refused == 0
        self._name(self.model.grant(who, thousands * 1_000, self.now, self.now + timedelta(days=days)))

    def _name(self, lot: m.Lot) -> None:
        with self.begin(lot.owner) as conn:
            query = text("SELECT id FROM lots WHERE wallet_id = :wallet AND created_at = :at")
            lot.id = conn.execute(query, {"wallet": self.owners[lot.owner], "at": self.now}).scalar_one()

    @precondition(lambda self: self.model.grants())
    @rule(pick=picks, share=shares, whole=st.booleans())
    def claw(self, pick: int, share: int, whole: bool) -> None:
        self.tick()
        lot = pick_one(self.model.grants()[::-1], pick)
        assert lot.id
        amount = None if whole else part(lot.worth - lot.claimed, share)
        order = ClawBackOrder(request_key(uuid4().hex), new_id(self.now), lot.id, amount, "부정 수급", *self.people)
        owed = sum(self.model.debts.values())
        expected = self.model.claw_back(lot, amount)
        with self.begin(lot.owner) as conn:
            (answer,) = claw_back(conn, [order], at=self.now)
        assert _said(answer.value) == expected
        self._count("claw_back", expected, "spent" if sum(self.model.debts.values()) > owed else "kept")

    @rule(who=holders, share=st.integers(100, 900))
    def take_back_what_is_spent(self, who: int, share: int) -> None:
        self.grant(who, 20, 40)
        self.pay(who, share)
        self.claw(0, 1_000, whole=True)

    @precondition(lambda self: self.model.clawed)
    @rule(who=holders, share=shares, from_value=st.booleans())
    def repay(self, who: int, share: int, from_value: bool) -> None:
        self.tick()
        debtors = [each for each, won in self.model.debts.items() if won]
        who = pick_one(debtors, who) if debtors else who
        amount = part(self.model.debts.get(who, 0), share)
        before = self.model.repaid_shares
        expected = self.model.repay(who, amount, self.now, from_value=from_value)
        item = Repayment(
            request_key(uuid4().hex), new_id(self.now), self.owners[who], amount,
            self.now if from_value else None, None if from_value else uuid4().hex,
        )  # fmt: skip
        with self.begin(who) as conn:
            (answer,) = repay(conn, [item], at=self.now)
        assert _said(answer.value) == expected
        self._count("repay", expected, "shares" if self.model.repaid_shares != before else "face or money")

    @rule(thousands=st.sampled_from([30, 500]))
    def company_buys(self, thousands: int) -> None:
        self.tick()
        self.model.buy(thousands * 1_000)
        item = CompanyPurchase(new_id(self.now), request_key(uuid4().hex), self.company, thousands * 1_000, uuid4().hex)
        with self.world.begin() as conn:
            (answer,) = buy_for_company(conn, [item], at=self.now)
        assert _said(answer.value) == "ok"
        self._count("company", "buys")

    @precondition(lambda self: self.model.company[0])
    @rule(who=holders, share=st.integers(1, 1_000))
    def company_gives(self, who: int, share: int) -> None:
        self.tick()
        lane = self.lane_of[who]
        has = self.model.company[lane] + (self.model.company[0] if lane else 0)
        amount = part(has, share)
        missing = max(0, amount - self.model.company[lane])
        with self.world.begin() as conn:
            source = company_source(conn, self.company, at=self.now)
            if missing:
                move_to_lane(conn, self.company, self.lanes[lane], missing, at=self.now)
        expected = self.model.give(who, amount, lane, self.now)
        file = giving.credit_file(self.world, [(NAMES[who], amount, uuid4().hex)])
        assert giving.run(self.world, source, file, at=self.now).refused == (expected != "ok")
        if expected == "ok":
            self._name(self.model.lots[-1])
        self._count("company", expected, self.lanes[lane])

    @precondition(lambda self: self.model.unclaimed)
    @rule(who=holders, bank=answers)
    def pay_out(self, who: int, bank: Answer) -> None:
        self.tick()
        owing = [each for each, won in self.model.unclaimed.items() if won]
        who = pick_one(owing, who) if owing else who
        expected = self.model.ask_payout(who, self.now)
        order = UnclaimedOrder(request_key(uuid4().hex), self.owners[who])
        with self.begin(who) as conn:
            answer = request_unclaimed(conn, order, institution_code=INSTITUTION, at=self.now).value
        assert _said(answer) == expected
        self._count("payout", expected)
        if isinstance(answer, Refund):
            self.payouts[self.model.payouts[-1]] = answer.id
            self._payout_answered(self.model.payouts[-1], bank)

    @precondition(lambda self: any(payout.status == "OPEN" for payout in self.payouts))
    @rule(pick=picks, bank=st.sampled_from([PAID, NO_FUNDS]))
    def the_bank_is_asked_about_a_payout(self, pick: int, bank: Answer) -> None:
        self.tick()
        self._payout_answered(pick_one([each for each in self.payouts if each.status == "OPEN"], pick), bank)

    def _payout_answered(self, payout: Payout, bank: Answer) -> None:
        with self.begin(payout.owner) as conn:
            settle_refund(conn, self.payouts[payout], bank, inquired=True, at=self.now)
        if bank is not SILENCE:
            self.model.payout_answered(payout, moved=bank is PAID)
            self._count("payout", payout.status)

    @rule(who=holders, other=st.integers(1, 2), patient=st.booleans())
    def hand_over(self, who: int, other: int, patient: bool) -> None:
        """Freeze a wallet, hand all of it over in four eyes, open it again; or wait until that may be done."""
        late = [p.at + timedelta(days=7) for p in self.payments if p.owner == who and p.amount > p.back]
        if patient and late:
            self.now = max(self.now, *late)
        self.tick()
        to, had = (who + other) % 3, len(self.model.lots)
        graced = any(lot.grace_until and lot.left and lot.owner == who for lot in self.model.lots)
        owed = self.model.unclaimed.get(who, 0)
        own = self.model.own_again
        block(self.world, NAMES[who], at=self.now)
        expected = self.model.hand_over(who, to, self.now)
        done = self._handed_over(NAMES[who], NAMES[to])
        assert _said(done) == expected, (_said(done), expected)
        lift(self.world, NAMES[who], "frozen", at=self.now)
        crosses = "across" if self.lane_of[who] != self.lane_of[to] else "within"
        self._count("handover", expected, crosses)
        if isinstance(done, Handover):
            self._name_handed(done.id, self.model.lots[had:], crossed=crosses == "across")
            for what, was in (("graced", graced), ("owed", owed > 0), ("repaid", self.model.own_again > own)):
                if was:
                    self._count("handover", what, crosses)

    def _handed_over(self, giver: str, receiver: str) -> Handover | DomainError:
        try:
            return hand_over(self.world, giver, receiver, at=self.now)
        except DomainError as refusal:
            with self.world.begin() as conn:  # what could be proposed and not approved is turned down
                for each in handovers(conn):
                    if each.status == "PROPOSED":
                        reject_handover(conn, each.id, by=self.people[1], at=self.now)
            return refusal

    def _name_handed(self, handover_id: UUID, lots: list[m.Lot], *, crossed: bool) -> None:
        if not lots:
            return
        with self.begin(lots[0].owner) as conn:
            query = text("SELECT lot_id FROM lot_origins WHERE handover_id = :id ORDER BY lot_id")
            ids = list(conn.execute(query, {"id": handover_id}).scalars())
        assert len(ids) == len(lots)
        for id, lot in zip(ids, lots, strict=True):
            lot.id = id
            if lot.charge and crossed:
                self.charges[lot.charge] = id

    @rule()
    def upkeep(self) -> None:
        for lane in self.lanes:
            with self.world.begin(lane) as conn:
                collect_refilled(conn, at=self.now)
        if self.model.collect():
            self._count("repay", "refilled")
        own, expired = self.model.own_again, self.model.expired_grant
        super().upkeep()
        if self.model.own_again > own:
            self._count("expiry", "repaid")
        if self.model.expired_grant > expired:
            self._count("expiry", "grant")

    @invariant()
    def grants_are_where_the_model_says(self) -> None:
        granted, found = self.model.granted_whereabouts()
        assert granted == found
        for lot in self.model.lots:
            assert not isinstance(lot, Grant) or lot.worth == lot.left + lot.used + lot.away

    def _count(self, *what: str) -> None:
        self.ran[" ".join(what)] += 1


def _said(answer: object) -> str:
    return answer.code if isinstance(answer, DomainError) else "ok"
