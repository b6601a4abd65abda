"""Whoever takes down a wall around the books, or writes a secret outside the vault, is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onnuri.auditor.findings import Report
from onnuri.auditor.vault_leaks import looks_like

SECRETS = [
    """UPDATE outbox SET payload = payload || '{"phone": "hidden"}' WHERE position = 1""",
    """UPDATE outbox SET payload = payload || '{"note": "call 010-1234-5678"}' WHERE position = 1""",
    """UPDATE outbox SET payload = payload || '{"to": "110-123-456789"}' WHERE position = 1""",
    """UPDATE outcomes SET refusal = refusal || '{"account": "11012345678901"}' WHERE refusal IS NOT NULL""",
    "UPDATE cancels SET reason = '900101-1234567'",
    "UPDATE entries SET reason = 'Bearer of bad news' WHERE reason IS NOT NULL",
    "UPDATE entries SET reason = 'onk_0123456789abcdefgh' WHERE reason IS NOT NULL",
    "UPDATE charges SET bank_message = 'no money on 352-0123-4567-83'",
    "UPDATE shared.breaks SET explanation = '1002345678901'",
    "UPDATE shared.payouts SET bank_message = '01012345678'",
    "UPDATE shared.statement_lines SET remitter_text = '홍길동 900101-1234567'",
]

WALLS = [
    "ALTER TABLE transfers DISABLE TRIGGER transfers_append_only",
    "ALTER TABLE transfers_000000000001 DISABLE TRIGGER transfers_append_only",
    "ALTER TABLE transfers_000000000001 DISABLE TRIGGER ALL",
    "DROP TRIGGER transfers_000000000001_no_truncate ON transfers_000000000001",
    "DROP TRIGGER entries_append_only ON entries",
    "DROP TRIGGER outcomes_no_truncate ON outcomes",
    "DROP TRIGGER balances_kept ON balances",
    "ALTER TABLE days ENABLE REPLICA TRIGGER days_append_only",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    (
        "DROP TRIGGER chain_append_only ON chain; CREATE TRIGGER chain_append_only BEFORE UPDATE OF seq_lo OR DELETE"
        " ON chain FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ),
    "GRANT UPDATE ON balances TO onnuri_app",
    "GRANT UPDATE (debits) ON balances TO onnuri_app",
    "GRANT INSERT ON transfers TO onnuri_app",
    "GRANT INSERT ON outcomes TO onnuri_app",
    "GRANT DELETE ON transfers_000000000001 TO onnuri_app",
    "GRANT TRUNCATE ON entries TO onnuri_reader",
    "GRANT UPDATE ON lane TO PUBLIC",
    "GRANT DELETE ON payments TO onnuri_app",
    "GRANT UPDATE (amount) ON payments TO onnuri_app",
    "GRANT UPDATE (face) ON lots TO onnuri_app",
    "ALTER TABLE entries OWNER TO onnuri_app",
    "ALTER FUNCTION close_day OWNER TO onnuri_app",
    "ALTER FUNCTION publish RESET search_path",
    "ALTER FUNCTION publish SET search_path = public",
    "ALTER TABLE balances DROP CONSTRAINT balances_floor",
    "ALTER TABLE transfers DROP CONSTRAINT transfers_amount",
    "DROP INDEX entries_reversed_once",
    "CREATE RULE quiet AS ON DELETE TO entries DO INSTEAD NOTHING",
    (
        "DROP TABLE days CASCADE; CREATE TABLE days AS SELECT DATE '2026-11-20' AS day, 1::bigint AS seq_hi,"
        " 1::bigint AS refusal_hi, now() AS closed_at; GRANT SELECT ON days TO onnuri_auditor"
    ),
    "GRANT onnuri_owner TO onnuri_app",
    "ALTER ROLE onnuri_app SUPERUSER",
    "GRANT SET ON PARAMETER session_replication_role TO onnuri_app",
]


@pytest.mark.parametrize("statement", WALLS, ids=str)
def test_a_wall_that_was_taken_down_is_found(statement: str, break_rows: Callable[[str], Report]) -> None:
    assert "append_only_guards" in break_rows(statement).failed()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE credit_units DISABLE TRIGGER credit_units_approved",
        (
            "DROP TRIGGER credit_units_approved ON credit_units; CREATE TRIGGER credit_units_approved BEFORE INSERT ON"
            " credit_units FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
        ),
        "CREATE TRIGGER mine BEFORE INSERT ON lots FOR EACH ROW EXECUTE FUNCTION shared.refuse_unapproved()",
    ],
)
def test_a_trigger_that_is_off_or_another_one_is_found(statement: str, break_rows: Callable[[str], Report]) -> None:
    assert break_rows(statement).failed() == ["walls_published"]


@pytest.mark.parametrize("statement", SECRETS, ids=str)
def test_a_secret_outside_the_vault_is_found(statement: str, break_rows: Callable[[str], Report]) -> None:
    assert "secrets_outside_vault" in break_rows(statement).failed()


def test_a_partition_that_will_be_made_has_the_same_walls(break_rows: Callable[[str], Report]) -> None:
    grown = "SELECT add_partition()"
    assert break_rows(grown).ok


def test_a_later_partition_is_watched_too(break_rows: Callable[[str], Report]) -> None:
    opened = "SELECT add_partition(); GRANT DELETE ON transfers_000010000001 TO onnuri_app"
    assert break_rows(opened).failed() == ["append_only_guards"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("paid by 110-123-456789 today", "an account number"),
        ("352-0123-4567-83", "an account number"),
        ("100234567890", "an account number"),
        ("900101-1234567", "a resident registration number"),
        ("010-1234-5678", "a telephone number"),
        ("01012345678", "a telephone number"),
        ('{"phone" : 1}', "a field of the vault"),
        ("onk_0123456789abcdef", "a token"),
        ("2026-11-20T01:00:00Z", None),
        ("32,500원, 1000000 of 2000000", None),
        ("0192f0c1a2b37c4d8e9f012345678901 and 0192f0c1-a2b3-7c4d-8e9f-012345678901", None),
        ("T991234567U000000123", None),
        ("KB1234567890123", "an account number"),
        ('{"code": "bank_receipt_used", "facts": {"reference": "L000000000016"}}', "an account number"),
        ('for "amount": 110123456789, as agreed', "an account number"),
        ('{"total": 11012345678901}', "an account number"),
        ('{"amount": 1000000, "confirmation": "0042"}', None),
        ('{"lines": 4150000, "total": 241400000000, "source": "payback"}', None),
        ('{"total": "241400000000"}', "an account number"),
        ('{"to": 241400000000}', "an account number"),
    ],
)
def test_a_secret_is_told_from_an_identifier(words: str, kind: str | None) -> None:
    assert looks_like(words) == kind
