"""Pay what is owed to a holder since an expiry: the paid share of what was bought or given, to the own bank account.

Money that had no lot to stay in waits in `unclaimed:wallet` of its lane, however long, also after its holder has left.
It goes out as a refund does, by the same two transactions around the bank: taken once, sent once, resolved by inquiry;
what the bank does not pay is owed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.mint import mint_bank_tran_ids
from onnuri.kit.ids import new_id
from onnuri.kit.lanes import each_lane
from onnuri.kit.refusals import Conflict, Refused
from onnuri.kit.requests import Answered, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish
from onnuri.ledger.read import balances
from onnuri.vouchers.asking import ask_once
from onnuri.vouchers.bank_window import bank_is_closed, check_bank_open
from onnuri.vouchers.expiry import expire_wallet, owed_unposted
from onnuri.vouchers.life import LATE_ACTS
from onnuri.vouchers.model import NoDebitAccount, Shares, WalletNotOpen, WalletUnknown
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.refunding.refund import REFUND_IN_FLIGHT
from onnuri.vouchers.refunding.refund_rows import UNCLAIMED, NewRefund, Refund, has_account, insert_refund, refund


class NothingOwed(Refused):
    """Nothing is owed for that wallet."""

    code = "nothing_owed"
    ko = "돌려드릴 만료 금액이 없습니다. 돈은 움직이지 않았습니다."
    en = "Nothing is owed to you for what expired. No money moved."


class OwedOnItsWay(Conflict):
    """All that is owed is on its way to the bank already."""

    code = "owed_on_its_way"
    ko = "만료 금액 {amount}원을 이미 계좌로 보내고 있습니다. 은행의 답을 기다려 주세요. 돈은 더 움직이지 않았습니다."
    en = "The {amount} won you are owed are on their way to your account already; wait for the bank. No money moved."


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed for a wallet since an expiry; won. `on_its_way` is what the bank has not answered for."""

    wallet_id: UUID
    amount: int
    on_its_way: int


@dataclass(frozen=True, slots=True)
class UnclaimedOrder:
    """A holder asks for all that is owed for a wallet."""

    request: RequestKey
    wallet_id: UUID


def request_unclaimed(
    conn: Connection, order: UnclaimedOrder, *, institution_code: str, at: datetime
) -> Answered[Refund]:
    """Take all that is owed for a wallet, or freeze why not. Commit, then send it to the bank.

    Refuses `WalletUnknown`, `WalletNotOpen` for a frozen wallet (a closed one is paid), `BankClosed`, `OwedOnItsWay`,
    `NothingOwed`, `NoDebitAccount`.
    """

    def take(head: LaneHead) -> UUID:
        amount = _decide(conn, order.wallet_id, head, at)
        return _take(conn, order.wallet_id, amount, mint_bank_tran_ids(conn, institution_code, 1)[0], head, at)

    return ask_once(conn, order.request, "refund", take, refund, at=at)


def _decide(conn: Connection, wallet_id: UUID, head: LaneHead, at: datetime) -> int:
    wallet = wallets(conn, [wallet_id]).get(wallet_id)
    if wallet is None:
        raise WalletUnknown
    if wallet.status not in ("OPEN", "CLOSED"):
        raise WalletNotOpen
    check_bank_open(conn, at=at)
    expire_wallet(conn, wallet_id, on=effective_date(at, head), at=at)
    now = owed(conn, wallet_id, at=at)
    if now.amount == 0:
        raise OwedOnItsWay(amount=now.on_its_way) if now.on_its_way else NothingOwed()
    if not has_account(conn, wallet_id, None):
        raise NoDebitAccount
    return now.amount


def _take(conn: Connection, wallet_id: UUID, amount: int, tran_id: str, head: LaneHead, at: datetime) -> UUID:
    refund_id, entry_id, source = new_id(at), new_id(at), account_path(UNCLAIMED, wallet_id)
    accounts = open_accounts(conn, [source, REFUND_IN_FLIGHT], at=at)
    leg = Transfer(accounts[source], accounts[REFUND_IN_FLIGHT], amount, "unclaimed_paid")
    post(conn, [Entry(entry_id, UNCLAIMED, effective_date(at, head), (leg,))], at=at)
    new = NewRefund(
        refund_id, wallet_id, None, False, None, UNCLAIMED, Shares(amount, 0), 0, tran_id, entry_id
    )  # fmt: skip
    insert_refund(conn, new, at=at)
    publish(conn, [Event("unclaimed.requested", refund_id, {"wallet_id": wallet_id.hex, "amount": amount})], at=at)
    return refund_id


def owed(conn: Connection, wallet_id: UUID, *, at: datetime) -> Owed:
    """Tell what is owed for a wallet of this lane, from the books; what has expired counts before any job posted it."""
    path = account_path(UNCLAIMED, wallet_id)
    query = """
        SELECT coalesce(sum(paid), 0)::bigint FROM refunds
        WHERE wallet_id = :wallet AND kind = 'unclaimed' AND status IN ('REQUESTED', 'UNKNOWN')
    """
    on_its_way = conn.execute(text(query), {"wallet": wallet_id}).scalar_one()
    amount = balances(conn, [path])[path] + owed_unposted(conn, wallet_id, at=at)
    return Owed(wallet_id, amount, on_its_way)


def owed_to(conn: Connection, holder_id: UUID, *, at: datetime) -> list[tuple[Owed, str]]:
    """List what is owed to somebody for every wallet they ever had, in whatever lane, with that lane."""
    query = (
        "SELECT id FROM shared.wallets WHERE holder_id = :holder AND lane = :lane AND state <> 'MIGRATING' ORDER BY id"
    )
    found: list[tuple[Owed, str]] = []
    for lane in each_lane(conn):
        ids = conn.execute(text(query), {"holder": holder_id, "lane": lane}).scalars().all()
        found += [(owed(conn, id, at=at), lane) for id in ids]
    return [(each, lane) for each, lane in found if each.amount or each.on_its_way]


@dataclass(frozen=True, slots=True)
class Place:
    """How far the expiries have been looked at for paying what they left owed."""

    posted_at: datetime
    lot_id: UUID


def next_owed(conn: Connection, *, at: datetime, limit: int = 100) -> tuple[list[UnclaimedOrder], Place | None]:
    """List orders for what the next expiries of this lane left owed, and the place after them; nothing at night.

    What expires is refunded to its owner unasked, where there is an account. Each order's key is its expiry's own, so
    however often and by whomever it is run, it is taken once. Then say `looked_at`. What was posted just now is left to
    a later run: another one that read the clock before it may still be written.
    """
    if bank_is_closed(conn, at=at):
        return [], None
    rows = conn.execute(text(_NEXT), {"posted_by": at - LATE_ACTS, "limit": limit}).all()
    orders = {
        row.wallet_id: UnclaimedOrder(RequestKey("expiry", row.id.hex, row.id.bytes * 2), row.wallet_id)
        for row in rows
        if row.has_account
    }
    return list(orders.values()), Place(rows[-1].posted_at, rows[-1].lot_id) if rows else None


_NEXT = """
    SELECT e.id, e.posted_at, e.lot_id, l.wallet_id, e.paid > 0 AND EXISTS (
        SELECT 1 FROM shared.wallets w JOIN shared.debit_accounts a ON a.holder_id = w.holder_id
        WHERE w.id = l.wallet_id AND a.revoked_at IS NULL) AS has_account
    FROM expiry_cursors c JOIN expirations e ON (e.posted_at, e.lot_id) > (c.expires_at, c.lot_id)
    JOIN lots l ON l.id = e.lot_id WHERE c.what = 'owed' AND e.posted_at <= :posted_by
    ORDER BY e.posted_at, e.lot_id LIMIT :limit
"""


def looked_at(conn: Connection, place: Place) -> None:
    """Go on after this place next time; never back."""
    conn.execute(
        text("""
            UPDATE expiry_cursors SET expires_at = :posted, lot_id = :lot
            WHERE what = 'owed' AND (expires_at, lot_id) < (:posted, :lot)
        """),
        {"posted": place.posted_at, "lot": place.lot_id},
    )


def unclaimed_payouts(conn: Connection, holder_id: UUID, *, only: UUID | None = None, limit: int = 100) -> list[Refund]:
    """List payouts of what was owed to somebody, in whatever lane, the newest first; or `only` one of them."""
    query = f"""
        SELECT r.id FROM refunds r JOIN shared.wallets w ON w.id = r.wallet_id
        WHERE w.holder_id = :holder AND r.kind = 'unclaimed'{" AND r.id = :only" if only else ""}
        ORDER BY r.id DESC LIMIT :limit
    """
    given = {"holder": holder_id, "limit": limit} | ({"only": only} if only else {})
    found = [refund(conn, id) for _ in each_lane(conn) for id in conn.execute(text(query), given).scalars().all()]
    return sorted(found, key=lambda each: each.id, reverse=True)[:limit]
