"""A company buys by a withdrawal from its own bank account, won for won: asked, sent once, answered or inquired.

Two short transactions with the bank between them, as for a charge: `request_purchase` stores the order before anything
is sent, `settle_purchase` writes down what the bank answered. Purchases are kept in the first lane.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer
from onnuri.banks.mint import mint_bank_tran_ids
from onnuri.banks.wire import AMOUNT_MAX
from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, NotFound, Refused
from onnuri.kit.requests import Answered, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import BANK_TRUST, Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.vouchers.asking import ask_once, status_after, told_by_bank
from onnuri.vouchers.bank_window import check_bank_open
from onnuri.vouchers.giving.corporate import SELECT_PURCHASES, Purchase, bought, company
from onnuri.vouchers.sending import keep_late_word

_KIND = "company_purchase"


class PurchaseUnknown(NotFound):
    """No purchase of a company has that id."""

    code = "company_purchase_unknown"
    ko = "법인 구매 내역을 찾을 수 없습니다."
    en = "There is no such purchase."


class NoCompanyAccount(Conflict):
    """The company has not registered a bank account, or has withdrawn the consent."""

    code = "no_company_account"
    ko = "구매 대금을 출금할 법인 계좌가 등록되어 있지 않습니다. 돈은 움직이지 않았습니다."
    en = "No bank account of that company may be debited. No money moved."


class PurchaseTooLarge(Refused):
    """The bank takes twelve digits."""

    code = "company_purchase_too_large"
    ko = "은행은 열두 자리 금액까지 한 번에 출금합니다. 나누어 사 주세요. 돈은 움직이지 않았습니다."
    en = "The bank draws at most twelve digits at once; buy in parts. No money moved."


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A company asks to buy by withdrawal; won."""

    request: RequestKey
    company_id: UUID
    amount: int


def request_purchase(
    conn: Connection, order: PurchaseOrder, *, institution_code: str, at: datetime
) -> Answered[Purchase]:
    """Store a purchase before the bank hears of it, or freeze why not. Commit, then send it unless it is a replay."""

    def store(_: LaneHead) -> UUID:
        return _request(conn, order, institution_code, at)

    return ask_once(conn, order.request, _KIND, store, purchase, at=at)


def _request(conn: Connection, order: PurchaseOrder, institution_code: str, at: datetime) -> UUID:
    company(conn, order.company_id)
    check_bank_open(conn, at=at)
    if order.amount > AMOUNT_MAX:
        raise PurchaseTooLarge
    account_id = conn.execute(
        text("SELECT id FROM shared.company_accounts WHERE company_id = :company AND revoked_at IS NULL"),
        {"company": order.company_id},
    ).scalar_one_or_none()
    if account_id is None:
        raise NoCompanyAccount
    id = new_id(at)
    conn.execute(
        text(
            "INSERT INTO company_purchases (id, company_id, amount, how, status, bank_tran_id, account_id,"
            " requested_at, requested_on) VALUES (:id, :company, :amount, 'withdrawal', 'REQUESTED', :tran, :account,"
            " :at, :on)"
        ),
        {
            "id": id, "company": order.company_id, "amount": order.amount, "account": account_id,
            "tran": mint_bank_tran_ids(conn, institution_code, 1)[0], "at": at, "on": seoul_date(at),
        },
    )  # fmt: skip
    return id


def settle_purchase(conn: Connection, id: UUID, answer: Answer, *, inquired: bool, at: datetime) -> Purchase:
    """Write down what the bank said: success is booked, a definite failure ends it, anything else stays UNKNOWN.

    What is final stays final; that the bank did what has failed here opens a break.
    """
    head = take_lane(conn)
    before = purchase(conn, id)
    if before.status in ("SUCCEEDED", "FAILED"):
        keep_late_word(conn, "purchase", id, before.status, answer, at)
        return before
    inquiries = before.inquiries + inquired
    status = status_after(answer, inquiries=inquiries, requested_at=before.requested_at, at=at)
    if status == "SUCCEEDED":
        entry_id = _book(conn, before, head, at)
        _answered(conn, id, status, answer, at=at, inquiries=inquiries, entry_id=entry_id)
        publish(conn, [bought(id, before.company_id, before.amount)], at=at)
        return purchase(conn, id)
    _answered(conn, id, status, answer, at=at, inquiries=inquiries)
    if status == "FAILED":
        told: dict[str, object] = {
            "company_id": before.company_id.hex, "amount": before.amount, "code": answer.bank_rsp_code
        }  # fmt: skip
        publish(conn, [Event("company.purchase_failed", id, told)], at=at)
    return purchase(conn, id)


def _book(conn: Connection, made: Purchase, head: LaneHead, at: datetime) -> UUID:
    path = account_path("purchase", made.company_id)
    accounts = open_accounts(conn, [BANK_TRUST, path], at=at)
    transfer = Transfer(accounts[BANK_TRUST], accounts[path], made.amount, "company_bought")
    entry = Entry(new_id(at), "company_bought", effective_date(at, head), (transfer,))
    post(conn, [entry], at=at)
    return entry.id


def _answered(  # the whole answer is one row
    conn: Connection, id: UUID, status: str, answer: Answer, *, at: datetime, **more: int | UUID
) -> None:
    conn.execute(
        text(
            "UPDATE company_purchases SET status = :status, entry_id = :entry, answered_at = :answered,"
            " bank_code_given = :code, bank_message = :message, inquiries = :inquiries WHERE id = :id"
        ),
        {
            "id": id, "status": status, "entry": more.get("entry_id"), "inquiries": more["inquiries"],
            "answered": None if status == "UNKNOWN" else at,
        } | told_by_bank(answer),
    )  # fmt: skip


def purchase(conn: Connection, id: UUID) -> Purchase:
    """Give one purchase. Refuses `PurchaseUnknown`."""
    row = conn.execute(text(f"{SELECT_PURCHASES} WHERE p.id = :id"), {"id": id}).one_or_none()
    if row is None:
        raise PurchaseUnknown
    return Purchase(*row)


def purchases_of(conn: Connection, company_id: UUID, *, before: UUID | None = None, limit: int = 100) -> list[Purchase]:
    """List purchases of a company, the newest first."""
    older = " AND p.id < :before" if before else ""
    rows = conn.execute(
        text(f"{SELECT_PURCHASES} WHERE p.company_id = :company{older} ORDER BY p.id DESC LIMIT :limit"),
        {"company": company_id, "limit": limit} | ({"before": before} if before else {}),
    )
    return [Purchase(*row) for row in rows]


def open_purchases(conn: Connection, *, asked_before: datetime, limit: int = 1000) -> list[Purchase]:
    """List purchases whose result is not known, asked before an instant: the bank must be inquired."""
    rows = conn.execute(
        text(
            f"{SELECT_PURCHASES} WHERE p.status IN ('REQUESTED', 'UNKNOWN') AND p.requested_at < :before"
            " ORDER BY p.id LIMIT :limit"
        ),
        {"before": asked_before, "limit": limit},
    )
    return [Purchase(*row) for row in rows]
