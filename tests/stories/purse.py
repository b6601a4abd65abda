"""A machine that charges, pays, cancels, gives, pays back and expires, and a model that says what must come of it."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer
from onnuri.kit.database import Database, clone_database, drop_database
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.charging.charge import settle_charge
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.gifts.gift_model import Gift, GiftEnd
from onnuri.vouchers.refunding.refund import Refund, RefundOrder, request_refund, settle_refund
from onnuri.vouchers.refunding.refund_rule import RefundKind
from tests import model_value as m
from tests.invariants import violations
from tests.vouchers import giving
from tests.world import INSTITUTION, NO_FUNDS, OPENED, PAID, SILENCE, World, code, receipt, request_key, settled

T = TypeVar("T")
NAMES = ("minji", "halmoni", "suho")
holders = st.sampled_from(range(3))
picks = st.integers(0, 30)
shares = st.one_of(st.integers(1, 1_000), st.sampled_from([1_000, 1_000, 1_001, 0, 600, 601]))
"""How much of what is there, in thousandths: 1,000 is all of it, 1,001 one won more, 0 one won."""
answers = st.sampled_from([PAID, PAID, NO_FUNDS, SILENCE])

_LOTS = r"""
    SELECT l.id, b.credits - b.debits AS left_won,
           coalesce(sum(t.won) FILTER (WHERE t.code LIKE '%\_paid'), 0)::bigint AS paid_gone,
           coalesce(sum(t.won) FILTER (WHERE t.code LIKE '%\_subsidy'), 0)::bigint AS subsidy_gone
    FROM lots l JOIN balances b ON b.account_id = l.account_id
    LEFT JOIN LATERAL (
        SELECT code, amount AS won FROM transfers WHERE debit_account = l.account_id
        UNION ALL
        SELECT code, -amount FROM transfers WHERE credit_account = l.account_id
          AND code NOT SIMILAR TO '(charge|gift_accept|handover_in)%') AS t ON true
    GROUP BY l.id, left_won
"""
_BALANCES = "SELECT a.path, a.kind, b.credits - b.debits FROM accounts a JOIN balances b ON b.account_id = a.id"


class Purse(RuleBasedStateMachine):
    """Does a thing to the product and to the model, and compares."""

    template: Database
    value: type[m.Value] = m.Value
    lanes: tuple[str, ...] = ("lane_00",)
    lane_of: tuple[int, ...] = (0, 0, 0)

    @initialize()
    def open(self) -> None:
        self.database = clone_database(self.template, f"purse_{uuid4().hex[:12]}")
        self.world = World(self.database, lanes=self.lanes)
        self.now = OPENED
        self.owners = [
            self.world.wallet(name, lane=self.lanes[lane]) for name, lane in zip(NAMES, self.lane_of, strict=True)
        ]
        self.world.shop("fish")
        with self.world.begin() as conn:
            conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
        self.model = self.value()
        self.charges: dict[m.Charge, UUID] = {}
        self.refunds: dict[m.Refund, UUID] = {}
        self.payments: dict[m.Payment, UUID] = {}
        self.gifts: dict[m.Gift, Gift] = {}
        for who, face in ((0, 100_000), (0, 10_000), (1, 33_000)):
            self.charge(who, face, PAID)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.now += timedelta(days=6 * 366)
                self.upkeep()
                self.now += timedelta(days=32)  # what a last return revived
                self.upkeep()
                self.compare()
                assert all(lot.left == 0 for lot in self.model.lots)
                assert violations(self.database) == []
            finally:
                self.world.close()
                drop_database(self.database)

    def begin(self, who: int) -> AbstractContextManager[Connection]:
        return self.world.begin(self.lanes[self.lane_of[who]])

    def tick(self) -> None:
        self.now += timedelta(seconds=1)

    @rule(hours=st.sampled_from([1, 1, 13, 24, 24 * 7, 24 * 31, 24 * 400]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        if hours > 13:
            self.now = m.midnight(self.now) + timedelta(hours=10)

    @rule(pick=picks, seconds=st.sampled_from([-2, -1, 0]))
    def wait_for_an_edge(self, pick: int, seconds: int) -> None:
        """Wait until an expiry, the end of a box or a midnight: the next act is a second before, in it or after."""
        edges = [lot.ends_at for lot in self.model.lots if lot.left] + [g.deadline for g in self.model.gifts if g.boxed]
        edge = pick_one([*edges, m.midnight(self.now, 1), m.midnight(self.now, 8)], pick)
        self.now = max(self.now, edge.astimezone(self.now.tzinfo) + timedelta(seconds=seconds))

    @rule(who=holders, thousands=st.sampled_from([10, 11, 17, 100, 333, 1_000]), bank=answers)
    def charge_some(self, who: int, thousands: int, bank: Answer) -> None:
        self.charge(who, thousands * 1_000, bank)

    def charge(self, who: int, face: int, bank: Answer) -> None:
        self.tick()
        expected = self.model.charge(who, face, self.now)
        answer = self.world.charge(NAMES[who], face, at=self.now, bank=bank)
        assert code(answer) == expected
        if expected == "ok":
            made = self.model.charges[-1]
            self.charges[made] = settled(answer).id
            if bank is not SILENCE:
                self.charge_answered(made, moved=bank is PAID)

    @precondition(lambda self: any(charge.status == "OPEN" for charge in self.charges))
    @rule(pick=picks, moved=st.booleans())
    def the_bank_is_asked_about_a_charge(self, pick: int, moved: bool) -> None:
        self.tick()
        charge = pick_one([each for each in self.charges if each.status == "OPEN"], pick)
        with self.begin(charge.owner) as conn:
            settle_charge(conn, self.charges[charge], PAID if moved else NO_FUNDS, inquired=True, at=self.now)
        self.charge_answered(charge, moved=moved)

    def charge_answered(self, charge: m.Charge, *, moved: bool) -> None:
        self.model.charge_answered(charge, self.now, moved=moved)
        if charge.lot:
            with self.begin(charge.owner) as conn:
                query = text("SELECT id FROM lots WHERE charge_id = :id")
                charge.lot.id = conn.execute(query, {"id": self.charges[charge]}).scalar_one()

    @rule(who=holders, share=shares)
    def pay(self, who: int, share: int) -> None:
        self.tick()
        amount = part(sum(lot.left for lot in self.model.lots if lot.owner == who and lot.ends_at > self.now), share)
        expected = self.model.pay(who, amount, self.now)
        answer = self.world.pay(NAMES[who], "fish", amount, at=self.now)
        assert code(answer) == expected
        if expected == "ok":
            made = self.model.payments[-1]
            paid = receipt(answer)
            assert [part.amount for part in paid.lots] == [won for _, won in made.taken]
            self.payments[made] = paid.id

    @precondition(lambda self: self.payments)
    @rule(pick=picks, share=shares)
    def cancel(self, pick: int, share: int) -> None:
        self.tick()
        payment = pick_one(list(self.payments)[::-1], pick)
        amount = part(payment.amount - payment.back, share)
        expected = self.model.cancel(payment, amount, self.now)
        item, lane = self.world.cancel_of(self.payments[payment], amount), self.lanes[self.lane_of[payment.owner]]
        (answer,) = self.world.run([item], at=self.now, lane=lane)
        assert code(answer) == expected

    @rule(who=holders, other=st.integers(1, 2), share=shares)
    def send(self, who: int, other: int, share: int) -> None:
        self.tick()
        to = (who + other) % 3
        mine = [lot for lot in self.model.lots if lot.owner == who and lot.giftable and lot.expires_at > self.now]
        amount = part(sum(lot.left for lot in mine), share)
        expected = self.model.send(who, to, amount, self.now)
        answer = giving.send(self.world, NAMES[who], NAMES[to], amount, at=self.now)
        assert giving.said(answer) == expected
        if expected == "ok":
            sent, made = giving.gift_of(answer), self.model.gifts[-1]
            assert [(part.paid, part.subsidy) for part in sent.parts] == [pair for _, pair in made.parts]
            assert sent.deadline == made.deadline
            self.gifts[made] = sent

    @precondition(lambda self: self.gifts)
    @rule(pick=picks, how=st.sampled_from([GiftEnd.ACCEPTED, GiftEnd.ACCEPTED, GiftEnd.DECLINED, GiftEnd.WITHDRAWN]))
    def end(self, pick: int, how: GiftEnd) -> None:
        self.tick()
        gift = pick_one([gift for gift in self.gifts if gift.boxed] or list(self.gifts), pick)
        act = self.model.accept if how is GiftEnd.ACCEPTED else self.model.give_back
        expected = act(gift, self.now)
        who = gift.sender if how is GiftEnd.WITHDRAWN else gift.receiver
        assert giving.said(giving.end(self.world, self.gifts[gift], NAMES[who], how, at=self.now)) == expected
        if how is GiftEnd.ACCEPTED and expected == "ok":
            self._name_lots(gift)

    @precondition(lambda self: any(charge.lot for charge in self.charges))
    @rule(pick=picks, kind=st.sampled_from(RefundKind), bank=answers)
    def refund(self, pick: int, kind: RefundKind, bank: Answer) -> None:
        self.tick()
        if pick % 4 and m.bank_closed(self.now):
            self.now += timedelta(hours=1)
        made_lots = [charge for charge in self.charges if charge.lot]
        charge = pick_one(
            [c for c in made_lots if c.lot and c.lot.left and c.lot.ends_at > self.now] or made_lots, pick
        )
        assert charge.lot
        expected = self.model.refund(charge.lot, whole=kind is RefundKind.CHARGE_CANCEL, at=self.now)
        owner = charge.lot.owner
        order = RefundOrder(request_key(uuid4().hex), self.owners[owner], self.charges[charge], kind)
        with self.begin(owner) as conn:
            answer = request_refund(conn, order, institution_code=INSTITUTION, at=self.now).value
        assert (answer.code if isinstance(answer, DomainError) else "ok") == expected
        if isinstance(answer, Refund):
            made = self.model.refunds[-1]
            assert (answer.paid, answer.subsidy, answer.used) == (*made.pair, charge.lot.first.used)
            self.refunds[made] = answer.id
            if made.status == "OPEN":
                self._refund_answered(made, bank)

    @precondition(lambda self: any(refund.status == "OPEN" for refund in self.refunds))
    @rule(pick=picks, bank=st.sampled_from([PAID, NO_FUNDS]), late=st.booleans())
    def the_bank_is_asked_about_a_refund(self, pick: int, bank: Answer, late: bool) -> None:
        refund = pick_one([refund for refund in self.refunds if refund.status == "OPEN"], pick)
        self.now = max(self.now, refund.lot.ends_at) if late else self.now
        self.tick()
        self._refund_answered(refund, bank)

    def _refund_answered(self, refund: m.Refund, bank: Answer) -> None:
        with self.begin(refund.lot.owner) as conn:
            settle_refund(conn, self.refunds[refund], bank, inquired=True, at=self.now)
        if bank is not SILENCE:
            self.model.refund_answered(refund, self.now, moved=bank is PAID)

    @rule()
    def upkeep(self) -> None:
        self.tick()
        giving.return_due(self.world, at=self.now)
        for lane in self.lanes:
            more = True
            while more:
                with self.world.begin(lane) as conn:
                    _, more = expire_lots(conn, at=self.now, limit=3)
        self.model.expire(self.now)

    @invariant()
    def everything_is_where_the_model_says(self) -> None:
        for share in (0, 1):
            brought, found = self.model.whereabouts(share)
            assert brought == found
        for lot in self.model.lots:
            assert lot.source == "grant" or sum(lot.shares) - sum(lot.gone) == lot.left + lot.used
            assert all(0 <= gone <= whole for gone, whole in zip(lot.gone, lot.shares, strict=True))
        for charge in self.charges:
            back = [r.pair for r in self.model.refunds if r.lot is charge.lot and r.status != "FAILED"]
            assert charge.lot is None or sum(pair[0] for pair in back) <= charge.lot.shares[0]
        self.compare()

    def compare(self) -> None:
        lots: dict[UUID, tuple[int, m.Pair]] = {}
        found: Counter[str] = Counter()
        query = text(
            "SELECT a.path, a.kind, b.credits - b.debits FROM accounts a JOIN balances b ON b.account_id = a.id"
        )
        for lane in self.lanes:
            with self.world.begin(lane) as conn:
                for row in conn.execute(text(_LOTS)):
                    lots[row.id] = (row.left_won, (row.paid_gone, row.subsidy_gone))
                for path, kind, won in conn.execute(query):
                    found[path] += int(won)
                    found[f"{kind}:*"] += int(won)
        assert lots == {lot.id: (lot.left, lot.gone) for lot in self.model.lots}
        told = self.model.books()
        assert {path: found[path] for path in told} == told
        for who, wallet in enumerate(self.owners):
            assert found[f"unclaimed:{wallet.hex}"] == self.model.unclaimed.get(who, 0)
        for gift, sent in self.gifts.items():
            assert found[f"gift_box:{sent.id.hex}"] == (gift.amount if gift.boxed else 0)

    def _name_lots(self, gift: m.Gift) -> None:
        """Give the model's new lots the ids of those that came of a gift; equal ones are equal."""
        fresh = [lot for lot in self.model.lots if lot.id is None]
        query = text("SELECT l.* FROM lots l JOIN gift_lots g ON g.lot_id = l.id WHERE g.gift_id = :id ORDER BY l.id")
        with self.begin(gift.receiver) as conn:
            rows = conn.execute(query, {"id": self.gifts[gift].id}).all()
        assert len(rows) == len(fresh)
        for row in rows:
            like = ((row.paid, row.subsidy), row.expires_at)
            next(lot for lot in fresh if lot.id is None and (lot.shares, lot.expires_at) == like).id = row.id


def part(there: int, thousandths: int) -> int:
    """Say how much is asked for, in won; at least one."""
    return there + 1 if thousandths > 1_000 else max(1, there * thousandths // 1_000)


def pick_one(things: list[T], place: int) -> T:
    return things[place % len(things)]
