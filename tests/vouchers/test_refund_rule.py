"""Laws of refunds without a database: shares, thresholds, days; 10,000 wallets whose explanation is the posting."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from onnuri.kit.clock import SEOUL, seoul_date, seoul_midnight
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.model import Shares, split, years_later
from onnuri.vouchers.refunding.calculator import Explained, explain_charge
from onnuri.vouchers.refunding.refund_rule import (
    ChargeFacts,
    RefundKind,
    RefundTerms,
    decide_refund,
    must_be_used,
    shares_of,
    why_not,
)
from onnuri.vouchers.shares import Basis

TERMS = RefundTerms(7, 6_000, 8_000, 10_000)
NOON = datetime(2026, 11, 20, 12, tzinfo=SEOUL)
RATES = st.integers(0, 10_000)
FACES = st.integers(1, 2_000_000)


def charged(face: int, rate_bps: int, *, at: datetime = NOON) -> ChargeFacts:
    shares = split(face, rate_bps)
    id = UUID(int=1)
    expires = seoul_midnight(years_later(seoul_date(at), 5))
    return ChargeFacts(
        charge_id=id, wallet_id=id, lot_id=id, account_id=1, face=face, paid=shares.paid, subsidy=shares.subsidy,
        charged_at=at, expires_at=expires, refundable=True, left=face, used=0, back=0, paid_out=0, subsidy_out=0,
    )  # fmt: skip


def use(facts: ChargeFacts, won: int) -> ChargeFacts:
    return replace(facts, left=facts.left - won, used=facts.used + won)


def give_away(facts: ChargeFacts, won: int) -> ChargeFacts:
    """Let a gift take its shares along, or bring as much back."""
    basis = Basis(facts.paid, facts.subsidy, facts.paid_out, facts.subsidy_out)
    if won == 0:
        return facts
    if won < 0:
        before = give_away(charged_like(facts), -won)
        return replace(
            facts,
            left=facts.left - won,
            paid_out=facts.paid_out - before.paid_out,
            subsidy_out=facts.subsidy_out - before.subsidy_out,
        )
    after = basis.less(basis.part(won))
    return replace(facts, left=facts.left - won, paid_out=after.paid_out, subsidy_out=after.subsidy_out)


def charged_like(facts: ChargeFacts) -> ChargeFacts:
    return replace(facts, left=facts.face, used=0, back=0, paid_out=0, subsidy_out=0)


def take_back(facts: ChargeFacts, shares: Shares) -> ChargeFacts:
    assert shares.paid + shares.subsidy == facts.left
    return replace(
        facts,
        left=0,
        back=facts.back + facts.left,
        paid_out=facts.paid_out + shares.paid,
        subsidy_out=facts.subsidy_out + shares.subsidy,
    )


@given(FACES, RATES, st.data())
def test_refund_and_subsidy_return_are_the_residual_whatever_the_rate_amount_and_usage(
    face: int, rate_bps: int, data: st.DataObject
) -> None:
    facts = use(charged(face, rate_bps), data.draw(st.integers(0, face - 1)))
    shares = shares_of(facts)
    assert shares.paid + shares.subsidy == facts.left
    assert 0 <= shares.paid <= facts.paid
    assert shares.subsidy >= 0
    assert shares.paid == Fraction(facts.left * facts.paid, face).__floor__()


WON = st.integers(0, 2_000_000)


@given(FACES, RATES, st.lists(st.tuples(WON, WON, WON, st.booleans()), max_size=12))
def test_any_order_of_uses_gifts_cancels_and_refunds_keeps_both_shares_apart(
    face: int, rate_bps: int, moves: list[tuple[int, int, int, bool]]
) -> None:
    facts = charged(face, rate_bps)
    for spend, gift, cancel, refund in moves:
        facts = use(facts, min(spend, facts.left))
        facts = give_away(facts, min(gift, facts.left))
        if facts.left and refund:
            facts = take_back(facts, shares_of(facts))
        back = min(cancel, facts.used)
        facts = use(facts, -back)
        assert facts.back + facts.away + facts.left + facts.used == face
        assert facts.paid_out + facts.subsidy_out == facts.back + facts.away
        assert 0 <= facts.paid_out <= facts.paid
        assert 0 <= facts.subsidy_out <= facts.subsidy
    final = shares_of(use(facts, -facts.used)) if facts.left + facts.used else Shares(0, 0)
    assert (facts.paid_out + final.paid, facts.subsidy_out + final.subsidy) == (facts.paid, facts.subsidy)


@given(FACES, st.integers(1, 10_000), st.integers(1, 10_000), st.integers(0, 2_000_000))
def test_what_must_be_used_is_the_least_won_that_reaches_the_share(
    face: int, bps: int, small_bps: int, small: int
) -> None:
    terms = RefundTerms(7, bps, small_bps, small)
    needed = must_be_used(charged(face, 700), terms)
    share = Fraction(small_bps if face <= small else bps, 10_000)
    assert Fraction(needed, face) >= share
    assert Fraction(needed - 1, face) < share


def test_a_gift_is_no_use_and_ends_the_right_to_cancel_until_it_comes_back() -> None:
    facts = give_away(charged(100_000, 700), 60_000)
    assert code(why_not(facts, TERMS, RefundKind.RESIDUAL, at=NOON)) == "refund_out_of_reach"
    assert code(why_not(facts, TERMS, RefundKind.CHARGE_CANCEL, at=NOON)) == "charge_used"
    assert facts.away == 60_000
    returned = give_away(facts, -60_000)
    assert why_not(returned, TERMS, RefundKind.CHARGE_CANCEL, at=NOON) is None
    partly = use(give_away(charged(100_000, 700), 30_000), 60_000)
    assert decide_refund(partly, TERMS, RefundKind.RESIDUAL, at=NOON) == Shares(9_300, 700)


def test_what_was_bought_without_a_right_to_refunds_never_comes_back() -> None:
    facts = replace(charged(100_000, 0), refundable=False)
    assert {code(why_not(facts, TERMS, kind, at=NOON)) for kind in RefundKind} == {"charge_not_refundable"}


def code(refusal: DomainError | None) -> str:
    return "ok" if refusal is None else refusal.code


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet as a list of charges with what happened to each, told twice: by the facts, and by plain sums."""

    facts: ChargeFacts
    terms: RefundTerms
    spent: list[int]
    gone: list[int]


def random_wallet(rng: random.Random) -> list[Wallet]:
    wallets: list[Wallet] = []
    for _ in range(rng.randint(1, 4)):
        face = rng.choice((rng.randint(10, 2_000) * 1_000, 10_000, 11_000, rng.randint(1, 2_000_000)))
        at = NOON + timedelta(seconds=rng.randint(-20 * 86_400, 0))
        terms = rng.choice((TERMS, RefundTerms(0, 10_000, 1, 50_000), RefundTerms(30, 1, 9_999, 0)))
        facts = charged(face, rng.choice((0, 700, 1_000, 1_500, 333, 9_999, 10_000)), at=at)
        spent: list[int] = []
        gone: list[int] = []
        for _ in range(rng.randint(0, 5)):
            won = rng.choice((rng.randint(0, facts.left), facts.left, face * 6 // 10, face * 8 // 10, 1))
            won = min(won, facts.left)
            if rng.random() < 0.8:
                facts, spent = use(facts, won), [*spent, won]
            else:
                facts, gone = give_away(facts, won), [*gone, won]
            if spent and rng.random() < 0.25:
                undone = spent.pop(rng.randrange(len(spent)))
                facts = use(facts, -undone)
        wallets.append(Wallet(facts, terms, spent, gone))
    return wallets


def expected(wallet: Wallet, at: datetime) -> tuple[int, int] | None:
    """Work out what comes back by fractions, from the plain sums, in words of the law."""
    facts, terms, used = wallet.facts, wallet.terms, sum(wallet.spent)
    left = facts.face - used - sum(wallet.gone)
    untouched = used == 0 and not sum(wallet.gone)
    in_time = at < datetime.combine(
        charge_day(facts) + timedelta(days=terms.charge_cancel_days + 1), datetime.min.time(), SEOUL
    )
    bps = terms.refund_small_used_bps if facts.face <= terms.refund_small_max else terms.refund_used_bps
    if left and ((untouched and in_time) or Fraction(used, facts.face) >= Fraction(bps, 10_000)):
        given, share = sum(wallet.gone), Fraction(facts.paid, facts.face)
        paid = int((given + left) * share) - int(given * share)
        return paid, left - paid
    return None


def charge_day(facts: ChargeFacts) -> date:
    return facts.charged_at.astimezone(SEOUL).date()


def posted(facts: ChargeFacts, terms: RefundTerms, at: datetime) -> tuple[int, int] | None:
    """Ask the rule that posts, whichever way it lets the money back."""
    for kind in RefundKind:
        try:
            shares = decide_refund(facts, terms, kind, at=at)
        except DomainError:
            continue
        return shares.paid, shares.subsidy
    return None


def said(told: Explained) -> tuple[int, int] | None:
    back = told.comes_back
    return None if back is None else (back.paid, back.subsidy)


def test_on_ten_thousand_random_wallets_the_explanation_is_the_posting_to_the_won() -> None:
    rng = random.Random(20_261_120)
    possible = 0
    for _ in range(10_000):
        for wallet in random_wallet(rng):
            told = explain_charge(wallet.facts, wallet.terms, at=NOON)
            assert said(told) == posted(wallet.facts, wallet.terms, NOON) == expected(wallet, NOON), wallet
            possible += told.comes_back is not None
            missing = told.residual.missing
            if told.residual.comes_back is None and 0 < missing < wallet.facts.left:
                later = use(wallet.facts, missing)
                assert why_not(later, wallet.terms, RefundKind.RESIDUAL, at=NOON) is None
                assert why_not(use(later, -1), wallet.terms, RefundKind.RESIDUAL, at=NOON) is not None
    assert possible > 3_000
