"""Whoever changes what moved in or was handed over, beside the books, is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onnuri.auditor.findings import Report

HANDED = "status = 'APPROVED'"
LIVE = "(SELECT id FROM shared.migrations WHERE status = 'LIVE')"
A_LINE = f"migration_id = {LIVE} AND lane = 'lane_01' AND NOT in_transit"
NOT_YET = (
    "status = 'STAGED', approved_by = NULL, approved_at = NULL, live_at = NULL, "
    "paid_reference = NULL, paid_at = NULL, paid_by = NULL"
)
WITHOUT = "ALTER TABLE"

BREAKS = [
    ("moved_lots", f"UPDATE shared.handovers SET amount = amount + 1 WHERE {HANDED}"),
    ("moved_lots", f"UPDATE shared.handovers SET reason = 'other' WHERE {HANDED}"),
    ("moved_lots", f"DELETE FROM shared.handovers WHERE {HANDED}"),
    ("moved_lots", "UPDATE lot_origins SET used = used - 1 WHERE used > 0"),
    ("moved_lots", "UPDATE lot_origins SET face = face + 1"),
    ("moved_lots", "UPDATE lot_origins SET programme = 'payback' WHERE programme = 'winter'"),
    ("moved_lots", "UPDATE lot_origins SET charged_at = charged_at - interval '1 day' WHERE kind = 'handover'"),
    ("moved_lots", "DELETE FROM lot_origins WHERE kind = 'handover'"),
    ("moved_lots", f"UPDATE shared.migration_rows SET left_won = left_won - 1 WHERE {A_LINE}"),
    ("moved_lots", f"UPDATE shared.migration_rows SET holder_id = gen_random_uuid() WHERE {A_LINE}"),
    (
        "moved_lots",
        (
            f"{WITHOUT} shared.migrations DROP CONSTRAINT migrations_opened; UPDATE shared.migrations SET"
            f" {NOT_YET} WHERE id = {LIVE}"
        ),
    ),
    (
        "moved_lots",
        (
            "INSERT INTO shared.migration_rows SELECT migration_id, line + 1000, holder_id, reference, source,"
            " programme, face, paid, left_won, left_paid, used_won, charged_at, expires_at, in_transit, lane,"
            f" problem FROM shared.migration_rows WHERE {A_LINE}"
        ),
    ),
    (
        "decided_by_two",
        (
            f"{WITHOUT} shared.handovers DROP CONSTRAINT handovers_four_eyes; UPDATE shared.handovers SET"
            f" decided_by = proposed_by WHERE {HANDED}"
        ),
    ),
    ("decided_by_two", f"UPDATE shared.handovers SET decided_at = proposed_at - interval '1 day' WHERE {HANDED}"),
    (
        "decided_by_two",
        (
            f"{WITHOUT} shared.migrations DROP CONSTRAINT migrations_four_eyes; UPDATE shared.migrations SET"
            f" approved_by = staged_by WHERE id = {LIVE}"
        ),
    ),
    ("decided_by_two", "UPDATE shared.migrations SET rejected_by = gen_random_uuid() WHERE status = 'REJECTED'"),
    (
        "decided_by_two",
        f"DROP INDEX shared.migration_rows_lot_once; UPDATE shared.migration_rows SET reference = 'R00' WHERE {A_LINE}",
    ),
]


@pytest.mark.parametrize(("check", "statement"), BREAKS, ids=[f"{n}-{check}" for n, (check, _) in enumerate(BREAKS)])
def test_a_changed_move_is_found(check: str, statement: str, break_vouchers: Callable[[str], Report]) -> None:
    found = break_vouchers(statement).check(check)
    assert found.rows > 0
    assert all(example.detail for example in found.examples)
