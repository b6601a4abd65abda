"""What goes on the wire: strings only, within the published limits; what does not fit is refused before sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from onnuri.banks.accounts import (
    BadAccountNumber,
    UnknownBank,
    bank_name,
    canonical_bank_code,
    mask_account_number,
    plain_account_number,
)
from onnuri.banks.simulator.bank_days import bank_days_after
from onnuri.banks.tran_id import BadTransactionId, NaiveTime, bank_tran_id, kst_date, kst_stamp, parse_stamp
from onnuri.banks.wire import BadBankField, ContractAccount, Deposit, Inquiry, SubMerchant, Withdrawal, clip

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)  # 00:30 on the 21st in Korea
CONTRACT = ContractAccount("097", "1101230000678", "온누리상품권")
DEPOSIT = Deposit(
    bank_tran_id="M202600001U4BC34242Z",
    bank_code="025",
    account_num="110123456789",
    holder_name="홍길동",
    amount=187_500,
    print_content="디지털온누리",
    at=AT,
    sub_merchant=SubMerchant("홍길동 정육점", "M0000012345", "2208162517"),
)
WITHDRAWAL = Withdrawal(
    bank_tran_id="M202600001U4BC34241Z",
    fintech_use_num="123456789012345678901234",
    amount=10_000,
    client_name="홍길동",
    client_num="HONGGILDONG1234",
    print_content="온누리충전",
    at=AT,
)


def leaves(value: object) -> list[object]:
    if isinstance(value, dict):
        return [leaf for inner in cast("dict[str, object]", value).values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in cast("list[object]", value) for leaf in leaves(inner)]
    return [value]


def test_every_value_on_the_wire_is_a_string() -> None:
    asked = Inquiry("deposit", DEPOSIT.bank_tran_id, date(2026, 11, 21), 187_500, AT)
    for body in (WITHDRAWAL.encode(CONTRACT), DEPOSIT.encode(CONTRACT), asked.encode()):
        assert all(isinstance(leaf, str) for leaf in leaves(body))


def test_a_deposit_carries_one_item_the_shop_and_korean_time() -> None:
    body = DEPOSIT.encode(CONTRACT)
    assert (body["req_cnt"], body["tran_dtime"]) == ("1", "20261121003000")
    assert (body["sub_frnc_name"], body["sub_frnc_business_num"]) == ("홍길동 정육점", "2208162517")
    (item,) = cast("list[dict[str, str]]", body["req_list"])
    assert (item["bank_code_std"], item["tran_amt"]) == ("081", "187500")


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": 1_000_000_000_000},
        {"bank_tran_id": "short"},
        {"bank_tran_id": "M202600001u4BC34242Z"},
        {"account_num": "110-123-456789"},
        {"account_num": "١٢٣٤٥٦٧٨"},
        {"holder_name": ""},
        {"holder_name": "가" * 21},
        {"print_content": "줄\n바꿈"},
        {"bank_code": "999"},
        {"transfer_purpose": "st"},
        {"at": datetime(2026, 11, 20)},  # noqa: DTZ001 - that is the point
    ],
)
def test_what_does_not_fit_is_refused_before_it_is_sent(changed: dict[str, Any]) -> None:
    with pytest.raises((BadBankField, BadAccountNumber, UnknownBank, NaiveTime)):
        replace(DEPOSIT, **changed)


@pytest.mark.parametrize(
    "changed", [{"fintech_use_num": "1" * 23}, {"client_num": "lower"}, {"client_num": ""}, {"amount": 0}]
)
def test_a_withdrawal_that_does_not_fit_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadBankField):
        replace(WITHDRAWAL, **changed)


def test_a_long_name_is_clipped_to_its_field() -> None:
    assert clip("망원시장 " * 20, 20) == "망원시장 망원시장 망원시장 망원시장"
    assert clip("줄\n바꿈\x00", 20) == "줄바꿈"


def test_ids_refuse_numbers_and_codes_that_do_not_fit() -> None:
    for code, number in (("M202600001", -1), ("M202600001", 36**9), ("m202600001", 1), ("M1", 1)):
        with pytest.raises(BadTransactionId):
            bank_tran_id(code, number)


def test_bank_time_is_korean_time() -> None:
    assert kst_stamp(AT) == "20261121003000"
    assert kst_date(AT) == date(2026, 11, 21)
    assert parse_stamp("20261121003000") == AT
    assert parse_stamp("20260230") is None
    assert parse_stamp("2026-11-21") is None


def test_old_codes_of_a_merged_bank_mean_that_bank() -> None:
    assert {canonical_bank_code(code) for code in ("005", "025", "081")} == {"081"}
    assert bank_name("025") == "하나은행"
    assert bank_name("097")
    with pytest.raises(UnknownBank):
        bank_name("000")


def test_account_numbers_are_plain_digits_and_shown_masked() -> None:
    assert plain_account_number("110-123-456 789") == "110123456789"
    assert mask_account_number("110123456789") == "110123456***"
    assert mask_account_number("12") == "***"


def test_the_bank_rests_at_weekends_holidays_and_on_labour_day() -> None:
    assert bank_days_after(date(2026, 11, 20), 2) == date(2026, 11, 24)
    assert bank_days_after(date(2026, 4, 30), 1) == date(2026, 5, 4)
    assert bank_days_after(date(2026, 2, 13), 1) == date(2026, 2, 19)
