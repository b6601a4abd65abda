"""What settlement is about: a closed day, a payout and what the bank's word makes of it. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict

NOT_FOUND_MIN: Final = 3
"""So many times in a row the bank must say that it does not know an id before the order may be sent again (ours)."""

SENDS_MAX: Final = 3
"""So often one order is sent at most; then a person looks (ours)."""

_BACK_OFF: Final = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4))
_BACK_OFF_THEN: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LaneClose:
    """A business day closed in one lane; amounts in won. `already` says that it was closed before."""

    lane: str
    day: date
    seq_hi: int
    lines: int
    net: int
    payable: int
    already: bool


class PayoutStatus(StrEnum):
    """Where a payout stands."""

    REQUESTED = "REQUESTED"
    PAID = "PAID"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"
    RETURNED = "RETURNED"


@dataclass(frozen=True, slots=True)
class Payout:
    """An instruction to pay a shop, as stored; won."""

    id: UUID
    shop_id: UUID
    shop_account_id: UUID
    due_on: date
    amount: int
    status: PayoutStatus
    bank_tran_id: str
    bank_date: date
    bank_code_given: str | None
    bank_message: str | None
    requested_at: datetime
    answered_at: datetime | None
    inquiries: int
    sent_at: datetime | None
    sends: int
    inquired_at: datetime | None
    not_found: int


@dataclass(frozen=True, slots=True)
class BankWord:
    """What the bank answered about one payout, and whether we had inquired for it."""

    payout_id: UUID
    answer: Answer
    inquired: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What an answer makes of a payout.

    `send_again` frees the order for sending under the same id; `close_account` says that the account is no good;
    `look` is a reason for a person to look.
    """

    status: PayoutStatus
    send_again: bool = False
    close_account: bool = False
    not_found: int = 0
    look: str | None = None


def judge(payout: Payout, word: BankWord, *, on: date) -> Step:
    """Decide what the bank's word makes of an open payout on the date `on` in Seoul.

    Only a definite failure frees the money. An id that the bank does not know, told `NOT_FOUND_MIN` times in a row, may
    be sent again on the same bank date only: ids are unique for a day, so on that day the bank itself stops a double.
    Once the day is over, the order is given up and its lines are paid by a new one.
    """
    answer, verdict = word.answer, word.answer.verdict
    if answer.alarm is not None:
        return Step(PayoutStatus.UNKNOWN, look=answer.alarm)
    if verdict is Verdict.SUCCEEDED:
        return Step(PayoutStatus.PAID)
    if verdict.is_definite_failure:
        look = "payout_request_wrong" if verdict in (Verdict.FAILED_REQUEST, Verdict.FAILED_CONSENT) else None
        return Step(PayoutStatus.REJECTED, close_account=verdict is Verdict.FAILED_ACCOUNT, look=look)
    if verdict is not Verdict.NO_SUCH_TRANSFER or not word.inquired:
        return Step(PayoutStatus.UNKNOWN)
    not_found = payout.not_found + 1
    if not_found < NOT_FOUND_MIN:
        return Step(PayoutStatus.UNKNOWN, not_found=not_found)
    if on > payout.bank_date:
        return Step(PayoutStatus.REJECTED, not_found=not_found)
    if payout.sends >= SENDS_MAX:
        return Step(PayoutStatus.UNKNOWN, not_found=not_found, look="payout_never_arrives")
    return Step(PayoutStatus.REQUESTED, send_again=True)


def inquiry_due_at(payout: Payout) -> datetime | None:
    """Tell from when the bank may be asked again: 1, 2, 4 minutes after, then every 10; None where nothing was sent."""
    known = [at for at in (payout.sent_at, payout.inquired_at) if at is not None]
    if not known:
        return None
    return max(known) + (_BACK_OFF[payout.inquiries] if payout.inquiries < len(_BACK_OFF) else _BACK_OFF_THEN)


@dataclass(frozen=True, slots=True)
class Deferred:
    """A shop that can't be paid yet, and how much waits for it, won."""

    shop_id: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class PayoutRequests:
    """What a run asked for: payouts made, their sum in won, and the shops without a settlement account."""

    count: int = 0
    amount: int = 0
    deferred: tuple[Deferred, ...] = ()

    def plus(self, other: PayoutRequests) -> PayoutRequests:
        """Add another part of the same run."""
        return PayoutRequests(self.count + other.count, self.amount + other.amount, self.deferred + other.deferred)


@dataclass(frozen=True, slots=True)
class PayoutResults:
    """How many payouts ended how, and their sums in won."""

    counts: dict[PayoutStatus, int] = field(default_factory=dict[PayoutStatus, int])
    amounts: dict[PayoutStatus, int] = field(default_factory=dict[PayoutStatus, int])

    def count(self, status: PayoutStatus) -> int:
        """Tell how many ended so."""
        return self.counts.get(status, 0)

    def plus(self, status: PayoutStatus, amount: int) -> PayoutResults:
        """Count one more."""
        return PayoutResults(
            {**self.counts, status: self.count(status) + 1},
            {**self.amounts, status: self.amounts.get(status, 0) + amount},
        )


@dataclass(frozen=True, slots=True)
class NewBreak:
    """Something that does not match: bank minus books in won, and what was found, in Korean and English."""

    kind: str
    reference: str
    amount: int
    owner: str
    explanation: str
