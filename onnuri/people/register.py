"""Register people: identity, login, roles, and the personal data sealed in the vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, Forbidden, NotFound
from onnuri.people.model import PersonRole
from onnuri.people.passwords import hash_password
from onnuri.people.sealing import Sealer

NAME_PLACE = "vault.persons.name"
PHONE_PLACE = "vault.persons.phone"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to register; without a login nobody signs in as them, though tokens can be issued."""

    name: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    login: str | None = None
    password: str | None = field(default=None, repr=False)


class LoginTaken(Conflict):
    """Somebody signs in with that login already."""

    code = "login_taken"
    ko = "이미 사용 중인 아이디입니다."
    en = "That login is taken."


class OwnRole(Forbidden):
    """Two people decide what one alone must not; whoever gives roles could be both. Own wallets make holders."""

    code = "role_for_oneself"
    ko = "본인에게는 역할을 줄 수 없습니다. 다른 담당자가 주어야 합니다."
    en = "Nobody gives a role to oneself: somebody else has to."


class LastOperator(Conflict):
    """Only operators give and take roles: without one nobody could any more."""

    code = "operator_last"
    ko = "마지막 운영자의 역할은 거둘 수 없습니다. 먼저 다른 사람에게 운영자 역할을 주세요. 돈은 움직이지 않았습니다."
    en = "The last operator's role can't be taken: make somebody else an operator first. No money moved."


def register_people(conn: Connection, sealer: Sealer, people: Sequence[NewPerson], *, at: datetime) -> list[UUID]:
    """Register people as a set and give their ids in order. Refuses `LoginTaken`, for all of them."""
    ids = [new_id(at) for _ in people]
    conn.execute(
        text("INSERT INTO shared.people (id, created_at) SELECT unnest(CAST(:ids AS uuid[])), :at"),
        {"ids": ids, "at": at},
    )
    conn.execute(
        text(
            "INSERT INTO vault.persons (person_id, name_sealed, phone_sealed)"
            " SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS bytea[]), CAST(:phones AS bytea[]))"
        ),
        {
            "ids": ids,
            "names": [sealer.seal(p.name, place=NAME_PLACE, owner=id) for id, p in zip(ids, people, strict=True)],
            "phones": [
                None if p.phone is None else sealer.seal(p.phone, place=PHONE_PLACE, owner=id)
                for id, p in zip(ids, people, strict=True)
            ],
        },
    )
    _insert_logins(conn, [(id, p) for id, p in zip(ids, people, strict=True) if p.login is not None])
    return ids


def _insert_logins(conn: Connection, people: Sequence[tuple[UUID, NewPerson]]) -> None:
    if not people:
        return
    try:
        conn.execute(
            text(
                "INSERT INTO shared.logins (login, person_id, password_hash)"
                " SELECT * FROM unnest(CAST(:logins AS text[]), CAST(:ids AS uuid[]), CAST(:hashes AS text[]))"
            ),
            {
                "logins": [person.login for _, person in people],
                "ids": [id for id, _ in people],
                "hashes": [hash_password(person.password or "") for _, person in people],
            },
        )
    except IntegrityError as error:
        if "logins_pkey" in str(error.orig):
            raise LoginTaken from error
        raise


def grant_roles(
    conn: Connection,
    grants: Sequence[tuple[UUID, PersonRole, UUID | None]],
    *,
    at: datetime,
    by: UUID | None = None,
) -> None:
    """Give people roles, each as person, role and the shop or market it is limited to; one they have stays.

    Who did it is kept; `by` is empty where it is done at the machine itself, as for the first people of a house.
    Refuses `OwnRole`: to oneself, one only gives the holder's role, by opening an own wallet.
    """
    if any(person == by and role is not PersonRole.HOLDER for person, role, _ in grants):
        raise OwnRole
    conn.execute(
        text("""
            WITH given AS (
                INSERT INTO shared.roles (person_id, role, scope_id, granted_at)
                SELECT g.person_id, g.role, g.scope_id, CAST(:at AS timestamptz)
                FROM unnest(CAST(:people AS uuid[]), CAST(:roles AS text[]), CAST(:scopes AS uuid[]))
                    AS g (person_id, role, scope_id) ON CONFLICT DO NOTHING RETURNING person_id, role, scope_id
            )
            INSERT INTO shared.role_changes (person_id, role, scope_id, change, changed_by, changed_at)
            SELECT person_id, role, scope_id, 'granted', :by, :at FROM given
        """),
        {
            "people": [person for person, _, _ in grants],
            "roles": [role.value for _, role, _ in grants],
            "scopes": [scope for _, _, scope in grants],
            "at": at,
            "by": by,
        },
    )


@dataclass(frozen=True, slots=True)
class KnownLogin:
    """A name somebody signs in with, and what that person may do."""

    login: str
    person_id: UUID
    roles: tuple[str, ...]


def list_logins(conn: Connection) -> list[KnownLogin]:
    """Read every login with its roles, in the order of the logins; names stay in the vault."""
    rows = conn.execute(
        text(
            "SELECT logins.login, logins.person_id,"
            " coalesce(array_agg(DISTINCT roles.role) FILTER (WHERE roles.role IS NOT NULL), '{}') AS roles"
            " FROM shared.logins LEFT JOIN shared.roles ON roles.person_id = logins.person_id"
            " GROUP BY logins.login, logins.person_id ORDER BY logins.login"
        )
    )
    return [KnownLogin(row.login, row.person_id, tuple(row.roles)) for row in rows]


def revoke_role(conn: Connection, grant: tuple[UUID, PersonRole, UUID | None], *, by: UUID, at: datetime) -> bool:
    """Take a role away, given as person, role and scope; who did it is kept. Tells whether there was one.

    Refuses `LastOperator`, also where two operators take each other's at once.
    """
    person_id, role, scope_id = grant
    if role is PersonRole.OPERATOR:
        conn.execute(text("LOCK TABLE shared.roles IN SHARE ROW EXCLUSIVE MODE"))
        held = set(conn.execute(text("SELECT person_id FROM shared.roles WHERE role = 'operator'")).scalars())
        if held == {person_id}:
            raise LastOperator
    gone = conn.execute(
        text("""
            WITH taken AS (
                DELETE FROM shared.roles WHERE person_id = :person AND role = :role
                    AND scope_id IS NOT DISTINCT FROM CAST(:scope AS uuid) RETURNING person_id, role, scope_id
            )
            INSERT INTO shared.role_changes (person_id, role, scope_id, change, changed_by, changed_at)
            SELECT person_id, role, scope_id, 'taken', :by, :at FROM taken
        """),
        {"person": person_id, "role": role.value, "scope": scope_id, "by": by, "at": at},
    )
    return gone.rowcount > 0


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A role that was `granted` or `taken`; `changed_by` is empty where it was done at the machine itself."""

    person_id: UUID
    role: str
    scope_id: UUID | None
    change: str
    changed_by: UUID | None
    changed_at: datetime


def role_changes(conn: Connection, person_id: UUID) -> list[RoleChange]:
    """List every role somebody was granted or lost, the newest first."""
    rows = conn.execute(
        text(
            "SELECT person_id, role, scope_id, change, changed_by, changed_at FROM shared.role_changes"
            " WHERE person_id = :person ORDER BY id DESC LIMIT 1000"
        ),
        {"person": person_id},
    )
    return [RoleChange(*row) for row in rows]


class PersonUnknown(NotFound):
    """Nobody has that id, or the personal data was destroyed after its time."""

    code = "person_unknown"
    ko = "해당하는 사람이 없습니다."
    en = "There is no such person."


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What the vault holds of somebody, opened."""

    name: str = field(repr=False)
    phone: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """Who opens the vault, why, and when; every reading is kept (전자금융감독규정)."""

    reader: str
    reason: str
    at: datetime


def keep_reading(conn: Connection, person_id: UUID, *, reading: Reading) -> None:
    """Keep a record of who looked at what concerns somebody: the vault, or their wallet."""
    conn.execute(
        text("INSERT INTO vault.access_log (person_id, reader, reason, read_at) VALUES (:id, :reader, :reason, :at)"),
        {"id": person_id, "reader": reading.reader, "reason": reading.reason, "at": reading.at},
    )


def read_person(conn: Connection, sealer: Sealer, person_id: UUID, *, reading: Reading) -> PersonalData:
    """Open somebody's personal data and keep a record of it. Refuses `PersonUnknown`."""
    row = conn.execute(
        text("SELECT name_sealed, phone_sealed FROM vault.persons WHERE person_id = :id"), {"id": person_id}
    ).one_or_none()
    if row is None:
        raise PersonUnknown
    keep_reading(conn, person_id, reading=reading)
    phone = row.phone_sealed
    return PersonalData(
        name=sealer.unseal(bytes(row.name_sealed), place=NAME_PLACE, owner=person_id),
        phone=None if phone is None else sealer.unseal(bytes(phone), place=PHONE_PLACE, owner=person_id),
    )
