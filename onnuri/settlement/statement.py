"""Import the bank's statements of the safeguarding account (camt.053): each file once, whatever it is called."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from onnuri.banks.camt import StatementFile, parse_statement
from onnuri.kit.refusals import Conflict


class StatementOfAnotherAccount(Conflict):
    """The statement is not of the safeguarding account."""

    code = "statement_of_another_account"
    ko = "보호 계좌의 거래명세가 아닙니다. 아무것도 저장하지 않았습니다."
    en = "This statement is of another account. Nothing was stored."


class StatementChanged(Conflict):
    """The bank gave the same file id to different contents."""

    code = "statement_changed"
    ko = "같은 번호({file_id})의 거래명세가 다른 내용으로 왔습니다. 아무것도 저장하지 않았습니다."
    en = "Statement {file_id} came again with other contents. Nothing was stored."


@dataclass(frozen=True, slots=True)
class ImportedStatement:
    """What an import did; balances in won. `already` says that the file was there before and nothing changed."""

    file_id: str
    booked_on: date
    opening: int
    closing: int
    lines: int
    already: bool


def import_statement(conn: Connection, content: bytes, *, account: str, at: datetime) -> ImportedStatement:
    """Store a statement of our account with its lines; the same file again changes nothing and says so.

    Refuses what `parse_statement` refuses, `StatementOfAnotherAccount` and `StatementChanged`.
    """
    digest = hashlib.sha256(content).digest()
    parsed = parse_statement(content)
    if parsed.account != account:
        raise StatementOfAnotherAccount
    if not _store_file(conn, parsed, digest, at=at):
        known = conn.execute(
            text("SELECT sha256 FROM shared.statement_files WHERE file_id = :id"), {"id": parsed.file_id}
        ).scalar_one_or_none()
        if known is None or bytes(known) != digest:
            raise StatementChanged(file_id=parsed.file_id)
        return _imported(parsed, already=True)
    _store_lines(conn, parsed)
    return _imported(parsed, already=False)


def _store_file(conn: Connection, parsed: StatementFile, digest: bytes, *, at: datetime) -> bool:
    """Store the file; False where its id or its contents are there already."""
    stored = conn.execute(
        text(
            "INSERT INTO shared.statement_files (file_id, sha256, account, booked_on, opening, closing, line_count,"
            " imported_at) VALUES (:file_id, :sha256, :account, :booked_on, :opening, :closing, :lines, :at)"
            " ON CONFLICT DO NOTHING"
        ),
        {
            "file_id": parsed.file_id,
            "sha256": digest,
            "account": parsed.account,
            "booked_on": parsed.on,
            "opening": parsed.opening,
            "closing": parsed.closing,
            "lines": len(parsed.lines),
            "at": at,
        },
    )
    return stored.rowcount == 1


def _store_lines(conn: Connection, parsed: StatementFile) -> None:
    lines = parsed.lines
    conn.execute(
        text(
            "INSERT INTO shared.statement_lines (file_id, line_ref, booked_on, amount, direction, end_to_end_id,"
            " remitter_text)"
            " SELECT :file_id, l.ref, l.booked_on, l.amount, l.direction, l.end_to_end_id, l.remitter"
            " FROM unnest(CAST(:ref AS text[]), CAST(:booked_on AS date[]), CAST(:amount AS bigint[]),"
            "  CAST(:direction AS text[]), CAST(:end_to_end_id AS text[]), CAST(:remitter AS text[]))"
            "  WITH ORDINALITY AS l (ref, booked_on, amount, direction, end_to_end_id, remitter, place) ORDER BY place"
        ),
        {
            "file_id": parsed.file_id,
            "ref": [line.line_ref for line in lines],
            "booked_on": [line.booked_on for line in lines],
            "amount": [line.amount for line in lines],
            "direction": [line.direction for line in lines],
            "end_to_end_id": [line.end_to_end_id for line in lines],
            "remitter": [line.remitter for line in lines],
        },
    )


def _imported(parsed: StatementFile, *, already: bool) -> ImportedStatement:
    return ImportedStatement(
        file_id=parsed.file_id,
        booked_on=parsed.on,
        opening=parsed.opening,
        closing=parsed.closing,
        lines=len(parsed.lines),
        already=already,
    )
