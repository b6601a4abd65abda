"""What the bank showed as paid in counts once: one list of receipts for every lane and everything they can pay.

A receipt is known by the bank's reference, in capitals: letters and digits, hyphens between them, 35 characters at most
(as the bank's statements name their lines).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.refusals import Conflict, Refused
from onnuri.ledger.lanes import current_lane

_FORM: Final = re.compile(r"(?=.{1,35}\Z)[0-9A-Z]+(?:-[0-9A-Z]+)*")


class ReceiptUsed(Conflict):
    """A bank receipt counts once."""

    code = "bank_receipt_used"
    ko = "이미 반영된 입금입니다: {reference}. 돈은 움직이지 않았습니다."
    en = "This bank receipt was booked before: {reference}. No money moved."


class ReceiptMalformed(Refused):
    """No bank names a receipt so."""

    code = "bank_receipt_malformed"
    ko = "입금 거래번호는 영문, 숫자와 그 사이의 붙임표로, 공백 없이 35자까지입니다. 돈은 움직이지 않았습니다."
    en = "A receipt's reference is letters and digits with hyphens between, up to 35, without spaces. No money moved."


@dataclass(frozen=True, slots=True)
class BankReceipt:
    """A receipt and what it paid; won."""

    reference: str
    kind: Literal["purchase", "repayment", "migration"]
    subject_id: UUID
    amount: int


def count_receipt(conn: Connection, counted: BankReceipt, *, at: datetime) -> None:
    """Take a receipt in the lane looked at, as the last thing that could be refused before what it pays is written.

    Waits for whoever is taking it in another lane. Refuses `ReceiptMalformed`, `ReceiptUsed`.
    """
    if not counted.reference.isascii() or _FORM.fullmatch(counted.reference.upper()) is None:
        raise ReceiptMalformed
    taken = conn.execute(
        text(
            "INSERT INTO shared.bank_receipts (reference, kind, subject_id, amount, lane, counted_at)"
            " VALUES (:reference, :kind, :subject, :amount, :lane, :at)"
            " ON CONFLICT (reference) DO NOTHING RETURNING reference"
        ),
        {
            "reference": counted.reference.upper(), "kind": counted.kind, "subject": counted.subject_id,
            "amount": counted.amount, "lane": current_lane(conn), "at": at,
        },
    )  # fmt: skip
    if taken.first() is None:
        raise ReceiptUsed(reference=counted.reference)
