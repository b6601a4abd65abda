"""The income deduction: consent with version and instant, and the yearly file with its corrections.

A payment counts when its market was registered at the tax service at pay time and its holder's consent held then
(domain sheet, section 3: 소득공제). Cancels take it back; one in a later year corrects the earlier year's file.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.ids import new_id, public_id
from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import Conflict, Malformed, NotFound

HEADER: Final = "연도,차수,회원번호,종전금액,금액,증감\n"


class TaxConsentMissing(NotFound):
    """The person has not consented, or has withdrawn it."""

    code = "tax_consent_missing"
    ko = "소득공제 동의 내역이 없습니다."
    en = "There is no consent to the income deduction."


class TaxConsentUnnamed(Malformed):
    """A consent names the version of the words agreed to."""

    code = "tax_consent_unnamed"
    ko = "동의한 약관의 버전이 필요합니다."
    en = "A consent names the version of its words."


class TaxYearNotOver(Conflict):
    """A yearly file is made when the year is over in Seoul."""

    code = "tax_year_not_over"
    ko = "{year}년이 끝난 뒤에 파일을 만들 수 있습니다."
    en = "The file of {year} is made when the year is over."


class TaxFileBeingMade(Conflict):
    """Somebody else is making the same file."""

    code = "tax_file_being_made"
    ko = "같은 파일을 다른 사람이 만들고 있습니다. 잠시 뒤에 다시 해 주세요."
    en = "Somebody else is making that file; try again in a moment."


class TaxFileUnknown(NotFound):
    """No such file was made."""

    code = "tax_file_unknown"
    ko = "해당 연도와 차수의 파일이 없습니다."
    en = "There is no file of that year and issue."


@dataclass(frozen=True, slots=True)
class TaxConsent:
    """A consent as it stands."""

    id: UUID
    person_id: UUID
    version: str
    consented_at: datetime
    revoked_at: datetime | None


def agree_to_tax_file(conn: Connection, person_id: UUID, *, version: str, at: datetime) -> TaxConsent:
    """Store a consent from now on; the same words again answer the consent that holds. Refuses `TaxConsentUnnamed`.

    Newer words take the place of older ones without a gap.
    """
    if not version or len(version) > 40:
        raise TaxConsentUnnamed
    standing = consents(conn, person_id)
    if standing and standing[0].revoked_at is None:
        if standing[0].version == version:
            return standing[0]
        _revoke(conn, person_id, at)
    conn.execute(
        text("""
            INSERT INTO shared.tax_consents (id, person_id, version, consented_at)
            VALUES (:id, :person, :version, :at) ON CONFLICT (person_id) WHERE revoked_at IS NULL DO NOTHING
        """),
        {"id": new_id(at), "person": person_id, "version": version, "at": at},
    )
    return consents(conn, person_id)[0]


def revoke_tax_consent(conn: Connection, person_id: UUID, *, at: datetime) -> TaxConsent:
    """Withdraw a consent: payments from now on are not reported, earlier ones are. Refuses `TaxConsentMissing`."""
    _revoke(conn, person_id, at)
    found = consents(conn, person_id)
    if not found:
        raise TaxConsentMissing
    return found[0]


def _revoke(conn: Connection, person_id: UUID, at: datetime) -> None:
    conn.execute(
        text("""
            UPDATE shared.tax_consents SET revoked_at = greatest(:at, consented_at)
            WHERE person_id = :person AND revoked_at IS NULL
        """),
        {"at": at, "person": person_id},
    )


def consents(conn: Connection, person_id: UUID) -> list[TaxConsent]:
    """List somebody's consents, the newest first."""
    rows = conn.execute(
        text("""
            SELECT id, person_id, version, consented_at, revoked_at FROM shared.tax_consents
            WHERE person_id = :person ORDER BY consented_at DESC, id DESC LIMIT 100
        """),
        {"person": person_id},
    )
    return [TaxConsent(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class TaxFile:
    """One issue of a year: 0 is the file, later ones correct it. `change` is what it changes in the sum, won."""

    year: int
    issue: int
    made_at: datetime
    made_by: str
    lines: int
    change: int


def make_tax_file(conn: Connection, *, year: int, by: str, at: datetime) -> TaxFile | None:
    """Make a year's file, or the next correction of it; None where nothing is to correct. One transaction.

    Refuses `TaxYearNotOver`, `TaxFileBeingMade`.
    """
    if seoul_date(at) <= date(year, 12, 31):
        raise TaxYearNotOver(year=str(year))
    issue: int = conn.execute(
        text("SELECT count(*) FROM shared.tax_files WHERE year = :year"), {"year": year}
    ).scalar_one()
    given: dict[str, object] = {
        "year": year, "issue": issue, "at": at, "by": by, "first": date(year, 1, 1),
        "from": seoul_midnight(date(year, 1, 1)), "to": seoul_midnight(date(year + 1, 1, 1)),
    }  # fmt: skip
    lines = change = 0
    for _ in each_lane(conn):
        row = conn.execute(text(f"{_NET} SELECT count(*) AS lines, coalesce(sum(now_won - told), 0)::bigint AS change"
                                " FROM compared WHERE now_won <> told"), given).one()  # fmt: skip
        lines, change = lines + row.lines, change + row.change
    if issue and not lines:
        return None
    _insert_file(conn, given | {"lines": lines, "change": change})
    for _ in each_lane(conn):
        conn.execute(
            text(f"""
                INSERT INTO tax_lines (year, issue, wallet_id, before_won, after_won)
                {_NET} SELECT :year, :issue, wallet_id, told, now_won FROM compared WHERE now_won <> told
            """),
            given,
        )
    return TaxFile(year, issue, at, by, lines, change)


def _insert_file(conn: Connection, row: dict[str, object]) -> None:
    insert = """
        INSERT INTO shared.tax_files (year, issue, made_at, made_by, lines, change)
        VALUES (:year, :issue, :at, :by, :lines, :change)
    """
    try:
        conn.execute(text(insert), row)
    except IntegrityError as error:
        if "tax_files_pk" in str(error.orig):
            raise TaxFileBeingMade from error
        raise


# deductible: payments of the year that count, less what was cancelled of them by now, whenever. told: the last issue's.
_NET = """
    WITH deductible AS (
        SELECT p.wallet_id, p.amount - (SELECT coalesce(sum(c.amount), 0) FROM cancels c
                                        WHERE c.payment_id = p.id AND c.cancelled_at < :at) AS won
        FROM payments p JOIN shared.wallets w ON w.id = p.wallet_id
        WHERE p.tax_registered AND p.business_date >= :first AND p.paid_at >= :from AND p.paid_at < :to
          AND EXISTS (SELECT 1 FROM shared.tax_consents t WHERE t.person_id = w.holder_id
                      AND t.consented_at <= p.paid_at AND (t.revoked_at IS NULL OR p.paid_at < t.revoked_at))
    ), present AS (
        SELECT wallet_id, sum(won)::bigint AS won FROM deductible GROUP BY wallet_id
    ), reported AS (
        SELECT wallet_id, sum(after_won - before_won)::bigint AS won FROM tax_lines WHERE year = :year
        GROUP BY wallet_id
    ), compared AS (
        SELECT coalesce(p.wallet_id, r.wallet_id) AS wallet_id, coalesce(p.won, 0) AS now_won,
               coalesce(r.won, 0) AS told
        FROM present p FULL JOIN reported r ON r.wallet_id = p.wallet_id
    )
"""


def tax_files(conn: Connection, *, limit: int = 100) -> list[TaxFile]:
    """List the files, the newest first."""
    query = (
        "SELECT year, issue, made_at, made_by, lines, change FROM shared.tax_files ORDER BY made_at DESC LIMIT :limit"
    )
    return [TaxFile(*row) for row in conn.execute(text(query), {"limit": limit})]


def write_tax_file(
    begin: Callable[[str], AbstractContextManager[Connection]], lanes: list[str], *, year: int, issue: int
) -> Iterator[str]:
    """Give the file line by line, one for each person, ordered by person; never the whole of it in memory.

    The last line repeats the totals, which the file's own row must say too. Refuses `TaxFileUnknown`.
    """
    with begin(lanes[0]) as conn:
        query = text("SELECT lines, change FROM shared.tax_files WHERE year = :year AND issue = :issue")
        told = conn.execute(query, {"year": year, "issue": issue}).one_or_none()
    if told is None:
        raise TaxFileUnknown
    yield HEADER
    people = change = 0
    merged = heapq.merge(*(_lines_of(begin, lane, year, issue) for lane in lanes))
    for person, rows in groupby(merged, key=lambda row: row[0]):
        of_person = list(rows)
        before, after = sum(row[1] for row in of_person), sum(row[2] for row in of_person)
        people, change = people + 1, change + after - before
        yield f"{year},{issue},{public_id('per', person)},{before},{after},{after - before}\n"
    assert change == told.change, "the file adds up to what its row says"
    yield f"{year},{issue},합계 {people}명,,,{change}\n"


def _lines_of(
    begin: Callable[[str], AbstractContextManager[Connection]], lane: str, year: int, issue: int
) -> Iterator[tuple[UUID, int, int]]:
    with begin(lane) as conn:
        rows = conn.execution_options(yield_per=2_000).execute(
            text("""
                SELECT w.holder_id, t.before_won, t.after_won
                FROM tax_lines t JOIN shared.wallets w ON w.id = t.wallet_id
                WHERE t.year = :year AND t.issue = :issue ORDER BY w.holder_id
            """),
            {"year": year, "issue": issue},
        )
        for row in rows:
            yield row.holder_id, row.before_won, row.after_won
