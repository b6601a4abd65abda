"""Bank codes with their Korean names, the codes that mean the same bank, and masking of account numbers. No I/O.

Codes of the interbank system (금융회사공동코드). Merged banks keep their old codes in circulation: 하나은행 appears as
005, 025 and 081, of which 081 is the one to send.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from onnuri.kit.refusals import Malformed, Unavailable

BANK_NAMES: Final[Mapping[str, str]] = {
    "002": "KDB산업은행", "003": "IBK기업은행", "004": "KB국민은행", "007": "수협은행", "011": "NH농협은행",
    "012": "농협중앙회", "020": "우리은행", "023": "SC제일은행", "027": "한국씨티은행", "030": "수협중앙회",
    "031": "iM뱅크", "032": "부산은행", "034": "광주은행", "035": "제주은행", "037": "전북은행", "039": "경남은행",
    "045": "새마을금고중앙회", "048": "신협중앙회", "050": "상호저축은행", "054": "HSBC은행", "055": "도이치은행",
    "057": "JP모간체이스은행", "060": "BOA은행", "061": "비엔피파리바은행", "064": "산림조합중앙회", "071": "우체국",
    "081": "하나은행", "088": "신한은행", "089": "K뱅크", "090": "카카오뱅크", "092": "토스뱅크",
    "097": "오픈은행(시험)", "099": "금융결제원",
    "209": "유안타증권", "218": "KB증권", "238": "미래에셋증권", "240": "삼성증권", "243": "한국투자증권",
    "247": "NH투자증권", "261": "교보증권", "262": "아이엠증권", "263": "현대차증권", "264": "키움증권",
    "265": "엘에스투자증권", "266": "SK증권", "267": "대신증권", "269": "한화투자증권", "270": "하나증권",
    "278": "신한투자증권", "279": "DB증권", "280": "유진투자증권", "287": "메리츠증권", "288": "카카오페이증권",
    "290": "부국증권", "291": "신영증권", "292": "케이프투자증권", "294": "우리투자증권",
}  # fmt: skip

_ALIASES: Final[Mapping[str, str]] = {
    "003": "043", "004": "006 019 029 078 079", "007": "009", "011": "010 016", "012": "013 014 015 017 018",
    "020": "022 024 083 084", "027": "036 053", "030": "069 070", "045": "046 085 086 087", "048": "047 049",
    "071": "072 073 074 075", "081": "005 025 033 080 082", "088": "021 026 028", "218": "226", "238": "230",
    "247": "289", "287": "268",
}  # fmt: skip

CANONICAL: Final[Mapping[str, str]] = {
    **{code: code for code in BANK_NAMES},
    **{alias: code for code, aliases in _ALIASES.items() for alias in aliases.split()},
}


class UnknownBank(Malformed):
    """No bank has this code."""

    code = "bank_code_unknown"
    ko = "없는 은행 코드입니다: {bank_code}"
    en = "No bank has the code {bank_code}."


def canonical_bank_code(bank_code: str) -> str:
    """Give the code to send for a bank known under several; refuses an unknown one."""
    if bank_code not in CANONICAL:
        raise UnknownBank(bank_code=bank_code)
    return CANONICAL[bank_code]


def bank_name(bank_code: str) -> str:
    """Name a bank in Korean by any of its codes; refuses an unknown one."""
    return BANK_NAMES[canonical_bank_code(bank_code)]


class BadAccountNumber(Malformed):
    """An account number is not 7 to 16 digits."""

    code = "bank_account_number_malformed"
    ko = "계좌번호는 숫자 7~16자리입니다."
    en = "An account number has 7 to 16 digits."


_FINTECH_USE_NUM_LENGTH: Final = 24
_ACCOUNT: Final = re.compile(r"[0-9]{7,16}")


def plain_account_number(text: str) -> str:
    """Take hyphens and spaces out of an account number; refuses what is not 7 to 16 digits then."""
    digits = re.sub(r"[\s-]", "", text)
    if not _ACCOUNT.fullmatch(digits):
        raise BadAccountNumber
    return digits


def mask_account_number(account_num: str) -> str:
    """Hide the last three digits, as the wire's own masked fields do."""
    return account_num[:-3] + "***" if len(account_num) > 3 else "***"


class RegistrationUnavailable(Unavailable):
    """In production the bank's own pages register an account; that way is not built yet."""

    code = "debit_account_registration_unavailable"
    ko = "지금은 계좌를 등록할 수 없습니다."
    en = "Accounts can't be registered right now."


def fintech_use_num(account_number: str, *, sandbox: bool) -> str:
    """Give the token of an account on the simulated rail: its number with zeros in front, so its ending still decides.

    Refuses `RegistrationUnavailable` in production.
    """
    if not sandbox:
        raise RegistrationUnavailable
    return account_number.rjust(_FINTECH_USE_NUM_LENGTH, "0")
