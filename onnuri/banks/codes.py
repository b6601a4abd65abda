"""What a bank's result code means for money: one verdict per code, and UNKNOWN for whatever is not listed. No I/O.

The classes follow what three public sources agree on, and lean to UNKNOWN where they do not: an unknown answer
costs an inquiry, a wrong "failed" costs a double payment.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal

Namespace = Literal["api", "bank"]


class Verdict(StrEnum):
    """What to believe about a transfer after an answer."""

    SUCCEEDED = "succeeded"
    FAILED_ACCOUNT = "failed_account"
    """Definite, and permanent for this account: ask its owner for another one."""
    FAILED_LIMIT = "failed_limit"
    """Definite: a limit of the institution or of the user; next business day or a raise."""
    FAILED_FUNDS = "failed_funds"
    """Definite: the account to be debited holds too little."""
    FAILED_CONSENT = "failed_consent"
    """Definite: the user must consent or register again."""
    RETRY_LATER = "retry_later"
    """Definite: nothing moved; a later attempt needs a NEW id."""
    FAILED_REQUEST = "failed_request"
    """Definite: the request or our contract is wrong; an operator must look."""
    UNKNOWN = "unknown"
    """Nobody knows yet: inquire, never resend."""
    NO_SUCH_TRANSFER = "no_such_transfer"
    """The bank does not know the id (only ever the answer of an inquiry)."""
    DUPLICATE = "duplicate"
    """The bank has already seen the id: inquire for the original, never mint another."""

    @property
    def is_definite_failure(self) -> bool:
        """Tell whether it is certain that no money moved."""
        return self in _DEFINITE_FAILURES


_DEFINITE_FAILURES: Final = frozenset(
    {
        Verdict.FAILED_ACCOUNT,
        Verdict.FAILED_LIMIT,
        Verdict.FAILED_FUNDS,
        Verdict.FAILED_CONSENT,
        Verdict.RETRY_LATER,
        Verdict.FAILED_REQUEST,
    }
)

OK_API: Final = "A0000"
OK_BANK: Final = "000"
LOOK_INSIDE: Final = frozenset({"A0002", "A0009"})
"""Envelopes that say "a participant failed": the item's own code decides."""

_API: Final[Mapping[Verdict, str]] = {
    Verdict.SUCCEEDED: "A0000",
    Verdict.UNKNOWN: "A0001 A0003 A0007 A0016 A0017 A0021",
    Verdict.DUPLICATE: "A0008 A0326",
    Verdict.NO_SUCH_TRANSFER: "A0310",
    Verdict.RETRY_LATER: "A0020",
    Verdict.FAILED_ACCOUNT: "A0312 A0317 A0318",
    Verdict.FAILED_LIMIT: "A0101 A0102 A0103 A0104 A0105 A0106 A0111 A0112 A0327",
    Verdict.FAILED_CONSENT: "A0014 A0019 A0305 A0306 A0313 A0316 A0319 A0332 A0334 A0337",
    Verdict.FAILED_REQUEST: (
        "A0004 A0005 A0006 A0010 A0011 A0012 A0013 A0015 A0018 A0301 A0302 A0303 A0304 A0307 A0308 A0311 A0314 "
        "A0320 A0321 A0322 A0323 A0324 A0325 A0331 A0335 A0336"
    ),
}

_BANK: Final[Mapping[Verdict, str]] = {
    Verdict.SUCCEEDED: "000",
    Verdict.UNKNOWN: "400 803 804 819",
    Verdict.DUPLICATE: "822",
    Verdict.RETRY_LATER: "111 114",
    Verdict.FAILED_ACCOUNT: (
        "412 413 414 415 416 417 418 419 420 421 422 424 425 426 427 431 432 433 452 461 462 463 467 470 471 472 473 "
        "474 475 476 490 815"
    ),
    Verdict.FAILED_LIMIT: "455 456 458 999",
    Verdict.FAILED_FUNDS: "453 454",
    Verdict.FAILED_CONSENT: "428 464 468 551 555 556",
    Verdict.FAILED_REQUEST: "477 499 818",
}

TABLE: Final[Mapping[tuple[Namespace, str], Verdict]] = {
    **{("api", code): verdict for verdict, codes in _API.items() for code in codes.split()},
    **{("bank", code): verdict for verdict, codes in _BANK.items() for code in codes.split()},
}


def judge_code(namespace: Namespace, code: str) -> Verdict:
    """Look one code up; anything not listed is UNKNOWN."""
    return TABLE.get((namespace, code), Verdict.UNKNOWN)


def judge_transfer(rsp_code: str, bank_rsp_code: str) -> Verdict:
    """Judge the answer to a transfer order by its envelope and its item.

    Success needs both codes; two codes that contradict each other are UNKNOWN.
    """
    inside = judge_code("bank", bank_rsp_code)
    if rsp_code == OK_API:
        return inside
    if rsp_code in LOOK_INSIDE:
        return Verdict.UNKNOWN if inside is Verdict.SUCCEEDED else inside
    envelope = judge_code("api", rsp_code)
    if envelope is Verdict.NO_SUCH_TRANSFER:
        return Verdict.UNKNOWN
    if envelope.is_definite_failure and bank_rsp_code:
        return envelope if inside.is_definite_failure else Verdict.UNKNOWN
    return envelope


def judge_inquiry(rsp_code: str, bank_rsp_code: str) -> Verdict:
    """Judge what a result inquiry says about the ORIGINAL transfer.

    A failure of the inquiry itself (closed, limited, badly formed, a participant not answering) says nothing about
    the transfer, so it stays UNKNOWN. Only A0310 says that the bank never saw the id.
    """
    if rsp_code == "A0310":
        return Verdict.NO_SUCH_TRANSFER
    inside = judge_code("bank", bank_rsp_code)
    if rsp_code == OK_API:
        return Verdict.UNKNOWN if inside is Verdict.DUPLICATE else inside
    if rsp_code == "A0009" and inside.is_definite_failure:
        return inside
    return Verdict.UNKNOWN


def judge_question(rsp_code: str, bank_rsp_code: str) -> Verdict:
    """Judge an answer that moves no money (real name, receive inquiry, balance)."""
    return judge_transfer(rsp_code, bank_rsp_code)
