"""The pure decisions of settlement as laws: debts, what an answer makes of a payout, what a stray line means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.settlement.debts import DayNet, settle_debts
from onnuri.settlement.explain import Line, Subject, explain_lines, explain_missing
from onnuri.settlement.model import BankWord, Payout, PayoutStatus, judge

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)
TODAY = date(2026, 11, 24)
WON = st.integers(-1_000_000, 1_000_000)
PAYOUT = Payout(
    id=UUID(int=1), shop_id=UUID(int=2), shop_account_id=UUID(int=3), due_on=TODAY, amount=40_000,
    status=PayoutStatus.UNKNOWN, bank_tran_id="T991234567U000000001", bank_date=TODAY, bank_code_given=None,
    bank_message=None, requested_at=AT, answered_at=None, inquiries=0, sent_at=AT, sends=1, inquired_at=None,
    not_found=0,
)  # fmt: skip


SHOPS = st.lists(st.tuples(WON, WON, WON, st.integers(0, 1_000_000)), max_size=5)


@given(SHOPS)
def test_a_shop_never_repays_more_than_it_owes_or_earned(shops: list[tuple[int, int, int, int]]) -> None:
    nets = [
        DayNet(UUID(int=place), lane, channel, net)
        for place, (qr, card, elsewhere, _) in enumerate(shops)
        for lane, channel, net in (("lane_00", "qr", qr), ("lane_00", "card", card), ("lane_01", "qr", elsewhere))
    ]
    before = {UUID(int=place): owed for place, (_, _, _, owed) in enumerate(shops)}
    steps = settle_debts(nets, owed=before)
    for place, (*sold, owed) in enumerate(shops):
        own = [step for step in steps if step.shop_id == UUID(int=place)]
        added, repaid = sum(step.added for step in own), sum(step.repaid for step in own)
        assert added == sum(max(-net, 0) for net in sold)
        assert repaid == min(owed + added, sum(max(net, 0) for net in sold))
        payable = sum(max(net, 0) for net in sold) - repaid
        assert payable == max(sum(sold) - owed, 0)
    assert all((step.added > 0) != (step.repaid > 0) for step in steps)
    assert settle_debts(reversed(nets), owed=before) == steps


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("inquired", [False, True])
def test_only_success_pays_and_only_a_definite_failure_frees_the_money(verdict: Verdict, inquired: bool) -> None:
    step = judge(PAYOUT, BankWord(PAYOUT.id, Answer(verdict), inquired), on=TODAY)
    assert (step.status is PayoutStatus.PAID) == (verdict is Verdict.SUCCEEDED)
    assert (step.status is PayoutStatus.REJECTED) == verdict.is_definite_failure
    assert step.close_account == (verdict is Verdict.FAILED_ACCOUNT)
    assert not step.send_again


@given(
    st.sampled_from(list(Verdict)),
    st.booleans(),
    st.integers(0, 9),
    st.integers(1, 5),
    st.integers(0, 3),
    st.booleans(),
)
def test_an_order_is_sent_again_only_after_three_denials_and_on_its_own_bank_date(
    verdict: Verdict, inquired: bool, not_found: int, sends: int, days_later: int, alarm: bool
) -> None:
    payout = replace(PAYOUT, not_found=not_found, sends=sends)
    answer = Answer(verdict, alarm="amount_differs" if alarm else None)
    step = judge(payout, BankWord(payout.id, answer, inquired), on=TODAY + timedelta(days=days_later))
    denied = verdict is Verdict.NO_SUCH_TRANSFER and inquired and not alarm and not_found >= 2
    assert step.send_again == (denied and days_later == 0 and sends < 3)
    if alarm:
        assert step.status is PayoutStatus.UNKNOWN
    if not denied and not alarm and not verdict.is_definite_failure:
        assert step.status in (PayoutStatus.UNKNOWN, PayoutStatus.PAID)


PAID = Subject("payout", UUID(int=1), 40_000, booked=True, matched=False)
CHARGED = Subject("charge", UUID(int=2), 93_000, booked=True, matched=False)


def line(id: int, amount: int, direction: str = "out") -> Line:
    return Line(id, TODAY, amount, "in" if direction == "in" else "out", "디지털온누리")


@pytest.mark.parametrize(
    ("subject", "lines", "found"),
    [
        (None, [line(1, 500, "in"), line(2, 7)], [("unknown_line", "line:1", 500), ("unknown_line", "line:2", -7)]),
        (PAID, [line(1, 39_000)], [("amount_differs", "line:1", 1_000)]),
        (PAID, [line(1, 10_000), line(5, 10_000)], [("amount_differs", "line:5", 20_000)]),
        (replace(PAID, matched=True), [line(2, 40_000)], [("paid_twice", "line:2", -40_000)]),
        (replace(PAID, booked=False), [line(2, 40_000)], [("books_missing", "line:2", -40_000)]),
        (replace(PAID, matched=True), [line(3, 1_000, "in")], [("return_unexplained", "line:3", 1_000)]),
        (CHARGED, [line(1, 92_000, "in")], [("amount_differs", "line:1", -1_000)]),
        (replace(CHARGED, matched=True), [line(2, 93_000, "in")], [("charged_twice", "line:2", 93_000)]),
        (replace(CHARGED, booked=False), [line(2, 93_000, "in")], [("books_missing", "line:2", 93_000)]),
        (replace(CHARGED, matched=True), [line(2, 93_000)], [("charge_returned", "line:2", -93_000)]),
    ],
)
def test_a_stray_line_says_what_is_wrong(
    subject: Subject | None, lines: list[Line], found: list[tuple[str, str, int]]
) -> None:
    assert [(each.kind, each.reference, each.amount) for each in explain_lines(subject, lines)] == found


def test_what_is_missing_is_what_the_bank_has_too_much_or_too_little() -> None:
    missing, charge = explain_missing(PAID, on=TODAY), explain_missing(CHARGED, on=TODAY)
    assert (missing.reference, missing.amount) == ("payout:00000000000000000000000000000001", 40_000)
    assert (charge.kind, charge.amount, charge.owner) == ("line_missing", -93_000, "bank_desk")
    assert "2026-11-24" in charge.explanation
