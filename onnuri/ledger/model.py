"""What the books are made of: transfers, entries, balances. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

AMOUNT_MAX = 1_000_000_000_000
BANK_TRUST = "bank:trust"
PAYOUT_IN_FLIGHT = "payout_in_flight:all"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Move `amount` won from the debited to the credited account; the code says what for."""

    debit: int
    credit: int
    amount: int
    code: str

    def __post_init__(self) -> None:
        assert 0 < self.amount <= AMOUNT_MAX, self.amount
        assert self.debit != self.credit


@dataclass(frozen=True, slots=True)
class Entry:
    """One business act; its transfers stand or fall together."""

    id: UUID
    kind: str
    effective_on: date
    transfers: tuple[Transfer, ...]
    reverses: UUID | None = None
    reason: str | None = None
    adjusts: bool = False
    """A late fact: recorded now, dated into a day that is closed already; needs a reason."""

    def __post_init__(self) -> None:
        assert self.transfers, "an entry moves something"
        assert self.reason or not self.adjusts, "an adjustment says why"


@dataclass(frozen=True, slots=True)
class LaneHead:
    """Where a lane stands while this transaction holds it."""

    last_seq: int
    last_event: int
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something the outside is told after the commit; holds no personal data."""

    topic: str
    subject_id: UUID
    payload: dict[str, object]


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One transfer as people read it."""

    seq: int
    entry_id: UUID
    kind: str
    code: str
    debit: str
    credit: str
    amount: int
    effective_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class TrialLine:
    """Totals of one kind of account, won."""

    kind: str
    side: str
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        """The balance on the side where it grows, won."""
        return self.debits - self.credits if self.side == "debit" else self.credits - self.debits


def account_path(kind: str, subject: UUID | str) -> str:
    """Write the path of an account: `lot:0192…`."""
    return f"{kind}:{subject.hex if isinstance(subject, UUID) else subject}"


def total(transfers: Iterable[Transfer]) -> int:
    """Add up amounts, won."""
    return sum(transfer.amount for transfer in transfers)


def reversal(original: Entry, *, id: UUID, on: date, reason: str) -> Entry:
    """Build the entry that undoes another: the same transfers the other way round, last first."""
    return Entry(
        id=id,
        kind="reversal",
        effective_on=on,
        transfers=tuple(Transfer(t.credit, t.debit, t.amount, t.code) for t in reversed(original.transfers)),
        reverses=original.id,
        reason=reason,
    )
