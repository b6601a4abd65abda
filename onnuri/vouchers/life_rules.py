"""Rules for the life of value once it is sold: gift boxes, notices, grace, the holding cap. Numbers live in policy rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.vouchers.model import NoPolicyInForce


@dataclass(frozen=True, slots=True)
class LifeRules:
    """What the newest version that has begun says of value already sold; days and won."""

    policy_id: str
    gift_days: int
    notice_days: tuple[int, ...]
    grace_days: int
    holding_max: int
    validity_years: int


def life_rules_at(conn: Connection, *, at: datetime) -> LifeRules:
    """Give the rules for value already sold. They outlive the sale: between programmes the version before holds on.

    Refuses `NoPolicyInForce` before the first version.
    """
    row = conn.execute(
        text(
            "SELECT id, gift_days, notice_days, grace_days, holding_max, validity_years FROM shared.policies"
            " WHERE valid_from <= :at ORDER BY valid_from DESC LIMIT 1"
        ),
        {"at": at},
    ).one_or_none()
    if row is None:
        raise NoPolicyInForce
    return LifeRules(
        row.id, row.gift_days, tuple(sorted(row.notice_days)), row.grace_days, row.holding_max, row.validity_years
    )


def whole_days_later(at: datetime, days: int) -> datetime:
    """Tell the Seoul midnight after so many whole days; the day of `at` itself does not count (민법 제157조)."""
    return seoul_midnight(seoul_date(at) + timedelta(days=days + 1))
