"""The safeguarding equation over all lanes, item by item, and the bank's own balance against our books.

Source of the equation: 전자금융거래법 제25조의2; the pool covers face value, the discounted share included.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, text

from onnuri.kit.lanes import each_lane
from onnuri.ledger.model import BANK_TRUST
from onnuri.ledger.read import balances, trial_balance
from onnuri.settlement.differences import LOOK_BACK, MISSING_KINDS, still_put_aside, unseen

_NAMES: Final = {
    "bank": "safeguarded cash · 보호 예금",
    "subsidy_receivable": "subsidy owed by the state · 할인지원금 미수",
    "grant_receivable": "grants owed by the state · 국가 지급분 미수",
    "holder_receivable": "owed by holders · 보유자 미수",
    "merchant_receivable": "owed by shops · 가맹점 미수",
    "loss": "losses · 손실",
    "lot": "outstanding face · 미사용 액면",
    "gift_box": "gifts on their way · 선물 중",
    "purchase": "bought by companies, not handed out · 법인 구매분",
    "handover": "being handed over · 이전 중",
    "lane_clearing": "between lanes · 원장 사이",
    "merchant": "payable to shops · 가맹점 지급 예정",
    "merchant_held": "held for fraud · 부정유통 보류",
    "card_issuer": "payable to card companies · 카드사 지급 예정",
    "payout_in_flight": "payouts in flight · 지급 중",
    "refund_in_flight": "refunds in flight · 환불 중",
    "unclaimed": "unclaimed · 미청구",
    "suspense": "unexplained receipts · 미확인 입금",
    "fee_income": "fees · 수수료",
    "breakage": "breakage · 낙전",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the equation: which kind of account, its name, won."""

    kind: str
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class Safeguarding:
    """What covers (assets) and what must be covered (liabilities), won."""

    covers: tuple[Item, ...]
    owed: tuple[Item, ...]

    @property
    def difference(self) -> int:
        """Covers less owed; 0 or something is wrong."""
        return sum(item.amount for item in self.covers) - sum(item.amount for item in self.owed)


@dataclass(frozen=True, slots=True)
class BankComparison:
    """The bank's closing balance against `bank:trust`, won, and what explains the difference.

    `in_transit` is in the books and not yet on a statement; `accepted` are breaks that a person resolved without a
    booking and that still differ; `unexplained` must be 0.
    """

    on: date
    bank: int
    books: int
    open_breaks: int
    accepted: int
    in_transit: int
    opening: int

    @property
    def difference(self) -> int:
        """Bank less books."""
        return self.bank - self.books

    @property
    def unexplained(self) -> int:
        """What neither breaks nor what is in transit explain."""
        return self.difference - self.open_breaks - self.accepted - self.in_transit - self.opening


def safeguarding(conn: Connection) -> Safeguarding:
    """Add up every kind of account over all lanes; kinds that hold nothing and never moved are left out."""
    covers: defaultdict[str, int] = defaultdict(int)
    owed: defaultdict[str, int] = defaultdict(int)
    for _ in each_lane(conn):
        for line in trial_balance(conn):
            if line.debits or line.credits:
                (covers if line.side == "debit" else owed)[line.kind] += line.balance
    return Safeguarding(covers=_items(covers), owed=_items(owed))


def compare_bank(conn: Connection) -> BankComparison | None:
    """Compare the last statement's closing balance with the books; None before the first statement."""
    ends = conn.execute(
        text(
            "SELECT (array_agg(booked_on ORDER BY booked_on DESC, file_id DESC))[1] AS last_on,"
            " (array_agg(closing ORDER BY booked_on DESC, file_id DESC))[1] AS closing,"
            " (array_agg(opening ORDER BY booked_on, file_id))[1] AS opening FROM shared.statement_files"
        )
    ).one()
    if ends.last_on is None:
        return None
    books = sum(balances(conn, [BANK_TRUST])[BANK_TRUST] for _ in each_lane(conn))
    open_breaks = conn.execute(
        text("SELECT coalesce(sum(amount), 0)::bigint FROM shared.breaks WHERE resolved_at IS NULL")
    ).scalar_one()
    return BankComparison(
        on=ends.last_on,
        bank=ends.closing,
        books=books,
        open_breaks=open_breaks,
        accepted=still_put_aside(conn),
        in_transit=_in_transit(conn, ends.last_on),
        opening=ends.opening,
    )


def _items(amounts: dict[str, int]) -> tuple[Item, ...]:
    return tuple(Item(kind, _NAMES[kind], amounts[kind]) for kind in _NAMES if kind in amounts)


def _in_transit(conn: Connection, on: date) -> int:
    """Add up what the books moved at the bank and no statement shows yet, as it will move bank less books; won."""
    with_break = set(
        conn.execute(
            text("SELECT reference FROM shared.breaks WHERE kind = ANY(:kinds)"), {"kinds": list(MISSING_KINDS)}
        ).scalars()
    )
    waiting = unseen(conn, since=on - LOOK_BACK)
    return -sum(each.signed for each in waiting if f"{each.kind}:{each.id.hex}" not in with_break)
