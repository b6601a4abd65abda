"""Policy, wallets and charges as facts, their limits and what they refuse. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from onnuri.kit.clock import seoul_date
from onnuri.kit.refusals import Conflict, NotFound, Refused
from onnuri.kit.requests import RequestKey


class NoPolicyInForce(Refused):
    """No version of the programme's rules is in force at that instant."""

    code = "no_policy_in_force"
    ko = "지금은 온누리상품권을 판매하지 않습니다. 돈은 움직이지 않았습니다."
    en = "No programme rules are in force at that time. No money moved."


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the rules; won and basis points. Source: domain sheet, section 3."""

    id: str
    valid_from: datetime
    valid_to: datetime | None
    rate_bps: int
    charge_unit: int
    charge_min: int
    charge_month_max: int
    holding_max: int
    payment_max: int
    cancel_days: int
    validity_years: int
    settle_after_bank_days: int
    source: str


@dataclass(frozen=True, slots=True)
class Shares:
    """Who paid for a face value; the two always add up to it. Won."""

    paid: int
    subsidy: int


def split(face: int, rate_bps: int) -> Shares:
    """Split a face value; the subsidy is rounded down to one won and the holder's share takes the remainder."""
    subsidy = face * rate_bps // 10_000
    return Shares(paid=face - subsidy, subsidy=subsidy)


def years_later(on: date, years: int) -> date:
    """Tell the same calendar day so many years later; 29 February becomes 1 March where there is none (민법 160조)."""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return date(on.year + years, 3, 1)


class WalletUnknown(NotFound):
    """No wallet has that id here."""

    code = "wallet_unknown"
    ko = "지갑을 찾을 수 없습니다."
    en = "There is no such wallet."


@dataclass(frozen=True, slots=True)
class Wallet:
    """A wallet and its state."""

    id: UUID
    holder_id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What counts against a holder's limits, won. Pending charges count as if they had succeeded."""

    charged_this_month: int
    held: int
    pending: int
    cancelled_this_month: int = 0
    """Of `charged_this_month`, what was cancelled whole; it gives no room back."""


class ChargeTooSmall(Refused):
    """Below the smallest charge, or no multiple of the unit."""

    code = "charge_amount_not_allowed"
    ko = "충전은 {minimum}원부터 {unit}원 단위로 할 수 있습니다. 돈은 움직이지 않았습니다."
    en = "A charge is at least {minimum} won and a multiple of {unit} won. No money moved."


class MonthlyLimitReached(Refused):
    """One person may charge so much in a calendar month of Seoul (domain sheet, section 3)."""

    code = "monthly_limit_reached"
    ko = (
        "이번 달 충전 한도를 넘습니다. {chargeable}원까지 충전할 수 있고, {renews_on}에 다시 채워집니다."
        " 돈은 움직이지 않았습니다."
    )
    en = (
        "This exceeds the monthly charge limit: {chargeable} won can be charged; it renews on {renews_on}."
        " No money moved."
    )
    otherwise: ClassVar = {
        ("left", 0): (
            "이번 달에는 더 충전할 수 없습니다. 충전 한도는 {renews_on}에 다시 채워집니다. 돈은 움직이지 않았습니다.",
            "Nothing more can be charged this month; the limit renews on {renews_on}. No money moved.",
        ),
        ("chargeable", 0): (
            (
                "이번 달 남은 한도 {left}원은 한 번에 충전할 수 있는 가장 적은 금액보다 적어 더 충전할 수 없습니다."
                " 한도는 {renews_on}에 다시 채워집니다. 돈은 움직이지 않았습니다."
            ),
            (
                "The {left} won left this month are less than the smallest charge, so nothing more can be charged; the"
                " limit renews on {renews_on}. No money moved."
            ),
        ),
    }


class HoldingCapReached(Refused):
    """A wallet may hold so much."""

    code = "holding_cap_reached"
    ko = "보유 한도를 넘습니다. {chargeable}원까지 충전할 수 있습니다. 돈은 움직이지 않았습니다."
    en = "This exceeds the holding cap: {chargeable} won can be charged. No money moved."
    otherwise: ClassVar = {
        ("left", 0): (
            "보유 한도가 차서 더 충전할 수 없습니다. 쓰고 나면 다시 충전할 수 있습니다. 돈은 움직이지 않았습니다.",
            "The holding cap is reached: nothing more can be charged until some of it is spent. No money moved.",
        ),
        ("chargeable", 0): (
            (
                "더 담을 수 있는 {left}원은 한 번에 충전할 수 있는 가장 적은 금액보다 적습니다."
                " 쓰고 나면 다시 충전할 수 있습니다. 돈은 움직이지 않았습니다."
            ),
            (
                "Room for {left} won is less than the smallest charge: nothing more can be charged until some of"
                " the wallet is spent. No money moved."
            ),
        ),
    }


class WalletNotOpen(Conflict):
    """The wallet is frozen or closed."""

    code = "wallet_not_open"
    ko = "정지되었거나 분실 신고된 지갑, 또는 해지한 지갑입니다. 고객센터에 문의하세요. 돈은 움직이지 않았습니다."
    en = "This wallet is frozen, reported lost or closed; ask the call centre. No money moved."


class NoDebitAccount(Conflict):
    """The holder has not registered a bank account, or has withdrawn the consent."""

    code = "no_debit_account"
    ko = "충전에 쓸 은행 계좌가 등록되어 있지 않습니다. 돈은 움직이지 않았습니다."
    en = "No bank account with consent is registered for charging. No money moved."


class ChargeUnknown(NotFound):
    """No charge has that id here."""

    code = "charge_unknown"
    ko = "충전 내역을 찾을 수 없습니다."
    en = "There is no such charge."


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """A holder asks for value: face in won."""

    request: RequestKey
    wallet_id: UUID
    face: int


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge as it stands; won."""

    id: UUID
    wallet_id: UUID
    face: int
    paid: int
    subsidy: int
    policy_id: str
    status: str
    bank_tran_id: str
    fintech_use_num: str
    requested_at: datetime
    requested_on: date
    answered_at: datetime | None
    bank_code_given: str | None
    bank_message: str | None
    inquiries: int


def check_limits(face: int, policy: Policy, used: Usage, *, at: datetime) -> None:
    """Refuse a charge that breaks a limit; says how much is left and when it renews."""
    if face < policy.charge_min or face % policy.charge_unit:
        raise ChargeTooSmall(minimum=policy.charge_min, unit=policy.charge_unit)
    if used.charged_this_month + face > policy.charge_month_max:
        today = seoul_date(at)
        renews_on = date(today.year + today.month // 12, today.month % 12 + 1, 1)
        left = max(0, policy.charge_month_max - used.charged_this_month)
        raise MonthlyLimitReached(left=left, chargeable=chargeable_within(left, policy), renews_on=renews_on)
    if used.held + used.pending + face > policy.holding_max:
        left = max(0, policy.holding_max - used.held - used.pending)
        raise HoldingCapReached(left=left, chargeable=chargeable_within(left, policy))


def chargeable_within(left: int, policy: Policy) -> int:
    """Tell the largest charge that fits into what is left of a limit; 0 where not even the smallest does. Won."""
    face = left - left % policy.charge_unit
    return face if face >= policy.charge_min else 0
