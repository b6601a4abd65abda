"""Partitions: made on the way, each with its walls; old ones leave to a checked file and come back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from onnuri.auditor.report import audit, run_audit
from onnuri.auditor.snapshot import look_through
from onnuri.kit.clock import seoul_midnight
from onnuri.kit.database import Role
from onnuri.kit.ids import new_id
from onnuri.ledger.archive import ArchiveDamaged, PartitionNotOld, archive_partition, partitions, return_partition
from onnuri.ledger.model import account_path
from onnuri.ledger.openings import Giving, Opening, post_openings
from onnuri.ledger.post import open_accounts, take_lane
from onnuri.ledger.read import journal
from onnuri.ledger.snapshots import TransfersArchived, balance_at, balance_on, trial_balance_at
from onnuri.ledger.statement import statement
from onnuri.settlement.seal import seal_closed_days
from tests.world import OPENED, World

TODAY = date(2026, 11, 20)


@pytest.fixture
def long(world: World) -> World:
    """A lane whose partitions hold fifty transfers each; the first day is closed and sealed."""
    with psycopg.connect(world.database.superuser_url(), autocommit=True) as conn:
        conn.execute("SET search_path = lane_00")
        conn.execute("DROP TABLE transfers_000000000001")
        conn.execute("UPDATE lane SET partition_rows = 50, partition_hi = 1")
        conn.execute("SELECT add_partition()")
    world.wallet("minji", 500_000)
    world.shop("fish")
    for _ in range(3):
        world.run([world.payment("minji", "fish", 10) for _ in range(60)])
    at = seoul_midnight(TODAY + timedelta(days=1))
    world.close_day(TODAY, at=at)
    seal_closed_days(world.begin, world.database.settings, at=at)
    world.run([world.payment("minji", "fish", 10) for _ in range(60)], at=at)
    return world


def test_partitions_are_made_on_the_way_and_seq_has_no_gap(long: World) -> None:
    with long.begin() as conn:
        found = partitions(conn)
        assert [(lo, hi) for _, lo, hi in found] == [(1 + 50 * n, 51 + 50 * n) for n in range(len(found))]
        assert len(found) == 5
        assert [line.seq for line in journal(conn, limit=10_000)] == list(range(1, 243))


def test_every_partition_has_the_walls_of_the_first(long: World) -> None:
    for change in ("UPDATE {} SET amount = 1", "DELETE FROM {}", "TRUNCATE {}"):
        for role, refusal in (
            (Role.APP, psycopg.errors.InsufficientPrivilege),
            (Role.OWNER, psycopg.errors.RestrictViolation),
        ):
            with psycopg.connect(long.database.url(role)) as conn:
                conn.execute("SET search_path = lane_00")
                names = conn.execute(
                    "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'transfers'::regclass"
                )
                for (name,) in names.fetchall():
                    with pytest.raises(refusal), conn.transaction():
                        conn.execute(change.format(name).encode())


def test_an_old_partition_leaves_to_a_file_and_comes_back_as_it_was(long: World, tmp_path: Path) -> None:
    owner = long.database.single(Role.OWNER)
    with long.begin() as conn:
        before = journal(conn, limit=10_000)
        name = partitions(conn)[0][0]
    with owner.begin() as conn:
        archived = archive_partition(conn, name, directory=tmp_path, at=OPENED)
    with long.begin() as conn:
        assert journal(conn, limit=10_000) == before[50:]
    with owner.begin() as conn:
        assert return_partition(conn, archived.path, at=OPENED) == archived
    with long.begin() as conn:
        assert journal(conn, limit=10_000) == before


def test_what_is_not_sealed_stays_and_a_damaged_file_does_not_come_back(long: World, tmp_path: Path) -> None:
    owner = long.database.single(Role.OWNER)
    with long.begin() as conn:
        names = [name for name, _, _ in partitions(conn)]
    for young in names[3:]:
        with pytest.raises(PartitionNotOld), owner.begin() as conn:
            archive_partition(conn, young, directory=tmp_path, at=OPENED)
    with owner.begin() as conn:
        archived = archive_partition(conn, names[0], directory=tmp_path, at=OPENED)
    whole = archived.path.read_bytes()
    for damaged in (whole[:-9], b"", whole[:40] + b"x" + whole[41:]):
        archived.path.write_bytes(damaged)
        with pytest.raises(ArchiveDamaged), owner.begin() as conn:
            return_partition(conn, archived.path, at=OPENED)
    archived.path.write_bytes(whole)
    with owner.begin() as conn:
        return_partition(conn, archived.path, at=OPENED)
        assert conn.execute(text("SELECT count(*) FROM archives WHERE returned_at IS NULL")).scalar_one() == 0


def test_the_audit_is_green_while_partitions_are_away_and_says_so(long: World, tmp_path: Path) -> None:
    owner, url = long.database.single(Role.OWNER), long.database.url(Role.AUDITOR)
    assert run_audit(url).notes == ()
    paths: list[Path] = []
    with owner.begin() as conn:
        for _ in range(3):
            name = partitions(conn)[0][0]
            paths.append(archive_partition(conn, name, directory=tmp_path, at=OPENED).path)
    report = run_audit(url)
    assert report.ok, report.as_text()
    assert "1 to 150 are in an archive" in report.as_text()
    long.run([long.payment("minji", "fish", 10)], at=OPENED + timedelta(days=2))
    assert run_audit(url).ok
    with pytest.raises(ArchiveDamaged), owner.begin() as conn:
        return_partition(conn, paths[0], at=OPENED)  # the one that left last comes back first
    with owner.begin() as conn:
        for path in reversed(paths):
            return_partition(conn, path, at=OPENED)
    report = run_audit(url)
    assert (report.ok, report.notes) == (True, ())


@pytest.mark.parametrize(
    ("check", "broken"),
    [
        ("archives_kept", "UPDATE archives SET seq_hi = seq_hi + 1"),
        ("archives_kept", "UPDATE archives SET rows_sha256 = 'x'"),
        ("archives_kept", "UPDATE archives SET returned_at = archived_at"),
        ("seq_gapless", "DELETE FROM archives"),
        ("archives_kept", "UPDATE balances SET debits = debits + 1, credits = credits + 1"),
        ("archives_kept", "UPDATE day_balances SET credits = credits + 1 WHERE credits > 0"),
        ("archives_kept", "UPDATE transfers SET amount = amount + 1 WHERE seq > 230"),
        ("seq_gapless", "DELETE FROM transfers WHERE seq = 51"),
        ("chain_unbroken", "UPDATE chain SET hash = sha256(hash) WHERE batch = 1"),
        ("chain_unbroken", "UPDATE transfers SET amount = amount + 1 WHERE seq = 241"),
        ("seals_hold", "UPDATE seal_tiles SET hash = sha256(hash)"),
        ("seals_hold", "UPDATE seals SET signature = sha256(signature)"),
    ],
)
def test_what_is_broken_while_a_partition_is_away_is_found(
    long: World, tmp_path: Path, check: str, broken: str
) -> None:
    owner = long.database.single(Role.OWNER)
    with owner.begin() as conn:
        archived = archive_partition(conn, partitions(conn)[0][0], directory=tmp_path, at=OPENED)
    with psycopg.connect(long.database.superuser_url()) as raw:
        raw.execute("SET LOCAL session_replication_role = replica")
        raw.execute("SET LOCAL search_path = lane_00, pg_catalog")
        raw.execute(broken.encode())
        raw.execute("SET LOCAL ROLE onnuri_auditor")
        failed = audit(look_through(raw)).failed()
        raw.rollback()
    with owner.begin() as conn:
        return_partition(conn, archived.path, at=OPENED)
    assert check in failed


def test_reads_that_need_what_is_away_refuse_instead_of_being_wrong(long: World, tmp_path: Path) -> None:
    owner, path = long.database.single(Role.OWNER), account_path("merchant", long.shops["fish"].id)
    with long.begin() as conn:
        now = balance_at(conn, path, seq=242)
    with owner.begin() as conn:
        archived = [
            archive_partition(conn, partitions(conn)[0][0], directory=tmp_path, at=OPENED).path for _ in range(2)
        ]
    with long.begin() as conn:
        assert balance_at(conn, path, seq=242) == now
        assert balance_at(conn, path, seq=0) == 0
        assert trial_balance_at(conn, seq=242)
        assert statement(conn, path, after_seq=182).lines
        for read in (
            lambda: balance_at(conn, path, seq=60),
            lambda: balance_on(conn, path, on=TODAY - timedelta(days=1)),
            lambda: trial_balance_at(conn, seq=120),
            lambda: statement(conn, path, after_seq=10),
        ):
            with pytest.raises(TransfersArchived):
                read()
        assert balance_on(conn, path, on=TODAY) == 1800
    with owner.begin() as conn:
        for file in reversed(archived):
            return_partition(conn, file, at=OPENED)
    with long.begin() as conn:
        assert statement(conn, path, after_seq=10, limit=500).closing == now


def test_only_the_oldest_partition_leaves(long: World, tmp_path: Path) -> None:
    with long.begin() as conn:
        second = partitions(conn)[1][0]
    with pytest.raises(PartitionNotOld), long.database.single(Role.OWNER).begin() as conn:
        archive_partition(conn, second, directory=tmp_path, at=OPENED)


def test_bulk_openings_make_their_partitions_on_the_way(long: World) -> None:
    """Many credits in one go cross several partitions, as payments do."""
    with long.engines["lane_00"].connect() as conn:  # never committed: no lot is behind these accounts
        take_lane(conn)
        giver = open_accounts(conn, ["grant_receivable:event"], at=OPENED)["grant_receivable:event"]
        on = TODAY + timedelta(days=2)
        entry = new_id(OPENED)
        openings = [Opening(account_path("lot", new_id(OPENED)), 1_000, entry) for _ in range(130)]
        assert len(post_openings(conn, Giving(giver, "grant", "grant", on), openings, at=OPENED)) == 130
        found = partitions(conn)
        assert found[-1][2] > 372
        assert [line.seq for line in journal(conn, limit=10_000)] == list(range(1, 373))
