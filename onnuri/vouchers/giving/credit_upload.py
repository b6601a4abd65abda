"""Keep an uploaded list of credits, looked through as it is read; another person decides whether it is credited.

The file is kept in parts, so that a run can go on anywhere and any process can do it. The same file for the same giver
is the same list, whoever sends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from onnuri.kit.idempotency import freeze
from onnuri.kit.ids import new_id
from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import Conflict, Forbidden, Malformed, NotFound, Refused
from onnuri.kit.requests import Answered
from onnuri.ledger.model import Event, account_path
from onnuri.ledger.post import publish, take_lane
from onnuri.ledger.read import balances
from onnuri.vouchers.giving.corporate import company_source
from onnuri.vouchers.giving.credit_file import Part, RefusedLine, read_parts
from onnuri.vouchers.giving.credit_list import CreditSource, list_id
from onnuri.vouchers.giving.credit_look import UNITS_AT_ONCE, Look
from onnuri.vouchers.giving.grant import grant_source

LINES_MAX: Final = 5_000_000
"""Lines of one list, empty ones too. The largest real run had 4.15 million; more come as several lists."""


class CreditListUnknown(NotFound):
    """No uploaded list has that id."""

    code = "credit_list_unknown"
    ko = "지급 목록을 찾을 수 없습니다."
    en = "There is no such list."


class CreditListUnderWay(Conflict):
    """The same file is being looked through for somebody else."""

    code = "credit_list_under_way"
    ko = "같은 파일을 지금 올리는 중입니다. 잠시 후 다시 올리면 그 목록을 알려 드립니다. 저장된 것은 없습니다."
    en = (
        "The same file is being uploaded right now; upload it again in a while to be told its list. Nothing was stored."
    )


class CreditListTooLong(Malformed):
    """A list has a bounded number of lines."""

    code = "credit_list_too_long"
    ko = "한 목록은 {lines_max}줄까지입니다. 나누어 올려 주세요. 저장된 것은 없습니다."
    en = "A list has at most {lines_max} lines; upload it as several. Nothing was stored."


class CreditListDecided(Conflict):
    """A list is decided once."""

    code = "credit_list_decided"
    ko = "이미 처리된 지급 목록입니다({status}). 돈은 움직이지 않았습니다."
    en = "That list was decided already ({status}). No money moved."


class OwnCreditList(Forbidden):
    """Who uploads a list does not decide it."""

    code = "own_credit_list"
    ko = "본인이 올린 지급 목록은 승인하거나 반려할 수 없습니다. 돈은 움직이지 않았습니다."
    en = "Who uploads a list does not decide it. No money moved."


class NothingToCredit(Conflict):
    """A list without one good line has nothing to approve."""

    code = "credit_list_empty"
    ko = "지급할 수 있는 줄이 없는 목록입니다. 돈은 움직이지 않았습니다."
    en = "No line of that list can be credited. No money moved."


class CompanyValueTooLow(Refused):
    """A company hands out what it has bought."""

    code = "company_value_too_low"
    ko = "법인이 산 금액이 모자랍니다. 남은 금액은 {left}원입니다. 돈은 움직이지 않았습니다."
    en = "The company holds {left} won only. No money moved."


@dataclass(frozen=True, slots=True)
class CreditList:
    """An uploaded list as it stands; won. `good_lines`, `total` and `bad_lines` are what the look found."""

    id: UUID
    kind: str
    source_id: str
    sha256: str
    status: str
    parts: int
    good_lines: int
    total: int
    bad_lines: int
    uploaded_by: UUID
    uploaded_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    parts_done: int
    stopped_by: str | None
    finished_at: datetime | None

    @property
    def name(self) -> str:
        """What its lines are known by in the books."""
        return f"{self.kind}:{self.source_id}:{self.sha256}"


def keep_list(
    conn: Connection, source: CreditSource, sha256: str, file: Iterable[str], *, by: UUID, at: datetime
) -> Answered[CreditList]:
    """Keep a list and look through it; nothing is credited. The same file again answers the list it is already.

    `sha256` is of the file's bytes, in hexadecimal. Refuses `ListUnreadable`, `CreditListTooLong`, and soon
    `CreditListUnderWay`: nobody waits with a connection for another's upload.
    """
    id, name = new_id(at), list_id(source, sha256)
    if not _begun(conn, {"id": id, "name": name, "kind": source.kind, "source": source.id, "sha256": sha256}, by, at):
        known = conn.execute(text("SELECT id FROM shared.credit_lists WHERE name = :name"), {"name": name}).scalar_one()
        return Answered(credit_list(conn, known), replayed=True)
    look, parts, records = Look(source, at=at), 0, 0
    coming = read_parts(file)
    while some := list(islice(coming, UNITS_AT_ONCE)):
        parts, records = parts + len(some), records + sum(part.records for part in some)
        if records > LINES_MAX:
            raise CreditListTooLong(lines_max=LINES_MAX)
        _keep_parts(conn, id, some)
        _keep_findings(conn, id, look.judge(conn, [part.unit for part in some]))
    conn.execute(
        text(
            "UPDATE shared.credit_lists SET parts = :parts, good_lines = :good, total = :total, bad_lines = :bad"
            " WHERE id = :id"
        ),
        {
            "id": id, "parts": parts, "good": look.found.lines, "total": look.found.total, "bad": look.found.refused,
        },
    )  # fmt: skip
    return Answered(credit_list(conn, id))


def _begun(conn: Connection, list_: Mapping[str, object], by: UUID, at: datetime) -> bool:
    """Take the name of a list; whether it is new. Another's upload of it is waited for a moment only."""
    conn.execute(text("SET LOCAL lock_timeout = '100ms'"))
    try:
        fresh = conn.execute(
            text(
                "INSERT INTO shared.credit_lists (id, name, kind, source_id, sha256, status, parts, good_lines, total,"
                " bad_lines, uploaded_by, uploaded_at)"
                " VALUES (:id, :name, :kind, :source, :sha256, 'CHECKED', 0, 0, 0, 0, :by, :at)"
                " ON CONFLICT (name) DO NOTHING RETURNING id"
            ),
            {**list_, "by": by, "at": at},
        ).scalar()
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise CreditListUnderWay from error
        raise
    conn.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
    return fresh is not None


def _keep_parts(conn: Connection, id: UUID, parts: Sequence[Part]) -> None:
    conn.execute(
        text(
            "INSERT INTO shared.credit_list_parts (list_id, part, content) SELECT :id, p.part, p.content"
            " FROM unnest(CAST(:parts AS bigint[]), CAST(:contents AS text[])) AS p (part, content)"
        ),
        {"id": id, "parts": [part.unit.number for part in parts], "contents": [part.content for part in parts]},
    )


def _keep_findings(conn: Connection, id: UUID, refused: Sequence[RefusedLine]) -> None:
    if refused:
        conn.execute(
            text(
                "INSERT INTO shared.credit_list_findings (list_id, line, code, facts)"
                " SELECT :id, r.line, r.frozen->>'code', r.frozen->'facts'"
                " FROM unnest(CAST(:lines AS bigint[]), CAST(:frozen AS jsonb[])) AS r (line, frozen)"
            ),
            {
                "id": id,
                "lines": [line.line for line in refused],
                "frozen": [freeze(line.refusal) for line in refused],
            },
        )


def approve_list(conn: Connection, id: UUID, *, by: UUID, at: datetime) -> CreditList:
    """Let somebody else's list be credited; approved again by the same person it stays so.

    Refuses `CreditListUnknown`, `OwnCreditList`, `CreditListDecided`, `NothingToCredit`, `CompanyValueTooLow`, and what
    its giver refuses (`ProgrammeClosed`).
    """
    found = _to_decide(conn, id, by)
    if found.status in ("APPROVED", "DONE") and found.decided_by == by:
        return found
    if found.status != "CHECKED":
        raise CreditListDecided(status=found.status)
    if found.good_lines == 0:
        raise NothingToCredit
    source = source_of(conn, found, at=at)
    if source.kind == "company":
        left = company_left(conn, UUID(hex=source.id))
        if found.total > left:
            raise CompanyValueTooLow(left=left)
    return _decided(conn, id, "APPROVED", by, at)


def reject_list(conn: Connection, id: UUID, *, by: UUID, at: datetime) -> CreditList:
    """Turn somebody else's list down. Refuses `CreditListUnknown`, `OwnCreditList`, `CreditListDecided`."""
    found = _to_decide(conn, id, by)
    if found.status != "CHECKED":
        raise CreditListDecided(status=found.status)
    return _decided(conn, id, "REJECTED", by, at)


def _to_decide(conn: Connection, id: UUID, by: UUID) -> CreditList:
    """Lock a list; a decision waits for the one before. A run holds its lists before the lane, so this does too."""
    conn.execute(text("SELECT 1 FROM shared.credit_lists WHERE id = :id FOR UPDATE"), {"id": id})
    take_lane(conn)
    found = credit_list(conn, id)
    if found.uploaded_by == by:
        raise OwnCreditList
    return found


_TOLD = {
    "APPROVED": "credit_list.approved",
    "REJECTED": "credit_list.rejected",
}


def _decided(conn: Connection, id: UUID, status: str, by: UUID, at: datetime) -> CreditList:
    conn.execute(
        text("UPDATE shared.credit_lists SET status = :status, decided_by = :by, decided_at = :at WHERE id = :id"),
        {"id": id, "status": status, "by": by, "at": at},
    )
    found = credit_list(conn, id)
    facts: dict[str, object] = {
        "source": f"{found.kind}:{found.source_id}",
        "lines": found.good_lines,
        "total": found.total,
        "by": by.hex,
    }
    publish(conn, [Event(_TOLD[status], id, facts)], at=at)
    return found


def source_of(conn: Connection, found: CreditList, *, at: datetime) -> CreditSource:
    """Say how the lots of a list are made. Refuses what its giver refuses."""
    if found.kind == "grant":
        return grant_source(conn, found.source_id, at=at)
    return company_source(conn, UUID(hex=found.source_id), at=at)


def company_left(conn: Connection, company_id: UUID) -> int:
    """Tell what a company has bought and not handed out yet, over all lanes, won."""
    path = account_path("purchase", company_id)
    return sum(balances(conn, [path])[path] for _ in each_lane(conn))


def credit_list(conn: Connection, id: UUID) -> CreditList:
    """Give one list. Refuses `CreditListUnknown`."""
    row = conn.execute(text(f"{_SELECT} WHERE id = :id"), {"id": id}).one_or_none()
    if row is None:
        raise CreditListUnknown
    return CreditList(*row)


def credit_lists(
    conn: Connection, *, kind: str, source_id: str, before: UUID | None = None, limit: int = 100
) -> list[CreditList]:
    """List what was uploaded for a programme or company, the newest first."""
    older = " AND id < :before" if before else ""
    rows = conn.execute(
        text(f"{_SELECT} WHERE kind = :kind AND source_id = :source{older} ORDER BY id DESC LIMIT :limit"),
        {"kind": kind, "source": source_id, "limit": limit} | ({"before": before} if before else {}),
    )
    return [CreditList(*row) for row in rows]


_SELECT = (
    "SELECT id, kind, source_id, sha256, status, parts, good_lines, total, bad_lines, uploaded_by, uploaded_at,"
    " decided_by, decided_at, parts_done, stopped_by, finished_at FROM shared.credit_lists"
)
