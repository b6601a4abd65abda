"""Mint our ids on the bank rail: numbered by the database, stored before anything is sent."""

from __future__ import annotations

from sqlalchemy import Connection, text

from onnuri.banks.tran_id import bank_tran_id


def mint_bank_tran_ids(conn: Connection, institution_code: str, count: int) -> list[str]:
    """Make `count` ids that no other transaction gets."""
    numbers = conn.execute(
        text("SELECT nextval('shared.bank_tran_numbers') FROM generate_series(1, :count)"), {"count": count}
    ).scalars()
    return [bank_tran_id(institution_code, number) for number in numbers]
