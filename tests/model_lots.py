"""The things of the model of value: lots, charges, refunds, gifts, payments. Plain Python, no code of the product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from uuid import UUID

KST = timezone(timedelta(hours=9))
Pair = tuple[int, int]
"""So much of what the holder paid, and so much of subsidy; won."""


def midnight(at: datetime, days: int = 0) -> datetime:
    """The midnight in Seoul that begins the day of an instant, or so many days later."""
    local = at.astimezone(KST) + timedelta(days=days)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def five_years_after(at: datetime) -> datetime:
    on = at.astimezone(KST).date()
    leap = (on.month, on.day) == (2, 29)
    end = date(on.year + 5, 3, 1) if leap else date(on.year + 5, on.month, on.day)
    return datetime(end.year, end.month, end.day, tzinfo=KST)


@dataclass(frozen=True)
class Before:
    """The first lot of a charge: its face, what was used of it, and when it was charged."""

    face: int
    used: int
    charged_at: datetime


@dataclass(eq=False)
class Lot:
    """A piece of value; `gone` are the shares that left it otherwise than by paying.

    What goes on for another lot is judged for refunds by the first one: its face, charging and use `before`.
    """

    owner: int
    shares: Pair
    left: int
    made_at: datetime
    expires_at: datetime
    charge: Charge | None = None
    id: UUID | None = None
    used: int = 0
    gone: Pair = (0, 0)
    grace_until: datetime | None = None
    source: str = "gift"
    giftable: bool = False
    before: Before | None = None

    @property
    def face(self) -> int:
        return sum(self.shares)

    @property
    def first(self) -> Before:
        before = self.before or Before(self.face, 0, self.made_at)
        return Before(before.face, before.used + self.used, before.charged_at)

    @property
    def ends_at(self) -> datetime:
        return max(self.expires_at, self.grace_until or self.expires_at)

    def split(self, won: int) -> Pair:
        """Share out what leaves: the buyer's share rounded down over all that ever left with a share."""
        target = int(Fraction(self.shares[0], self.face) * (sum(self.gone) + won))
        paid = sorted((0, target - self.gone[0], won))[1]
        return paid, won - paid

    def lose(self, pair: Pair) -> None:
        self.left -= sum(pair)
        self.gone = (self.gone[0] + pair[0], self.gone[1] + pair[1])

    def regain(self, pair: Pair) -> None:
        self.lose((-pair[0], -pair[1]))


@dataclass(eq=False)
class Charge:
    """A charge; its lot where the bank paid."""

    owner: int
    face: int
    asked_at: datetime
    status: str = "OPEN"
    lot: Lot | None = None
    shares: Pair = (0, 0)


@dataclass(eq=False)
class Refund:
    """Money of a charge on its way back."""

    lot: Lot
    pair: Pair
    status: str = "OPEN"


@dataclass(eq=False)
class Gift:
    """Value in its box."""

    sender: int
    receiver: int
    parts: list[tuple[Lot, Pair]]
    deadline: datetime
    boxed: bool = True

    @property
    def amount(self) -> int:
        return sum(sum(pair) for _, pair in self.parts)


@dataclass(eq=False)
class Payment:
    """A payment and what has come back of it."""

    at: datetime
    taken: list[tuple[Lot, int]]
    back: int = 0

    @property
    def owner(self) -> int:
        return self.taken[0][0].owner

    @property
    def amount(self) -> int:
        return sum(won for _, won in self.taken)


def bank_closed(at: datetime) -> bool:
    local = at.astimezone(KST)
    minute = local.hour * 60 + local.minute
    return minute >= 23 * 60 + 30 or minute < 30
