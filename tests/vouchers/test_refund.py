"""Charge cancel and residual refund, as the books tell them: shares, days, thresholds, and what the bank answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.kit.requests import KeyReused
from onnuri.vouchers.gifts.gift_model import GiftEnd
from onnuri.vouchers.refunding.refund import RefundOrder, request_refund
from onnuri.vouchers.sending import GIVE_UP_AFTER
from tests.books import books, journal, last_seq
from tests.vouchers import giving
from tests.vouchers.money_back import (
    CANCEL,
    RESIDUAL,
    ask_back,
    came_back,
    charge_of,
    explained,
    give_back,
    seoul,
    told,
    why,
    word,
)
from tests.world import INSTITUTION, NO_FUNDS, OPENED, SILENCE, World, code, facts, receipt, request_key, settled


@pytest.fixture
def market(world: World) -> World:
    """Minji has charged 100,000 won at 7 percent; there is a fish shop."""
    world.shop("fish")
    world.wallet("minji", 100_000)
    return world


def test_residual_refund_the_published_example(market: World) -> None:
    market.pay("minji", "fish", 65_000)
    before = last_seq(market)
    refund = came_back(give_back(market, "minji", RESIDUAL))
    assert (refund.amount, refund.paid, refund.subsidy, refund.used) == (35_000, 32_550, 2_450, 65_000)
    assert journal(market, after=before) == books("""
        refund_paid     lot:minji/1           -> refund_in_flight:all        32,550
        refund_subsidy  lot:minji/1           -> subsidy_receivable:digital   2,450
        refund_done     refund_in_flight:all  -> bank:trust                  32,550
    """)
    assert market.left("minji") == [0]
    assert market.balance("bank:trust") == 93_000 - 32_550
    assert market.balance("subsidy_receivable:digital") == 7_000 - 2_450


def test_charge_cancel_gives_the_whole_paid_amount_back(market: World) -> None:
    before = last_seq(market)
    refund = came_back(give_back(market, "minji", CANCEL))
    assert (refund.kind, refund.paid, refund.subsidy, refund.status) == ("charge_cancel", 93_000, 7_000, "SUCCEEDED")
    assert journal(market, after=before) == books("""
        refund_paid     lot:minji/1           -> refund_in_flight:all        93,000
        refund_subsidy  lot:minji/1           -> subsidy_receivable:digital   7,000
        refund_done     refund_in_flight:all  -> bank:trust                  93,000
    """)
    assert (market.balance("bank:trust"), market.balance("subsidy_receivable:digital")) == (0, 0)


@pytest.mark.parametrize(
    ("charged", "asked", "answer"),
    [
        (seoul(2026, 11, 20, 10), seoul(2026, 11, 20, 10, 0, 1), "SUCCEEDED"),
        (seoul(2026, 11, 20, 0, 30), seoul(2026, 11, 27, 23, 29, 59), "SUCCEEDED"),
        (seoul(2026, 11, 20, 23, 29, 59), seoul(2026, 11, 28, 0, 30), "charge_cancel_too_late"),
        (seoul(2026, 12, 28), seoul(2027, 1, 4, 23, 29), "SUCCEEDED"),
        (seoul(2026, 12, 28), seoul(2027, 1, 5, 0, 30), "charge_cancel_too_late"),
        (seoul(2028, 2, 25), seoul(2028, 3, 3, 23, 29), "SUCCEEDED"),
        (seoul(2028, 2, 25), seoul(2028, 3, 4, 0, 30), "charge_cancel_too_late"),
        (seoul(2028, 2, 29), seoul(2028, 3, 7, 23, 29), "SUCCEEDED"),
        (seoul(2028, 2, 29), seoul(2028, 3, 8, 0, 30), "charge_cancel_too_late"),
    ],
)
def test_charge_cancel_until_the_seventh_day_ends_in_seoul(
    world: World, charged: datetime, asked: datetime, answer: str
) -> None:
    world.wallet("minji", 100_000, at=charged)
    assert word(give_back(world, "minji", CANCEL, at=asked)) == answer


def test_charge_cancel_only_while_wholly_unused(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 1))
    refused = give_back(market, "minji", CANCEL)
    assert (word(refused), str(refused.value)) == (
        "charge_used",
        (
            "1 won of this charge are gone already (used 1, given away 0, refunded 0), so it can't be cancelled."
            " No money moved."
        ),
    )  # fmt: skip
    market.cancel(paid)
    assert word(give_back(market, "minji", CANCEL)) == "SUCCEEDED"


@pytest.mark.parametrize(
    ("face", "used", "answer"),
    [
        (100_000, 59_999, "not_used_enough"),
        (100_000, 60_000, "SUCCEEDED"),
        (100_000, 60_001, "SUCCEEDED"),
        (100_000, 99_999, "SUCCEEDED"),
        (100_000, 100_000, "nothing_left_to_refund"),
        (10_000, 6_000, "not_used_enough"),
        (10_000, 7_999, "not_used_enough"),
        (10_000, 8_000, "SUCCEEDED"),
        (11_000, 6_599, "not_used_enough"),
        (11_000, 6_600, "SUCCEEDED"),
    ],
)
def test_residual_refund_from_sixty_percent_or_eighty_of_a_small_charge(
    world: World, face: int, used: int, answer: str
) -> None:
    world.shop("fish")
    world.wallet("minji", face)
    world.pay("minji", "fish", used)
    refused = give_back(world, "minji", RESIDUAL)
    assert word(refused) == answer
    if answer == "not_used_enough":
        assert why(refused) == {"missing": (face * 8 // 10 if face == 10_000 else face * 6 // 10) - used}


def test_rounding_gives_the_holder_the_lower_won_and_the_parts_are_the_whole(market: World) -> None:
    market.pay("minji", "fish", 65_001)
    refund = came_back(give_back(market, "minji", RESIDUAL))
    assert (refund.amount, refund.paid, refund.subsidy) == (34_999, 32_549, 2_450)


def test_one_last_won_belongs_to_the_budget_and_no_bank_is_asked(market: World) -> None:
    market.pay("minji", "fish", 99_999)
    refund = came_back(ask_back(market, "minji", RESIDUAL))
    assert (refund.status, refund.paid, refund.subsidy) == ("SUCCEEDED", 0, 1)


def test_refund_rights_are_judged_per_charge(market: World) -> None:
    settled(market.charge("minji", 50_000, at=OPENED + timedelta(minutes=1)))
    market.pay("minji", "fish", 60_000)
    assert market.left("minji") == [40_000, 50_000]
    assert word(give_back(market, "minji", RESIDUAL, place=2)) == "not_used_enough"
    assert word(give_back(market, "minji", RESIDUAL, place=1)) == "SUCCEEDED"
    assert word(give_back(market, "minji", CANCEL, place=2)) == "SUCCEEDED"
    assert market.left("minji") == [0, 0]


def test_what_the_bank_refuses_goes_back_to_the_same_lot(market: World) -> None:
    market.pay("minji", "fish", 65_000)
    before = last_seq(market)
    refund = came_back(give_back(market, "minji", RESIDUAL, bank=NO_FUNDS))
    assert (refund.status, refund.bank_code_given) == ("FAILED", "455")
    assert journal(market, after=before) == books("""
        refund_paid          lot:minji/1                 -> refund_in_flight:all        32,550
        refund_subsidy       lot:minji/1                 -> subsidy_receivable:digital   2,450
        refund_back_paid     refund_in_flight:all        -> lot:minji/1                 32,550
        refund_back_subsidy  subsidy_receivable:digital  -> lot:minji/1                  2,450
    """)
    assert market.left("minji") == [35_000]
    assert came_back(give_back(market, "minji", RESIDUAL)).status == "SUCCEEDED"


def test_silence_of_the_bank_is_unknown_until_an_inquiry(market: World) -> None:
    unknown = came_back(give_back(market, "minji", CANCEL, bank=SILENCE))
    assert (unknown.status, market.left("minji"), market.balance("refund_in_flight:all")) == ("UNKNOWN", [0], 93_000)
    assert word(give_back(market, "minji", CANCEL)) == "refund_on_its_way"
    assert code(market.pay("minji", "fish", 1)) == "balance_insufficient"
    done = told(market, "minji", unknown, Answer(Verdict.SUCCEEDED), inquired=True)
    assert (done.status, market.balance("refund_in_flight:all")) == ("SUCCEEDED", 0)
    assert told(market, "minji", unknown, NO_FUNDS, inquired=True).status == "SUCCEEDED"


def test_no_such_transfer_is_believed_only_when_it_was_heard_repeatedly(market: World) -> None:
    unknown = came_back(give_back(market, "minji", CANCEL, bank=SILENCE))
    not_there, late = Answer(Verdict.NO_SUCH_TRANSFER), OPENED + GIVE_UP_AFTER
    heard = [told(market, "minji", unknown, not_there, inquired=True, at=late).status for _ in range(3)]
    assert (heard, market.left("minji")) == (["UNKNOWN", "UNKNOWN", "FAILED"], [100_000])


def test_what_is_on_its_way_back_counts_as_held(world: World) -> None:
    world.wallet("minji", 1_500_000, at=seoul(2026, 10, 30))
    at = seoul(2026, 11, 2)
    unknown = came_back(give_back(world, "minji", CANCEL, at=at, bank=SILENCE))
    refused = world.charge("minji", 600_000, at=at)
    assert (code(refused), facts(refused)) == ("holding_cap_reached", {"left": 500_000, "chargeable": 500_000})
    told(world, "minji", unknown, NO_FUNDS, at=at)
    assert world.left("minji") == [1_500_000]


def test_a_payment_cancelled_after_the_refund_keeps_both_shares_apart(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 65_001))
    first = came_back(give_back(market, "minji", RESIDUAL))
    market.cancel(paid)
    assert market.left("minji") == [65_001]
    assert word(give_back(market, "minji", CANCEL)) == "charge_used"
    assert word(give_back(market, "minji", RESIDUAL)) == "not_used_enough"
    market.pay("minji", "fish", 60_000)
    second = came_back(give_back(market, "minji", RESIDUAL))
    assert (first.paid + second.paid, first.subsidy + second.subsidy) == (40_000 * 93 // 100, 40_000 * 7 // 100)


def test_a_gift_given_away_is_no_use_and_a_gift_received_is_no_charge(market: World) -> None:
    market.wallet("suho")
    gift = giving.gift_of(giving.send(market, "minji", "suho", 60_000))
    words = [word(give_back(market, "minji", kind)) for kind in (CANCEL, RESIDUAL)]
    assert words == ["charge_used", "refund_out_of_reach"]  # 40,000 are left and 60,000 would have to be used
    giving.end(market, gift, "suho", GiftEnd.DECLINED)
    assert market.left("minji") == [100_000]
    kept = giving.gift_of(giving.send(market, "minji", "suho", 30_001))
    giving.accept(market, kept, "suho")
    assert explained(market, "suho") == []
    market.pay("minji", "fish", 60_000)
    (told_now,) = explained(market, "minji")
    assert (told_now.facts.used, told_now.facts.away, told_now.facts.left) == (60_000, 30_001, 9_999)
    refund = came_back(give_back(market, "minji", RESIDUAL))
    assert (refund.paid, refund.subsidy) == (40_000 * 93 // 100 - 30_001 * 93 // 100, 699)


def test_a_key_refunds_once_and_answers_the_same_for_ever(market: World) -> None:
    first = ask_back(market, "minji", CANCEL, key="once")
    again = ask_back(market, "minji", CANCEL, key="once")
    assert (again.value, again.replayed) == (first.value, True)
    with pytest.raises(KeyReused):
        ask_back(market, "minji", RESIDUAL, key="once")
    refused = ask_back(market, "minji", RESIDUAL, key="early")
    told(market, "minji", came_back(first), NO_FUNDS)
    market.pay("minji", "fish", 60_000)
    late = ask_back(market, "minji", RESIDUAL, key="early")
    assert (word(refused), word(late), late.replayed) == ("refund_on_its_way", "refund_on_its_way", True)


def test_somebody_elses_charge_is_unknown(market: World) -> None:
    market.wallet("suho")
    theft = RefundOrder(request_key("theft"), market.wallets["suho"], charge_of(market, "minji"), CANCEL)
    with market.begin() as conn:
        assert word(request_refund(conn, theft, institution_code=INSTITUTION, at=OPENED)) == "charge_unknown"
    assert market.left("minji") == [100_000]


def test_an_expired_charge_is_left_to_the_expiry(market: World) -> None:
    market.pay("minji", "fish", 65_000)
    last = seoul(2031, 11, 19, 23, 29)
    assert word(ask_back(market, "minji", RESIDUAL, at=seoul(2031, 11, 20, 0, 30))) == "charge_expired"
    assert word(give_back(market, "minji", RESIDUAL, at=last)) == "SUCCEEDED"


def test_what_the_bank_refuses_after_the_expiry_gets_grace(market: World) -> None:
    market.pay("minji", "fish", 65_000)
    unknown = came_back(give_back(market, "minji", RESIDUAL, at=seoul(2031, 11, 19, 23, 29), bank=SILENCE))
    late = seoul(2031, 11, 20, 9)
    assert told(market, "minji", unknown, NO_FUNDS, at=late, inquired=True).status == "FAILED"
    (facts_now,) = explained(market, "minji", at=late)
    assert facts_now.residual.comes_back is not None
    assert word(ask_back(market, "minji", RESIDUAL, at=seoul(2031, 12, 21, 0, 30))) == "charge_expired"
    assert word(give_back(market, "minji", RESIDUAL, at=seoul(2031, 12, 20, 23, 29))) == "SUCCEEDED"


def test_of_many_refunds_and_payments_at_once_the_value_moves_once(market: World) -> None:
    market.pay("minji", "fish", 60_000)
    with ThreadPoolExecutor(64) as threads:
        refunds = [threads.submit(ask_back, market, "minji", RESIDUAL) for _ in range(32)]
        payments = [threads.submit(market.pay, "minji", "fish", 40_000) for _ in range(32)]
        words = [word(each.result()) for each in refunds] + [code(each.result()) for each in payments]
    assert words.count("REQUESTED") + words.count("ok") == 1


def test_the_calculator_says_what_is_missing_and_until_when(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 50_000))
    (told_then,) = explained(market, "minji")
    assert (told_then.residual.missing, told_then.residual.comes_back, told_then.facts.seqs) == (
        10_000,
        None,
        (1, 2, 3),
    )
    assert told_then.cancel.refusal is not None
    assert told_then.cancel.until_on is None
    market.cancel(paid)
    (unused,) = explained(market, "minji")
    assert (str(unused.cancel.from_on), str(unused.cancel.until_on)) == ("2026-11-20", "2026-11-27")
    assert unused.cancel.comes_back is not None
    assert (unused.cancel.comes_back.paid, unused.residual.missing) == (93_000, 60_000)
    market.pay("minji", "fish", 65_000)
    (enough,) = explained(market, "minji")
    assert enough.comes_back is not None
    assert (enough.comes_back.paid, enough.comes_back.subsidy) == (32_550, 2_450)
    assert (str(enough.residual.from_on), str(enough.residual.until_on)) == ("2026-11-20", "2031-11-19")
