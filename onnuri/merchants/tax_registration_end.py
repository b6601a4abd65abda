"""The end of a market's registration at the tax service: recorded, replaced while it has not come, or taken back.

Nothing is changed: each word is one more record with who said it, when and why, and the last one counts. An end that
has come stands for ever, and none is recorded of the past: what payments said at their moment stays true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.refusals import Conflict, Malformed, NotFound
from onnuri.merchants.tax_registration import TaxRegistration, hold_markets, instant_from, tax_registrations

REASON_LENGTH_MAX = 200


class TaxRegistrationMissing(Conflict):
    """The market has no registration whose end is still to come."""

    code = "tax_registration_missing"
    ko = (
        "{market} 시장에는 끝나는 날을 적을 국세청 등록이 없습니다. 이미 끝난 등록의 끝은 바꿀 수 없습니다."
        " 돈은 움직이지 않았습니다."
    )
    en = (
        "The market {market} has no registration that is still to end; an end that has come can't be changed."
        " No money moved."
    )


class TaxRegistrationUnknown(NotFound):
    """The market has no registration of that id."""

    code = "tax_registration_unknown"
    ko = "{market} 시장에는 그런 번호의 국세청 등록이 없습니다. 돈은 움직이지 않았습니다."
    en = "The market {market} has no such registration. No money moved."


class TaxRegistrationOver(Conflict):
    """Payments since its end said that the market is not registered: that stays true."""

    code = "tax_registration_over"
    ko = (
        "이 등록은 {ended_at}에 이미 끝났습니다. 그 뒤의 결제에 찍혀 있어 바꿀 수 없습니다."
        " 시장이 다시 등록되었으면 새 등록을 적어 주세요. 돈은 움직이지 않았습니다."
    )
    en = (
        "That registration ended on {ended_at}; payments since carry it, so it can't be changed. If the market is"
        " registered again, record a new registration. No money moved."
    )


class TaxRegistrationUnclear(Conflict):
    """Several registrations of the market could be meant."""

    code = "tax_registration_unclear"
    ko = (
        "{market} 시장에는 아직 끝나지 않은 등록이 {count}건 있습니다. 어느 것인지 등록 번호(txr_…)로 정해 주세요."
        " 돈은 움직이지 않았습니다."
    )
    en = (
        "The market {market} has {count} registrations that are still to end: name the one that is meant (txr_…)."
        " No money moved."
    )


class TaxRegistrationsOverlap(Conflict):
    """Another registration of the market begins before that end."""

    code = "tax_registrations_overlap"
    ko = (
        "{begins_at}부터 시작하는 다른 등록과 겹칩니다. 그 등록을 먼저 끝내거나 더 이른 날을 적어 주세요."
        " 돈은 움직이지 않았습니다."
    )
    en = (
        "That would overlap another registration, which begins on {begins_at}: end that one first, or give an"
        " earlier day. No money moved."
    )


class TaxEndMissing(Conflict):
    """No end is recorded that could be taken back."""

    code = "tax_end_missing"
    ko = "{market} 시장의 등록에는 거둘 끝나는 날이 적혀 있지 않습니다. 돈은 움직이지 않았습니다."
    en = "No end to come is recorded for the market {market}: there is nothing to take back. No money moved."


class TaxEndReasonMissing(Malformed):
    """Who replaces what was recorded says why."""

    code = "tax_end_reason_missing"
    ko = "이미 적은 끝나는 날을 바꾸거나 거두려면 사유를 200자 이내로 적어 주세요. 돈은 움직이지 않았습니다."
    en = "Replacing or taking back a recorded end needs a reason of at most 200 characters. No money moved."


@dataclass(frozen=True, slots=True)
class WhichRegistration:
    """A market by its code, and its registration by id where more than one is still to end."""

    market: str
    id: UUID | None = None


def end_tax_registration(
    conn: Connection, which: WhichRegistration, *, by: UUID, at: datetime, on: date | None = None, reason: str = ""
) -> TaxRegistration:
    """Record that a market's registration ends, now or at 00:00 of a day to come; what was paid keeps its stamp.

    It takes the place of an end that has not come, with a reason; the same end again changes nothing. A registration
    that was to begin later never begins. The caller holds every lane, as for `register_for_tax`. Refuses
    `MarketUnknown`, `TaxRegistrationBackdated`, `TaxRegistrationMissing`, `TaxRegistrationUnknown`,
    `TaxRegistrationOver`, `TaxRegistrationUnclear`, `TaxRegistrationsOverlap`, `TaxEndReasonMissing`.
    """
    every = _hold_all(conn, which)
    at = _not_before(every, at)
    ends_at = instant_from(on, at)
    found = _named(every, which, at) or _meant(_to_end(every, at), which, TaxRegistrationMissing(market=which.market))
    ends_at = max(ends_at, found.valid_from)
    if found.valid_to == ends_at:
        return found
    return _record(conn, found, every, _Word(ends_at, reason.strip(), by, at))


def take_back_tax_end(
    conn: Connection, which: WhichRegistration, *, by: UUID, at: datetime, reason: str
) -> TaxRegistration:
    """Take back an end that has not come: the registration goes on until another one is recorded.

    The caller holds every lane. Refuses `MarketUnknown`, `TaxEndMissing`, `TaxRegistrationUnknown`,
    `TaxRegistrationOver`, `TaxRegistrationUnclear`, `TaxRegistrationsOverlap`, `TaxEndReasonMissing`.
    """
    every = _hold_all(conn, which)
    at = _not_before(every, at)
    ending = [each for each in every if each.valid_to is not None and each.valid_to > at]
    found = _named(every, which, at) or _meant(ending, which, TaxEndMissing(market=which.market))
    if found.valid_to is None:
        raise TaxEndMissing(market=which.market)
    return _record(conn, found, every, _Word(None, reason.strip(), by, at))


@dataclass(frozen=True, slots=True)
class _Word:
    ends_at: datetime | None
    reason: str
    by: UUID
    at: datetime


def _hold_all(conn: Connection, which: WhichRegistration) -> list[TaxRegistration]:
    return tax_registrations(conn, market_id=hold_markets(conn, [which.market])[which.market])


def _not_before(every: list[TaxRegistration], at: datetime) -> datetime:
    """Give the time of a word: never before the one before it, though another machine's clock is a little behind."""
    said = [each.recorded_at for each in every] + [end.recorded_at for each in every for end in each.ends]
    return max([at, *said])


def _named(every: list[TaxRegistration], which: WhichRegistration, at: datetime) -> TaxRegistration | None:
    """Find the registration whose id was given, unless its end has come; None where no id was given."""
    if which.id is None:
        return None
    found = next((each for each in every if each.id == which.id), None)
    if found is None:
        raise TaxRegistrationUnknown(market=which.market)
    if found.valid_to is not None and found.valid_to <= at:
        raise TaxRegistrationOver(ended_at=found.valid_to)
    return found


def _to_end(every: list[TaxRegistration], at: datetime) -> list[TaxRegistration]:
    """List what is still to end; what will never begin only where there is nothing else."""
    to_end = [each for each in every if each.valid_to is None or each.valid_to > at]
    return [each for each in to_end if each.valid_to != each.valid_from] or to_end


def _meant(found: list[TaxRegistration], which: WhichRegistration, none: Conflict) -> TaxRegistration:
    if not found:
        raise none
    if len(found) > 1:
        raise TaxRegistrationUnclear(market=which.market, count=len(found))
    return found[0]


def _record(conn: Connection, found: TaxRegistration, every: list[TaxRegistration], word: _Word) -> TaxRegistration:
    """Write one more record of an end; the database keeps the period's `valid_to` by it."""
    if (found.ends and not word.reason) or len(word.reason) > REASON_LENGTH_MAX:
        raise TaxEndReasonMissing
    inside = [each.valid_from for each in every if each.id != found.id and _meet(each, found.valid_from, word.ends_at)]
    if inside:
        raise TaxRegistrationsOverlap(begins_at=min(inside))
    conn.execute(
        text("""
            INSERT INTO shared.tax_registration_ends
                (registration_id, number, ends_at, reason, recorded_by, recorded_at)
            VALUES (:id, :number, :ends_at, :reason, :by, :at)
        """),
        {"id": found.id, "number": len(found.ends) + 1, "ends_at": word.ends_at, "reason": word.reason or None,
         "by": word.by, "at": word.at},
    )  # fmt: skip
    return next(each for each in tax_registrations(conn, market_id=found.market_id) if each.id == found.id)


def _meet(other: TaxRegistration, start: datetime, end: datetime | None) -> bool:
    """Tell whether a registration shares an instant with a period; one that never begins has none."""
    if start == end or other.valid_from == other.valid_to:
        return False
    return (end is None or other.valid_from < end) and (other.valid_to is None or start < other.valid_to)
