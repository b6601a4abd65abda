"""An order to push money to a user's registered account, by its token on the rail, and its wire form. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from onnuri.banks.tran_id import is_bank_tran_id, kst_stamp
from onnuri.banks.wire import AMOUNT_MAX, BadBankField, ContractAccount, Wire

_FINTECH: Final = re.compile(r"[0-9A-Za-z]{24}")
_CLIENT: Final = re.compile(r"[0-9A-Z]{1,20}")


@dataclass(frozen=True, slots=True)
class UserDeposit:
    """An order to push money from our contract account to the account a user registered (입금이체); won."""

    bank_tran_id: str
    fintech_use_num: str
    amount: int
    client_num: str
    print_content: str
    at: datetime

    def __post_init__(self) -> None:
        if not is_bank_tran_id(self.bank_tran_id):
            raise BadBankField(field="bank_tran_id")
        if not 0 < self.amount <= AMOUNT_MAX:
            raise BadBankField(field="tran_amt")
        if not _FINTECH.fullmatch(self.fintech_use_num):
            raise BadBankField(field="fintech_use_num")
        if not _CLIENT.fullmatch(self.client_num):
            raise BadBankField(field="client_num")
        if not self.print_content.strip() or len(self.print_content) > 20 or not self.print_content.isprintable():
            raise BadBankField(field="print_content")
        kst_stamp(self.at)

    def encode(self, contract: ContractAccount) -> Wire:
        """Write the body of `/v2.0/transfer/deposit/fin_num`: always one item, as the published format demands."""
        return {
            "cntr_account_type": "N",
            "cntr_account_num": contract.account_num,
            "wd_pass_phrase": "NONE",
            "wd_print_content": self.print_content,
            "name_check_option": "off",
            "tran_dtime": kst_stamp(self.at),
            "req_cnt": "1",
            "req_list": [
                {
                    "tran_no": "1",
                    "bank_tran_id": self.bank_tran_id,
                    "fintech_use_num": self.fintech_use_num,
                    "print_content": self.print_content,
                    "tran_amt": str(self.amount),
                    "req_client_name": contract.holder_name,
                    "req_client_bank_code": contract.bank_code,
                    "req_client_account_num": contract.account_num,
                    "req_client_num": self.client_num,
                    "transfer_purpose": "RC",
                }
            ],
        }
