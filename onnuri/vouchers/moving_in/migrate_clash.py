"""What keeps a migration from being booked twice or beside a wallet that is here, and giving one up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import Conflict
from onnuri.ledger.lanes import take_lanes
from onnuri.vouchers.moving_in.migration_file import MovedLot

IN_ANOTHER_FILE = "the holder is in another open migration"
MOVED_BEFORE = "the operator's lot is in another migration"


class MigrationClashes(Conflict):
    """Since it was staged a holder opened a wallet here, or another file with such a lot or holder was approved."""

    code = "migration_clashes"
    ko = "이관 파일 {line}번 줄({reference})의 보유자나 보유분이 이미 여기 있습니다. 반려하고 고친 파일을 올리세요."
    en = "Line {line} ({reference}): that holder or lot is here already. Reject the migration and stage a mended file."


class MigrationPosted(Conflict):
    """A part of it is in the books: it can only go on."""

    code = "migration_posted"
    ko = "이관이 이미 일부 장부에 적혀 반려할 수 없습니다."
    en = "A part of the migration is in the books already; it can't be rejected."


def _clashes(
    conn: Connection, operator: str, holders: Sequence[UUID], references: Sequence[str], migration_id: UUID
) -> tuple[set[UUID], set[str]]:
    """Tell which holders are in another open file, and which lots of the operator in another one, but rejected ones."""
    given = {"id": migration_id, "operator": operator, "holders": list(holders), "references": list(references)}
    rows = """
        SELECT r.{column} FROM shared.migration_rows r JOIN shared.migrations m ON m.id = r.migration_id
        WHERE r.{column} = ANY(:{given}) AND m.id <> :id AND r.problem IS NULL AND NOT r.in_transit AND {status}
    """
    open_files = rows.format(column="holder_id", given="holders", status="m.status IN ('STAGED', 'APPROVED')")
    lots = rows.format(
        column="reference", given="references", status="m.status <> 'REJECTED' AND m.operator = :operator"
    )
    return set(conn.execute(text(open_files), given).scalars()), set(conn.execute(text(lots), given).scalars())


def elsewhere(conn: Connection, lots: Sequence[MovedLot], operator: str, id: UUID) -> dict[int, str]:
    """Say which lots or holders another file brings; what is in transit waits for its own file."""
    settled = [lot for lot in lots if not lot.in_transit]
    holders, references = _clashes(
        conn, operator, [lot.holder_id for lot in settled], [lot.reference for lot in settled], id
    )
    found = {lot.line: IN_ANOTHER_FILE for lot in settled if lot.holder_id in holders}
    return found | {lot.line: MOVED_BEFORE for lot in settled if lot.reference in references}


def check_clashes(conn: Connection, migration_id: UUID) -> None:
    """Refuse `MigrationClashes` where a line's holder has a wallet or is moving in, or its lot is, by an approved file.

    Approvals wait for each other, and for wallets that are being opened by people who are in the file.
    """
    conn.execute(text("SELECT 1 FROM shared.migrations ORDER BY id FOR UPDATE"))
    conn.execute(text("SELECT one FROM shared.opening_gate FOR UPDATE"))
    row = conn.execute(text(_CLASH), {"id": migration_id}).first()
    if row is not None:
        raise MigrationClashes(line=row.line, reference=row.reference)


_CLASH = """
    SELECT r.line, r.reference FROM shared.migration_rows r JOIN shared.migrations m ON m.id = r.migration_id
    WHERE r.migration_id = :id AND r.problem IS NULL AND NOT r.in_transit AND (
        EXISTS (SELECT 1 FROM shared.wallets w WHERE w.holder_id = r.holder_id AND w.state <> 'CLOSED')
        OR EXISTS (SELECT 1 FROM shared.migration_rows o JOIN shared.migrations p ON p.id = o.migration_id
                   WHERE o.holder_id = r.holder_id AND p.id <> m.id AND p.status = 'APPROVED' AND o.problem IS NULL
                     AND NOT o.in_transit)
        OR EXISTS (SELECT 1 FROM shared.migration_rows o JOIN shared.migrations p ON p.id = o.migration_id
                   WHERE o.reference = r.reference AND p.id <> m.id AND p.operator = m.operator
                     AND p.status IN ('APPROVED', 'LIVE') AND o.problem IS NULL AND NOT o.in_transit))
    ORDER BY r.line LIMIT 1
"""


def take_lots(conn: Connection, migration_id: UUID) -> None:
    """Take the lots of a file for it, each once over all files. Refuses `MigrationClashes` as `check_clashes` does."""
    try:
        with conn.begin_nested():
            conn.execute(text(_TAKE), {"id": migration_id})
    except IntegrityError as error:
        if "migration_rows_lot_once" not in str(error.orig):
            raise
        check_clashes(conn, migration_id)
        raise


_TAKE = """
    UPDATE shared.migration_rows r SET taken_from = m.operator FROM shared.migrations m
    WHERE m.id = :id AND r.migration_id = m.id AND r.problem IS NULL AND NOT r.in_transit
"""


def kept_out(conn: Connection, holder_id: UUID) -> bool:
    """Tell whether an approved file is about to bring somebody's wallet; until we end, no file is approved."""
    conn.execute(text("SELECT one FROM shared.opening_gate FOR SHARE"))
    query = """
        SELECT 1 FROM shared.migration_rows r JOIN shared.migrations m ON m.id = r.migration_id
        WHERE r.holder_id = :holder AND m.status = 'APPROVED' AND r.problem IS NULL AND NOT r.in_transit LIMIT 1
    """
    return conn.execute(text(query), {"holder": holder_id}).first() is not None


def lock_migration(conn: Connection, migration_id: UUID) -> None:
    """Hold a migration until the transaction ends. Taken before any lane, everywhere the same."""
    conn.execute(text("SELECT 1 FROM shared.migrations WHERE id = :id FOR UPDATE"), {"id": migration_id})


def posted_anywhere(conn: Connection, migration_id: UUID) -> bool:
    """Tell whether anything of it is in the books of any lane."""
    query = text("SELECT 1 FROM lot_origins WHERE migration_id = :id LIMIT 1")
    found = [conn.execute(query, {"id": migration_id}).first() for _ in each_lane(conn)]
    return any(row is not None for row in found)


def give_up(conn: Connection, migration_id: UUID, *, by: UUID, at: datetime) -> bool:
    """Reject a file that is staged or approved; False where it is neither. Refuses `MigrationPosted`.

    Every lane is held, so nothing is posted meanwhile.
    """
    lock_migration(conn, migration_id)
    take_lanes(conn, list(each_lane(conn)))
    if posted_anywhere(conn, migration_id):
        raise MigrationPosted
    done = conn.execute(
        text("""
            UPDATE shared.migrations SET status = 'REJECTED', rejected_by = :by, rejected_at = :at
            WHERE id = :id AND status IN ('STAGED', 'APPROVED')
        """),
        {"id": migration_id, "by": by, "at": at},
    )
    conn.execute(
        text("UPDATE shared.migration_rows SET taken_from = NULL WHERE migration_id = :id AND taken_from IS NOT NULL"),
        {"id": migration_id},
    )
    return done.rowcount == 1
