"""Dates of birth: sealed in the vault; only the answer "old enough" leaves it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.refusals import Conflict, Malformed
from onnuri.people.register import Reading, keep_reading
from onnuri.people.sealing import Sealer

BIRTH_PLACE = "vault.births.birth"


class BirthDateUnknown(Conflict):
    """Nobody has told the person's date of birth."""

    code = "birth_date_unknown"
    ko = "생년월일이 확인되지 않았습니다. 본인 확인을 먼저 해 주세요."
    en = "The date of birth is not known; identify yourself first."


class BirthDateImpossible(Malformed):
    """A date of birth lies in the past, and not too far."""

    code = "birth_date_impossible"
    ko = "생년월일이 올바르지 않습니다."
    en = "This can't be a date of birth."


def keep_birth(conn: Connection, sealer: Sealer, person_id: UUID, born_on: date, *, on: date) -> None:
    """Seal somebody's date of birth; the first one told stays. Refuses `BirthDateImpossible`."""
    if not date(1900, 1, 1) <= born_on <= on:
        raise BirthDateImpossible
    sealed = sealer.seal(born_on.isoformat(), place=BIRTH_PLACE, owner=person_id)
    conn.execute(
        text(
            "INSERT INTO vault.births (person_id, birth_sealed) VALUES (:id, :sealed)"
            " ON CONFLICT (person_id) DO NOTHING"
        ),
        {"id": person_id, "sealed": sealed},
    )


def birth_told(conn: Connection, person_id: UUID) -> bool:
    """Tell whether somebody's date of birth is in the vault already; what it is stays there."""
    query = text("SELECT 1 FROM vault.births WHERE person_id = :id")
    return conn.execute(query, {"id": person_id}).first() is not None


def old_enough(conn: Connection, sealer: Sealer, person_id: UUID, *, age_min: int, on: date, reading: Reading) -> bool:
    """Answer whether somebody has completed so many years on a day; the reading and the answer are kept.

    Refuses `BirthDateUnknown`.
    """
    row = conn.execute(
        text("SELECT birth_sealed FROM vault.births WHERE person_id = :id"), {"id": person_id}
    ).one_or_none()
    if row is None:
        raise BirthDateUnknown
    keep_reading(conn, person_id, reading=reading)
    born_on = date.fromisoformat(sealer.unseal(bytes(row.birth_sealed), place=BIRTH_PLACE, owner=person_id))
    answer = completed(born_on, age_min) <= on
    conn.execute(
        text("""
            INSERT INTO shared.age_checks (person_id, checked_on, age_min, old_enough)
            VALUES (:id, :on, :age, :answer) ON CONFLICT DO NOTHING
        """),
        {"id": person_id, "on": on, "age": age_min, "answer": answer},
    )
    return answer


def completed(born_on: date, years: int) -> date:
    """Tell the day on which somebody completes so many years; born on 29 February, 1 March where there is none.

    The day of birth counts (민법 제158조).
    """
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)
