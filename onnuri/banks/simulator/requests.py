"""Read the requests that come to the simulated bank as strictly as the published format is. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from onnuri.banks.simulator.book import Order
from onnuri.banks.simulator.replies import OUR_BANK
from onnuri.banks.simulator.scenarios import Kind
from onnuri.banks.tran_id import parse_stamp


class BadRequest(Exception):
    """The request breaks the format: the bank says A0004."""


Fields = Mapping[str, object]

_TRAN_ID: Final = r"[0-9A-Z]{10}U[0-9A-Z]{9}"
_AMOUNT: Final = r"[1-9][0-9]{0,11}"
_ACCOUNT: Final = r"[0-9]{7,16}"
_BANK: Final = r"[0-9]{3}"
_WORDS: Final = r"[^\x00-\x1f\x7f\ud800-\udfff]{0,40}"


@dataclass(frozen=True, slots=True)
class Question:
    """An inquiry about an earlier transfer."""

    kind: Kind
    bank_tran_id: str
    on: date
    amount: int


def read_withdrawal(body: Fields) -> Order:
    """Read `/v2.0/transfer/withdraw/fin_num`."""
    return Order(
        kind="withdrawal",
        bank_tran_id=matched(body, "bank_tran_id", _TRAN_ID),
        asked_on=moment(body).date(),
        contract=matched(body, "cntr_account_num", _ACCOUNT),
        bank_code=OUR_BANK,
        party=matched(body, "fintech_use_num", r"[0-9A-Za-z]{24}"),
        party_name=matched(body, "req_client_name", _WORDS),
        print_content=matched(body, "dps_print_content", _WORDS),
        amount=int(matched(body, "tran_amt", _AMOUNT)),
    )


def read_deposit(body: Fields) -> Order:
    """Read `/v2.0/transfer/deposit/acnt_num`: one item and no more."""
    item = only_item(body)
    return Order(
        kind="deposit",
        bank_tran_id=matched(item, "bank_tran_id", _TRAN_ID),
        asked_on=moment(body).date(),
        contract=matched(body, "cntr_account_num", _ACCOUNT),
        bank_code=matched(item, "bank_code_std", _BANK),
        party=matched(item, "account_num", _ACCOUNT),
        party_name=matched(item, "account_holder_name", _WORDS),
        print_content=matched(item, "print_content", _WORDS),
        amount=int(matched(item, "tran_amt", _AMOUNT)),
    )


def read_user_deposit(body: Fields) -> Order:
    """Read `/v2.0/transfer/deposit/fin_num`: one item and no more; the account is a user's, by its token."""
    item = only_item(body)
    return Order(
        kind="deposit",
        bank_tran_id=matched(item, "bank_tran_id", _TRAN_ID),
        asked_on=moment(body).date(),
        contract=matched(body, "cntr_account_num", _ACCOUNT),
        bank_code=OUR_BANK,
        party=matched(item, "fintech_use_num", r"[0-9A-Za-z]{24}"),
        party_name="온누리회원",
        print_content=matched(item, "print_content", _WORDS),
        amount=int(matched(item, "tran_amt", _AMOUNT)),
    )


def read_question(body: Fields) -> Question:
    """Read `/v2.0/transfer/result`."""
    item = only_item(body)
    moment(body)
    return Question(
        kind="withdrawal" if matched(body, "check_type", "[12]") == "1" else "deposit",
        bank_tran_id=matched(item, "org_bank_tran_id", _TRAN_ID),
        on=moment(item, "org_bank_tran_date").date(),
        amount=int(matched(item, "org_tran_amt", _AMOUNT)),
    )


def read_account(body: Fields) -> tuple[str, str, str]:
    """Read what real name and receive inquiries share: id, bank code, account number."""
    return (
        matched(body, "bank_tran_id", _TRAN_ID),
        matched(body, "bank_code_std", _BANK),
        matched(body, "account_num", _ACCOUNT),
    )


def read_claim(body: Fields) -> tuple[str, date, int]:
    """Read `/v2.0/return/claim`: original id, its date, its amount."""
    matched(body, "bank_tran_id", _TRAN_ID)
    return (
        matched(body, "org_bank_tran_id", _TRAN_ID),
        moment(body, "org_bank_tran_date").date(),
        int(matched(body, "org_tran_amt", _AMOUNT)),
    )


def matched(body: Fields, name: str, pattern: str) -> str:
    """Give a field that must be there, be a string and have a shape."""
    value = body.get(name)
    if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
        raise BadRequest(name)
    return value


def moment(body: Fields, name: str = "tran_dtime") -> datetime:
    """Give a time field as an instant."""
    stamp = parse_stamp(matched(body, name, r"[0-9]{8}|[0-9]{14}"))
    if stamp is None:
        raise BadRequest(name)
    return stamp


def only_item(body: Fields) -> Fields:
    """Give the single item of `req_list`."""
    listed = body.get("req_list")
    if body.get("req_cnt") != "1" or not isinstance(listed, list):
        raise BadRequest("req_cnt")
    items = cast("list[object]", listed)
    if len(items) != 1 or not isinstance(items[0], dict):
        raise BadRequest("req_list")
    return cast("dict[str, object]", items[0])
