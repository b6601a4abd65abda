"""Standing orders to charge: on a day of the month, below a balance, or for what is missing at a payment.

Each rule is a consent of its own that is stored with the version of its words and can be withdrawn at any time.
Source: domain sheet, section 3 (auto-charge); 전자금융거래법 제15조.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError, Malformed, NotFound, Refused
from onnuri.kit.requests import Answered, RequestKey
from onnuri.ledger.model import Event
from onnuri.ledger.post import publish, take_lane
from onnuri.people.debit_accounts import DebitAccountUnknown, active_debit_account
from onnuri.vouchers.bank_window import bank_window_at
from onnuri.vouchers.charging.charge import request_charge
from onnuri.vouchers.charging.run_charge import Charging, send_charge
from onnuri.vouchers.model import Charge, ChargeOrder, ChargeTooSmall, NoDebitAccount, WalletNotOpen, WalletUnknown
from onnuri.vouchers.policies.policy import policy_at
from onnuri.vouchers.queries import wallets

CALLER = "auto_charge"
FOR_THIS_ACCOUNT = """
    NOT EXISTS (
        SELECT 1 FROM shared.wallets h JOIN shared.debit_accounts a ON a.holder_id = h.holder_id
        WHERE h.id = t.wallet_id AND a.revoked_at IS NULL AND a.consented_at > t.consented_at)
"""
"""That a rule `t` was not agreed to before the bank account in force: a consent never follows to a later account."""
BEFORE_THE_BANK_CLOSES = timedelta(minutes=5)
"""So long before the bank closes nothing is begun any more: a refusal would stand for the whole period."""


class AutoChargeMalformed(Malformed):
    """A rule does not say what its kind needs."""

    code = "auto_charge_malformed"
    ko = "자동충전 조건이 올바르지 않습니다."
    en = "This rule does not say what its kind needs."


class AutoChargeTooLarge(Refused):
    """A rule whose charge could never succeed, or that would wait for a balance no wallet may hold."""

    code = "auto_charge_too_large"
    ko = (
        "자동충전은 한 번에 {maximum}원까지, 기준 잔액은 {below_maximum}원까지 정할 수 있습니다."
        " 돈은 움직이지 않았습니다."
    )
    en = "An auto-charge is at most {maximum} won, and its balance at most {below_maximum} won. No money moved."


class AutoChargeUnknown(NotFound):
    """The wallet has no such rule."""

    code = "auto_charge_unknown"
    ko = "자동충전 설정을 찾을 수 없습니다."
    en = "There is no such rule."


@dataclass(frozen=True, slots=True)
class AutoChargeTerms:
    """What a holder consents to: `date` needs a day and a face, `balance` a bound and a face, `shortfall` none; won."""

    kind: str
    day_of_month: int | None
    below: int | None
    face: int | None
    consent_version: str


@dataclass(frozen=True, slots=True)
class AutoCharge:
    """A rule as it stands."""

    id: UUID
    wallet_id: UUID
    kind: str
    day_of_month: int | None
    below: int | None
    face: int | None
    consent_version: str
    consented_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Due:
    """A rule whose turn it is; `period` is what it charges once for: a month or a day."""

    id: UUID
    wallet_id: UUID
    face: int
    period: str


def agree_to_auto_charge(conn: Connection, wallet_id: UUID, terms: AutoChargeTerms, *, at: datetime) -> AutoCharge:
    """Store a consent, for the bank account in force; it takes the place of the wallet's rule of the same kind.

    Refuses terms that are incomplete, a face that can't be charged, a wallet that is not open or has no account.
    """
    wallet = wallets(conn, [wallet_id]).get(wallet_id)
    if wallet is None:
        raise WalletUnknown
    if wallet.status != "OPEN":
        raise WalletNotOpen
    check_auto_charge(conn, terms, at=at)
    take_lane(conn)
    try:
        active_debit_account(conn, holder_id=wallet.holder_id)
    except DebitAccountUnknown:
        raise NoDebitAccount from None
    before = (
        "UPDATE auto_charges SET revoked_at = :at WHERE wallet_id = :wallet AND kind = :kind AND revoked_at IS NULL"
    )
    conn.execute(text(before), {"at": at, "wallet": wallet_id, "kind": terms.kind})
    rule_id = new_id(at)
    conn.execute(
        text("""
            INSERT INTO auto_charges (id, wallet_id, kind, day_of_month, below, face, consent_version, consented_at)
            VALUES (:id, :wallet, :kind, :day, :below, :face, :version, :at)
        """),
        {
            "id": rule_id, "wallet": wallet_id, "kind": terms.kind, "day": terms.day_of_month, "below": terms.below,
            "face": terms.face, "version": terms.consent_version, "at": at,
        },
    )  # fmt: skip
    return _one(conn, wallet_id, rule_id)


def check_auto_charge(conn: Connection, terms: AutoChargeTerms, *, at: datetime) -> None:
    """Refuse terms that are incomplete (`AutoChargeMalformed`), and a face or a balance that no wallet can have."""
    day, below, face = terms.day_of_month, terms.below, terms.face
    complete = (
        (terms.kind == "date" and day is not None and 1 <= day <= 31 and below is None and face is not None)
        or (terms.kind == "balance" and below is not None and below > 0 and day is None and face is not None)
        or (terms.kind == "shortfall" and day is None and below is None and face is None)
    )
    if not complete or not terms.consent_version:
        raise AutoChargeMalformed
    policy = policy_at(conn, at=at)
    if face is not None and (face < policy.charge_min or face % policy.charge_unit):
        raise ChargeTooSmall(minimum=policy.charge_min, unit=policy.charge_unit)
    maximum = min(policy.charge_month_max, policy.holding_max)
    if (face or 0) > maximum or (below or 0) > policy.holding_max:
        raise AutoChargeTooLarge(maximum=maximum, below_maximum=policy.holding_max)


def revoke_auto_charge(conn: Connection, wallet_id: UUID, rule_id: UUID, *, at: datetime) -> AutoCharge:
    """Withdraw a consent; withdrawing it again changes nothing. Refuses `AutoChargeUnknown`."""
    conn.execute(
        text("UPDATE auto_charges SET revoked_at = :at WHERE id = :id AND wallet_id = :wallet AND revoked_at IS NULL"),
        {"at": at, "id": rule_id, "wallet": wallet_id},
    )
    return _one(conn, wallet_id, rule_id)


def auto_charges(conn: Connection, wallet_id: UUID) -> list[AutoCharge]:
    """List a wallet's rules, the newest first, withdrawn ones too."""
    rows = conn.execute(
        text(f"SELECT {_COLUMNS} FROM auto_charges WHERE wallet_id = :wallet ORDER BY id DESC LIMIT 100"),
        {"wallet": wallet_id},
    )
    return [AutoCharge(*row) for row in rows]


def _one(conn: Connection, wallet_id: UUID, rule_id: UUID) -> AutoCharge:
    row = conn.execute(
        text(f"SELECT {_COLUMNS} FROM auto_charges WHERE id = :id AND wallet_id = :wallet"),
        {"id": rule_id, "wallet": wallet_id},
    ).one_or_none()
    if row is None:
        raise AutoChargeUnknown
    return AutoCharge(*row)


_COLUMNS = "id, wallet_id, kind, day_of_month, below, face, consent_version, consented_at, revoked_at"


def run_auto_charges(edge: Charging, *, at: datetime, limit: int = 1000) -> list[Answered[Charge]]:
    """Charge whose turn it is in a lane: each date rule once a month, each balance rule at most once a day.

    A refusal or a failure stands for the month or the day, and the holder is told by an event. Nothing is begun while
    the bank is closed or about to close, nor where a consent was withdrawn or a wallet was filled since the run began.
    """
    with edge.begin() as conn:
        window = bank_window_at(conn, at=at)
        if window is not None and (window.opens_after(at) or window.opens_after(at + BEFORE_THE_BANK_CLOSES)):
            return []
        due = _due(conn, at, limit)
    return [answer for rule in due if (answer := _charge(edge, rule, at)) is not None]


def _charge(edge: Charging, rule: _Due, at: datetime) -> Answered[Charge] | None:
    key = f"{rule.id.hex}:{rule.period}"
    request = RequestKey(CALLER, key, hashlib.sha256(f"{key}:{rule.face}".encode()).digest())
    with edge.begin() as conn:
        take_lane(conn)
        if not _due(conn, at, 1, only=rule.id):
            return None
        order = ChargeOrder(request, rule.wallet_id, rule.face)
        asked = request_charge(conn, order, institution_code=edge.bank.institution_code, at=edge.now())
    answer = send_charge(edge, asked)
    if isinstance(answer.value, DomainError) and not answer.replayed:
        told: dict[str, object] = {"wallet_id": rule.wallet_id.hex, "face": rule.face, "code": answer.value.code}
        with edge.begin() as conn:
            take_lane(conn)
            publish(conn, [Event("auto_charge.refused", rule.id, told)], at=edge.now())
    return answer


def _due(conn: Connection, at: datetime, limit: int, *, only: UUID | None = None) -> list[_Due]:
    """List rules whose turn it is and that have not been answered for this month or day; or `only` one of them."""
    today = seoul_date(at)
    last_of_month = monthrange(today.year, today.month)[1]
    rows = conn.execute(
        text(f"{_DUE} {'' if only is None else 'AND t.id = :only'} ORDER BY t.id LIMIT :limit"),
        {
            "month": f"{today:%Y-%m}", "day": f"{today:%Y-%m-%d}", "today": today.day, "last": last_of_month, "at": at,
            "month_start": seoul_midnight(today.replace(day=1)), "limit": limit, "caller": CALLER,
            "only": only,
        },
    )  # fmt: skip
    return [_Due(*row) for row in rows]


# A date rule is due from its day on (the last one of a shorter month), in the month of the consent only if its day had
# not passed. A balance rule is due while what can be spent, with charges under way, is below its bound.
_DUE = """
    WITH turns AS (
        SELECT r.id, r.wallet_id, r.face, r.consented_at, CAST(:month AS text) AS period
        FROM auto_charges r
        WHERE r.kind = 'date' AND r.revoked_at IS NULL AND least(r.day_of_month, :last) <= :today
          AND r.consented_at < CAST(:month_start AS timestamptz) + least(r.day_of_month, :last) * interval '24 hours'
        UNION ALL
        SELECT r.id, r.wallet_id, r.face, r.consented_at, CAST(:day AS text)
        FROM auto_charges r
        WHERE r.kind = 'balance' AND r.revoked_at IS NULL AND r.below > (
            SELECT coalesce(sum(b.credits - b.debits - b.debits_pending), 0)
            FROM lots l JOIN balances b ON b.account_id = l.account_id
            WHERE l.wallet_id = r.wallet_id AND l.expires_at > :at
        ) + (
            SELECT coalesce(sum(c.face), 0) FROM charges c
            WHERE c.wallet_id = r.wallet_id AND c.status IN ('REQUESTED', 'UNKNOWN')
        )
    )
    SELECT t.id, t.wallet_id, t.face, t.period
    FROM turns t JOIN wallets w ON w.id = t.wallet_id AND w.status = 'OPEN'
    WHERE NOT EXISTS (
        SELECT 1 FROM outcomes o
        WHERE o.caller = :caller AND o.key = replace(CAST(t.id AS text), '-', '') || ':' || t.period)
      AND {FOR_THIS_ACCOUNT}
""".replace("{FOR_THIS_ACCOUNT}", FOR_THIS_ACCOUNT)
