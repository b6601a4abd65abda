"""The simulated bank's answers in the published field names, every value a string. No I/O."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Final

from onnuri.banks.accounts import BANK_NAMES, mask_account_number
from onnuri.banks.codes import Verdict, judge_code
from onnuri.banks.simulator.book import Found, Order, Outcome
from onnuri.banks.tran_id import date_stamp

OUR_BANK: Final = "097"
OUR_NAME: Final = "온누리상품권"

_WORDS: Final[Mapping[Verdict, str]] = {
    Verdict.SUCCEEDED: "",
    Verdict.UNKNOWN: "처리 중이거나 결과를 알 수 없음",
    Verdict.DUPLICATE: "이미 받은 거래고유번호",
    Verdict.NO_SUCH_TRANSFER: "해당 이체 없음",
    Verdict.RETRY_LATER: "지금은 처리할 수 없음",
    Verdict.FAILED_ACCOUNT: "계좌를 이용할 수 없음",
    Verdict.FAILED_LIMIT: "한도 초과",
    Verdict.FAILED_FUNDS: "잔액 부족",
    Verdict.FAILED_CONSENT: "동의 또는 등록이 필요함",
    Verdict.FAILED_REQUEST: "요청 내용 오류",
}

Reply = dict[str, object]

_SURNAMES: Final = "김이박최정강조윤장임"
_GIVEN: Final = ("민지", "서준", "영희", "철수", "하은", "도윤", "순자", "정호", "미경", "상철")


def holder_name(account_num: str) -> str:
    """Name the holder of an account: the same for the same number, another one for accounts ending in 11."""
    if account_num.endswith("11"):
        return "예금주다름"
    digest = hashlib.sha256(account_num.encode()).digest()
    return _SURNAMES[digest[0] % 10] + _GIVEN[digest[1] % 10]


def envelope(rsp_code: str, *, stamp: str) -> Reply:
    """Open an answer; its time is the request's time."""
    return {
        "api_tran_id": str(uuid.uuid4()),
        "api_tran_dtm": f"{stamp}000"[:17],
        "rsp_code": rsp_code,
        "rsp_message": _WORDS[judge_code("api", rsp_code)],
    }


def item_head(bank_tran_id: str, bank_rsp_code: str, *, bank_on: date, bank_code: str = OUR_BANK) -> Reply:
    """Open the part of an answer that a bank itself gives."""
    return {
        "bank_tran_id": bank_tran_id,
        "bank_tran_date": date_stamp(bank_on),
        "bank_code_tran": bank_code,
        "bank_rsp_code": bank_rsp_code,
        "bank_rsp_message": _WORDS[judge_code("bank", bank_rsp_code)] if bank_rsp_code else "",
    }


def withdrawal_reply(order: Order, outcome: Outcome, *, stamp: str) -> Reply:
    """Answer `/v2.0/transfer/withdraw/fin_num`."""
    return {
        **envelope(outcome.rsp_code, stamp=stamp),
        "dps_bank_code_std": OUR_BANK,
        "dps_bank_code_sub": f"{OUR_BANK}0001",
        "dps_bank_name": BANK_NAMES[OUR_BANK],
        "dps_account_num_masked": mask_account_number(order.contract),
        "dps_print_content": order.print_content,
        "dps_account_holder_name": OUR_NAME,
        **item_head(order.bank_tran_id, outcome.bank_rsp_code, bank_on=outcome.bank_on),
        "fintech_use_num": order.party,
        "account_alias": "",
        "bank_code_std": OUR_BANK,
        "bank_code_sub": f"{OUR_BANK}0001",
        "bank_name": BANK_NAMES[OUR_BANK],
        "savings_bank_name": "",
        "account_num_masked": mask_account_number(order.party[-12:]),
        "print_content": order.print_content,
        "account_holder_name": order.party_name,
        "tran_amt": str(outcome.amount),
        "wd_limit_remain_amt": "10000000",
    }


def deposit_reply(order: Order, outcome: Outcome, *, stamp: str) -> Reply:
    """Answer `/v2.0/transfer/deposit/acnt_num`."""
    return {
        **envelope(outcome.rsp_code, stamp=stamp),
        "wd_bank_code_std": OUR_BANK,
        "wd_bank_code_sub": f"{OUR_BANK}0001",
        "wd_bank_name": BANK_NAMES[OUR_BANK],
        "wd_account_num_masked": mask_account_number(order.contract),
        "wd_print_content": order.print_content,
        "wd_account_holder_name": OUR_NAME,
        "res_cnt": "1",
        "res_list": [
            {
                "tran_no": "1",
                **item_head(
                    order.bank_tran_id, outcome.bank_rsp_code, bank_on=outcome.bank_on, bank_code=order.bank_code
                ),
                "bank_code_std": order.bank_code,
                "bank_code_sub": f"{order.bank_code}0001",
                "bank_name": BANK_NAMES.get(order.bank_code, ""),
                "account_num": order.party,
                "account_num_masked": mask_account_number(order.party),
                "print_content": order.print_content,
                "account_holder_name": order.party_name,
                "tran_amt": str(outcome.amount),
                "cms_num": "",
            }
        ],
    }


def result_reply(found: Found | None, *, stamp: str) -> Reply:
    """Answer `/v2.0/transfer/result`; A0310 where the bank never saw the transfer."""
    if found is None:
        return {**envelope("A0310", stamp=stamp), "res_cnt": "0", "res_list": []}
    ours = (OUR_BANK, "", mask_account_number(found.contract), OUR_NAME)
    fintech = found.party if found.kind == "withdrawal" else ""
    theirs = (found.bank_code, fintech, mask_account_number(found.party[-16:]), found.party_name)
    debited, credited = (theirs, ours) if found.kind == "withdrawal" else (ours, theirs)
    item: Reply = {
        "tran_no": "1",
        **item_head(found.bank_tran_id, found.bank_rsp_code, bank_on=found.bank_on, bank_code=found.bank_code),
        **_side("wd", debited, print_content=found.print_content),
        **_side("dps", credited, print_content=found.print_content),
        "tran_amt": str(found.amount),
    }
    return {**envelope("A0000", stamp=stamp), "res_cnt": "1", "res_list": [item]}


def account_reply(bank_code: str, account_num: str, *, bank_rsp_code: str, tran_id: str, on: date, stamp: str) -> Reply:
    """Answer the two questions about an account, real name and receive."""
    return {
        **envelope("A0000" if bank_rsp_code == "000" else "A0002", stamp=stamp),
        **item_head(tran_id, bank_rsp_code, bank_on=on, bank_code=bank_code),
        "bank_code_std": bank_code,
        "bank_code_sub": f"{bank_code}0001",
        "bank_name": BANK_NAMES.get(bank_code, ""),
        "account_num": account_num,
        "account_num_masked": mask_account_number(account_num),
        "account_holder_name": holder_name(account_num) if bank_rsp_code == "000" else "",
        "account_type": "1",
    }


def _side(prefix: str, side: tuple[str, str, str, str], *, print_content: str) -> Reply:
    bank_code, fintech_use_num, masked, holder = side
    return {
        f"{prefix}_bank_code_std": bank_code,
        f"{prefix}_bank_code_sub": f"{bank_code}0001",
        f"{prefix}_bank_name": BANK_NAMES.get(bank_code, ""),
        f"{prefix}_savings_bank_name": "",
        f"{prefix}_fintech_use_num": fintech_use_num,
        f"{prefix}_account_num_masked": masked,
        f"{prefix}_print_content": print_content,
        f"{prefix}_account_holder_name": holder,
    }
