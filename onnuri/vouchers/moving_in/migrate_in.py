"""Move in from another operator: stage the file, prove that it adds up, post it unseen, and switch all at once.

Staged lines are no money. An approved file is posted in short chunks into wallets with the state MIGRATING, which
nobody sees and nothing can move; when the books were compared with the file and say the same, they are opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.clock import seoul_midnight
from onnuri.kit.ids import new_id
from onnuri.kit.migrate import lane_names
from onnuri.kit.refusals import Conflict, Forbidden, NotFound
from onnuri.kit.visible import plain
from onnuri.vouchers.moving_in.migrate_clash import check_clashes, elsewhere, take_lots
from onnuri.vouchers.moving_in.migration_file import (
    BadLine,
    Difference,
    MovedLot,
    Total,
    Totals,
    differences,
    read_lots,
)

STAGED_AT_ONCE = 5_000


class MigrationUnknown(NotFound):
    """No migration has that id."""

    code = "migration_unknown"
    ko = "이관 작업을 찾을 수 없습니다."
    en = "There is no such migration."


class MigrationStagedBefore(Conflict):
    """The same file is staged once."""

    code = "migration_staged_before"
    ko = "같은 이관 파일이 이미 올라와 있습니다."
    en = "That file was staged before."


class MigrationDoesNotBalance(Conflict):
    """Lots and control file differ, or lines can't be taken: nothing of it goes into the books."""

    code = "migration_does_not_balance"
    ko = "이관 파일이 합계와 맞지 않습니다. 차이 {differences}건, 읽지 못한 줄 {bad_lines}건입니다."
    en = "The file does not add up: {differences} totals differ, {bad_lines} lines can't be taken."


class MigrationDecided(Conflict):
    """The migration is not at this step."""

    code = "migration_not_at_this_step"
    ko = "이관 작업이 이 단계가 아닙니다({status})."
    en = "The migration is not at this step ({status})."


class OwnMigration(Forbidden):
    """Who stages does not approve."""

    code = "own_migration"
    ko = "본인이 올린 이관 파일은 승인할 수 없습니다."
    en = "Who stages a file does not approve it."


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration as it stands."""

    id: UUID
    operator: str
    sha256: bytes
    status: str
    staged_by: UUID
    staged_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    live_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a file comes to against its control file; won. It balances where both lists are empty."""

    lots: int
    left: int
    in_transit: tuple[MovedRow, ...]
    differences: tuple[Difference, ...]
    bad_lines: tuple[BadLine, ...]

    @property
    def balances(self) -> bool:
        """Tell whether it may go into the books."""
        return not self.differences and not self.bad_lines


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A line that is still in transit at the other operator; won."""

    line: int
    reference: str
    left: int


@dataclass(frozen=True, slots=True)
class MovedFile:
    """Who sends a file, and the SHA-256 of it: the same file is the same migration."""

    operator: str
    sha256: bytes


def stage_migration(conn: Connection, lines: Iterable[str], file: MovedFile, *, by: UUID, at: datetime) -> Migration:
    """Store a file's lines; those that can't be taken too, with the reason. Refuses `MigrationStagedBefore`.

    A dry run is this and `reconcile` in a transaction that is rolled back.
    """
    migration_id, operator = new_id(at), plain(file.operator)
    insert = """
        INSERT INTO shared.migrations (id, operator, sha256, status, staged_by, staged_at)
        VALUES (:id, :operator, :sha, 'STAGED', :by, :at)
    """
    try:
        conn.execute(text(insert), {"id": migration_id, "operator": operator, "sha": file.sha256, "by": by, "at": at})
    except IntegrityError as error:
        if "migrations_once" in str(error.orig):
            raise MigrationStagedBefore from error
        raise
    lanes = lane_names(conn)
    read = read_lots(lines)
    seen: set[int] = set()
    while batch := list(islice(read, STAGED_AT_ONCE)):
        good = [lot for lot in batch if isinstance(lot, MovedLot)]
        problems = _problems(conn, good, seen, at)
        problems |= elsewhere(conn, [lot for lot in good if lot.line not in problems], operator, migration_id)
        bad = [each for each in batch if isinstance(each, BadLine)]
        bad += [BadLine(lot.line, lot.reference, problems[lot.line]) for lot in good if lot.line in problems]
        _insert(conn, migration_id, [lot for lot in good if lot.line not in problems], bad, lanes)
    return migration(conn, migration_id)


def _problems(conn: Connection, lots: Sequence[MovedLot], seen: set[int], at: datetime) -> dict[int, str]:
    """Say what only the database knows: people, their wallets, grant programmes; and references used twice."""
    people = [lot.holder_id for lot in lots]
    known = set(conn.execute(text("SELECT id FROM shared.people WHERE id = ANY(:ids)"), {"ids": people}).scalars())
    query = "SELECT holder_id FROM shared.wallets WHERE holder_id = ANY(:ids) AND state <> 'CLOSED'"
    taken = set(conn.execute(text(query), {"ids": people}).scalars())
    opened = "SELECT id FROM shared.grant_programmes WHERE status = 'APPROVED'"
    programmes = {"digital", *conn.execute(text(opened)).scalars()}
    found: dict[int, str] = {}
    for lot in lots:
        wrong = (
            (lot.holder_id not in known, "nobody here has that id"),
            (lot.holder_id in taken, "the holder has a wallet here already"),
            (lot.programme not in programmes, "no such programme"),
            (hash(lot.reference) in seen, "the reference is used twice"),
            (seoul_midnight(lot.expires_on) <= at, "has expired"),
        )
        seen.add(hash(lot.reference))
        problem = next((words for is_wrong, words in wrong if is_wrong), None)
        if problem:
            found[lot.line] = problem
    return found


def _insert(
    conn: Connection, migration_id: UUID, good: Sequence[MovedLot], bad: Sequence[BadLine], lanes: Sequence[str]
) -> None:
    if good:
        conn.execute(
            text(_STAGE),
            {
                "id": migration_id, "lines": [lot.line for lot in good], "holders": [lot.holder_id for lot in good],
                "references": [lot.reference for lot in good], "sources": [lot.source for lot in good],
                "programmes": [lot.programme for lot in good], "faces": [lot.face for lot in good],
                "paid": [lot.paid for lot in good], "left": [lot.left for lot in good],
                "left_paid": [lot.left_paid for lot in good], "used": [lot.used for lot in good],
                "charged": [seoul_midnight(lot.charged_on) for lot in good],
                "expires": [seoul_midnight(lot.expires_on) for lot in good],
                "transit": [lot.in_transit for lot in good],
                "lanes": [lanes[lot.holder_id.int % len(lanes)] for lot in good],
            },
        )  # fmt: skip
    if bad:
        conn.execute(
            text("""
                INSERT INTO shared.migration_rows (migration_id, line, reference, in_transit, problem)
                SELECT :id, b.line, b.reference, false, b.problem
                FROM unnest(CAST(:lines AS bigint[]), CAST(:references AS text[]), CAST(:problems AS text[]))
                    AS b (line, reference, problem)
            """),
            {
                "id": migration_id, "lines": [line.line for line in bad],
                "references": [line.reference for line in bad], "problems": [line.problem for line in bad],
            },
        )  # fmt: skip


_STAGE = """
    INSERT INTO shared.migration_rows (migration_id, line, holder_id, reference, source, programme, face, paid,
        left_won, left_paid, used_won, charged_at, expires_at, in_transit, lane)
    SELECT :id, r.* FROM unnest(CAST(:lines AS bigint[]), CAST(:holders AS uuid[]), CAST(:references AS text[]),
        CAST(:sources AS text[]), CAST(:programmes AS text[]), CAST(:faces AS bigint[]), CAST(:paid AS bigint[]),
        CAST(:left AS bigint[]), CAST(:left_paid AS bigint[]), CAST(:used AS bigint[]), CAST(:charged AS timestamptz[]),
        CAST(:expires AS timestamptz[]), CAST(:transit AS boolean[]), CAST(:lanes AS text[])) AS r
"""


def reconcile(conn: Connection, migration_id: UUID, control: Totals) -> Reconciled:
    """Compare what is staged with the control file: totals per holder, per programme, and of what is in transit."""
    given = {"id": migration_id}
    counted = {(row.what, row.name): Total(row.lots, row.won, row.paid) for row in conn.execute(text(_COUNT), given)}
    bad = conn.execute(
        text(
            "SELECT line, reference, problem FROM shared.migration_rows"
            " WHERE migration_id = :id AND problem IS NOT NULL ORDER BY line"
        ),
        given,
    )
    transit = conn.execute(
        text(
            "SELECT line, reference, left_won FROM shared.migration_rows"
            " WHERE migration_id = :id AND in_transit ORDER BY line"
        ),
        given,
    )
    programmes = [total for (what, _), total in counted.items() if what == "programme"]
    return Reconciled(
        lots=sum(total.lots for total in programmes),
        left=sum(total.left for total in programmes),
        in_transit=tuple(MovedRow(*row) for row in transit),
        differences=tuple(differences(control, counted)),
        bad_lines=tuple(BadLine(*row) for row in bad),
    )


_COUNT = """
    SELECT 'holder' AS what, 'per_' || replace(CAST(holder_id AS text), '-', '') AS name, count(*) AS lots,
           sum(left_won)::bigint AS won, sum(left_paid)::bigint AS paid
    FROM shared.migration_rows WHERE migration_id = :id AND problem IS NULL AND NOT in_transit GROUP BY holder_id
    UNION ALL
    SELECT CASE WHEN in_transit THEN 'in_transit' ELSE 'programme' END, programme, count(*), sum(left_won)::bigint,
           sum(left_paid)::bigint
    FROM shared.migration_rows WHERE migration_id = :id AND problem IS NULL GROUP BY in_transit, programme
"""


def approve_migration(conn: Connection, migration_id: UUID, control: Totals, *, by: UUID, at: datetime) -> Migration:
    """Let a staged file go into the books. Refuses its maker, what clashes or does not add up."""
    found = migration(conn, migration_id)
    if found.status != "STAGED":
        raise MigrationDecided(status=found.status)
    if found.staged_by == by:
        raise OwnMigration
    proof = reconcile(conn, migration_id, control)
    if not proof.balances:
        raise MigrationDoesNotBalance(differences=len(proof.differences), bad_lines=len(proof.bad_lines))
    check_clashes(conn, migration_id)
    conn.execute(
        text("""
            UPDATE shared.migrations SET status = 'APPROVED', approved_by = :by, approved_at = :at
            WHERE id = :id AND status = 'STAGED'
        """),
        {"by": by, "at": at, "id": migration_id},
    )
    take_lots(conn, migration_id)
    return migration(conn, migration_id)


MIGRATION_COLUMNS = "id, operator, sha256, status, staged_by, staged_at, approved_by, approved_at, live_at"


def migration(conn: Connection, migration_id: UUID) -> Migration:
    """Give one migration. Refuses `MigrationUnknown`."""
    row = conn.execute(
        text(f"SELECT {MIGRATION_COLUMNS} FROM shared.migrations WHERE id = :id"), {"id": migration_id}
    ).one_or_none()
    if row is None:
        raise MigrationUnknown
    return Migration(*row)
