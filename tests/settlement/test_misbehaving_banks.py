"""Every way an account can misbehave, from close to match: one break each, and the bank's balance explained."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from onnuri.settlement.breaks import (
    BreakResolvedAlready,
    BreakUnknown,
    ResolutionMissing,
    list_breaks,
    list_open_breaks,
    read_break,
    resolve_by_hand,
)
from onnuri.settlement.model import PayoutStatus
from tests.books import books, journal, last_seq
from tests.settlement.town import FRIDAY, TUESDAY, Town, seoul

WEDNESDAY, THURSDAY = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2)


def sold_and_sent(town: Town, ending: str) -> PayoutStatus:
    """Sell for 40,000 won at a shop whose account ends so, close, request, send."""
    town.wallet("minji", 100_000)
    town.shop("fish", f"11000000{ending}")
    town.world.pay("minji", "fish", 40_000)
    town.close()
    town.request()
    town.send()
    return PayoutStatus(town.statuses()["fish"])


def asked_until_known(town: Town, *, times: int = 5) -> PayoutStatus:
    """Inquire with enough time between the questions."""
    for n in range(times):
        town.inquire(seoul(TUESDAY, 11 + n))
    return PayoutStatus(town.statuses()["fish"])


def open_account(town: Town) -> int:
    """Count the shop's open settlement accounts."""
    return town.world.rows("shared.shop_accounts WHERE closed_at IS NULL")


@pytest.mark.parametrize(("ending", "code"), [("11", "461"), ("22", "412"), ("12", "A0312")])
def test_a_wrong_account_is_closed_and_the_money_waits_for_another(town: Town, ending: str, code: str) -> None:
    before = last_seq(town.world)
    assert sold_and_sent(town, ending) is PayoutStatus.REJECTED
    assert journal(town.world, after=before).splitlines()[-2:] == [
        "payout merchant:fish -> payout_in_flight:all 40,000",
        "payout_failed payout_in_flight:all -> merchant:fish 40,000",
    ]
    assert open_account(town) == 0
    assert town.world.rows(f"shared.payouts WHERE bank_code_given = '{code}'") == 1
    assert [each.amount for each in town.request().deferred] == [40_000]
    town.register("fish", "1100000000")
    assert town.request().amount == 40_000
    assert town.send().count(PayoutStatus.PAID) == 1
    town.fetch(FRIDAY, TUESDAY)
    town.match()
    assert (town.breaks(), town.balanced()) == ([], True)


@pytest.mark.parametrize("ending", ["60", "92", "94"])
def test_what_is_no_fault_of_the_account_is_paid_again_later(town: Town, ending: str) -> None:
    assert sold_and_sent(town, ending) is PayoutStatus.REJECTED
    assert open_account(town) == 1
    town.register("fish", "1100000000")
    again = town.request(WEDNESDAY)
    assert (again.count, again.amount) == (1, 40_000)
    assert town.send(WEDNESDAY).count(PayoutStatus.PAID) == 1
    assert town.world.rows("(SELECT DISTINCT bank_tran_id FROM shared.payouts) p") == 2


@pytest.mark.parametrize("ending", ["99", "10", "40", "95", "96", "97"])
def test_an_unknown_result_is_resolved_by_inquiry_and_never_sent_again(town: Town, ending: str) -> None:
    assert sold_and_sent(town, ending) is PayoutStatus.UNKNOWN
    assert town.send().counts == {}
    assert asked_until_known(town) is PayoutStatus.PAID
    town.fetch(FRIDAY, TUESDAY)
    town.match()
    assert town.world.rows("shared.payouts WHERE sends = 1") == 1
    assert (town.breaks(), town.balanced()) == ([], True)


def test_an_unknown_result_that_turns_out_a_failure_frees_the_money(town: Town) -> None:
    assert sold_and_sent(town, "20") is PayoutStatus.UNKNOWN
    assert asked_until_known(town) is PayoutStatus.REJECTED
    assert (open_account(town), town.world.earned("fish")) == (0, 40_000)


def test_the_bank_is_asked_after_1_2_4_and_then_every_10_minutes(town: Town) -> None:
    assert sold_and_sent(town, "70") is PayoutStatus.UNKNOWN
    asked: list[int] = []
    for minute in range(1, 40):
        if town.inquire(seoul(TUESDAY, 10, minute)).counts:
            asked.append(minute)
    assert asked == [1, 3, 7, 17, 27, 37]


def test_an_order_the_bank_never_heard_of_is_sent_again_under_the_same_id(town: Town) -> None:
    assert sold_and_sent(town, "30") is PayoutStatus.UNKNOWN
    for n in range(2):
        town.inquire(seoul(TUESDAY, 11 + n))
        assert town.statuses() == {"fish": "UNKNOWN"}
    town.inquire(seoul(TUESDAY, 13))
    assert town.statuses() == {"fish": "REQUESTED"}
    assert town.send(TUESDAY, hour=14).count(PayoutStatus.UNKNOWN) == 1
    assert town.world.rows("shared.payouts WHERE sends = 2") == 1


def test_an_order_lost_over_midnight_is_given_up_and_paid_by_a_new_one(town: Town) -> None:
    assert sold_and_sent(town, "30") is PayoutStatus.UNKNOWN
    for n in range(3):
        town.inquire(seoul(WEDNESDAY, 11 + n))
    assert town.statuses() == {"fish": "REJECTED"}
    assert (open_account(town), town.world.earned("fish")) == (1, 40_000)
    town.register("fish", "1100000000")
    assert town.request(WEDNESDAY).amount == 40_000


def test_an_order_never_heard_of_after_three_sendings_is_looked_at_by_a_person(town: Town) -> None:
    sold_and_sent(town, "30")
    for n in range(9):
        town.inquire(seoul(TUESDAY, 11) + timedelta(minutes=11 * n))
        if town.statuses() == {"fish": "REQUESTED"}:
            town.send(TUESDAY, hour=11)
    assert town.world.rows("shared.payouts WHERE sends = 3 AND status = 'UNKNOWN'") == 1
    assert town.breaks() == [("payout_never_arrives", 0)]


@pytest.mark.parametrize("ending", ["70", "71"])
def test_an_answer_with_another_amount_is_believed_by_nobody_until_the_statement_tells(town: Town, ending: str) -> None:
    sold_and_sent(town, ending)
    if ending == "70":
        assert asked_until_known(town) is PayoutStatus.UNKNOWN
    assert town.breaks() == [("answer_contradicts", 0)]
    assert town.statuses() == {"fish": "UNKNOWN"}
    town.fetch(FRIDAY, TUESDAY)
    assert town.match().seen == 1
    assert town.statuses() == {"fish": "PAID"}
    assert (town.breaks(), town.balanced()) == ([], True)


@pytest.mark.parametrize(
    ("ending", "breaks"),
    [
        ("33", [("line_missing", 40_000)]),
        ("44", [("amount_differs", 1_000)]),
        ("55", [("paid_twice", -40_000)]),
        ("88", []),
    ],
)
def test_what_the_statement_tells_differently_is_one_open_break(
    town: Town, ending: str, breaks: list[tuple[str, int]]
) -> None:
    assert sold_and_sent(town, ending) is PayoutStatus.PAID
    files = town.fetch(FRIDAY, TUESDAY)
    assert [each.already for each in files] == [False, False] + [True] * (ending == "88")
    town.match()
    assert (town.breaks(), town.balanced()) == (breaks, True)
    town.match(WEDNESDAY)
    assert (town.breaks(), town.balanced()) == (breaks, True)


def test_a_line_split_over_two_files_is_a_break_until_its_other_half_arrives(town: Town) -> None:
    sold_and_sent(town, "77")
    town.fetch(FRIDAY)
    town.fetch(TUESDAY, only=0)
    town.match()
    assert (town.breaks(), town.balanced()) == ([("amount_differs", 20_000)], True)
    town.fetch(TUESDAY, only=1)
    report = town.match(WEDNESDAY)
    assert (report.payouts, report.breaks_resolved) == (1, 1)
    assert (town.breaks(), town.balanced()) == ([], True)
    with town.world.begin() as conn:
        (resolved,) = list_breaks(conn, on=THURSDAY)
    assert (resolved.resolved_by, resolved.age_days) == ("matching", 1)


def test_a_line_booked_on_the_next_day_is_waited_for(town: Town) -> None:
    sold_and_sent(town, "80")
    town.fetch(FRIDAY, TUESDAY)
    town.match()
    assert (town.breaks(), town.balanced()) == ([], True)
    town.fetch(WEDNESDAY)
    assert town.match(WEDNESDAY).payouts == 1
    assert (town.breaks(), town.balanced()) == ([], True)


def test_a_returned_payout_is_the_shops_again_and_paid_to_its_next_account(town: Town) -> None:
    assert sold_and_sent(town, "66") is PayoutStatus.PAID
    town.fetch(FRIDAY, TUESDAY)
    assert town.match().payouts == 1
    before = last_seq(town.world)
    town.fetch(WEDNESDAY, THURSDAY)
    assert town.match(THURSDAY).returned == 1
    assert journal(town.world, after=before) == books("payout_returned bank:trust -> merchant:fish 40,000")
    assert (town.statuses(), open_account(town)) == ({"fish": "RETURNED"}, 0)
    town.register("fish", "1100000000")
    assert town.request(THURSDAY).amount == 40_000
    assert (town.breaks(), town.balanced()) == ([], True)


def test_the_money_of_a_second_payment_that_comes_back_is_not_the_shops(town: Town) -> None:
    sold_and_sent(town, "55")
    town.fetch(FRIDAY, TUESDAY)
    town.match()
    assert town.breaks() == [("paid_twice", -40_000)]
    with town.world.begin() as conn:  # the claim for it, as the bank books it
        conn.execute(
            text(
                "INSERT INTO shared.statement_files (file_id, sha256, account, booked_on, opening, closing, line_count,"
                " imported_at) SELECT 'claimed', '\\x01', account, :on, closing, closing + 40000, 1, imported_at"
                " FROM shared.statement_files ORDER BY booked_on DESC LIMIT 1"
            ),
            {"on": WEDNESDAY},
        )
        conn.execute(
            text(
                "INSERT INTO shared.statement_lines (file_id, line_ref, booked_on, amount, direction, end_to_end_id,"
                " remitter_text) SELECT 'claimed', 'L1', :on, 40000, 'in', bank_tran_id, '' FROM shared.payouts"
            ),
            {"on": WEDNESDAY},
        )
    report = town.match(WEDNESDAY)
    assert (report.returned, report.breaks_resolved, town.statuses()) == (0, 1, {"fish": "PAID"})
    assert (town.breaks(), town.balanced()) == ([], True)


def test_a_missing_statement_is_a_gap_until_it_arrives(town: Town) -> None:
    sold_and_sent(town, "00")
    town.fetch(FRIDAY, WEDNESDAY)
    town.match(WEDNESDAY)
    assert sorted(town.breaks()) == [("line_missing", 40_000), ("statement_gap", -40_000)]
    assert town.balanced()
    town.fetch(TUESDAY)
    assert town.match(WEDNESDAY).breaks_resolved == 2
    assert (town.breaks(), town.balanced()) == ([], True)


def test_what_was_missing_weeks_ago_is_found_when_its_statement_comes(town: Town) -> None:
    sold_and_sent(town, "33")
    later = TUESDAY + timedelta(days=30)
    town.fetch(FRIDAY, TUESDAY, later)
    town.match(later)
    assert (town.breaks(), town.balanced()) == ([("line_missing", 40_000)], True)


def test_a_charge_without_a_line_and_one_with_two_are_breaks(town: Town) -> None:
    for place in range(56):
        town.world.wallet(f"holder-{place}")
    town.charge("holder-33", 100_000)
    town.charge("holder-44", 100_000)
    town.charge("holder-55", 100_000)
    town.fetch(FRIDAY)
    town.match(FRIDAY)
    assert sorted(town.breaks()) == [("amount_differs", -1_000), ("charged_twice", 93_000), ("line_missing", -93_000)]
    assert town.balanced()


def break_of(town: Town, on: date) -> tuple[str, int]:
    """Give the first open break's explanation and age."""
    with town.world.begin() as conn:
        (found,) = list_open_breaks(conn, on=on)
    return found.explanation, found.age_days


def test_a_break_has_an_age_and_is_resolved_once_and_with_a_reason(town: Town) -> None:
    sold_and_sent(town, "44")
    town.fetch(FRIDAY, TUESDAY)
    town.match()
    explanation, age_days = break_of(town, on=TUESDAY + timedelta(days=6))
    assert explanation == (
        "은행 거래 -39,000원이 장부 금액 -40,000원과 다름 / the bank moved -39,000 won, the books say -40,000 won"
    )
    assert age_days == 5
    with town.world.begin() as conn:
        (found,) = list_open_breaks(conn, on=TUESDAY)
        with pytest.raises(ResolutionMissing):
            resolve_by_hand(conn, found.id, by="finance-1", reason=" ", at=seoul(THURSDAY, 9))
        with pytest.raises(BreakUnknown):
            resolve_by_hand(conn, town.world.market_id, by="finance-1", reason="x", at=seoul(THURSDAY, 9))
        done = resolve_by_hand(conn, found.id, by="finance-1", reason="은행 수수료 확인", at=seoul(THURSDAY, 9))
        assert (done.resolved_by, done.resolution) == ("finance-1", "은행 수수료 확인")
        with pytest.raises(BreakResolvedAlready):
            resolve_by_hand(conn, found.id, by="finance-1", reason="x", at=seoul(THURSDAY, 9))
        assert read_break(conn, found.id, on=THURSDAY).age_days == 1
    town.match(THURSDAY)
    assert (town.breaks(), town.bank_comparison().accepted, town.balanced()) == ([], 1_000, True)
