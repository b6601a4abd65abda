"""Move shops along the register's life cycle; every past status is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date
from onnuri.kit.refusals import Conflict, DomainError
from onnuri.merchants.business_number import BUSINESS_NUMBER_MISSING, parse_business_number
from onnuri.merchants.queries import Shop, shops_by_id
from onnuri.merchants.register import keep_statuses
from onnuri.merchants.status import ShopStatus, ShopUnknown, check_move, valid_until_after


class ShopPapersMissing(Conflict):
    """A shop whose business number is not known yet can't become active."""

    code = "shop_papers_missing"
    ko = "사업자등록번호가 아직 확인되지 않은 점포입니다: {shop}"
    en = "This shop's business number is not confirmed yet: {shop}"


class BusinessNumberFixed(Conflict):
    """The shop has a confirmed business number; it does not change."""

    code = "business_number_fixed"
    ko = "이미 다른 사업자등록번호로 확인된 점포입니다: {shop}"
    en = "This shop is confirmed under another business number: {shop}"


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A step that somebody wants a shop to take, and why."""

    shop_id: UUID
    to: ShopStatus
    reason: str


def change_statuses(
    conn: Connection, *, changes: Sequence[StatusChange], at: datetime, by: str
) -> list[ShopStatus | DomainError]:
    """Take the steps and answer for each in the order given: the status before, or the refusal.

    Refused are unknown shops, steps off the allow-list, and activation without a business number. A first activation
    is valid for three years from today's Seoul date; coming back from a suspension keeps the end it had.
    """
    shops = _locked(conn, [change.shop_id for change in changes])
    statuses = {shop.id: shop.status for shop in shops.values()}
    answers: list[ShopStatus | DomainError] = []
    taken: list[StatusChange] = []
    for change in changes:
        try:
            if change.shop_id not in statuses:
                raise ShopUnknown(given=str(change.shop_id))
            check_move(statuses[change.shop_id], change.to)
            if change.to is ShopStatus.ACTIVE and shops[change.shop_id].business_number == BUSINESS_NUMBER_MISSING:
                raise ShopPapersMissing(shop=shops[change.shop_id].name)
        except DomainError as refusal:
            answers.append(refusal)
            continue
        answers.append(statuses[change.shop_id])
        statuses[change.shop_id] = change.to
        taken.append(change)
    touched = {change.shop_id for change in taken}
    activated = {change.shop_id for change in taken if change.to is ShopStatus.ACTIVE}
    ends = {shop_id: _end(shops[shop_id], at if shop_id in activated else None) for shop_id in touched}
    _write(conn, {shop_id: statuses[shop_id] for shop_id in touched}, ends)
    keep_statuses(conn, entered=[(change.shop_id, change.to, change.reason) for change in taken], at=at, by=by)
    return answers


def expire_due(conn: Connection, *, on: date, at: datetime) -> list[UUID]:
    """Expire every shop whose registration ended before the date `on`; give their ids."""
    due = conn.execute(
        text("""SELECT id FROM shared.shops WHERE valid_until < :on AND status IN ('CONDITIONAL', 'ACTIVE', 'SUSPENDED')
                ORDER BY id FOR NO KEY UPDATE"""),
        {"on": on},
    ).scalars()
    changes = [StatusChange(shop_id=shop_id, to=ShopStatus.EXPIRED, reason="validity ended") for shop_id in due]
    change_statuses(conn, changes=changes, at=at, by="register")
    return [change.shop_id for change in changes]


def confirm_business_number(conn: Connection, *, shop_id: UUID, business_number: str) -> None:
    """Write the checked business number of a shop that was listed without one.

    Refuses a wrong number, an unknown shop, and another number for a shop that has one: a new owner registers anew.
    """
    number = parse_business_number(business_number)
    shops = _locked(conn, [shop_id])
    if shop_id not in shops:
        raise ShopUnknown(given=str(shop_id))
    if shops[shop_id].business_number not in (BUSINESS_NUMBER_MISSING, number):
        raise BusinessNumberFixed(shop=shops[shop_id].name)
    conn.execute(
        text("UPDATE shared.shops SET business_number = :number WHERE id = :id"), {"number": number, "id": shop_id}
    )


def _locked(conn: Connection, ids: list[UUID]) -> dict[UUID, Shop]:
    conn.execute(
        text("SELECT id FROM shared.shops WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE"),
        {"ids": ids},
    )
    return shops_by_id(conn, ids=ids)


def _end(shop: Shop, activated_at: datetime | None) -> date | None:
    """Give the last day of the registration: three years from the first activation."""
    if shop.valid_until is None and activated_at is not None:
        return valid_until_after(seoul_date(activated_at))
    return shop.valid_until


def _write(conn: Connection, statuses: dict[UUID, ShopStatus], ends: dict[UUID, date | None]) -> None:
    conn.execute(
        text("""UPDATE shared.shops SET status = changed.status, valid_until = changed.valid_until
                FROM unnest(CAST(:ids AS uuid[]), CAST(:statuses AS text[]), CAST(:ends AS date[]))
                     AS changed (id, status, valid_until)
                WHERE shops.id = changed.id"""),
        {
            "ids": list(statuses),
            "statuses": [status.value for status in statuses.values()],
            "ends": [ends[shop_id] for shop_id in statuses],
        },
    )
