"""Lists of credits as files: a header, then `wallet,amount,reference` a line; cut into units by line. No I/O."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final
from uuid import UUID

from onnuri.kit.ids import parse_id
from onnuri.kit.refusals import DomainError, Malformed
from onnuri.ledger.model import AMOUNT_MAX

HEADERS: Final = (("wallet", "amount", "reference"), ("지갑", "금액", "지급번호"))
REFERENCE_MAX: Final = 64
FIRST_LINE: Final = 2
UNIT_LINES: Final = 100
"""Lines written under one key. Several units go into one transaction while nobody else waits for the lane."""


class ListUnreadable(Malformed):
    """The file is not a list of credits."""

    code = "credit_list_unreadable"
    ko = "지급 목록 파일이 아닙니다. 첫 줄은 '지갑,금액,지급번호'여야 합니다."
    en = "This is not a list of credits: its first line must be 'wallet,amount,reference'."


class LineUnreadable(Malformed):
    """A line of the list has not three readable fields."""

    code = "credit_line_unreadable"
    ko = "{field} 항목을 읽을 수 없습니다: {given}"
    en = "The field {field} can't be read: {given}"


@dataclass(frozen=True, slots=True)
class CreditLine:
    """One line that can be read: whom to credit, how much (won), under which reference of the giver."""

    line: int
    wallet_id: UUID
    amount: int
    reference: str


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """One line that was refused, and why."""

    line: int
    refusal: DomainError


@dataclass(frozen=True, slots=True)
class Unit:
    """So many lines of the file in a row; what each is does not depend on how often or how far it was read before."""

    number: int
    lines: tuple[CreditLine, ...]
    unreadable: tuple[RefusedLine, ...]


def read_units(file: Iterable[str], *, unit_lines: int = UNIT_LINES) -> Iterator[Unit]:
    """Read a list unit by unit, never the whole of it. Refuses `ListUnreadable`."""
    for number, records in enumerate(_records(file, unit_lines)):
        yield _unit(number, FIRST_LINE + number * unit_lines, records)


@dataclass(frozen=True, slots=True)
class Part:
    """A unit with its lines as they came, to be kept and read again by `read_part`."""

    unit: Unit
    content: str


def read_parts(file: Iterable[str]) -> Iterator[Part]:
    """Read a list to be kept: its units, each with its own lines as CSV. Refuses `ListUnreadable`."""
    for number, records in enumerate(_records(file, UNIT_LINES)):
        content = io.StringIO(newline="")
        csv.writer(content).writerows(records)
        if "\0" in content.getvalue():
            raise ListUnreadable
        yield Part(_unit(number, _first_line(number), records), content.getvalue())


def read_part(number: int, content: str) -> Unit:
    """Read a kept part as the unit it was."""
    return _unit(number, _first_line(number), fields_of(content))


def fields_of(content: str) -> list[list[str]]:
    """Read the fields of a kept part, line by line; an empty line has none."""
    return list(csv.reader(io.StringIO(content, newline="")))


def part_of(line: int) -> int:
    """Tell in which part a line of the file is kept."""
    return (line - FIRST_LINE) // UNIT_LINES


def _first_line(part: int) -> int:
    return FIRST_LINE + part * UNIT_LINES


def _records(file: Iterable[str], at_once: int) -> Iterator[list[list[str]]]:
    rows = csv.reader(file)
    try:
        header = tuple(field.strip().lstrip("\ufeff").lower() for field in next(rows, list[str]()))
        if header not in HEADERS:
            raise ListUnreadable
        while batch := list(islice(rows, at_once)):
            yield batch
    except (csv.Error, UnicodeDecodeError):  # a field without an end, or no UTF-8
        raise ListUnreadable from None


def _unit(number: int, first_line: int, records: Sequence[Sequence[str]]) -> Unit:
    lines: list[CreditLine] = []
    unreadable: list[RefusedLine] = []
    for line, fields in enumerate(records, first_line):
        if not fields:
            continue
        try:
            lines.append(_line(line, fields))
        except DomainError as refusal:
            unreadable.append(RefusedLine(line, refusal))
    return Unit(number, tuple(lines), tuple(unreadable))


def _line(line: int, fields: Sequence[str]) -> CreditLine:
    if len(fields) != 3:
        raise LineUnreadable(field="line", given=",".join(fields)[:80])
    wallet, amount, reference = (field.strip() for field in fields)
    if not (amount.isascii() and amount.isdigit() and 0 < int(amount[:14]) <= AMOUNT_MAX and len(amount) <= 13):
        raise LineUnreadable(field="amount", given=amount[:80])
    if not 0 < len(reference) <= REFERENCE_MAX or not reference.isprintable():
        raise LineUnreadable(field="reference", given=ascii(reference[:80]))
    return CreditLine(line, parse_id("wal", wallet), int(amount), reference)
