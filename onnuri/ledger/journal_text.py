"""Write entries, accounts and closing balances as beancount, hledger or CSV text. Pure: no I/O.

Debits are positive, credits negative. Account names come from the paths of the books: `lot:0192…` of lane_00 becomes
`Liabilities:Lot:0192…:Lane00`, so that a parent account sums over lanes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from onnuri.kit.visible import inert
from onnuri.ledger.model import JournalLine

_ROOTS = {"loss": "Expenses", "fee_income": "Income", "breakage": "Income"}
_HEX = re.compile(r"[0-9a-f]{32}")
_COLUMNS = "lane seq entry_id kind code effective_on recorded_at debit credit amount reverses reason".split()


class JournalFormat(StrEnum):
    """How the journal is written."""

    BEANCOUNT = "beancount"
    HLEDGER = "hledger"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry with its transfers, as a journal writes it."""

    lane: str
    id: UUID
    reverses: UUID | None
    reason: str | None
    lines: Sequence[JournalLine]


@dataclass(frozen=True, slots=True)
class JournalAccount:
    """An account: its path, the side where it grows, the first day it can appear."""

    lane: str
    path: str
    side: str
    opened_on: date


@dataclass(frozen=True, slots=True)
class DayBalance:
    """What an account that moved on a day held at its end; won, debits less credits."""

    lane: str
    path: str
    side: str
    on: date
    balance: int


@dataclass(frozen=True, slots=True)
class Style:
    """One way of writing: the head, each account, each entry (with the names of accounts), each day's balances."""

    head: str
    account: Callable[[JournalAccount], str] | None
    entry: Callable[[JournalEntry, Mapping[str, str]], str]
    balances: Callable[[date, Sequence[DayBalance]], str] | None


def account_name(path: str, *, side: str, lane: str) -> str:
    """Give the name of an account in a plain-text journal; different paths have different names."""
    kind, _, subject = path.partition(":")
    root = _ROOTS.get(kind, "Assets" if side == "debit" else "Liabilities")
    return ":".join((root, _camel(kind), subject.upper() if _HEX.fullmatch(subject) else _camel(subject), _camel(lane)))


def _camel(words: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^0-9A-Za-z]+", words)) or "None"


def _beancount_account(account: JournalAccount) -> str:
    return f"{account.opened_on} open {_name(account)} KRW\n"


def _beancount_entry(entry: JournalEntry, names: Mapping[str, str]) -> str:
    first = entry.lines[0]
    links = f"^ent_{entry.id.hex}" + (f" ^ent_{entry.reverses.hex}" if entry.reverses else "")
    return "".join(
        (
            f'\n{first.effective_on} * "{first.kind}" {_quoted(entry.reason)} {links}\n',
            f'  recorded_at: "{_instant(first.recorded_at)}"\n',
            *(f"  {names[path]}  {amount} KRW\n    seq: {seq}\n" for path, amount, seq in _postings(entry)),
        )
    )


def _beancount_balances(on: date, balances: Sequence[DayBalance]) -> str:
    """An assertion holds at the beginning of its date, so the end of a day is asserted on the next."""
    after = on + timedelta(days=1)
    return "\n" + "".join(f"{after} balance {_name(each)}  {each.balance} KRW\n" for each in balances)


def _hledger_account(account: JournalAccount) -> str:
    return f"account {_name(account)}\n"


def _hledger_entry(entry: JournalEntry, names: Mapping[str, str]) -> str:
    first = entry.lines[0]
    reverses = f", reverses:ent_{entry.reverses.hex}" if entry.reverses else ""
    reason = f" | {_plain(entry.reason)}" if entry.reason else ""
    return "".join(
        (
            f"\n{first.effective_on} * (ent_{entry.id.hex}) {first.kind}{reason}\n",
            f"    ; recorded_at:{_instant(first.recorded_at)}{reverses}\n",
            *(f"    {names[path]}  {amount} KRW  ; seq:{seq}\n" for path, amount, seq in _postings(entry)),
        )
    )


def _hledger_balances(on: date, balances: Sequence[DayBalance]) -> str:
    """A transaction that moves nothing and asserts; it stands after all others of its date."""
    lines = "".join(f"    {_name(each)}  0 KRW = {each.balance} KRW\n" for each in balances)
    return f"\n{on} * end of the day\n{lines}"


def _csv_entry(entry: JournalEntry, _names: Mapping[str, str]) -> str:
    return "".join(
        _csv_row(
            (
                entry.lane, line.seq, entry.id, line.kind, line.code, line.effective_on, _instant(line.recorded_at),
                inert(line.debit), inert(line.credit), line.amount, entry.reverses or "", _cell(entry.reason or ""),
            )
        )
        for line in entry.lines
    )  # fmt: skip


def _cell(words: str) -> str:
    """Words as one cell: what a spreadsheet would run is text, and a lone carriage return begins no row."""
    return inert(words.replace("\r", " "))


def _csv_row(values: Sequence[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue()


def _postings(entry: JournalEntry) -> Iterator[tuple[str, int, int]]:
    for line in entry.lines:
        yield line.debit, line.amount, line.seq
        yield line.credit, -line.amount, line.seq


def _name(account: JournalAccount | DayBalance) -> str:
    return account_name(account.path, side=account.side, lane=account.lane)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _quoted(words: str | None) -> str:
    return json.dumps(_plain(words or ""), ensure_ascii=False)


def _plain(words: str) -> str:
    """One line without what a journal would read as a comment or a second field."""
    return " ".join(re.sub(r"[;|\x00-\x1f]", " ", words).split())


STYLES = {
    JournalFormat.BEANCOUNT: Style(
        head='option "title" "Onnuri ledger"\noption "operating_currency" "KRW"\n\n',
        account=_beancount_account,
        entry=_beancount_entry,
        balances=_beancount_balances,
    ),
    JournalFormat.HLEDGER: Style(
        head="; Onnuri ledger\ncommodity 1000. KRW\n\n",
        account=_hledger_account,
        entry=_hledger_entry,
        balances=_hledger_balances,
    ),
    JournalFormat.CSV: Style(head=_csv_row(_COLUMNS), account=None, entry=_csv_entry, balances=None),
}
