"""Partitions: made on the way, each with its walls; old ones leave to a checked file and come back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from onnuri.kit.clock import seoul_midnight
from onnuri.kit.database import Role
from onnuri.ledger.archive import ArchiveDamaged, PartitionNotOld, archive_partition, partitions, return_partition
from onnuri.ledger.read import journal
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
    for statement in ("UPDATE {} SET amount = 1", "DELETE FROM {}", "TRUNCATE {}"):
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
                        conn.execute(statement.format(name).encode())


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
