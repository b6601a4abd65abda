"""Say what is wrong with bank lines that match nothing, and with what is booked without a line. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from onnuri.settlement.model import NewBreak
from onnuri.settlement.sides import DIRECTIONS, Direction, Kind


@dataclass(frozen=True, slots=True)
class Line:
    """A bank line that matches nothing yet, won."""

    id: int
    booked_on: date
    amount: int
    direction: Direction
    remitter: str

    @property
    def signed(self) -> int:
        """The amount as it moves the bank's balance."""
        return self.amount if self.direction == "in" else -self.amount


@dataclass(frozen=True, slots=True)
class Subject:
    """The charge, refund, purchase, payout, receipt or migration whose money should move at the bank, won.

    `booked` says that our books moved the bank account for it, `matched` that another line is matched to it already.
    """

    kind: Kind
    id: UUID
    amount: int
    booked: bool
    matched: bool

    @property
    def direction(self) -> Direction:
        """Which way its money moves at the bank."""
        return DIRECTIONS[self.kind]

    @property
    def signed(self) -> int:
        """The amount as our books move the bank account for it."""
        return self.amount if self.direction == "in" else -self.amount


OWNERS: Final = {
    "unknown_line": "finance",
    "amount_differs": "bank_desk",
    "paid_twice": "bank_desk",
    "charged_twice": "bank_desk",
    "books_missing": "operator",
    "charge_returned": "operator",
    "return_unexplained": "operator",
    "line_missing": "bank_desk",
    "receipt_unseen": "finance",
    "migration_unpaid": "finance",
    "statement_gap": "bank_desk",
}

_WORDS: Final = {
    "unknown_line": "어떤 충전이나 지급과도 맞지 않는 은행 거래 {bank}원 ({remitter})"
    " / a bank line of {bank} won that belongs to no charge or payout ({remitter})",
    "amount_differs": "은행 거래 {bank}원이 장부 금액 {books}원과 다름"
    " / the bank moved {bank} won, the books say {books} won",
    "paid_twice": "같은 지급이 두 번 출금됨 {bank}원: 은행에 반환을 청구해야 함"
    " / the same payout left the account twice, {bank} won: claim it back",
    "charged_twice": "같은 충전이 두 번 입금됨 {bank}원: 소비자에게 돌려줘야 함"
    " / the same charge came in twice, {bank} won: it belongs to the holder",
    "books_missing": "은행에는 {bank}원이 있으나 장부에는 아직 없음"
    " / the bank moved {bank} won for what our books do not show as done",
    "charge_returned": "완료된 충전의 돈 {bank}원이 은행에서 되돌아 나감 / the bank took back {bank} won of a charge",
    "return_unexplained": "지급과 맞지 않는 반환 입금 {bank}원 / {bank} won came back that does not fit the payout",
    "line_missing": "지급·충전·환불은 완료({books}원)되었으나 {on}까지의 거래명세에 없음"
    " / done for {books} won, but no line on the statements up to {on}",
    "receipt_unseen": "반영한 입금 {books}원이 {on}까지의 거래명세에 없음: 입금 거래번호를 확인해야 함"
    " / {books} won were booked as paid in, but no line up to {on} has that reference: check it",
    "migration_unpaid": "이관받은 상품권의 돈 {books}원이 {on}까지 안 들어옴: 이전 사업자에게서 받아 적어야 함"
    " / {books} won of what moved in were not counted as paid up to {on}: the other operator owes them",
    "statement_gap": "거래명세의 시작 잔액이 직전 마감 잔액과 {bank}원 다름: 빠진 파일이 있음"
    " / the opening balance differs by {bank} won from the closing before: a file is missing",
}


def explain_lines(subject: Subject | None, lines: Sequence[Line]) -> list[NewBreak]:
    """Say what is wrong with the unmatched lines that carry one id (or, without a subject, with each line)."""
    if subject is None:
        return [_of_line("unknown_line", line) for line in lines]
    main = [line for line in lines if line.direction == subject.direction]
    back = [line for line in lines if line.direction != subject.direction]
    return _main(subject, main) + [
        _of_line("charge_returned" if subject.direction == "in" else "return_unexplained", line) for line in back
    ]


def _main(subject: Subject, lines: Sequence[Line]) -> list[NewBreak]:
    if not lines:
        return []
    if not subject.booked:
        return [_of_line("books_missing", line) for line in lines]
    if subject.matched:
        return [_of_line("charged_twice" if subject.direction == "in" else "paid_twice", line) for line in lines]
    bank = sum(line.signed for line in lines)
    last = max(line.id for line in lines)
    return [_found("amount_differs", f"line:{last}", bank - subject.signed, bank=bank, books=subject.signed)]


def explain_missing(subject: Subject, *, on: date) -> NewBreak:
    """Say that something is in the books but not on the statements up to the date `on`."""
    kind = {"receipt": "receipt_unseen", "migration": "migration_unpaid"}.get(subject.kind, "line_missing")
    return _found(kind, f"{subject.kind}:{subject.id.hex}", -subject.signed, books=subject.signed, on=on)


def explain_gap(file_id: str, *, difference: int) -> NewBreak:
    """Say that a statement does not begin where the one before ended."""
    return _found("statement_gap", f"file:{file_id}:{difference}", difference, bank=difference)


def _of_line(kind: str, line: Line) -> NewBreak:
    return _found(kind, f"line:{line.id}", line.signed, bank=line.signed, remitter=line.remitter or "-")


def _found(kind: str, reference: str, amount: int, **facts: object) -> NewBreak:
    shown = {name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in facts.items()}
    return NewBreak(kind, reference, amount, OWNERS[kind], _WORDS[kind].format(**shown))


MATCHING_KINDS: Final = tuple(OWNERS)
"""The kinds of break that matching opens and resolves by itself."""
