"""Move old partitions of the transfers to a checked file, and bring them back. Runs as the owner of the books."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import psycopg
from sqlalchemy import Connection, text

from onnuri.kit.refusals import Conflict, Malformed

_COLUMNS = "seq, entry_id, debit_account, credit_account, amount, code, effective_on"


class PartitionNotOld(Conflict):
    """Only the oldest partition may leave, once its every transfer is in a sealed and written-down day."""

    code = "partition_not_old"
    ko = "봉인된 영업일에 속하지 않은 거래가 있어 보관할 수 없습니다."
    en = "Only a full partition of sealed days with snapshots can be archived."


class ArchiveDamaged(Malformed):
    """The file is not what was written: nothing came back."""

    code = "archive_damaged"
    ko = "보관 파일이 손상되었습니다. 아무것도 되돌리지 않았습니다."
    en = "The archive file is damaged; nothing was brought back."


@dataclass(frozen=True, slots=True)
class Archive:
    """A partition in a file: transfers seq_lo up to, not including, seq_hi."""

    seq_lo: int
    seq_hi: int
    rows_sha256: bytes
    path: Path


def partitions(conn: Connection) -> list[tuple[str, int, int]]:
    """List the partitions of this lane that are attached: name, first seq, first seq after."""
    rows = conn.execute(
        text("""
            SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) AS bounds
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'transfers'::regclass ORDER BY c.relname
        """)
    )
    found: list[tuple[str, int, int]] = []
    for row in rows:
        numbers = [
            int(part)
            for part in row.bounds.replace("'", " ").replace("(", " ").replace(")", " ").split()
            if part.isdigit()
        ]
        found.append((row.relname, numbers[0], numbers[1]))
    return found


def archive_partition(conn: Connection, name: str, *, directory: Path, at: datetime) -> Archive:
    """Write the oldest partition to a file, detach and drop it. Refuses `PartitionNotOld`. The caller commits."""
    oldest, lo, hi = partitions(conn)[0]
    if name != oldest:
        raise PartitionNotOld
    sealed = conn.execute(
        text("""
            SELECT max(d.seq_hi) FROM days d JOIN seals s ON s.day = d.day JOIN day_snapshots n ON n.day = d.day
        """)
    ).scalar_one_or_none()
    if sealed is None or sealed < hi - 1:
        raise PartitionNotOld

    path = directory.joinpath(f"{name}.csv.gz")
    digest = hashlib.sha256()
    with gzip.open(path, "wb") as file:
        for block in _copy_out(conn, name):
            digest.update(block)
            file.write(block)
    conn.execute(text(f"ALTER TABLE transfers DETACH PARTITION {name}"))
    conn.execute(text(f"DROP TABLE {name}"))
    conn.execute(
        text("""
            INSERT INTO archives (seq_lo, seq_hi, rows_sha256, archived_at) VALUES (:lo, :hi, :sha, :at)
            ON CONFLICT (seq_lo) DO UPDATE SET rows_sha256 = :sha, archived_at = :at, returned_at = NULL
        """),
        {"lo": lo, "hi": hi, "sha": digest.digest(), "at": at},
    )
    return Archive(lo, hi, digest.digest(), path)


def return_partition(conn: Connection, path: Path, *, at: datetime) -> Archive:
    """Bring the partition that left last back, checked against what was written down. Refuses `ArchiveDamaged`."""
    name = path.name.removesuffix(".csv.gz")
    row = conn.execute(
        text("""
            SELECT seq_lo, seq_hi, rows_sha256 FROM archives WHERE returned_at IS NULL AND seq_lo = :lo
            AND seq_lo = (SELECT max(seq_lo) FROM archives WHERE returned_at IS NULL)
        """),
        {"lo": int(name.rsplit("_", 1)[1])},
    ).one_or_none()
    if row is None or _digest(path) != bytes(row.rows_sha256):
        raise ArchiveDamaged

    conn.execute(text("SELECT make_partition(:lo, :hi)"), {"lo": row.seq_lo, "hi": row.seq_hi})
    driver = _driver(conn)
    with (
        gzip.open(path, "rb") as file,
        driver.cursor().copy(f"COPY {name} ({_COLUMNS}) FROM STDIN (FORMAT csv)".encode()) as copy,
    ):
        while block := file.read(1 << 20):
            copy.write(block)
    conn.execute(text("UPDATE archives SET returned_at = :at WHERE seq_lo = :lo"), {"at": at, "lo": row.seq_lo})
    return Archive(row.seq_lo, row.seq_hi, bytes(row.rows_sha256), path)


def _copy_out(conn: Connection, name: str) -> Iterator[bytes]:
    query = f"COPY (SELECT {_COLUMNS} FROM {name} ORDER BY seq) TO STDOUT (FORMAT csv)"
    with _driver(conn).cursor().copy(query.encode()) as copy:
        for block in copy:
            yield bytes(block)


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    try:
        with gzip.open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except (OSError, EOFError, zlib.error):
        raise ArchiveDamaged from None
    return digest.digest()


def _driver(conn: Connection) -> psycopg.Connection[tuple[object, ...]]:
    return cast("psycopg.Connection[tuple[object, ...]]", conn.connection.driver_connection)
