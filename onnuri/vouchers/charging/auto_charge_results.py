"""What came of standing orders lately: charged, refused, or not known yet; each order's own months and days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date
from onnuri.kit.idempotency import thaw
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.charging.auto_charge import CALLER, AutoCharge, auto_charges

_RULES: Final = 10
_DAYS: Final = 40
_SHOWN: Final = 5
_TOLD: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class AutoChargeResult:
    """One turn of a standing order: a charge with its status and the bank's words, or the refusal in its way; won."""

    kind: str
    at: datetime
    charge_id: UUID | None
    face: int | None
    status: str
    refusal: DomainError | None
    bank_message: str | None = None


def auto_charge_results(
    conn: Connection, rules: list[AutoCharge], holder_id: UUID, *, at: datetime
) -> list[AutoChargeResult]:
    """List the last turns of these rules, the newest first, and what was charged for a payment of the holder's."""
    kinds = {f"{rule.id.hex}:{period}": rule.kind for rule in rules[:_RULES] for period in _periods(rule.kind, at)}
    rows = conn.execute(
        text("""
            SELECT o.caller, o.key, o.recorded_at, o.subject_id, c.face, c.status, o.refusal, c.bank_message
            FROM outcomes o LEFT JOIN charges c ON c.id = o.subject_id
            WHERE (o.caller = :caller AND o.key = ANY(:keys)) OR o.caller = :payer
            ORDER BY o.recorded_at DESC, o.key LIMIT :limit
        """),
        {
            "caller": CALLER, "keys": list(kinds), "payer": f"person:{holder_id.hex}/shortfall", "limit": _SHOWN,
        },
    )  # fmt: skip
    return [
        AutoChargeResult(
            kinds.get(row.key, "shortfall") if row.caller == CALLER else "shortfall", row.recorded_at, row.subject_id,
            row.face, row.status or "REFUSED", thaw(row.refusal) if row.refusal else None,
            row.bank_message,
        )
        for row in rows
    ]  # fmt: skip


def last_not_charged(conn: Connection, wallet_id: UUID, holder_id: UUID, *, at: datetime) -> AutoChargeResult | None:
    """Give the last turn of a wallet's standing orders where it came to nothing in the last days; told on its page."""
    rules = [rule for rule in auto_charges(conn, wallet_id) if rule.revoked_at is None]
    last = next(iter(auto_charge_results(conn, rules, holder_id, at=at)), None) if rules else None
    recent = last is not None and at - last.at <= _TOLD
    return last if recent and last is not None and last.status in ("FAILED", "REFUSED") else None


def _periods(kind: str, at: datetime) -> set[str]:
    """Name the months or days that a rule may have been answered for lately."""
    days: list[date] = [seoul_date(at) - timedelta(days=back) for back in range(_DAYS)]
    return {f"{day:%Y-%m}" if kind == "date" else f"{day:%Y-%m-%d}" for day in days} if kind != "shortfall" else set()
