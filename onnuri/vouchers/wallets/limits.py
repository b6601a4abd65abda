"""Every limit of a wallet in one place: how much there is, how much is used, what is left, and when it renews.

The monthly limit counts **gross**: a charge that was cancelled or paid back gives no room back in its month (domain
sheet, section 3, says nothing of it; ours, published). The net figure is told beside it. All is counted from the books;
what the bank has not answered counts as if it had arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.vouchers.model import Policy, Usage, chargeable_within
from onnuri.vouchers.policies.budget import face_for, subsidy_left_here
from onnuri.vouchers.policies.policy import last_policy_at
from onnuri.vouchers.queries import usage


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit, won; `renews_at` is empty where no day but spending makes room."""

    maximum: int
    used: int
    renews_at: datetime | None

    @property
    def left(self) -> int:
        """What is left of it; never below zero."""
        return max(0, self.maximum - self.used)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a wallet at an instant, won; `charge_now` is the largest charge that they and the budget allow."""

    charge_month: Limit
    charged_net_this_month: int
    holding: Limit
    payment_max: int
    charge_now: int


def limits_of(conn: Connection, wallet_id: UUID, *, at: datetime) -> Limits:
    """Tell the limits of a wallet, those of the last rules where nothing is on sale; no wallet has used nothing."""
    policy = last_policy_at(conn, at=at)
    return limits(policy, usage(conn, wallet_id, at=at), at=at, subsidy_left=subsidy_left_here(conn, policy))


def limits(policy: Policy, used: Usage, *, at: datetime, subsidy_left: int | None = None) -> Limits:
    """Work out the limits by the rule that charging asks too; `subsidy_left` None is a budget without bound."""
    month = Limit(policy.charge_month_max, used.charged_this_month, seoul_midnight(next_month(at)))
    holding = Limit(policy.holding_max, used.held + used.pending, None)
    room = min(month.left, holding.left)
    if subsidy_left is not None:
        room = min(room, face_for(subsidy_left, policy))
    on_sale = policy.valid_to is None or at < policy.valid_to
    return Limits(
        charge_month=month,
        charged_net_this_month=used.charged_this_month - used.cancelled_this_month,
        holding=holding,
        payment_max=policy.payment_max,
        charge_now=chargeable_within(room, policy) if on_sale else 0,
    )


def next_month(at: datetime) -> date:
    """Tell the first day of the next calendar month in Seoul."""
    today = seoul_date(at)
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)
