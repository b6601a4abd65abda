"""Gifts as facts: who sends what to whom, from which lots, and what is refused. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from onnuri.kit.refusals import Conflict, NotFound, Refused
from onnuri.kit.requests import RequestKey
from onnuri.vouchers.life import LifeRules, whole_days_later
from onnuri.vouchers.model import Wallet, WalletNotOpen, WalletUnknown
from onnuri.vouchers.shares import Basis


class GiftToOneself(Refused):
    """A gift goes to somebody else."""

    code = "gift_to_oneself"
    ko = "자신에게는 선물할 수 없습니다. 돈은 움직이지 않았습니다."
    en = "A gift goes to somebody else. No money moved."


class GiftReceiverUnknown(NotFound):
    """There is no wallet to receive it."""

    code = "gift_receiver_unknown"
    ko = "받는 분의 지갑을 찾을 수 없습니다. 돈은 움직이지 않았습니다."
    en = "The receiver's wallet does not exist. No money moved."


class GiftableInsufficient(Refused):
    """Only bought value can be given; grants and gifts received can't."""

    code = "giftable_insufficient"
    ko = "선물할 수 있는 잔액은 {left}원입니다. 지원금과 선물받은 금액은 선물할 수 없습니다. 돈은 움직이지 않았습니다."
    en = "Only {left} won can be given: bought value, not grants or gifts received. No money moved."


class GiftUnknown(NotFound):
    """No gift has that id for this wallet."""

    code = "gift_unknown"
    ko = "선물을 찾을 수 없습니다."
    en = "There is no such gift."


class GiftEnded(Conflict):
    """It was accepted or returned before."""

    code = "gift_ended"
    ko = "이미 받았거나 돌아간 선물입니다. 돈은 움직이지 않았습니다."
    en = "This gift was accepted or returned before. No money moved."


class GiftTooOld(Conflict):
    """Its time in the box is over; it returns to the sender."""

    code = "gift_too_old"
    ko = "받을 수 있는 기간이 지나 보낸 분에게 돌아갑니다. 돈은 움직이지 않았습니다."
    en = "Its time in the box is over; it returns to the sender. No money moved."


class GiftAboveCap(Refused):
    """Accepting may not lift the receiver above the holding cap."""

    code = "gift_above_holding_cap"
    ko = "보유 한도를 넘어 지금은 받을 수 없습니다. {left}원까지 받을 수 있습니다. 돈은 움직이지 않았습니다."
    en = "Accepting would exceed the holding cap: {left} won left. It stays in the box. No money moved."


class GiftEnd(StrEnum):
    """How a gift ends."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class SendGift:
    """A holder gives bought value to another wallet; won."""

    id: UUID
    request: RequestKey
    from_wallet: UUID
    to_wallet: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class EndGift:
    """The receiver accepts or declines, or the sender withdraws."""

    request: RequestKey
    gift_id: UUID
    wallet_id: UUID
    how: GiftEnd


@dataclass(frozen=True, slots=True)
class Part:
    """What a gift took from one lot, with the shares and the expiry that go along; won."""

    lot_id: UUID
    account_id: int
    paid: int
    subsidy: int
    expires_at: datetime

    @property
    def amount(self) -> int:
        """Both shares, won."""
        return self.paid + self.subsidy


@dataclass(frozen=True, slots=True)
class Gift:
    """A gift as it stands; won."""

    id: UUID
    from_wallet: UUID
    to_wallet: UUID
    from_lane: str
    to_lane: str
    amount: int
    status: str
    sent_at: datetime
    deadline: datetime
    ended_at: datetime | None
    end_reason: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ReceivedGift:
    """A gift as its receiver sees it; won."""

    id: UUID
    to_wallet: UUID
    from_lane: str
    amount: int
    status: str
    sent_at: datetime
    deadline: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sending:
    """A gift that will be boxed."""

    item: SendGift
    to_lane: str
    deadline: datetime
    parts: tuple[Part, ...]

    @property
    def id(self) -> UUID:
        """The gift's id."""
        return self.item.id


@dataclass(frozen=True, slots=True)
class Ending:
    """A gift that will leave its box."""

    gift: Gift
    how: GiftEnd

    @property
    def id(self) -> UUID:
        """The gift's id."""
        return self.gift.id


@dataclass(frozen=True, slots=True)
class GiftableLot:
    """A bought lot of which something can still be given away; `left` in won."""

    id: UUID
    wallet_id: UUID
    account_id: int
    created_at: datetime
    expires_at: datetime
    left: int
    basis: Basis


@dataclass(slots=True)
class SendingBook:
    """What the decisions to send see; each leaves it as the next must find it."""

    wallets: dict[UUID, Wallet]
    lanes: dict[UUID, str]
    lots: dict[UUID, list[GiftableLot]]
    rules: LifeRules


@dataclass(slots=True)
class EndingBook:
    """What the decisions to accept or return see; `held` counts towards the holding cap, won."""

    wallets: dict[UUID, Wallet]
    gifts: dict[UUID, Gift]
    held: dict[UUID, int]
    rules: LifeRules


def decide_sending(item: SendGift, book: SendingBook, *, at: datetime) -> Sending:
    """Decide a gift; leaves the book with the lots taken.

    Refuses an unknown or frozen sender, oneself, an unknown receiver, and more than can be given. The box closes
    after the
    policy's days, or when the first of its lots expires.
    """
    assert item.amount > 0
    sender = book.wallets.get(item.from_wallet)
    if sender is None:
        raise WalletUnknown
    if sender.status != "OPEN":
        raise WalletNotOpen
    if item.to_wallet == item.from_wallet:
        raise GiftToOneself
    to_lane = book.lanes.get(item.to_wallet)
    if to_lane is None:
        raise GiftReceiverUnknown
    lots = book.lots.get(item.from_wallet, [])
    left = sum(lot.left for lot in lots)
    if item.amount > left:
        raise GiftableInsufficient(left=left)

    parts = _take(lots, item.amount)
    first_expiry = min(part.expires_at for part in parts)
    deadline = min(whole_days_later(at, book.rules.gift_days), first_expiry)
    return Sending(item, to_lane, deadline, parts)


def _take(lots: list[GiftableLot], amount: int) -> tuple[Part, ...]:
    parts: list[Part] = []
    for place, lot in enumerate(lots):
        won = min(lot.left, amount)
        if won == 0:
            continue
        shares = lot.basis.part(won)
        parts.append(Part(lot.id, lot.account_id, shares.paid, shares.subsidy, lot.expires_at))
        lots[place] = replace(lot, left=lot.left - won, basis=lot.basis.less(shares))
        amount -= won
        if amount == 0:
            break
    return tuple(parts)


def decide_ending(item: EndGift, book: EndingBook, *, at: datetime) -> Ending:
    """Decide that a gift is accepted, declined or withdrawn; leaves the book as the next decision must find it.

    Refuses an unknown gift or somebody else's, one that ended, one whose time is over; accepting also a wallet that
    is not
    open and what would lift it above the holding cap. A return is never refused for the state of a wallet.
    """
    gift = book.gifts.get(item.gift_id)
    whose = None if gift is None else gift.from_wallet if item.how is GiftEnd.WITHDRAWN else gift.to_wallet
    if gift is None or whose != item.wallet_id:
        raise GiftUnknown
    if gift.status != "BOXED":
        raise GiftEnded(status=gift.status)
    if item.how is GiftEnd.ACCEPTED:
        _check_may_accept(gift, book, at)
        book.held[gift.to_wallet] += gift.amount
    status = "ACCEPTED" if item.how is GiftEnd.ACCEPTED else "RETURNED"
    book.gifts[gift.id] = replace(gift, status=status)
    return Ending(gift, item.how)


def _check_may_accept(gift: Gift, book: EndingBook, at: datetime) -> None:
    wallet = book.wallets.get(gift.to_wallet)
    if wallet is None or wallet.status != "OPEN":
        raise WalletNotOpen
    if at >= gift.deadline:
        raise GiftTooOld
    room = book.rules.holding_max - book.held[gift.to_wallet]
    if gift.amount > room:
        raise GiftAboveCap(left=max(0, room))
