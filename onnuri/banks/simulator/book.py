"""What the simulated bank does with money: execute an order once, answer an inquiry, take a claim, book lines."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from onnuri.banks.simulator.scenarios import Kind, Move, Scenario, moves_of, scenario_for

SHORT_OF_FUNDS: Final = "453"


@dataclass(frozen=True, slots=True)
class Order:
    """A transfer the bank was asked for."""

    kind: Kind
    bank_tran_id: str
    asked_on: date
    contract: str
    bank_code: str
    party: str
    party_name: str
    print_content: str
    amount: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to answer to an order, and how."""

    rsp_code: str
    bank_rsp_code: str
    bank_on: date
    amount: int
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Found:
    """What the bank knows of an earlier transfer."""

    kind: Kind
    bank_tran_id: str
    bank_on: date
    bank_rsp_code: str
    contract: str
    bank_code: str
    party: str
    party_name: str
    print_content: str
    amount: int


def execute(conn: sqlite3.Connection, order: Order, *, overdraft: bool) -> Outcome:
    """Execute an order once: a known id is A0326, whatever its account would have done."""
    scenario = scenario_for(order.kind, order.party)
    bank_on = order.asked_on + timedelta(days=1) if scenario.next_day else order.asked_on
    if not scenario.reaches_bank:
        return Outcome("A0007", "", bank_on, order.amount, scenario)
    moves = moves_of(scenario, kind=order.kind, amount=order.amount, bank_on=bank_on)
    result_code = scenario.result_code
    short = scenario.pays and order.kind == "deposit" and not overdraft
    if short and _balance(conn, order.contract, on=order.asked_on) < order.amount:
        result_code = SHORT_OF_FUNDS
    if not _remember(conn, order, scenario, bank_on=bank_on, result_code=result_code):
        return Outcome("A0326", "", bank_on, order.amount, Scenario("duplicate id"))
    if result_code == SHORT_OF_FUNDS and scenario.pays:
        return Outcome("A0009", SHORT_OF_FUNDS, bank_on, order.amount, Scenario("contract account too low"))
    if scenario.pays:
        _book(conn, order, moves)
        if scenario.booking == "none":
            _move_balance(conn, order.contract, order.amount if order.kind == "withdrawal" else -order.amount)
    return Outcome(scenario.rsp_code, scenario.bank_rsp_code, bank_on, order.amount + scenario.answer_off, scenario)


def _remember(conn: sqlite3.Connection, order: Order, scenario: Scenario, *, bank_on: date, result_code: str) -> bool:
    """Write the order down; False where its id was already used on its date."""
    row = (
        order.kind,
        order.bank_tran_id,
        order.asked_on.isoformat(),
        bank_on.isoformat(),
        order.contract,
        order.bank_code,
        order.party,
        order.party_name,
        order.print_content,
        order.amount,
        result_code,
        order.amount + scenario.result_off,
        scenario.pending_inquiries,
    )
    written = conn.execute(
        "INSERT INTO transfers (kind, bank_tran_id, asked_on, bank_on, contract, bank_code, party, party_name,"
        " print_content, amount, result_code, result_amount, pending_inquiries)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (bank_tran_id, asked_on) DO NOTHING",
        row,
    )
    return written.rowcount == 1


def find(conn: sqlite3.Connection, *, kind: Kind, bank_tran_id: str, on: date, amount: int | None) -> Found | None:
    """Answer an inquiry by id, our date or the bank's, and amount; counts down the 400s still owed."""
    row = conn.execute(
        "SELECT id, bank_on, result_code, contract, bank_code, party, party_name, print_content, result_amount,"
        " pending_inquiries, kind FROM transfers WHERE bank_tran_id = ? AND kind = ? AND ? IN (asked_on, bank_on)"
        " AND result_code <> '' AND (? IS NULL OR amount = ?)",
        (bank_tran_id, kind, on.isoformat(), amount, amount),
    ).fetchone()
    if row is None:
        return None
    pending: int = row[9]
    if pending > 0:
        conn.execute("UPDATE transfers SET pending_inquiries = pending_inquiries - 1 WHERE id = ?", (row[0],))
    return Found(
        kind=row[10],
        bank_tran_id=bank_tran_id,
        bank_on=date.fromisoformat(row[1]),
        bank_rsp_code="400" if pending > 0 else row[2],
        contract=row[3],
        bank_code=row[4],
        party=row[5],
        party_name=row[6],
        print_content=row[7],
        amount=row[8],
    )


def claim_back(conn: sqlite3.Connection, *, bank_tran_id: str, org_on: date, amount: int, on: date) -> str:
    """Take a deposit back to our account (자금반환청구); gives the `rsp_code`: once only, whole amounts only."""
    row = conn.execute(
        "SELECT id, contract, party_name, print_content FROM transfers WHERE bank_tran_id = ? AND kind = 'deposit'"
        " AND asked_on = ? AND amount = ? AND result_code = '000'",
        (bank_tran_id, org_on.isoformat(), amount),
    ).fetchone()
    if row is None:
        return "A0310"
    if conn.execute("UPDATE transfers SET returned = 1 WHERE id = ? AND returned = 0", (row[0],)).rowcount == 0:
        return "A0008"
    _add_line(conn, row[1], Move(on, amount, "in", "RETURN"), words=(bank_tran_id, row[2], row[3]))
    _move_balance(conn, row[1], amount)
    return "A0000"


def receive(conn: sqlite3.Connection, *, contract: str, on: date, amount: int, words: tuple[str, str]) -> None:
    """Book money somebody else paid into our account; `words` are the payer and the remitter text."""
    _add_line(conn, contract, Move(on, amount, "in", "RECEIPT"), words=("", *words))
    _move_balance(conn, contract, amount)


def balance_of(conn: sqlite3.Connection, *, account: str, fintech_use_num: str, on: date) -> int | None:
    """Give our account's balance, or None for an account the bank holds for somebody else."""
    known = conn.execute("SELECT 1 FROM contracts WHERE account = ?", (account,)).fetchone()
    return _balance(conn, account, on=on) if known and fintech_use_num == account.rjust(24, "0") else None


def _book(conn: sqlite3.Connection, order: Order, moves: list[Move]) -> None:
    """Write the lines; money that comes back later is due on its day."""
    for move in moves:
        _add_line(conn, order.contract, move, words=(order.bank_tran_id, order.party_name, order.print_content))
        if move.purpose == "RETURN":
            conn.execute(
                "INSERT INTO due VALUES (?, ?, ?)", (order.contract, move.booked_on.isoformat(), _signed(move))
            )
        else:
            _move_balance(conn, order.contract, _signed(move))


def _add_line(conn: sqlite3.Connection, contract: str, move: Move, *, words: tuple[str, str, str]) -> None:
    conn.execute(
        "INSERT INTO lines"
        " (contract, booked_on, file_no, copied, signed, bank_tran_id, counterparty, remitter, purpose)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        (contract, move.booked_on.isoformat(), move.file_no, int(move.copied), _signed(move), *words, move.purpose),
    )


def _signed(move: Move) -> int:
    return move.amount if move.direction == "in" else -move.amount


def _move_balance(conn: sqlite3.Connection, contract: str, signed: int) -> None:
    conn.execute(
        "INSERT INTO contracts VALUES (?, ?) ON CONFLICT (account) DO UPDATE SET balance = balance + excluded.balance",
        (contract, signed),
    )


def _balance(conn: sqlite3.Connection, contract: str, *, on: date) -> int:
    """Give the balance after taking in what fell due."""
    args = (contract, on.isoformat())
    due: int = conn.execute(
        "SELECT COALESCE(sum(signed), 0) FROM due WHERE contract = ? AND due_on <= ?", args
    ).fetchone()[0]
    if due:
        conn.execute("DELETE FROM due WHERE contract = ? AND due_on <= ?", args)
        _move_balance(conn, contract, due)
    row = conn.execute("SELECT balance FROM contracts WHERE account = ?", (contract,)).fetchone()
    return 0 if row is None else int(row[0])
