"""Whoever changes when a market was registered at the tax service, or what was recorded of its end, is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onnuri.auditor.findings import Report

ENDS = "shared.tax_registration_ends"
PERIODS = "shared.tax_registrations"
OVER = f"registration_id = (SELECT id FROM {PERIODS} WHERE valid_to IS NOT NULL)"
GOES_ON = f"registration_id = (SELECT id FROM {PERIODS} WHERE valid_to IS NULL)"
FREELY = f"ALTER TABLE {ENDS} DROP CONSTRAINT tax_registration_ends_not_backdated"
PAST = f"(SELECT recorded_at - interval '1 hour' FROM {ENDS} WHERE {OVER})"
MOVED = f"UPDATE {PERIODS} SET valid_to = (SELECT ends_at FROM {ENDS} WHERE {OVER} ORDER BY number DESC LIMIT 1)"

BREAKS = {
    "a period that ends later than recorded": f"UPDATE {PERIODS} SET valid_to = valid_to + interval '30 days'",
    "an end that was taken back and counts": f"UPDATE {PERIODS} SET valid_to = '2027-11-01Z' WHERE valid_to IS NULL",
    "an end without its record": f"DELETE FROM {ENDS} WHERE {OVER}",
    "a record taken out between two": f"DELETE FROM {ENDS} WHERE {GOES_ON} AND number = 2",
    "the last record taken out": f"DELETE FROM {ENDS} WHERE {GOES_ON} AND number = 3",
    "a record of a registration that is not there": f"UPDATE {ENDS} SET registration_id = md5('x')::uuid WHERE {OVER}",
    "a registration recorded by nobody": f"UPDATE {PERIODS} SET recorded_by = md5('x')::uuid",
    "an end recorded by nobody": f"UPDATE {ENDS} SET recorded_by = md5('x')::uuid WHERE number = 2",
    "an end recorded before its registration": f"UPDATE {ENDS} SET recorded_at = '2026-01-01Z' WHERE {OVER}",
    "an end recorded after it had come": (
        f"{FREELY}; UPDATE {ENDS} SET recorded_at = recorded_at + interval '1 hour' WHERE {OVER}"
    ),
    "an end recorded of the past, with its period": (
        f"{FREELY}; UPDATE {ENDS} SET ends_at = {PAST} WHERE {OVER}; {MOVED} WHERE valid_to IS NOT NULL"
    ),
    "an end that had come and was replaced, with its period": (
        f"INSERT INTO {ENDS} SELECT registration_id, 2, ends_at + interval '1 day', 'later', recorded_by,"
        f" recorded_at + interval '1 hour' FROM {ENDS} WHERE {OVER}; {MOVED} WHERE valid_to IS NOT NULL"
    ),
    "an end that had come and was taken back": (
        f"DROP INDEX {PERIODS}_one_open; INSERT INTO {ENDS} SELECT registration_id, 2, NULL, 'on', recorded_by,"
        f" recorded_at + interval '1 hour' FROM {ENDS} WHERE {OVER}; UPDATE {PERIODS} SET valid_to = NULL"
    ),
    "nothing taken back": (
        f"DELETE FROM {ENDS} WHERE {GOES_ON} AND number < 3; ALTER TABLE {ENDS} DROP CONSTRAINT"
        f" tax_registration_ends_something_to_take_back; UPDATE {ENDS} SET number = 1 WHERE {GOES_ON}"
    ),
    "a correction without a reason": (
        f"ALTER TABLE {ENDS} DROP CONSTRAINT tax_registration_ends_reason; UPDATE {ENDS} SET reason = NULL"
    ),
    "two registrations at once": (
        f"UPDATE {PERIODS} SET valid_from = '2026-12-25Z', recorded_at = '2026-12-25Z' WHERE valid_to IS NULL"
    ),
}

WALLS = {
    "the application may change an end": f"GRANT UPDATE (ends_at) ON {ENDS} TO onnuri_app",
    "the application may change a period": f"GRANT UPDATE (valid_to) ON {PERIODS} TO onnuri_app",
    "the application may take a record out": f"GRANT DELETE ON {ENDS} TO onnuri_app",
    "the keeper runs for anybody": "GRANT EXECUTE ON FUNCTION shared.keep_tax_end() TO PUBLIC",
    "the keeper looks elsewhere": "ALTER FUNCTION shared.keep_tax_end() SET search_path = public",
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_changed_tax_period_is_found(what: str, break_vouchers: Callable[[str], Report]) -> None:
    found = break_vouchers(BREAKS[what]).check("tax_periods")
    assert found.rows > 0
    assert all(example.detail for example in found.examples)


@pytest.mark.parametrize("what", WALLS)
def test_a_wall_of_the_tax_periods_that_is_down_is_found(what: str, break_vouchers: Callable[[str], Report]) -> None:
    assert break_vouchers(WALLS[what]).check("append_only_guards").rows > 0


def test_the_keeper_switched_off_or_written_anew_is_found(break_vouchers: Callable[[str], Report]) -> None:
    keeper = "CREATE OR REPLACE FUNCTION shared.keep_tax_end() RETURNS trigger LANGUAGE plpgsql AS $$"
    anew = f"{keeper} BEGIN RETURN NULL; END $$"
    off = f"ALTER TABLE {ENDS} DISABLE TRIGGER tax_registration_ends_keep"
    assert break_vouchers(f"{anew}; {off}").check("walls_published").rows == 2
