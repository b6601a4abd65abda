"""The programme's rules in force at an instant. Numbers live in rows, never in code."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from onnuri.vouchers.model import NoPolicyInForce, Policy

_COLUMNS = (
    "id, valid_from, valid_to, rate_bps, charge_unit, charge_min, charge_month_max, holding_max, payment_max,"
    " cancel_days, validity_years, settle_after_bank_days, source"
)


def policy_at(conn: Connection, *, at: datetime) -> Policy:
    """Give the rules in force at an instant. Refuses `NoPolicyInForce`."""
    row = conn.execute(
        text(
            f"SELECT {_COLUMNS} FROM shared.policies WHERE valid_from <= :at AND (valid_to IS NULL OR :at < valid_to)"
        ),
        {"at": at},
    ).one_or_none()
    if row is None:
        raise NoPolicyInForce
    return Policy(*row)


def last_policy_at(conn: Connection, *, at: datetime) -> Policy:
    """Give the rules in force, or where nothing is on sale the last ones that were: what was sold keeps its rules.

    Refuses `NoPolicyInForce` before the first version.
    """
    row = conn.execute(
        text(f"SELECT {_COLUMNS} FROM shared.policies WHERE valid_from <= :at ORDER BY valid_from DESC LIMIT 1"),
        {"at": at},
    ).one_or_none()
    if row is None:
        raise NoPolicyInForce
    return Policy(*row)


def whole_policies(conn: Connection) -> list[dict[str, object]]:
    """List every version with every term, oldest first."""
    rows = conn.execute(text("SELECT * FROM shared.policies ORDER BY valid_from")).mappings()
    return [{str(name): value for name, value in row.items()} for row in rows]


def policies(conn: Connection) -> list[Policy]:
    """List every version, oldest first."""
    return [Policy(*row) for row in conn.execute(text(f"SELECT {_COLUMNS} FROM shared.policies ORDER BY valid_from"))]
