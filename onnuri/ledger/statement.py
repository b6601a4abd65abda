"""An account as an accountant reads it: a statement with a running balance, a T-account, and why it is so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.refusals import NotFound
from onnuri.ledger.read import balances
from onnuri.ledger.snapshots import TransfersArchived, balance_at


class AccountUnknown(NotFound):
    """No account has that path in this lane."""

    code = "account_unknown"
    ko = "계정을 찾을 수 없습니다: {path}"
    en = "There is no account {path}."


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One transfer seen from one account; won. `balance` is right after it, on the side where the account grows."""

    seq: int
    entry_id: UUID
    kind: str
    code: str
    other: str
    debit: int
    credit: int
    balance: int
    effective_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A page of a statement; `next_after` is where the next page begins, None at the end."""

    path: str
    opening: int
    lines: list[StatementLine]
    next_after: int | None

    @property
    def closing(self) -> int:
        """The balance at the end of the page, won."""
        return self.lines[-1].balance if self.lines else self.opening


@dataclass(frozen=True, slots=True)
class TSide:
    """One side of a T-account: how much came under each code; won."""

    code: str
    other_kind: str
    transfers: int
    amount: int


@dataclass(frozen=True, slots=True)
class TAccount:
    """Both sides of an account between two seqs; won."""

    path: str
    opening: int
    debit: list[TSide]
    credit: list[TSide]
    closing: int


@dataclass(frozen=True, slots=True)
class Why:
    """What a balance is made of: the transfers in, the transfers out, and the newest of each, with their entries."""

    path: str
    balance: int
    in_total: int
    out_total: int
    parts: TAccount
    newest: list[StatementLine]


_LINES = text("""
    -- the two sides separately, so that each walks its own index from the key on
    SELECT t.seq, t.entry_id, e.kind, t.code, t.debit_account = :id AS debited, a.path AS other, t.amount,
           t.effective_on, e.recorded_at
    FROM ((SELECT * FROM transfers WHERE debit_account = :id AND seq > :after AND seq <= :to ORDER BY seq LIMIT :limit)
          UNION ALL
          (SELECT * FROM transfers WHERE credit_account = :id AND seq > :after AND seq <= :to ORDER BY seq LIMIT :limit)
         ) AS t
    JOIN entries e ON e.id = t.entry_id
    JOIN accounts a ON a.id = CASE WHEN t.debit_account = :id THEN t.credit_account ELSE t.debit_account END
    ORDER BY t.seq LIMIT :limit
""")
_END = 9_223_372_036_854_775_807


def statement(
    conn: Connection, path: str, *, after_seq: int = 0, to_seq: int | None = None, limit: int = 100
) -> StatementPage:
    """Give a page of a statement, oldest first, from after a seq. Refuses `AccountUnknown`, `TransfersArchived`.

    Page k costs what page 1 costs: the opening balance is the nearest snapshot plus a tail, the lines come by key.
    """
    account_id, side = _account(conn, path)
    _refuse_archived(conn, after_seq)
    opening = running = balance_at(conn, path, seq=after_seq)
    bounds = {"id": account_id, "after": after_seq, "to": _END if to_seq is None else to_seq, "limit": limit + 1}
    rows = conn.execute(_LINES, bounds).all()
    lines: list[StatementLine] = []
    for row in rows[:limit]:
        debit, credit = (row.amount, 0) if row.debited else (0, row.amount)
        running += debit - credit if side == "debit" else credit - debit
        lines.append(
            StatementLine(
                row.seq, row.entry_id, row.kind, row.code, row.other, debit, credit, running, row.effective_on,
                row.recorded_at,
            )
        )  # fmt: skip
    return StatementPage(path, opening, lines, lines[-1].seq if len(rows) > limit else None)


_SIDES = text("""
    SELECT s.debited, s.code, a.kind AS other_kind, count(*) AS transfers, sum(s.amount)::bigint AS amount
    FROM (SELECT true AS debited, code, credit_account AS other, amount FROM transfers
          WHERE debit_account = :id AND seq > :after AND seq <= :to
          UNION ALL
          SELECT false, code, debit_account, amount FROM transfers
          WHERE credit_account = :id AND seq > :after AND seq <= :to) AS s
    JOIN accounts a ON a.id = s.other
    GROUP BY s.debited, s.code, a.kind ORDER BY amount DESC, s.code
""")


def t_account(conn: Connection, path: str, *, after_seq: int = 0, to_seq: int | None = None) -> TAccount:
    """Give both sides of an account between two seqs, by code and by the kind of the other account."""
    account_id, _ = _account(conn, path)
    _refuse_archived(conn, after_seq)
    to = _END if to_seq is None else to_seq
    rows = conn.execute(_SIDES, {"id": account_id, "after": after_seq, "to": to}).all()
    sides: dict[bool, list[TSide]] = {True: [], False: []}
    for row in rows:
        sides[row.debited].append(TSide(row.code, row.other_kind, row.transfers, row.amount))
    closing = balances(conn, [path])[path] if to_seq is None else balance_at(conn, path, seq=to_seq)
    return TAccount(path, balance_at(conn, path, seq=after_seq), sides[True], sides[False], closing)


def why(conn: Connection, path: str, *, newest: int = 20) -> Why:
    """Explain a balance: what came in, what went out, for what, and the newest transfers with their entries."""
    account_id, side = _account(conn, path)
    parts = t_account(conn, path)
    grows, shrinks = (parts.debit, parts.credit) if side == "debit" else (parts.credit, parts.debit)
    came, went = sum(part.amount for part in grows), sum(part.amount for part in shrinks)
    start = conn.execute(
        text("""
            SELECT min(seq) FROM (
                (SELECT seq FROM transfers WHERE debit_account = :id ORDER BY seq DESC LIMIT :newest)
                UNION ALL
                (SELECT seq FROM transfers WHERE credit_account = :id ORDER BY seq DESC LIMIT :newest)
                ORDER BY seq DESC LIMIT :newest) AS newest
        """),
        {"id": account_id, "newest": newest},
    ).scalar_one_or_none()
    page = statement(conn, path, after_seq=(start or 1) - 1, limit=newest)
    return Why(path, parts.closing, came, went, parts, page.lines)


def _refuse_archived(conn: Connection, after_seq: int) -> None:
    away = conn.execute(text("SELECT max(seq_hi) - 1 FROM archives WHERE returned_at IS NULL")).scalar_one()
    if away is not None and after_seq < away:
        raise TransfersArchived


def _account(conn: Connection, path: str) -> tuple[int, str]:
    row = conn.execute(
        text("""
            SELECT a.id, k.side FROM accounts a JOIN shared.account_kinds k ON k.kind = a.kind WHERE a.path = :path
        """),
        {"path": path},
    ).one_or_none()
    if row is None:
        raise AccountUnknown(path=path)
    return row.id, row.side
