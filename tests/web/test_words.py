"""The words on the pages: won, days, times, and amounts as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.kit.clock import seoul_midnight
from onnuri.vouchers.lots import Lot
from onnuri.vouchers.refunding.refund_rule import ChargeCancelTooLate
from onnuri.web.pay import AmountUnreadable, whole_won
from onnuri.web.stall_book import PlaceUnreadable, read_place, write_place
from onnuri.web.wallet import held_lot
from onnuri.web.words import Tongue

MONDAY = datetime(2026, 11, 23, 6, 7, tzinfo=UTC)
KO, EN = Tongue("ko", MONDAY), Tongue("en", MONDAY)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 23), "오늘"),
        (date(2026, 11, 24), "내일"),
        (date(2026, 11, 26), "목요일"),
        (date(2026, 12, 1), "12월 1일"),
        (date(2027, 1, 4), "2027년 1월 4일"),
    ],
)
def test_a_day_is_said_the_way_people_say_it(on: date, words: str) -> None:
    assert KO.short_day(on) == words


def test_instants_are_told_in_seoul() -> None:
    assert KO.moment(MONDAY) == "오늘 오후 3:07"
    assert EN.moment(MONDAY) == "today 3:07 pm"
    assert KO.time(datetime(2026, 11, 22, 15, 5, tzinfo=UTC)) == "오전 12:05"
    assert KO.day(date(2026, 11, 24)) == "내일, 11월 24일 화요일"
    assert KO.exactly(datetime(2026, 11, 22, 15, 5, 9, tzinfo=UTC)) == "오늘 오전 12시 5분 9초"
    assert EN.exactly(datetime(2026, 11, 22, 15, 5, 9, tzinfo=UTC)) == "today 00:05:09"


def test_a_lot_that_ends_at_a_midnight_can_be_spent_on_the_day_before() -> None:
    assert KO.until(seoul_midnight(date(2031, 11, 23))) == "2031년 11월 22일까지"
    assert KO.left(seoul_midnight(date(2031, 11, 23))) == "약 5년 남음"
    assert KO.left(seoul_midnight(date(2026, 11, 24))) == "오늘까지"
    assert KO.left(seoul_midnight(date(2026, 12, 6))) == "12일 남음"


@given(st.integers(1, 999_999_999_999))
def test_an_amount_that_is_shown_can_be_typed_back(won: int) -> None:
    assert whole_won(KO.won(won)) == whole_won(str(won)) == won


@pytest.mark.parametrize("typed", ["", "0", "-1", "1.5", "1e3", "천원", "１２", "9" * 13, "0x10", "12 원 원"])
def test_what_is_no_whole_amount_is_refused(typed: str) -> None:
    with pytest.raises(AmountUnreadable):
        whole_won(typed)


@given(st.integers(1, 2_000_000), st.integers(0, 10_000), st.data())
def test_the_shares_of_what_is_left_add_up_and_never_exceed_what_was_paid(
    face: int, rate_bps: int, data: st.DataObject
) -> None:
    subsidy = face * rate_bps // 10_000
    left = data.draw(st.integers(0, face))
    nobody, born, ends = UUID(int=0), MONDAY, seoul_midnight(date(2031, 11, 24))
    lot = Lot(nobody, nobody, 1, "gift", None, face, face - subsidy, subsidy, born, ends, left)
    held = held_lot(lot, None, at=MONDAY, wallet_open=True)
    assert held.own + held.state == left
    assert 0 <= held.own <= face - subsidy


@given(st.dictionaries(st.from_regex("lane_[0-9]{2}", fullmatch=True), st.integers(0, 10**18 - 1), min_size=1))
def test_the_place_of_a_stream_is_read_back_as_it_was_written(place: dict[str, int]) -> None:
    assert read_place(write_place(place)) == place


@pytest.mark.parametrize("given_place", ["", "lane_00", "lane_00:-1", "lane_00:1;drop", "lane_00:1,", "x:1"])
def test_a_place_that_was_never_given_out_is_refused(given_place: str) -> None:
    with pytest.raises(PlaceUnreadable):
        read_place(given_place)


def test_what_a_bank_said_is_shown_and_what_the_line_to_it_did_is_not() -> None:
    tongue = Tongue("ko", MONDAY)
    assert tongue.bank("잔액 부족") == "잔액 부족"
    assert tongue.bank("http status 500") == "은행이 알아들을 수 있는 답을 하지 않았습니다"


def test_a_refusal_on_a_page_says_its_days_the_way_people_do() -> None:
    assert (
        Tongue("ko", MONDAY)
        .refusal(ChargeCancelTooLate(until_on=date(2031, 1, 5)))
        .startswith("충전취소 기간(2031년 1월 5일까지)이 지났습니다.")
    )
    assert "2026년" not in Tongue("ko", MONDAY).refusal(ChargeCancelTooLate(until_on="2026-12-20"))
