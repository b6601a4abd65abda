"""Run every check over one consistent look at the database and report: the auditor's front door."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import partial

import psycopg

from onnuri.auditor.across_lanes import lanes_agree
from onnuri.auditor.bank_lines import bank_lines_explained
from onnuri.auditor.chain import chain_unbroken
from onnuri.auditor.credit_lists import lists_kept
from onnuri.auditor.findings import Check, Finding, Note, Report, judge
from onnuri.auditor.lot_order import lots_in_order
from onnuri.auditor.payouts import payouts_agree
from onnuri.auditor.published import walls_published
from onnuri.auditor.seals import seals_hold
from onnuri.auditor.snapshot import Snapshot, open_snapshot, statement
from onnuri.auditor.vault_leaks import secrets_outside_vault

_Look = Callable[[Snapshot], Iterator[Finding]]
# Where old transfers are away, archives_kept folds from the snapshot that stayed instead.
_NEED_EVERY_TRANSFER = frozenset(
    (
        "transfers_balance", "balances_fold", "lot_bounds", "charge_shares", "payment_sums", "cancel_bounds",
        "allow_list", "policy_limits", "reversals", "safeguarding_equation", "merchant_balances", "refund_shares",
        "holds_end_once", "snapshots_fold", "marks_fold", "lot_terms", "places",
        "purchases_agree", "gifts_kept", "credits_kept", "expiries_kept", "claw_backs_kept", "moved_lots",
    )
)  # fmt: skip
_UNREADABLE = (
    psycopg.DataError,
    psycopg.ProgrammingError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)


def run_audit(url: str, *, progress: Callable[[Check], None] | None = None) -> Report:
    """Recompute all that must be true, over every lane, through the auditor role's connection URL (libpq form).

    Changes nothing. `progress` is told each check as it ends. What the database refuses (`psycopg.Error`) is not
    caught: an audit that cannot look has no verdict.
    """
    with open_snapshot(url) as snapshot:
        return audit(snapshot, progress=progress)


def audit(
    snapshot: Snapshot, *, progress: Callable[[Check], None] | None = None, only: frozenset[str] | None = None
) -> Report:
    """Run every check on one look, or those that are named."""
    checks: list[Check] = []
    for name, look in CHECKS:
        if only is not None and name not in only:
            continue
        checks.append(judge(name, _as_far_as_it_goes(snapshot, look)))
        if progress is not None:
            progress(checks[-1])
    return Report(tuple(checks), tuple(_notes(snapshot)))


def _notes(snapshot: Snapshot) -> Iterator[Note]:
    for lane, seq in snapshot.away.items():
        yield Note(
            f"{lane}: 이체 1~{seq:,}번은 보관 파일에 있습니다. 그 이체가 필요한 점검은 마감 잔액과 봉인이 대신합니다.",
            f"{lane}: transfers 1 to {seq:,} are in an archive; what needs them rests on snapshots and seals",
        )


def _as_far_as_it_goes(snapshot: Snapshot, look: _Look) -> Iterator[Finding]:
    """Give what a check finds; rows so wrong that they can't be read are a finding too, and end this check only."""
    try:
        with snapshot.conn.transaction():
            yield from look(snapshot)
    except _UNREADABLE as error:
        yield Finding("the check", f"came upon what it can't read: {str(error).splitlines()[0]}", 0, "nobody")


def _in_each_lane(name: str, snapshot: Snapshot) -> Iterator[Finding]:
    return snapshot.each_lane(statement(f"lane/{name}.sql"), whole=name in _NEED_EVERY_TRANSFER)


def _of_lanes(name: str) -> tuple[str, _Look]:
    return name, partial(_in_each_lane, name)


def _once(name: str, snapshot: Snapshot) -> Iterator[Finding]:
    return snapshot.once(statement(f"shared/{name}.sql"))


def _of_the_house(name: str) -> tuple[str, _Look]:
    return name, partial(_once, name)


CHECKS: tuple[tuple[str, _Look], ...] = (
    _of_lanes("transfers_balance"),
    _of_lanes("balances_fold"),
    _of_lanes("marks_fold"),
    _of_lanes("accounts_have_balances"),
    _of_lanes("lot_bounds"),
    _of_lanes("charge_shares"),
    _of_lanes("payment_sums"),
    _of_lanes("cancel_bounds"),
    _of_lanes("key_effects"),
    _of_lanes("seq_gapless"),
    ("chain_unbroken", chain_unbroken),
    _of_lanes("allow_list"),
    _of_lanes("effective_dates"),
    _of_lanes("safeguarding_equation"),
    _of_lanes("settlement_lines_complete"),
    ("payouts_agree", payouts_agree),
    ("bank_lines_explained", bank_lines_explained),
    _of_lanes("policy_limits"),
    _of_lanes("merchant_balances"),
    _of_lanes("reversals"),
    _of_lanes("refund_shares"),
    _of_lanes("holds_end_once"),
    _of_lanes("snapshots_fold"),
    _of_lanes("archives_kept"),
    ("seals_hold", seals_hold),
    ("secrets_outside_vault", secrets_outside_vault),
    _of_lanes("acts_agree"),
    _of_lanes("lot_terms"),
    ("lot_order", lots_in_order),
    _of_lanes("places"),
    _of_lanes("matched_ids"),
    _of_lanes("purchases_agree"),
    _of_lanes("receipts_once"),
    _of_lanes("late_words_kept"),
    _of_lanes("budgets_kept"),
    _of_lanes("gifts_kept"),
    _of_lanes("credits_kept"),
    _of_lanes("credits_approved"),
    _of_lanes("expiries_kept"),
    _of_lanes("claw_backs_kept"),
    _of_lanes("wallet_life"),
    _of_lanes("moved_lots"),
    _of_lanes("tax_kept"),
    _of_lanes("voucher_acts"),
    _of_lanes("account_paths"),
    ("lists_kept", lists_kept),
    ("lanes_agree", lanes_agree),
    _of_the_house("decided_by_two"),
    _of_the_house("tax_periods"),
    _of_lanes("directory"),
    _of_the_house("register_agrees"),
    _of_the_house("chart_copy"),
    _of_the_house("policies_decided"),
    _of_the_house("append_only_guards"),
    ("walls_published", walls_published),
)
