"""Whether a market is registered at the tax service for the income deduction: the tax service's list decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from onnuri.merchants.queries import Market, find_market


def set_tax_registration(conn: Connection, *, code: str, registered: bool, at: datetime) -> Market:
    """Say whether a market is registered from now on; what was paid before keeps its stamp. Refuses `MarketUnknown`.

    The caller holds every lane and has read the clock since, so that no payment stands between the old word and the
    new.
    """
    find_market(conn, code=code)
    conn.execute(
        text(
            "UPDATE shared.markets SET tax_registered = :registered, imported_at = :at"
            " WHERE code = :code AND tax_registered <> :registered"
        ),
        {"code": code, "registered": registered, "at": at},
    )
    return find_market(conn, code=code)
