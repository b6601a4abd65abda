"""Expire lots: tell holders before, and post what is left once. Nothing waits for this: an expired lot pays nothing
anyway.

Bought and gifted value stays its owner's (`unclaimed`), with the subsidy share back to the state; granted value goes
back to its programme, but for what its holder had repaid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import Entry, Event, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.vouchers.charging.charge import SUBSIDY_RECEIVABLE
from onnuri.vouchers.holdings import bases
from onnuri.vouchers.life_rules import life_rules_at
from onnuri.vouchers.model import Shares
from onnuri.vouchers.payback import collect_from, owed_by
from onnuri.vouchers.queries import GONE, PROGRAMME

GRANT_RECEIVABLE_KIND = "grant_receivable"


@dataclass(frozen=True, slots=True)
class Expired:
    """A lot whose remainder was posted; won. Granted value has no shares; `repaid` of it is its holder's.

    The holder had repaid that after a claw-back, and then a cancel brought the value back.
    """

    lot_id: UUID
    wallet_id: UUID
    source: str
    expired_at: datetime
    amount: int
    shares: Shares | None
    programme: str | None
    repaid: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A holder is told that a lot expires; won and days."""

    lot_id: UUID
    wallet_id: UUID
    left: int
    expires_at: datetime
    days_before: int


def expire_lots(
    conn: Connection, *, at: datetime, ended_by: datetime | None = None, limit: int = 500
) -> tuple[list[Expired], bool]:
    """Post the remainders of the next lots that had expired by then, or by now; answer them, and whether more may wait.

    Each remainder is posted once, however often and late this runs. Gifts whose time is over must have returned before.
    """
    head = take_lane(conn)
    expired: list[Expired] = []
    more = False
    for what, query in (("lots", _BY_EXPIRY), ("graces", _BY_GRACE)):
        rows = _looked(conn, query, {"at": ended_by or at, "limit": limit}, effective_date(at, head), at)
        if rows:
            more = more or len(rows) == limit
            conn.execute(
                text("UPDATE expiry_cursors SET expires_at = :expires, lot_id = :lot WHERE what = :what"),
                {"what": what, "expires": rows[-1].expired_at, "lot": rows[-1].id},
            )
        expired += _due(conn, rows)
    if expired:
        _post(conn, expired, effective_date(at, head), at)
    return expired, more


def expire_now(conn: Connection, lot_ids: Sequence[UUID], *, on: date, at: datetime) -> None:
    """Post what these lots still hold, where they have expired; the lane is held. Others are left alone.

    Call it before an act of day `on` that brings money back to them: what was dead must not come back to life with it.
    """
    due = _due(conn, _looked(conn, _THESE, {"ids": list(lot_ids), "at": at}, on, at))
    if due:
        _post(conn, due, on, at)


def expire_wallet(conn: Connection, wallet_id: UUID, *, on: date, at: datetime) -> None:
    """Post what has expired of a wallet before an act of day `on` that moves all that is owed to its holder."""
    expire_now(conn, _over(conn, wallet_id, at), on=on, at=at)


def owed_unposted(conn: Connection, wallet_id: UUID, *, at: datetime) -> int:
    """Tell what is its holder's of what has expired in a wallet and nobody has posted yet; won. Nothing is written."""
    rows = conn.execute(text(_THESE), {"ids": _over(conn, wallet_id, at), "at": at}).all()
    due = _due(conn, rows)
    debt = owed_by(conn, [wallet_id])[wallet_id] if any(lot.repaid for lot in due) else 0
    return sum(_holders(lot).paid for lot in due) - min(debt, sum(lot.repaid for lot in due))


def _over(conn: Connection, wallet_id: UUID, at: datetime) -> Sequence[UUID]:
    """List the lots of a wallet whose time is over and which still hold something."""
    query = """
        SELECT l.id FROM lots l JOIN balances b ON b.account_id = l.account_id
        WHERE l.wallet_id = :wallet AND l.expires_at <= :at AND b.credits > b.debits + b.debits_pending ORDER BY l.id
    """
    return conn.execute(text(query), {"wallet": wallet_id, "at": at}).scalars().all()


def _looked(conn: Connection, query: str, given: dict[str, object], on: date, at: datetime) -> Sequence[Row[Any]]:
    """Look at lots whose time is over; what came back to one after a claw-back repays the debt before it expires."""
    rows = conn.execute(text(query), given).all()
    granted = [row.id for row in rows if row.programme and row.left_won > 0]
    if granted and collect_from(conn, granted, on=on, at=at, limit=len(granted)):
        return conn.execute(text(query), given).all()
    return rows


def _due(conn: Connection, rows: Sequence[Row[Any]]) -> list[Expired]:
    """Say what must be posted of lots that were looked at."""
    due = [row for row in rows if row.left_won > 0 and not row.passed]
    basis = bases(conn, [row.account_id for row in due])
    return [
        Expired(
            row.id, row.wallet_id, row.source, row.expired_at, row.left_won,
            None if row.programme else basis[row.id].part(row.left_won), row.programme, row.repaid,
        )
        for row in due
    ]  # fmt: skip


# In the order of expiry, from after the cursor: each lot is looked at once, whether or not something is left of it. A
# lot with a grace is left to that grace, and one with several to the last of them: what it held before was posted when
# the grace was given.
_LOOK = f"""
    SELECT l.id, l.wallet_id, l.account_id, l.source, d.expired_at, d.passed, b.credits - b.debits - b.debits_pending
        AS left_won,
           {PROGRAMME} AS programme,
           CASE WHEN l.source = 'grant' THEN greatest(b.credits - b.debits - b.debits_pending - (l.face - {GONE}), 0)
               ELSE 0 END AS repaid
    FROM due d JOIN lots l ON l.id = d.lot_id JOIN balances b ON b.account_id = l.account_id
    ORDER BY d.expired_at, l.id
"""
_BY_EXPIRY = f"""
    WITH due AS (
        SELECT l.id AS lot_id, l.expires_at AS expired_at, EXISTS (SELECT 1 FROM lot_graces g WHERE g.lot_id = l.id)
            OR EXISTS (SELECT 1 FROM expirations e WHERE e.lot_id = l.id) AS passed
        FROM lots l, expiry_cursors c
        WHERE c.what = 'lots' AND (l.expires_at, l.id) > (c.expires_at, c.lot_id) AND l.expires_at <= :at
        ORDER BY l.expires_at, l.id LIMIT :limit
    ) {_LOOK}
"""
_BY_GRACE = f"""
    WITH due AS (
        SELECT g.lot_id, g.until AS expired_at,
               EXISTS (SELECT 1 FROM lot_graces o WHERE o.lot_id = g.lot_id AND o.until > g.until) AS passed
        FROM lot_graces g, expiry_cursors c
        WHERE c.what = 'graces' AND (g.until, g.lot_id) > (c.expires_at, c.lot_id) AND g.until <= :at
        ORDER BY g.until, g.lot_id LIMIT :limit
    ) {_LOOK}
"""
_THESE = f"""
    WITH ended AS (
        SELECT l.id AS lot_id, greatest(l.expires_at, (SELECT max(g.until) FROM lot_graces g WHERE g.lot_id = l.id))
            AS expired_at
        FROM lots l WHERE l.id = ANY(:ids)
    ), due AS (
        SELECT d.lot_id, d.expired_at, EXISTS (SELECT 1 FROM expirations e
            WHERE (e.lot_id, e.expired_at) = (d.lot_id, d.expired_at)) AS passed
        FROM ended d WHERE d.expired_at <= :at
    ) {_LOOK}
"""


def _post(conn: Connection, expired: Sequence[Expired], on: date, at: datetime) -> None:
    paths = [account_path("lot", lot.lot_id) for lot in expired] + [SUBSIDY_RECEIVABLE]
    paths += [_owner(lot) for lot in expired]
    paths += [account_path("unclaimed", lot.wallet_id) for lot in expired if lot.repaid]
    accounts = open_accounts(conn, paths, at=at)
    entries = [Entry(new_id(at), "expiry", on, _transfers(lot, accounts)) for lot in expired]
    post(conn, entries, at=at)
    shares = [_holders(lot) for lot in expired]
    conn.execute(
        text("""
            INSERT INTO expirations (id, lot_id, expired_at, amount, paid, subsidy, entry_id, posted_at)
            SELECT e.id, e.lot, e.expired_at, e.amount, e.paid, e.subsidy, e.entry, :at
            FROM unnest(CAST(:ids AS uuid[]), CAST(:lots AS uuid[]), CAST(:expired AS timestamptz[]), CAST(:amounts AS
                bigint[]),
                        CAST(:paid AS bigint[]), CAST(:subsidy AS bigint[]), CAST(:entries AS uuid[]))
                AS e (id, lot, expired_at, amount, paid, subsidy, entry)
        """),
        {
            "at": at, "ids": [new_id(at) for _ in expired], "lots": [lot.lot_id for lot in expired],
            "expired": [lot.expired_at for lot in expired], "amounts": [lot.amount for lot in expired],
            "paid": [share.paid for share in shares], "subsidy": [share.subsidy for share in shares],
            "entries": [entry.id for entry in entries],
        },
    )  # fmt: skip
    publish(
        conn,
        [
            Event("lot.expired", lot.lot_id, {"wallet_id": lot.wallet_id.hex, "amount": lot.amount, "owed": share.paid})
            for lot, share in zip(expired, shares, strict=True)
        ],
        at=at,
    )


def _holders(lot: Expired) -> Shares:
    """Tell the shares of what expired: its holder's is what was paid for it, or had been repaid."""
    return lot.shares or Shares(lot.repaid, 0)


def _owner(lot: Expired) -> str:
    """Tell the account that gets what is not the state's share."""
    if lot.programme is not None:
        return account_path(GRANT_RECEIVABLE_KIND, lot.programme)
    return account_path("unclaimed", lot.wallet_id)


def _transfers(lot: Expired, accounts: dict[str, int]) -> tuple[Transfer, ...]:
    value = accounts[account_path("lot", lot.lot_id)]
    owner = accounts[_owner(lot)]
    if lot.shares is None:
        moves = [Transfer(value, owner, lot.amount - lot.repaid, "expiry_grant")] if lot.amount > lot.repaid else []
        if lot.repaid:
            holder = accounts[account_path("unclaimed", lot.wallet_id)]
            moves.append(Transfer(value, holder, lot.repaid, "expiry_repaid"))
        return tuple(moves)
    paid = [Transfer(value, owner, lot.shares.paid, "expiry_paid")] if lot.shares.paid else []
    if lot.shares.subsidy:
        paid.append(Transfer(value, accounts[SUBSIDY_RECEIVABLE], lot.shares.subsidy, "expiry_subsidy"))
    return tuple(paid)


def notify_expiring(conn: Connection, *, at: datetime, limit: int = 500) -> tuple[list[Notice], bool]:
    """Tell holders of this lane whose lots expire soon, as events; answer the notices, and whether more may wait.

    Each notice goes out once. Where days were missed only the most urgent one is sent: nobody is told "30 days" and
    "5 days"
    at once.
    """
    take_lane(conn)
    rules = life_rules_at(conn, at=at)
    if not rules.notice_days:
        return [], False
    today = seoul_date(at)
    rows = conn.execute(
        text(_EXPIRING),
        {
            "at": at, "today": today, "days": list(rules.notice_days), "limit": limit,
            "horizon": at + timedelta(days=rules.notice_days[-1] + 1),
        },
    ).all()  # fmt: skip
    notices = [Notice(row.id, row.wallet_id, row.left_won, row.expires_at, row.days_before) for row in rows]
    if notices:
        conn.execute(
            text("""
                INSERT INTO expiry_notices (lot_id, days_before, expires_at, noticed_at)
                SELECT n.lot, n.days, n.expires, :at
                FROM unnest(CAST(:lots AS uuid[]), CAST(:days AS integer[]), CAST(:expires AS timestamptz[])) AS n
                    (lot, days, expires)
            """),
            {
                "at": at, "lots": [n.lot_id for n in notices], "days": [n.days_before for n in notices],
                "expires": [n.expires_at for n in notices],
            },
        )  # fmt: skip
        publish(conn, [_event(notice) for notice in notices], at=at)
    return notices, len(notices) == limit


# For each lot that still holds something: the smallest notice that is due, unless it or a smaller one was given.
_EXPIRING = """
    SELECT l.id, l.wallet_id, l.expires_at, b.credits - b.debits - b.debits_pending AS left_won, n.days_before
    FROM lots l JOIN balances b ON b.account_id = l.account_id
    CROSS JOIN LATERAL (
        SELECT min(d.days) AS days_before FROM unnest(CAST(:days AS integer[])) AS d (days)
        WHERE d.days >= CAST(l.expires_at AT TIME ZONE 'Asia/Seoul' AS date) - CAST(:today AS date)) AS n
    WHERE l.expires_at > :at AND l.expires_at <= :horizon AND b.credits > b.debits + b.debits_pending
      AND n.days_before IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM expiry_notices e WHERE e.lot_id = l.id AND e.days_before <= n.days_before)
    ORDER BY l.expires_at, l.id LIMIT :limit
"""


def _event(notice: Notice) -> Event:
    facts: dict[str, object] = {
        "wallet_id": notice.wallet_id.hex, "amount": notice.left, "days_before": notice.days_before,
        "until_on": seoul_date(notice.expires_at - timedelta(microseconds=1)).isoformat(),
    }  # fmt: skip
    return Event("lot.expiring", notice.lot_id, facts)
