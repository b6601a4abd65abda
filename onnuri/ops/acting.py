"""Who acts when a command is given: somebody we know, by public id, who may do the same over the API."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import parse_id
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole, RoleMissing
from onnuri.people.register import PersonUnknown

_MAKER, _CHECKER, _OPERATOR = PersonRole.FINANCE_MAKER, PersonRole.FINANCE_CHECKER, PersonRole.OPERATOR

MAY: Final[dict[str, tuple[PersonRole, ...]]] = {
    "change roles": (_OPERATOR,),
    "look for a wallet": (_OPERATOR,),
    "look at a wallet": (_OPERATOR,),
    "look at a debt": (_OPERATOR, *OVERSIGHT_ROLES),
    "block a wallet": (_OPERATOR,),
    "propose a handover": (_OPERATOR,),
    "decide a handover": (_OPERATOR, _CHECKER),
    "book a repayment": (_MAKER,),
    "pay what is owed": (_OPERATOR,),
    "register a company": (_OPERATOR,),
    "register a company's account": (_OPERATOR,),
    "buy for a company": (_MAKER,),
    "propose a programme": (_MAKER,),
    "decide a programme": (_CHECKER,),
    "upload a list": (_MAKER,),
    "decide a list": (_CHECKER,),
    "order a claw-back": (_OPERATOR, _MAKER),
    "decide a claw-back": (_CHECKER,),
    "propose a policy": (_MAKER,),
    "decide a policy": (_CHECKER,),
    "register a market": (_OPERATOR,),
    "make a tax file": (_MAKER,),
    "stage a migration": (_MAKER,),
    "approve a migration": (_CHECKER,),
}
"""Which roles an act needs: for each the same as its endpoint. Migrations have none: as all that two decide. What is
owed is asked for by its holder there, here by an operator in the holder's name."""


def acting(conn: Connection, given: str, act: str) -> UUID:
    """Read the id of a person who exists and may do this. Refuses `IdUnreadable`, `PersonUnknown`, `RoleMissing`."""
    person_id = known_person(conn, given)
    held = conn.execute(text("SELECT role FROM shared.roles WHERE person_id = :id"), {"id": person_id}).scalars()
    if not set(held) & set(MAY[act]):
        raise RoleMissing(needed=", ".join(MAY[act]))
    return person_id


def known_person(conn: Connection, given: str) -> UUID:
    """Read the id of a person who exists. Refuses `IdUnreadable`, `PersonUnknown`."""
    person_id = parse_id("per", given)
    if conn.execute(text("SELECT 1 FROM shared.people WHERE id = :id"), {"id": person_id}).first() is None:
        raise PersonUnknown
    return person_id
