"""Orders and questions to the bank as frozen facts, and their published v2.0 wire form (all strings). No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from onnuri.banks.accounts import canonical_bank_code, plain_account_number
from onnuri.banks.tran_id import date_stamp, is_bank_tran_id, kst_stamp
from onnuri.kit.refusals import Malformed

AMOUNT_MAX: Final = 999_999_999_999
"""Won; the wire carries at most 12 digits."""

Wire = dict[str, object]


class BadBankField(Malformed):
    """A field does not fit the bank's wire format."""

    code = "bank_field_malformed"
    ko = "은행 전문에 넣을 수 없는 값입니다: {field}"
    en = "This value does not fit the bank's wire format: {field}"


@dataclass(frozen=True, slots=True)
class ContractAccount:
    """Our own account at the contract bank: consumers' money comes in, merchants' money goes out."""

    bank_code: str
    account_num: str
    holder_name: str

    def __post_init__(self) -> None:
        canonical_bank_code(self.bank_code)
        _account("contract_account", self.account_num)
        _text("contract_holder_name", self.holder_name, width=20)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An order to pull money from a consumer's registered account to our contract account (출금이체)."""

    bank_tran_id: str
    fintech_use_num: str
    amount: int
    client_name: str
    client_num: str
    print_content: str
    at: datetime

    def __post_init__(self) -> None:
        _order(self.bank_tran_id, self.amount)
        _fintech(self.fintech_use_num)
        _text("client_name", self.client_name, width=20)
        _client_num(self.client_num)
        _text("print_content", self.print_content, width=20)
        kst_stamp(self.at)

    def encode(self, contract: ContractAccount) -> Wire:
        """Write the body of `/v2.0/transfer/withdraw/fin_num`; `transfer_purpose` RC is a top-up."""
        return {
            "bank_tran_id": self.bank_tran_id,
            "cntr_account_type": "N",
            "cntr_account_num": contract.account_num,
            "dps_print_content": self.print_content,
            "fintech_use_num": self.fintech_use_num,
            "wd_print_content": self.print_content,
            "tran_amt": str(self.amount),
            "tran_dtime": kst_stamp(self.at),
            "req_client_name": self.client_name,
            "req_client_fintech_use_num": self.fintech_use_num,
            "req_client_num": self.client_num,
            "transfer_purpose": "RC",
            "recv_client_name": contract.holder_name,
            "recv_client_bank_code": contract.bank_code,
            "recv_client_account_num": contract.account_num,
        }


@dataclass(frozen=True, slots=True)
class SubMerchant:
    """The shop we pay out for, as the wire names it (`sub_frnc_…`)."""

    name: str
    number: str
    business_number: str

    def __post_init__(self) -> None:
        _text("sub_merchant_name", self.name, width=40)
        _match("sub_merchant_number", self.number, r"[0-9A-Za-z]{1,20}")
        _match("business_number", self.business_number, r"[0-9]{10}")


@dataclass(frozen=True, slots=True)
class Deposit:
    """An order to push money from our contract account to a bank account (입금이체)."""

    bank_tran_id: str
    bank_code: str
    account_num: str
    holder_name: str
    amount: int
    print_content: str
    at: datetime
    sub_merchant: SubMerchant | None = None
    name_check: bool = True
    transfer_purpose: str = "ST"

    def __post_init__(self) -> None:
        _order(self.bank_tran_id, self.amount)
        canonical_bank_code(self.bank_code)
        _account("account_num", self.account_num)
        _text("holder_name", self.holder_name, width=20)
        _text("print_content", self.print_content, width=20)
        _match("transfer_purpose", self.transfer_purpose, r"[A-Z]{2}")
        kst_stamp(self.at)

    def encode(self, contract: ContractAccount) -> Wire:
        """Write the body of `/v2.0/transfer/deposit/acnt_num`: always one item, as the published format demands."""
        body: Wire = {
            "cntr_account_type": "N",
            "cntr_account_num": contract.account_num,
            "wd_pass_phrase": "NONE",
            "wd_print_content": self.print_content,
            "name_check_option": "on" if self.name_check else "off",
            "tran_dtime": kst_stamp(self.at),
            "req_cnt": "1",
            "req_list": [
                {
                    "tran_no": "1",
                    "bank_tran_id": self.bank_tran_id,
                    "bank_code_std": canonical_bank_code(self.bank_code),
                    "account_num": self.account_num,
                    "account_holder_name": self.holder_name,
                    "print_content": self.print_content,
                    "tran_amt": str(self.amount),
                    "req_client_name": contract.holder_name,
                    "req_client_bank_code": contract.bank_code,
                    "req_client_account_num": contract.account_num,
                    "req_client_num": "ONNURI",
                    "transfer_purpose": self.transfer_purpose,
                }
            ],
        }
        if self.sub_merchant is not None:
            body["sub_frnc_name"] = self.sub_merchant.name
            body["sub_frnc_num"] = self.sub_merchant.number
            body["sub_frnc_business_num"] = self.sub_merchant.business_number
        return body


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question about an earlier transfer (이체결과조회), by our own id, date and amount."""

    kind: str
    original_tran_id: str
    original_on: date
    original_amount: int
    at: datetime

    def __post_init__(self) -> None:
        _order(self.original_tran_id, self.original_amount)
        _match("inquiry_kind", self.kind, "withdrawal|deposit")
        kst_stamp(self.at)

    def encode(self) -> Wire:
        """Write the body of `/v2.0/transfer/result`; the date is OURS, never the one the bank answered."""
        return {
            "check_type": "1" if self.kind == "withdrawal" else "2",
            "tran_dtime": kst_stamp(self.at),
            "req_cnt": "1",
            "req_list": [
                {
                    "tran_no": "1",
                    "org_bank_tran_id": self.original_tran_id,
                    "org_bank_tran_date": date_stamp(self.original_on),
                    "org_tran_amt": str(self.original_amount),
                }
            ],
        }


@dataclass(frozen=True, slots=True)
class RealNameQuestion:
    """Whose account is this (계좌실명조회)? `holder_info_type` 6 is a business number, a space a birth date."""

    bank_tran_id: str
    bank_code: str
    account_num: str
    holder_info_type: str
    holder_info: str
    at: datetime

    def __post_init__(self) -> None:
        _match("bank_tran_id", self.bank_tran_id, r"[0-9A-Z]{10}U[0-9A-Z]{9}")
        canonical_bank_code(self.bank_code)
        _account("account_num", self.account_num)
        _match("holder_info_type", self.holder_info_type, r"[ 1-6EN]")
        _match("holder_info", self.holder_info, r"[0-9A-Za-z]{0,13}")
        kst_stamp(self.at)

    def encode(self) -> Wire:
        """Write the body of `/v2.0/inquiry/real_name`."""
        return {
            "bank_tran_id": self.bank_tran_id,
            "bank_code_std": canonical_bank_code(self.bank_code),
            "account_num": self.account_num,
            "account_holder_info_type": self.holder_info_type,
            "account_holder_info": self.holder_info,
            "tran_dtime": kst_stamp(self.at),
        }


@dataclass(frozen=True, slots=True)
class BalanceQuestion:
    """How much is on a registered account?"""

    bank_tran_id: str
    fintech_use_num: str
    at: datetime

    def __post_init__(self) -> None:
        _match("bank_tran_id", self.bank_tran_id, r"[0-9A-Z]{10}U[0-9A-Z]{9}")
        _fintech(self.fintech_use_num)
        kst_stamp(self.at)

    def encode(self) -> Mapping[str, str]:
        """Write the query of `/v2.0/account/balance/fin_num`."""
        return {
            "bank_tran_id": self.bank_tran_id,
            "fintech_use_num": self.fintech_use_num,
            "tran_dtime": kst_stamp(self.at),
        }


def encode_receive_question(deposit: Deposit, contract: ContractAccount) -> Wire:
    """Write the body of `/v2.0/inquiry/receive` (수취조회): could this deposit be credited, and to whom?

    The question carries an id of its own: give it a Deposit whose id was made for the question.
    """
    return {
        "bank_tran_id": deposit.bank_tran_id,
        "cntr_account_type": "N",
        "cntr_account_num": contract.account_num,
        "bank_code_std": canonical_bank_code(deposit.bank_code),
        "account_num": deposit.account_num,
        "print_content": deposit.print_content,
        "tran_amt": str(deposit.amount),
        "tran_dtime": kst_stamp(deposit.at),
        "req_client_name": contract.holder_name,
        "req_client_bank_code": contract.bank_code,
        "req_client_account_num": contract.account_num,
        "req_client_num": "ONNURI",
        "transfer_purpose": deposit.transfer_purpose,
    }


def clip(text: str, width: int) -> str:
    """Shorten a text to what a field of `width` characters takes, without control characters."""
    return "".join(char for char in text if char.isprintable())[:width].strip()


def _order(tran_id: str, amount: int) -> None:
    if not is_bank_tran_id(tran_id):
        raise BadBankField(field="bank_tran_id")
    if not 0 < amount <= AMOUNT_MAX:
        raise BadBankField(field="tran_amt")


def _account(field: str, account_num: str) -> None:
    if plain_account_number(account_num) != account_num:
        raise BadBankField(field=field)


def _fintech(number: str) -> None:
    _match("fintech_use_num", number, r"[0-9A-Za-z]{24}")


def _client_num(number: str) -> None:
    _match("client_num", number, r"[0-9A-Z]{1,20}")


def _text(field: str, text: str, *, width: int) -> None:
    if not text.strip() or len(text) > width or not text.isprintable():
        raise BadBankField(field=field)


def _match(field: str, text: str, pattern: str) -> None:
    if re.fullmatch(pattern, text) is None:
        raise BadBankField(field=field)
