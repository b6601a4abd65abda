"""Companies: buy without discount into an account of their own, and distribute it by list.

What a recipient gets is a gift paid in full by the company (ours): it counts towards the holding cap, can't be given
on or
paid back, and at its expiry belongs to the recipient. The company's account is kept in the first lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.ids import new_id
from onnuri.kit.lanes import use_lane
from onnuri.kit.refusals import Conflict, NotFound
from onnuri.kit.requests import Answered, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.lanes import current_lane, take_lanes
from onnuri.ledger.model import BANK_TRUST, Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.vouchers.acts import Act, answer_each
from onnuri.vouchers.bank_receipts import BankReceipt, count_receipt
from onnuri.vouchers.giving.credit_list import CreditSource
from onnuri.vouchers.life_rules import life_rules_at
from onnuri.vouchers.model import years_later


class CompanyUnknown(NotFound):
    """No verified company has that id."""

    code = "company_unknown"
    ko = "확인된 법인이 아닙니다."
    en = "There is no such verified company."


class CompanyExists(Conflict):
    """A business number is verified once."""

    code = "company_exists"
    ko = "이미 등록된 사업자등록번호입니다."
    en = "That business number is registered already."


@dataclass(frozen=True, slots=True)
class Company:
    """A verified company."""

    id: UUID
    business_number: str
    name: str
    verified_at: datetime
    verified_by: str


@dataclass(frozen=True, slots=True)
class CompanyPurchase:
    """A company pays in; `bank_reference` is the bank's of the receipt; won."""

    id: UUID
    request: RequestKey
    company_id: UUID
    amount: int
    bank_reference: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase as it stands; won. `how` is receipt or withdrawal; only a withdrawal waits for the bank's answer."""

    id: UUID
    company_id: UUID
    amount: int
    how: str
    status: str
    bank_reference: str | None
    bank_tran_id: str | None
    fintech_use_num: str | None
    requested_at: datetime
    requested_on: date
    answered_at: datetime | None
    bank_code_given: str | None
    bank_message: str | None
    inquiries: int
    entry_id: UUID | None


def register_company(conn: Connection, *, business_number: str, name: str, by: str, at: datetime) -> UUID:
    """Store a company whose papers were checked. Refuses `CompanyExists`. The caller has checked the number's check
    digit.
    """
    company_id = new_id(at)
    try:
        conn.execute(
            text(
                "INSERT INTO shared.companies (id, business_number, name, verified_at, verified_by)"
                " VALUES (:id, :number, :name, :at, :by)"
            ),
            {"id": company_id, "number": business_number, "name": name, "at": at, "by": by},
        )
    except IntegrityError as error:
        if "companies_business_number" in str(error.orig):
            raise CompanyExists from error
        raise
    return company_id


def companies(conn: Connection, *, after: UUID | None = None, limit: int = 1000) -> list[Company]:
    """List verified companies, oldest first, from after one."""
    later = " WHERE id > :after" if after else ""
    rows = conn.execute(
        text(f"{_COMPANIES}{later} ORDER BY id LIMIT :limit"), {"limit": limit} | ({"after": after} if after else {})
    )
    return [Company(*row) for row in rows]


def company(conn: Connection, company_id: UUID) -> Company:
    """Give a verified company. Refuses `CompanyUnknown`."""
    row = conn.execute(text(f"{_COMPANIES} WHERE id = :id"), {"id": company_id}).one_or_none()
    if row is None:
        raise CompanyUnknown
    return Company(*row)


_COMPANIES = "SELECT id, business_number, name, verified_at, verified_by FROM shared.companies"


def buy_for_company(conn: Connection, items: Sequence[CompanyPurchase], *, at: datetime) -> list[Answered[Purchase]]:
    """Book what companies paid in, won for won, without discount; answer each. Look at the first lane."""
    head = take_lane(conn)

    def load(fresh: Sequence[CompanyPurchase]) -> _Decide:
        known = conn.execute(
            text("SELECT id FROM shared.companies WHERE id = ANY(:ids)"), {"ids": [item.company_id for item in fresh]}
        )
        return _Decide(conn, set(known.scalars()), at)

    def write(decided: Sequence[CompanyPurchase]) -> None:
        _write(conn, decided, head, at)

    return answer_each(conn, items, Act("company_purchase", load, write, lambda ids: _purchases(conn, ids)), at=at)


class _Decide:
    def __init__(self, conn: Connection, companies_known: set[UUID], at: datetime) -> None:
        self._conn, self._known, self._at = conn, companies_known, at

    def __call__(self, item: CompanyPurchase) -> CompanyPurchase:
        assert item.amount > 0
        if item.company_id not in self._known:
            raise CompanyUnknown
        count_receipt(self._conn, BankReceipt(item.bank_reference, "purchase", item.id, item.amount), at=self._at)
        return item


def _write(conn: Connection, decided: Sequence[CompanyPurchase], head: LaneHead, at: datetime) -> None:
    paths = [account_path("purchase", item.company_id) for item in decided]
    accounts = open_accounts(conn, [BANK_TRUST, *paths], at=at)
    on = effective_date(at, head)
    entries = [
        Entry(
            new_id(at),
            "company_bought",
            on,
            (Transfer(accounts[BANK_TRUST], accounts[path], item.amount, "company_bought"),),
        )
        for item, path in zip(decided, paths, strict=True)
    ]
    post(conn, entries, at=at)
    conn.execute(
        text("""
            INSERT INTO company_purchases (id, company_id, amount, how, status, bank_reference, requested_at,
                requested_on, answered_at, entry_id)
            SELECT p.id, p.company, p.amount, 'receipt', 'SUCCEEDED', p.reference, :at, :on, :at, p.entry
            FROM unnest(CAST(:ids AS uuid[]), CAST(:companies AS uuid[]), CAST(:amounts AS bigint[]), CAST(:refs AS
                text[]),
                        CAST(:entries AS uuid[])) AS p (id, company, amount, reference, entry)
        """),
        {
            "at": at, "on": seoul_date(at), "ids": [item.id for item in decided],
            "companies": [item.company_id for item in decided],
            "amounts": [item.amount for item in decided], "refs": [item.bank_reference for item in decided],
            "entries": [entry.id for entry in entries],
        },
    )  # fmt: skip
    publish(conn, [bought(item.id, item.company_id, item.amount) for item in decided], at=at)


def bought(id: UUID, company_id: UUID, amount: int) -> Event:
    """Tell that a company bought, won."""
    return Event("company.bought", id, {"company_id": company_id.hex, "amount": amount})


def _purchases(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Purchase]:
    rows = conn.execute(text(f"{SELECT_PURCHASES} WHERE p.id = ANY(:ids)"), {"ids": list(ids)})
    return {row.id: Purchase(*row) for row in rows}


SELECT_PURCHASES = (
    "SELECT p.id, p.company_id, p.amount, p.how, p.status, p.bank_reference, p.bank_tran_id, a.fintech_use_num,"
    " p.requested_at, p.requested_on, p.answered_at, p.bank_code_given, p.bank_message, p.inquiries, p.entry_id"
    " FROM company_purchases p LEFT JOIN shared.company_accounts a ON a.id = p.account_id"
)


def move_to_lane(conn: Connection, company_id: UUID, lane: str, amount: int, *, at: datetime) -> None:
    """Bring a company's value to the lane of the recipients, won, through clearing accounts; look at the lane it is in.

    Refuses `BalanceTooLow`. Both lanes are held until the transaction ends.
    """
    here = current_lane(conn)
    heads = take_lanes(conn, {here, lane})
    purchase = account_path("purchase", company_id)
    for side, debit, credit in (
        (here, purchase, account_path("lane_clearing", lane)),
        (lane, account_path("lane_clearing", here), purchase),
    ):
        use_lane(conn, side)
        accounts = open_accounts(conn, [debit, credit], at=at)
        moved = Transfer(accounts[debit], accounts[credit], amount, "company_moved")
        post(conn, [Entry(new_id(at), "company_moved", effective_date(at, heads[side]), (moved,))], at=at)
    use_lane(conn, here)


def company_source(conn: Connection, company_id: UUID, *, at: datetime) -> CreditSource:
    """Say how the lots are made that a company gives. Refuses `CompanyUnknown`.

    They expire the policy's years after the day of the distribution. The account never goes below zero: what it does
    not
    hold is not distributed (`BalanceTooLow`).
    """
    name = company(conn, company_id).name
    rules = life_rules_at(conn, at=at)
    return CreditSource(
        kind="company", id=company_id.hex, name=name, account=account_path("purchase", company_id),
        code="company_credit",
        lot_source="gift", paid_by_giver=True, expires_at=seoul_midnight(years_later(seoul_date(at),
        rules.validity_years)),
        holding_max=rules.holding_max,
    )  # fmt: skip
