"""What can come back of one charge, and why not: the one rule that the calculator and the posting ask. Pure: no I/O.

Source: domain sheet, section 3. Ours, and published: what was given away is neither used nor refundable, it only makes
the charge no longer wholly unused; a cancelled payment was never a use; the holder's share is rounded down to one won
over all refunds of a charge together, so that neither share ever exceeds what was paid and what was granted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from onnuri.kit.clock import seoul_date
from onnuri.kit.refusals import Conflict, DomainError, Refused
from onnuri.vouchers.model import Shares
from onnuri.vouchers.shares import Basis


class RefundKind(StrEnum):
    """Taking back a whole unused charge, or the rest of a used one."""

    CHARGE_CANCEL = "charge_cancel"
    RESIDUAL = "residual"


@dataclass(frozen=True, slots=True)
class RefundTerms:
    """The terms of the charge's own rules: days, basis points of face, won."""

    charge_cancel_days: int
    refund_used_bps: int
    refund_small_used_bps: int
    refund_small_max: int


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    """A charge that succeeded, as the books tell it; won. `face = left + used + back + away`.

    `used` is paid to shops less cancels, `back` is what refunds took, `away` went elsewhere: gifts, expiry, another
    wallet. `paid_out` and `subsidy_out` are the shares that refunds, gifts and the like took along. `seqs` are the
    transfers that say so. A charge `from_elsewhere` was made in other books: its id is that of the lot it came as.
    """

    charge_id: UUID
    wallet_id: UUID
    lot_id: UUID
    account_id: int
    face: int
    paid: int
    subsidy: int
    charged_at: datetime
    expires_at: datetime
    refundable: bool
    left: int
    used: int
    back: int
    paid_out: int
    subsidy_out: int
    seqs: tuple[int, ...] = ()
    from_elsewhere: bool = False
    expired: int = 0

    @property
    def away(self) -> int:
        """What left the lot and was neither used nor refunded."""
        return self.face - self.left - self.used - self.back

    @property
    def given_away(self) -> int:
        """What went to others, gifts that may still come back among it; not what expired."""
        return self.away - self.expired


class ChargeNotRefundable(Refused):
    """What was bought without a right to refunds."""

    code = "charge_not_refundable"
    ko = "환불할 수 없는 충전입니다. 돈은 움직이지 않았습니다."
    en = "This charge can't be refunded. No money moved."


class ChargeExpired(Refused):
    """An expired remainder is returned by the expiry itself."""

    code = "charge_expired"
    ko = "유효기간이 지난 충전입니다. 남은 금액은 만료 처리로 돌려드립니다. 돈은 움직이지 않았습니다."
    en = "This charge has expired; what is left of it is returned by the expiry. No money moved."


class NothingLeft(Refused):
    """Nothing of the charge is left to come back."""

    code = "nothing_left_to_refund"
    ko = "이 충전에서 돌려받을 금액이 없습니다. 돈은 움직이지 않았습니다."
    en = "Nothing of this charge is left to refund. No money moved."


class ChargeUsed(Refused):
    """A charge can be cancelled only while nothing of it was used, given away or refunded."""

    code = "charge_used"
    ko = (
        "이미 {gone}원이 나간 충전은 취소할 수 없습니다(사용 {used}원, 선물 {given_away}원, 환불 {refunded}원)."
        " 돈은 움직이지 않았습니다."
    )
    en = (
        "{gone} won of this charge are gone already (used {used}, given away {given_away}, refunded {refunded}),"
        " so it can't be cancelled. No money moved."
    )


class ChargeCancelTooLate(Refused):
    """The days for cancelling a charge are over; the day of the charge does not count (민법 제157조)."""

    code = "charge_cancel_too_late"
    ko = "충전취소 기간({until_on}까지)이 지났습니다. 돈은 움직이지 않았습니다."
    en = "This charge could be cancelled until {until_on}. No money moved."


class NotUsedEnough(Refused):
    """The rest comes back only when enough of the charge is used."""

    code = "not_used_enough"
    ko = "{missing}원을 더 사용하면 남은 금액을 환불받을 수 있습니다. 돈은 움직이지 않았습니다."
    en = "{missing} won more must be used before the rest can be refunded. No money moved."


class OutOfReach(Refused):
    """So much was given away that what is left can't bring the use to what a refund asks for."""

    code = "refund_out_of_reach"
    ko = (
        "{given_away}원을 선물하여, 남은 {left}원을 다 써도 환불 기준(사용 {must_be_used}원)에 이르지 못합니다."
        " 선물이 돌아오면 달라질 수 있고, 남은 금액은 가게에서 쓸 수 있습니다. 돈은 움직이지 않았습니다."
    )
    en = (
        "{given_away} won were given away: even with all {left} won left, the {must_be_used} won that must be used"
        " can't be reached unless a gift comes back. What is left can be spent. No money moved."
    )


class MoneyOnItsWay(Conflict):
    """All that is left of a charge is on its way to the bank already."""

    code = "refund_on_its_way"
    ko = "이 충전의 환불이 이미 진행 중입니다. 돈은 움직이지 않았습니다."
    en = "A refund of this charge is on its way already. No money moved."


def decide_refund(facts: ChargeFacts, terms: RefundTerms, kind: RefundKind, *, at: datetime) -> Shares:
    """Decide what comes back of a charge; both shares together are all that is left of it.

    Refuses what can't be refunded, has expired, has nothing left; a cancel of a used charge or after its days; the rest
    of a charge of which too little is used.
    """
    refusal = why_not(facts, terms, kind, at=at)
    if refusal is not None:
        raise refusal
    return shares_of(facts)


def why_not(facts: ChargeFacts, terms: RefundTerms, kind: RefundKind, *, at: datetime) -> DomainError | None:
    """Say why a charge can't come back now; None where it can."""
    if not facts.refundable:
        return ChargeNotRefundable()
    if at >= facts.expires_at:
        return ChargeExpired()
    if facts.left == 0:
        return NothingLeft()
    if kind is RefundKind.CHARGE_CANCEL:
        if facts.left != facts.face:
            return ChargeUsed(
                gone=facts.face - facts.left, used=facts.used, given_away=facts.given_away, refunded=facts.back
            )
        until_on = last_cancel_day(facts, terms)
        return ChargeCancelTooLate(until_on=until_on) if seoul_date(at) > until_on else None
    must = must_be_used(facts, terms)
    missing = must - facts.used
    if missing > facts.left:
        return OutOfReach(given_away=facts.given_away, left=facts.left, must_be_used=must)
    return NotUsedEnough(missing=missing) if missing > 0 else None


def last_cancel_day(facts: ChargeFacts, terms: RefundTerms) -> date:
    """Tell the last day in Seoul on which a charge can be cancelled, until its midnight."""
    return seoul_date(facts.charged_at) + timedelta(days=terms.charge_cancel_days)


def must_be_used(facts: ChargeFacts, terms: RefundTerms) -> int:
    """Tell how much of a charge must be used before the rest comes back; won, rounded up."""
    small = facts.face <= terms.refund_small_max
    bps = terms.refund_small_used_bps if small else terms.refund_used_bps
    return -(-facts.face * bps // 10_000)


def shares_of(facts: ChargeFacts) -> Shares:
    """Split what is left of a charge; the holder's share is rounded down over all that ever left with a share."""
    return Basis(facts.paid, facts.subsidy, facts.paid_out, facts.subsidy_out).part(facts.left)
