"""Grants of the state: programmes, and their credits by list. Not giftable, not refundable, with an expiry of their
own.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.refusals import Conflict, Malformed, NotFound
from onnuri.ledger.model import account_path
from onnuri.vouchers.giving.credit_list import CreditSource

_NAME: Final = re.compile(r"[a-z0-9-]{1,40}")
_COMPANY_ID: Final = re.compile(r"[0-9a-f]{32}")


class ProgrammeUnknown(NotFound):
    """No grant programme has that name."""

    code = "grant_programme_unknown"
    ko = "지원 사업을 찾을 수 없습니다: {programme}"
    en = "There is no grant programme of that name: {programme}"


class ProgrammeExists(Conflict):
    """The name is taken."""

    code = "grant_programme_exists"
    ko = "같은 이름의 지원 사업이 이미 있습니다: {programme}"
    en = "A grant programme of that name exists: {programme}"


class ProgrammeNameWrong(Malformed):
    """The name stands in account paths and beside the ids of companies."""

    code = "grant_programme_name_wrong"
    ko = "사업 이름은 영문 소문자, 숫자, 붙임표로 40자까지이며 법인 번호와 같은 꼴(16진수 32자)일 수 없습니다."
    en = (
        "A programme's name is lower-case letters, digits and hyphens, up to 40; never 32 hexadecimal digits, as a"
        " company's id."
    )


class ProgrammePeriodWrong(Malformed):
    """It opens before it closes, and its value can be spent at least until then."""

    code = "grant_programme_period_wrong"
    ko = "지급 시작은 지급 끝보다 앞서고, 사용 끝은 지급 끝보다 앞설 수 없습니다."
    en = "A programme opens before it closes, and its value expires no sooner than it closes."


class ProgrammeClosed(Conflict):
    """It may be credited only within its period."""

    code = "grant_programme_closed"
    ko = "지급 기간이 아닙니다({opens_at} ~ {closes_at}). 돈은 움직이지 않았습니다."
    en = "This programme is credited from {opens_at} to {closes_at} only. No money moved."


class ProgrammeNotApproved(Conflict):
    """It credits nobody before a second person has approved it."""

    code = "grant_programme_not_approved"
    ko = "아직 다른 사람이 승인하지 않은 지원 사업입니다: {programme}. 돈은 움직이지 않았습니다."
    en = "The programme {programme} has not been approved by another person. No money moved."


class OwnProgramme(Conflict):
    """Who proposes a programme does not decide on it."""

    code = "own_grant_programme"
    ko = "자신이 올린 지원 사업은 다른 사람이 승인하거나 반려해야 합니다."
    en = "Somebody else has to decide on a programme of yours."


class ProgrammeDecided(Conflict):
    """It was approved or rejected before."""

    code = "grant_programme_decided"
    ko = "이미 승인되거나 반려된 지원 사업입니다: {programme}"
    en = "That programme was decided on before: {programme}"


@dataclass(frozen=True, slots=True)
class ProgrammeDraft:
    """A programme as it is proposed: when it may be credited, and until when its lots may be spent."""

    id: str
    name: str
    opens_at: datetime
    closes_at: datetime
    expires_at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Programme(ProgrammeDraft):
    """A grant programme with who proposed it and who decided; it credits only once it is APPROVED."""

    status: str
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None


def propose_programme(conn: Connection, draft: ProgrammeDraft, *, by: UUID, at: datetime) -> Programme:
    """Store a programme that another person is to approve.

    Refuses `ProgrammeNameWrong`, `ProgrammePeriodWrong`, `ProgrammeExists`.
    """
    if not _NAME.fullmatch(draft.id) or _COMPANY_ID.fullmatch(draft.id):
        raise ProgrammeNameWrong
    if not draft.opens_at < draft.closes_at <= draft.expires_at:
        raise ProgrammePeriodWrong
    try:
        conn.execute(
            text(
                "INSERT INTO shared.grant_programmes"
                " (id, name, opens_at, closes_at, expires_at, source, status, proposed_by, proposed_at)"
                " VALUES (:id, :name, :opens_at, :closes_at, :expires_at, :source, 'PROPOSED', :by, :at)"
            ),
            asdict(draft) | {"by": by, "at": at},
        )
    except IntegrityError as error:
        if "grant_programmes_pkey" in str(error.orig):
            raise ProgrammeExists(programme=draft.id) from error
        raise
    return programme(conn, draft.id)


def decide_programme(conn: Connection, programme_id: str, *, approved: bool, by: UUID, at: datetime) -> Programme:
    """Approve a programme or turn it down, never one's own; the same decision again answers the first.

    Refuses `ProgrammeUnknown`, `OwnProgramme`, `ProgrammeDecided`.
    """
    conn.execute(text("SELECT 1 FROM shared.grant_programmes WHERE id = :id FOR UPDATE"), {"id": programme_id})
    found, status = programme(conn, programme_id), "APPROVED" if approved else "REJECTED"
    if found.proposed_by == by:
        raise OwnProgramme
    if found.status == status:
        return found
    if found.status != "PROPOSED":
        raise ProgrammeDecided(programme=programme_id)
    conn.execute(
        text("UPDATE shared.grant_programmes SET status = :status, decided_by = :by, decided_at = :at WHERE id = :id"),
        {"status": status, "by": by, "at": at, "id": programme_id},
    )
    return programme(conn, programme_id)


def programmes(conn: Connection) -> list[Programme]:
    """List every programme, oldest first."""
    rows = conn.execute(text(f"{_SELECT} ORDER BY opens_at, id"))
    return [Programme(*row) for row in rows]


def programme(conn: Connection, programme_id: str) -> Programme:
    """Give one programme. Refuses `ProgrammeUnknown`."""
    row = conn.execute(text(f"{_SELECT} WHERE id = :id"), {"id": programme_id}).one_or_none()
    if row is None:
        raise ProgrammeUnknown(programme=programme_id)
    return Programme(*row)


_SELECT = (
    "SELECT id, name, opens_at, closes_at, expires_at, source, status, proposed_by, proposed_at, decided_by, decided_at"
    " FROM shared.grant_programmes"
)


def grant_source(conn: Connection, programme_id: str, *, at: datetime) -> CreditSource:
    """Say how the lots of a programme are made. Refuses `ProgrammeUnknown`, `ProgrammeNotApproved`,
    `ProgrammeClosed`.

    The holding cap does not bind the state (ours): it bounds what people buy and are given.
    """
    found = programme(conn, programme_id)
    if found.status != "APPROVED":
        raise ProgrammeNotApproved(programme=programme_id)
    if not found.opens_at <= at < found.closes_at:
        raise ProgrammeClosed(opens_at=found.opens_at.isoformat(), closes_at=found.closes_at.isoformat())
    return CreditSource(
        kind="grant", id=found.id, name=found.name,
        account=account_path("grant_receivable", found.id), code="grant", lot_source="grant",
        paid_by_giver=False, expires_at=found.expires_at, holding_max=None,
    )  # fmt: skip
