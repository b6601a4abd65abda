"""Grants of the state: programmes, and their credits by list. Not giftable, not refundable, with an expiry of their
own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.refusals import Conflict, Malformed, NotFound
from onnuri.ledger.model import account_path
from onnuri.vouchers.credit_list import CreditSource

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


@dataclass(frozen=True, slots=True)
class Programme:
    """A grant programme: when it may be credited, and until when its lots may be spent."""

    id: str
    name: str
    opens_at: datetime
    closes_at: datetime
    expires_at: datetime
    source: str
    approved_by: str


def open_programme(conn: Connection, programme: Programme) -> None:
    """Store an approved programme. Refuses `ProgrammeNameWrong`, `ProgrammePeriodWrong`, `ProgrammeExists`."""
    if not _NAME.fullmatch(programme.id) or _COMPANY_ID.fullmatch(programme.id):
        raise ProgrammeNameWrong
    if not programme.opens_at < programme.closes_at <= programme.expires_at:
        raise ProgrammePeriodWrong
    try:
        conn.execute(
            text(
                "INSERT INTO shared.grant_programmes (id, name, opens_at, closes_at, expires_at, source, approved_by)"
                " VALUES (:id, :name, :opens, :closes, :expires, :source, :by)"
            ),
            {
                "id": programme.id, "name": programme.name, "opens": programme.opens_at, "closes": programme.closes_at,
                "expires": programme.expires_at, "source": programme.source, "by": programme.approved_by,
            },
        )  # fmt: skip
    except IntegrityError as error:
        if "grant_programmes_pkey" in str(error.orig):
            raise ProgrammeExists(programme=programme.id) from error
        raise


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


_SELECT = "SELECT id, name, opens_at, closes_at, expires_at, source, approved_by FROM shared.grant_programmes"


def grant_source(conn: Connection, programme_id: str, *, at: datetime) -> CreditSource:
    """Say how the lots of a programme are made. Refuses `ProgrammeUnknown`, `ProgrammeClosed`.

    The holding cap does not bind the state (ours): it bounds what people buy and are given.
    """
    found = programme(conn, programme_id)
    if not found.opens_at <= at < found.closes_at:
        raise ProgrammeClosed(opens_at=found.opens_at.isoformat(), closes_at=found.closes_at.isoformat())
    return CreditSource(
        kind="grant", id=found.id, name=found.name,
        account=account_path("grant_receivable", found.id), code="grant", lot_source="grant",
        paid_by_giver=False, expires_at=found.expires_at, holding_max=None,
    )  # fmt: skip
