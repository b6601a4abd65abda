"""Name somebody to somebody else: enough of the name to know each other by, and a record of every reading."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.people.register import PersonUnknown, Reading, read_person
from onnuri.people.sealing import Sealer


def shown_name(conn: Connection, sealer: Sealer, person_id: UUID, *, reading: Reading) -> str | None:
    """Give a name with its middle hidden; None once the vault has destroyed it. The reading is kept."""
    try:
        return hidden_middle(read_person(conn, sealer, person_id, reading=reading).name)
    except PersonUnknown:
        return None


def hidden_middle(name: str) -> str:
    """Hide the middle of a name, and the end of one of two letters: `김*수`, `남**진`, `김*`."""
    if len(name) <= 2:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def person_of_login(conn: Connection, login: str) -> UUID | None:
    """Tell who signs in with a login; None where nobody does."""
    found: UUID | None = conn.execute(
        text("SELECT person_id FROM shared.logins WHERE login = :login"), {"login": login}
    ).scalar_one_or_none()
    return found
