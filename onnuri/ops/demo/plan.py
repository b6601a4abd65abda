"""What happens on the demo's market day: drawn from the seed, one stream of chance for each holder. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

PAYMENTS_PER_HOLDER: Final = 12
MARKETS_SHOWN: Final = 44
_AMOUNTS: Final = (1_500, 3_000, 4_000, 5_500, 7_000, 8_900, 10_000, 12_500, 15_000, 19_800, 24_000, 32_500, 48_000)
_UNIT: Final = 1_000


class Twist(StrEnum):
    """What is odd about a request: nothing, a retry of some kind, or a reason for which it must be refused."""

    PLAIN = "plain"
    SENT_TWICE = "sent_twice"
    HUNG_UP = "hung_up"
    OTHER_BODY = "other_body"
    TOO_MUCH = "too_much"
    OVER_CAP = "over_cap"
    FORGED = "forged"
    REVOKED = "revoked"
    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    SUSPENDED = "suspended"
    NO_SUCH_STALL = "no_such_stall"
    WRONG_DIGIT = "wrong_digit"
    REFERENCE_AGAIN = "reference_again"
    WITHOUT_KEY = "without_key"
    NOT_WHOLE = "not_whole"
    NOT_SIGNED_IN = "not_signed_in"
    BY_THE_SHOP = "by_the_shop"
    OTHER_SHOP = "other_shop"
    TOO_SMALL = "too_small"


DONE: Final = frozenset({Twist.PLAIN, Twist.SENT_TWICE, Twist.HUNG_UP, Twist.OTHER_BODY})
"""The twists under which the request has its effect, once."""

_REFUSED_PAYMENTS: Final = (
    Twist.TOO_MUCH, Twist.FORGED, Twist.SUSPENDED, Twist.OVER_CAP, Twist.REVOKED, Twist.WRONG_DIGIT,
    Twist.REFERENCE_AGAIN, Twist.UNREADABLE, Twist.FOREIGN, Twist.NO_SUCH_STALL, Twist.BY_THE_SHOP, Twist.NOT_WHOLE,
    Twist.WITHOUT_KEY, Twist.NOT_SIGNED_IN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Charge:
    """A holder charges the wallet; won."""

    face: int
    twist: Twist = Twist.PLAIN


@dataclass(frozen=True, slots=True)
class Payment:
    """A holder pays a shop (by its number in the demo), scanning the sticker or typing the stall number; won."""

    shop: int
    amount: int
    scanned: bool
    twist: Twist = Twist.PLAIN


@dataclass(frozen=True, slots=True)
class Cancel:
    """The shop takes the holder's last payment back: so much of it, or all where `amount` is None; won."""

    amount: int | None
    whole: int
    twist: Twist = Twist.PLAIN


Step = Charge | Payment | Cancel


@dataclass(frozen=True, slots=True)
class HolderPlan:
    """What one holder does, in this order; the ending of the bank account decides how the bank behaves."""

    number: int
    account_ending: str
    charges_fail: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A market day: how many shops, who does what."""

    merchants: int
    holders: tuple[HolderPlan, ...]

    def expected(self) -> dict[str, int]:
        """Tell what the books must say when the day is over: counts and won."""
        told: dict[str, int] = dict.fromkeys(("charges", "charged", "payments", "paid", "cancels", "cancelled"), 0)
        for holder in self.holders:
            for step in holder.steps:
                if step.twist not in DONE:
                    continue
                match step:
                    case Charge(face=face) if not holder.charges_fail:
                        told["charges"] += 1
                        told["charged"] += face
                    case Payment(amount=amount):
                        told["payments"] += 1
                        told["paid"] += amount
                    case Cancel(amount=amount, whole=whole):
                        told["cancels"] += 1
                        told["cancelled"] += whole if amount is None else amount
                    case _:
                        pass
        return told

    @property
    def steps(self) -> int:
        """Count what will be done, for the progress bar."""
        return sum(len(holder.steps) for holder in self.holders)


def draw_day(seed: int, *, merchants: int, payments: int) -> DayPlan:
    """Draw a day: the same seed and size give the same day. `payments` will be accepted; refused ones come on top."""
    holders = max(1, -(-payments // PAYMENTS_PER_HOLDER))
    shares = [payments // holders + (number < payments % holders) for number in range(holders)]
    plans = [_holder(Random(f"{seed}/{number}"), number, share, merchants) for number, share in enumerate(shares)]
    plans += [_with_an_empty_account(holders, "91"), _with_an_empty_account(holders + 1, "22")]
    return DayPlan(merchants, tuple(plans))


def _holder(chance: Random, number: int, count: int, merchants: int) -> HolderPlan:
    payments = [
        Payment(
            shop=number % merchants if place == 0 else chance.randrange(merchants),
            amount=chance.choice(_AMOUNTS),
            scanned=chance.random() < 0.7,
            twist=_twist(chance),
        )
        for place in range(count)
    ]
    ending = {3: "99", 5: "10"}.get(number, "00")
    return HolderPlan(number, ending, charges_fail=False, steps=tuple(_steps(chance, number, payments)))


def _steps(chance: Random, number: int, payments: list[Payment]) -> Iterator[Step]:
    """Charge enough for what follows, pay, sometimes cancel, once try what must be refused."""
    half = len(payments) // 2 if chance.random() < 0.3 else len(payments)
    refused_at = chance.randrange(1, max(2, len(payments)))
    yield from _charges(chance, number, payments[:half])
    for place, payment in enumerate(payments):
        if place == half:
            yield from _charges(chance, number, payments[half:])
        yield payment
        if chance.random() < 0.08:
            yield from _cancels(chance, payment)
        if place == refused_at:
            refused = _REFUSED_PAYMENTS[number % len(_REFUSED_PAYMENTS)]
            yield Payment(payment.shop, 4_500, scanned=payment.scanned, twist=refused)


def _charges(chance: Random, number: int, payments: list[Payment]) -> Iterator[Charge]:
    needed = max(10_000, sum(payment.amount for payment in payments))
    if number % 25 == 1:
        yield Charge(5_000, Twist.TOO_SMALL)
    if number % 25 == 2:
        yield Charge(2_100_000, Twist.OVER_CAP)
    twist = {4: Twist.SENT_TWICE, 8: Twist.HUNG_UP}.get(number % 10, Twist.PLAIN)
    yield Charge(-(-needed // _UNIT) * _UNIT + chance.randrange(20) * _UNIT, twist)


def _cancels(chance: Random, payment: Payment) -> Iterator[Cancel]:
    amount = None if chance.random() < 0.6 else payment.amount // 2
    if chance.random() < 0.2:
        yield Cancel(None, payment.amount, Twist.OTHER_SHOP)
    yield Cancel(amount, payment.amount, Twist.SENT_TWICE if chance.random() < 0.2 else Twist.PLAIN)
    if chance.random() < 0.2:
        yield Cancel(payment.amount, payment.amount, Twist.TOO_MUCH)


def _twist(chance: Random) -> Twist:
    drawn = chance.random()
    if drawn < 0.03:
        return Twist.SENT_TWICE
    if drawn < 0.05:
        return Twist.HUNG_UP
    return Twist.OTHER_BODY if drawn < 0.06 else Twist.PLAIN


def _with_an_empty_account(number: int, ending: str) -> HolderPlan:
    steps = (Charge(50_000), Payment(0, 3_000, scanned=True, twist=Twist.TOO_MUCH))
    return HolderPlan(number, ending, charges_fail=True, steps=steps)
