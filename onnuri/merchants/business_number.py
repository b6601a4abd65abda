"""The Korean business registration number (사업자등록번호): check digit, reading and writing. No I/O."""

from __future__ import annotations

from typing import Final

from onnuri.kit.refusals import Malformed

BUSINESS_NUMBER_MISSING: Final = "0000000000"
"""Stands for a number not known yet (the published merchant table has none); `parse_business_number` refuses it."""

_WEIGHTS: Final = (1, 3, 7, 1, 3, 7, 1, 3, 5)


class BusinessNumberWrong(Malformed):
    """The text is not ten digits whose last one checks the others."""

    code = "business_number_wrong"
    ko = "사업자등록번호가 올바르지 않습니다: {given}"
    en = "This is not a valid business registration number: {given}"


def parse_business_number(given: str) -> str:
    """Read `123-45-67890`, spaces and dashes allowed, as ten ASCII digits; refuses a wrong check digit."""
    digits = given.translate(_SEPARATORS)
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit() or digits.startswith("000"):
        raise BusinessNumberWrong(given=given[:40])
    if digits[9] != check_digit(digits[:9]):
        raise BusinessNumberWrong(given=given[:40])
    return digits


def format_business_number(number: str) -> str:
    """Write ten digits as people read them: `123-45-67890`."""
    return f"{number[:3]}-{number[3:5]}-{number[5:]}"


def with_check_digit(first_nine: str) -> str:
    """Complete nine digits to a number that passes the check, for samples and tests."""
    return first_nine + check_digit(first_nine)


def check_digit(first_nine: str) -> str:
    """Compute the tenth digit: a weighted sum, to which the ninth digit also gives the tens of its product.

    The rule is the tax service's: weights 1 3 7 1 3 7 1 3 5, the carry of the ninth product added once more.
    """
    products = [int(digit) * weight for digit, weight in zip(first_nine, _WEIGHTS, strict=True)]
    return str(-(sum(products) + products[8] // 10) % 10)


_SEPARATORS: Final = str.maketrans("", "", "- \u2010\u2011\u2013\u00a0")
