"""Business numbers and stall numbers: what the check digits accept and catch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.merchants.business_number import (
    BusinessNumberWrong,
    format_business_number,
    parse_business_number,
    with_check_digit,
)
from onnuri.merchants.stall_number import (
    StallNumberWrong,
    format_stall_number,
    parse_stall_number,
    stall_number,
)

_NINE_DIGITS = st.from_regex(r"[1-9][0-9]{8}", fullmatch=True)


@pytest.mark.parametrize("number", ["124-81-00998", "220-81-62517", "120-81-47521"])
def test_numbers_that_large_companies_publish_pass(number: str) -> None:
    assert format_business_number(parse_business_number(number)) == number


@pytest.mark.parametrize(
    "number",
    [
        "124-81-00999",
        "1248100998x",
        "124-81-0099",
        "",
        "000-00-00000",
        "１２４８１００９９８",
        "124\u066381\u066000998",
    ],
)
def test_numbers_that_are_wrong_are_refused_with_a_code(number: str) -> None:
    with pytest.raises(BusinessNumberWrong) as refusal:
        parse_business_number(number)
    assert refusal.value.code == "business_number_wrong"


@given(_NINE_DIGITS)
def test_exactly_one_check_digit_fits(first_nine: str) -> None:
    number = with_check_digit(first_nine)
    assert parse_business_number(format_business_number(number)) == number
    for digit in set("0123456789") - {number[9]}:
        with pytest.raises(BusinessNumberWrong):
            parse_business_number(first_nine + digit)


@given(st.integers(0, 999_999), st.integers(0, 6), st.integers(1, 9))
def test_a_stall_number_with_one_wrong_digit_is_refused(serial: int, place: int, off_by: int) -> None:
    number = stall_number(serial)
    wrong = number[:place] + str((int(number[place]) + off_by) % 10) + number[place + 1 :]
    with pytest.raises(StallNumberWrong):
        parse_stall_number(wrong)


@given(st.integers(0, 999_999), st.integers(0, 5))
def test_a_stall_number_with_two_swapped_neighbours_is_refused(serial: int, place: int) -> None:
    number = stall_number(serial)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(StallNumberWrong):
            parse_stall_number(swapped)


@given(st.integers(0, 999_999))
def test_a_stall_number_is_read_as_people_type_it(serial: int) -> None:
    number = stall_number(serial)
    assert parse_stall_number(f" {format_stall_number(number)} ") == number
    assert parse_stall_number(f"{number[:3]}-{number[3:]}") == number


def test_there_are_no_more_than_a_million_stall_numbers() -> None:
    with pytest.raises(ValueError, match="serial"):
        stall_number(1_000_000)
