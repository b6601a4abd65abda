"""Other accounting programs read our journal, accept it, and come to our totals."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from beancount import loader
from beancount.core import data
from sqlalchemy import Connection

from onnuri.kit.database import Database, clone_database, drop_database
from onnuri.ledger.export import export_journal
from onnuri.ledger.journal_text import STYLES, JournalEntry, JournalFormat, account_name
from onnuri.ledger.model import JournalLine
from onnuri.ledger.read import journal, trial_balance
from tests.auditor.market_day import LANES, run_market_days


@pytest.fixture(scope="module")
def lanes(template: Database) -> Iterator[dict[str, Connection]]:
    """The lanes of three market days."""
    made = clone_database(template, "exported_days")
    run_market_days(made).close()
    with ExitStack() as stack:
        engines = {lane: made.single(lane=lane) for lane in LANES}
        yield {lane: stack.enter_context(engine.connect()) for lane, engine in engines.items()}
    drop_database(made)


def written(lanes: dict[str, Connection], form: JournalFormat, folder: Path) -> Path:
    path = folder / f"journal.{form}"
    path.write_text("".join(export_journal(lanes[LANES[0]], form)), encoding="utf-8")
    return path


def our_totals(lanes: dict[str, Connection]) -> dict[str, int]:
    """Debits less credits of each account, under its exported name."""
    totals: Counter[str] = Counter()
    for lane, conn in lanes.items():
        sides = {line.kind: line.side for line in trial_balance(conn)}
        for line in journal(conn, limit=100_000):
            for path, amount in ((line.debit, line.amount), (line.credit, -line.amount)):
                totals[account_name(path, side=sides[path.split(":")[0]], lane=lane)] += amount
    return {name: won for name, won in totals.items() if won}


def test_beancount_accepts_the_journal_and_comes_to_our_totals(lanes: dict[str, Connection], tmp_path: Path) -> None:
    path = written(lanes, JournalFormat.BEANCOUNT, tmp_path)
    checked = (
        subprocess.run(["bean-check", path], capture_output=True, text=True, check=False)
        if shutil.which("bean-check")
        else None
    )
    assert checked is None or (checked.returncode, checked.stderr) == (0, "")
    entries, errors, _ = loader.load_file(str(path))
    assert not errors
    totals: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, data.Transaction):
            for posting in entry.postings:
                assert posting.units is not None
                totals[posting.account] += int(posting.units.number or 0)
    assert {name: won for name, won in totals.items() if won} == our_totals(lanes)
    assert any(isinstance(entry, data.Balance) for entry in entries)


def test_a_wrong_won_is_noticed_by_beancount(lanes: dict[str, Connection], tmp_path: Path) -> None:
    path = written(lanes, JournalFormat.BEANCOUNT, tmp_path)
    text = path.read_text()
    path.write_text(text.replace("93000 KRW", "93001 KRW"))
    _, errors, _ = loader.load_file(str(path))
    assert errors


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_accepts_the_journal_and_comes_to_our_totals(lanes: dict[str, Connection], tmp_path: Path) -> None:
    path = written(lanes, JournalFormat.HLEDGER, tmp_path)
    subprocess.run(["hledger", "-f", path, "check", "--strict"], check=True, capture_output=True)
    listed = subprocess.run(
        ["hledger", "-f", path, "balance", "--flat", "-O", "csv"], check=True, capture_output=True, text=True
    )
    rows = list(csv.DictReader(io.StringIO(listed.stdout)))
    totals = {
        row["account"]: int(row["balance"].split()[0]) for row in rows if row["account"] not in ("total", "Total:")
    }
    assert totals == our_totals(lanes)


def test_the_csv_has_every_transfer_of_every_lane_in_order(lanes: dict[str, Connection], tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(written(lanes, JournalFormat.CSV, tmp_path).read_text(encoding="utf-8"))))
    expected = [
        (lane, str(line.seq), str(line.entry_id), line.debit, line.credit, str(line.amount))
        for lane, conn in lanes.items()
        for line in journal(conn, limit=100_000)
    ]
    assert [(r["lane"], r["seq"], r["entry_id"], r["debit"], r["credit"], r["amount"]) for r in rows] == expected


def test_the_journal_of_parents_sums_over_lanes(lanes: dict[str, Connection]) -> None:
    totals = our_totals(lanes)
    trust = sum(won for name, won in totals.items() if name.startswith("Assets:Bank:Trust:"))
    ours = sum(line.balance for conn in lanes.values() for line in trial_balance(conn) if line.kind == "bank")
    assert trust == ours


def test_account_names_say_what_they_are() -> None:
    subject = UUID(int=0xABCDEF).hex
    names = [
        account_name(path, side=side, lane="lane_07")
        for path, side in (
            ("bank:trust", "debit"),
            (f"lot:{subject}", "credit"),
            ("fee_income:qr", "credit"),
            ("loss:all", "debit"),
        )
    ]
    assert names == [
        "Assets:Bank:Trust:Lane07",
        f"Liabilities:Lot:{subject.upper()}:Lane07",
        "Income:FeeIncome:Qr:Lane07",
        "Expenses:Loss:All:Lane07",
    ]


@pytest.mark.parametrize("form", [JournalFormat.BEANCOUNT, JournalFormat.HLEDGER])
def test_a_reason_in_any_words_stays_one_line(form: JournalFormat) -> None:
    line = JournalLine(
        1,
        UUID(int=1),
        "reversal",
        "payment",
        "lot:a",
        "merchant:b",
        5,
        date(2026, 11, 20),
        datetime(2026, 11, 20, tzinfo=UTC),
    )
    entry = JournalEntry(
        "lane_00", UUID(int=1), UUID(int=2), 'two "times"\n; 2026-11-20 open Assets:Evil | x\\', [line]
    )
    text = STYLES[form].entry(entry, {"lot:a": "Liabilities:Lot:A", "merchant:b": "Liabilities:Merchant:B"})
    assert len(text.strip().splitlines()) == (6 if form is JournalFormat.BEANCOUNT else 4)
    assert (
        json.dumps('two "times" 2026-11-20 open Assets:Evil x\\', ensure_ascii=False) in text
        or form is JournalFormat.HLEDGER
    )


REASONS = (
    '=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1",  # what is run
    "손님 요청", "1,000원 -> 2,000원", "",
)  # fmt: skip


def _entry(reason: str) -> JournalEntry:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    line = JournalLine(1, UUID(int=1), "adjustment", "payment", "lot:a", "merchant:b", 1_000, date(2026, 11, 20), at)
    return JournalEntry("lane_00", UUID(int=1), None, reason, [line])


def test_no_reason_is_run_as_a_formula_by_a_spreadsheet() -> None:
    for place, reason in enumerate(REASONS):
        (row,) = csv.reader(io.StringIO(STYLES[JournalFormat.CSV].entry(_entry(reason), {}), newline=""))
        assert row[-1] == (f"'{reason}" if place < 9 else reason).replace("\r", " ")
        assert (row[-3], row[7]) == ("1000", "lot:a")


def test_an_entry_with_such_a_reason_is_accepted_by_other_programs(tmp_path: Path) -> None:
    names = {"lot:a": "Liabilities:Lot:A", "merchant:b": "Liabilities:Merchant:B"}
    head = "".join(f"2026-01-01 open {name} KRW\n" for name in names.values())
    for reason in REASONS:
        book = tmp_path / "reason.beancount"
        book.write_text(head + STYLES[JournalFormat.BEANCOUNT].entry(_entry(reason), names), encoding="utf-8")
        entries, errors, _ = loader.load_file(str(book))
        assert not errors
        assert len(entries) == 3
    if shutil.which("hledger"):
        path = tmp_path / "reasons.journal"
        path.write_text("".join(STYLES[JournalFormat.HLEDGER].entry(_entry(reason), names) for reason in REASONS))
        subprocess.run(["hledger", "-f", path, "check"], check=True, capture_output=True)
