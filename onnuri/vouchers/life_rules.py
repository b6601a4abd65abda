"""Read the rules for value already sold. Numbers live in policy rows, never in code."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from onnuri.vouchers.life import JoiningRules, LifeRules
from onnuri.vouchers.model import NoPolicyInForce


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


def joining_rules_at(conn: Connection, *, at: datetime) -> JoiningRules:
    """Give the rules for joining and leaving; between programmes the version before holds on.

    Refuses `NoPolicyInForce` before the first version.
    """
    row = conn.execute(
        text(
            "SELECT age_min, rejoin_days, cancel_days FROM shared.policies WHERE valid_from <= :at"
            " ORDER BY valid_from DESC LIMIT 1"
        ),
        {"at": at},
    ).one_or_none()
    if row is None:
        raise NoPolicyInForce
    return JoiningRules(row.age_min, row.rejoin_days, row.cancel_days)
