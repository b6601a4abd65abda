"""Gifts in the database: rows in the sender's and in the receiver's lane, read and written set-based."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.vouchers.gifts.gift_model import Ending, Gift, GiftEnd, Part, ReceivedGift, Sending

_GIFT = """
    SELECT g.id, g.from_wallet, g.to_wallet, current_schema()::text AS from_lane, g.to_lane, g.amount, g.status,
        g.sent_at,
           g.deadline, g.ended_at, g.end_reason
    FROM gifts g
"""
_PARTS = """
    SELECT p.gift_id, p.lot_id, l.account_id, p.paid, p.subsidy, p.expires_at
    FROM gift_parts p JOIN lots l ON l.id = p.lot_id WHERE p.gift_id = ANY(:ids) ORDER BY p.gift_id, p.place
"""
_RECEIVED = "SELECT gift_id, to_wallet, from_lane, amount, status, sent_at, deadline, ended_at FROM gifts_received"


def gifts_by_id(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Gift]:
    """Give gifts sent from this lane; unknown ones are left out."""
    rows = conn.execute(text(f"{_GIFT} WHERE g.id = ANY(:ids)"), {"ids": list(ids)}).all()
    parts: dict[UUID, list[Part]] = {}
    for part in conn.execute(text(_PARTS), {"ids": list(ids)}):
        parts.setdefault(part.gift_id, []).append(Part(*part[1:]))
    return {row.id: _gift(row, parts[row.id]) for row in rows}


def _gift(row: Row[Any], parts: Sequence[Part]) -> Gift:
    return Gift(
        row.id, row.from_wallet, row.to_wallet, row.from_lane, row.to_lane, row.amount, row.status, row.sent_at,
        row.deadline, row.ended_at, row.end_reason, tuple(parts),
    )  # fmt: skip


def received_by_id(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, ReceivedGift]:
    """Give gifts sent to wallets of this lane; unknown ones are left out."""
    rows = conn.execute(text(f"{_RECEIVED} WHERE gift_id = ANY(:ids)"), {"ids": list(ids)})
    return {row.gift_id: ReceivedGift(*row) for row in rows}


def gifts_sent(conn: Connection, wallet_id: UUID, *, before: UUID | None, limit: int) -> list[Gift]:
    """List what a wallet sent, newest first, from before a gift."""
    ids = conn.execute(
        text(
            "SELECT id FROM gifts WHERE from_wallet = :wallet"
            + (" AND id < :before" if before else "")
            + " ORDER BY id DESC LIMIT :limit"
        ),
        {"wallet": wallet_id, "limit": limit} | ({"before": before} if before else {}),
    ).scalars()
    order = list(ids)
    found = gifts_by_id(conn, order)
    return [found[id] for id in order]


def gifts_received(conn: Connection, wallet_id: UUID, *, before: UUID | None, limit: int) -> list[ReceivedGift]:
    """List what was sent to a wallet, newest first, from before a gift."""
    rows = conn.execute(
        text(
            f"{_RECEIVED} WHERE to_wallet = :wallet"
            + (" AND gift_id < :before" if before else "")
            + " ORDER BY gift_id DESC LIMIT :limit"
        ),
        {"wallet": wallet_id, "limit": limit} | ({"before": before} if before else {}),
    )
    return [ReceivedGift(*row) for row in rows]


def waiting_gifts(conn: Connection, wallet_id: UUID, *, at: datetime) -> list[ReceivedGift]:
    """List what was sent to a wallet and can still be accepted, the first to go back first."""
    rows = conn.execute(
        text(
            f"{_RECEIVED} WHERE to_wallet = :wallet AND status = 'BOXED' AND deadline > :at"
            " ORDER BY deadline, gift_id LIMIT 100"
        ),
        {"wallet": wallet_id, "at": at},
    )
    return [ReceivedGift(*row) for row in rows]


def due_gifts(conn: Connection, *, at: datetime, limit: int) -> list[tuple[UUID, str]]:
    """List gifts of this lane whose time is over, with the receiver's lane."""
    rows = conn.execute(
        text(
            "SELECT id, to_lane FROM gifts WHERE status = 'BOXED' AND deadline <= :at ORDER BY deadline, id LIMIT"
            " :limit"
        ),
        {"at": at, "limit": limit},
    )
    return [(row.id, row.to_lane) for row in rows]


def insert_gifts(conn: Connection, sendings: Sequence[Sending], entries: Mapping[UUID, UUID], *, at: datetime) -> None:
    """Write what was boxed, in the sender's lane."""
    conn.execute(
        text("""
            INSERT INTO gifts (id, from_wallet, to_wallet, to_lane, amount, status, sent_at, deadline, entry_id)
            SELECT g.id, g.from_wallet, g.to_wallet, g.to_lane, g.amount, 'BOXED', :at, g.deadline, g.entry
            FROM unnest(CAST(:ids AS uuid[]), CAST(:from AS uuid[]), CAST(:to AS uuid[]), CAST(:lanes AS text[]),
                CAST(:amounts AS bigint[]),
                        CAST(:deadlines AS timestamptz[]), CAST(:entries AS uuid[]))
                AS g (id, from_wallet, to_wallet, to_lane, amount, deadline, entry)
        """),
        {
            "at": at, "ids": [s.id for s in sendings], "from": [s.item.from_wallet for s in sendings],
            "to": [s.item.to_wallet for s in sendings], "lanes": [s.to_lane for s in sendings],
            "amounts": [s.item.amount for s in sendings], "deadlines": [s.deadline for s in sendings],
            "entries": [entries[s.id] for s in sendings],
        },
    )  # fmt: skip
    parts = [(s.id, place, part) for s in sendings for place, part in enumerate(s.parts)]
    conn.execute(
        text("""
            INSERT INTO gift_parts (gift_id, lot_id, place, paid, subsidy, expires_at)
            SELECT * FROM unnest(CAST(:gifts AS uuid[]), CAST(:lots AS uuid[]), CAST(:places AS integer[]), CAST(:paid
                AS bigint[]),
                                 CAST(:subsidy AS bigint[]), CAST(:expires AS timestamptz[]))
        """),
        {
            "gifts": [gift for gift, _, _ in parts], "places": [place for _, place, _ in parts],
            "lots": [part.lot_id for _, _, part in parts], "paid": [part.paid for _, _, part in parts],
            "subsidy": [part.subsidy for _, _, part in parts], "expires": [part.expires_at for _, _, part in parts],
        },
    )  # fmt: skip


def insert_received(conn: Connection, sendings: Sequence[Sending], from_lane: str, *, at: datetime) -> None:
    """Write what was boxed for wallets of this lane: the receiver's lane."""
    conn.execute(
        text("""
            INSERT INTO gifts_received (gift_id, from_lane, to_wallet, amount, status, sent_at, deadline)
            SELECT g.id, :lane, g.wallet, g.amount, 'BOXED', :at, g.deadline
            FROM unnest(CAST(:ids AS uuid[]), CAST(:wallets AS uuid[]), CAST(:amounts AS bigint[]), CAST(:deadlines AS
                timestamptz[]))
                AS g (id, wallet, amount, deadline)
        """),
        {
            "lane": from_lane, "at": at, "ids": [s.id for s in sendings],
            "wallets": [s.item.to_wallet for s in sendings],
            "amounts": [s.item.amount for s in sendings], "deadlines": [s.deadline for s in sendings],
        },
    )  # fmt: skip


def end_gifts(conn: Connection, endings: Sequence[Ending], entries: Mapping[UUID, UUID], *, at: datetime) -> None:
    """Write how gifts ended, in the sender's lane."""
    conn.execute(
        text("""
            UPDATE gifts g SET status = e.status, ended_at = :at, end_entry = e.entry, end_reason = e.reason
            FROM unnest(CAST(:ids AS uuid[]), CAST(:statuses AS text[]), CAST(:entries AS uuid[]), CAST(:reasons AS
                text[]))
                AS e (id, status, entry, reason)
            WHERE g.id = e.id AND g.status = 'BOXED'
        """),
        {
            "at": at, "ids": [e.id for e in endings], "statuses": [_status(e) for e in endings],
            "entries": [entries[e.id] for e in endings], "reasons": [e.how.value for e in endings],
        },
    )  # fmt: skip


def end_received(conn: Connection, endings: Sequence[Ending], *, at: datetime) -> None:
    """Write how gifts ended, in the receiver's lane."""
    conn.execute(
        text("""
            UPDATE gifts_received g SET status = e.status, ended_at = :at
            FROM unnest(CAST(:ids AS uuid[]), CAST(:statuses AS text[])) AS e (id, status)
            WHERE g.gift_id = e.id AND g.status = 'BOXED'
        """),
        {"at": at, "ids": [e.id for e in endings], "statuses": [_status(e) for e in endings]},
    )


def _status(ending: Ending) -> str:
    return "ACCEPTED" if ending.how is GiftEnd.ACCEPTED else "RETURNED"
