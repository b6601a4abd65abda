"""Lists of credits as files: a header, then `wallet,amount,reference` a line; cut into units by line.

A line of the file is one line of the list, whatever is quoted in it, and bounded: no file is too much to read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, ClassVar, Final
from uuid import UUID

from onnuri.kit.ids import IdUnreadable, parse_id
from onnuri.kit.refusals import Conflict, DomainError, Malformed
from onnuri.kit.visible import other_letters, plain
from onnuri.ledger.model import AMOUNT_MAX

HEADERS: Final = (("wallet", "amount", "reference"), ("지갑", "금액", "지급번호"))
REFERENCE_MAX: Final = 64
LINE_MAX: Final = 1_024
"""Bytes, and so characters, of one line; the longest good one has a fifth of that."""
_GROUPED: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
FIRST_LINE: Final = 2
UNIT_LINES: Final = 100
"""Lines written under one key. Several units go into one transaction while nobody else waits for the lane."""


class ListUnreadable(Malformed):
    """The file is not a list of credits."""

    code = "credit_list_unreadable"
    ko = (
        "지급 목록 파일이 아닙니다. UTF-8 또는 CP949로 쓴 CSV의 첫 줄은 '지갑,금액,지급번호'여야 하고, 한 줄은"
        " 1,024바이트까지입니다."
    )
    en = (
        "This is not a list of credits: CSV in UTF-8 or CP949, its first line 'wallet,amount,reference', no line longer"
        " than 1,024 bytes."
    )


class LineUnreadable(Malformed):
    """A line of the list has not three readable fields."""

    code = "credit_line_unreadable"
    ko = "{field} 항목을 읽을 수 없습니다: {given}"
    en = "The field {field} can't be read: {given}"
    otherwise: ClassVar = {
        ("field", "line"): (
            "한 줄에는 지갑, 금액, 지급번호 세 칸이 있어야 합니다: {given}",
            "A line has three fields, wallet, amount and reference: {given}",
        ),
        ("field", "wallet"): (
            "지갑 칸에는 wal_로 시작하는 지갑 번호를 쓰세요: {given}",
            "The column 'wallet' has a wallet's number, wal_…: {given}",
        ),
        ("field", "amount"): (
            f"금액은 1원 이상 {AMOUNT_MAX:,}원 이하의 정수로 쓰세요: {{given}}",
            f"The amount is a whole number of won from 1 to {AMOUNT_MAX:,}: {{given}}",
        ),
        ("field", "reference"): (
            f"지급번호는 1자 이상 {REFERENCE_MAX}자 이하로, 보이지 않는 글자 없이 쓰세요: {{given}}",
            f"The reference has 1 to {REFERENCE_MAX} characters, all of them visible: {{given}}",
        ),
    }


class ReferenceNotPlain(Malformed):
    """A reference is written the one way in which it can be told from others: one that looks like another is none."""

    code = "reference_not_plain"
    ko = (
        "지급번호는 '{plain}'(으)로 쓰세요. 적으신 '{given}'에는 전각 글자, 풀어 쓴 한글, 겹친 빈칸이나 보이지 않는"
        " 글자가 있습니다."
    )
    en = (
        "Write the reference as '{plain}': '{given}' has full-width characters, decomposed Hangul, doubled spaces or"
        " characters that are not seen."
    )


class ReferenceLetters(Malformed):
    """A reference is in Hangul and what a keyboard types: letters of other alphabets look like those."""

    code = "reference_letters"
    ko = "지급번호는 한글, 영문, 숫자와 자판의 기호로만 쓰세요. 적으신 '{given}'에 다른 글자가 있습니다: {letters}"
    en = (
        "Write the reference in Hangul, English letters, digits and the marks of a keyboard: '{given}' has others,"
        " {letters}."
    )


class ReferenceRepeated(Conflict):
    """A reference stands once in a list."""

    code = "reference_repeated"
    ko = "이 파일의 앞줄에 같은 지급번호가 있습니다: {reference}"
    en = "An earlier line of this file has the same reference: {reference}"


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


def lines_of(content: IO[bytes]) -> Iterator[str]:
    """Read a file from its beginning as text, never more than a line of it. Refuses `ListUnreadable`.

    The first line that is more than ASCII tells UTF-8 from the CP949 of spreadsheets.
    """
    content.seek(0)
    encoding = None
    while raw := content.readline(LINE_MAX + 2):
        if len(raw.rstrip(b"\r\n")) > LINE_MAX:
            raise ListUnreadable
        if encoding is None and not raw.isascii():
            encoding = "utf-8" if _is_utf8(raw) else "cp949"
        yield _decoded(raw, encoding or "ascii")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise ListUnreadable from None


def read_units(file: Iterable[str], *, unit_lines: int = UNIT_LINES) -> Iterator[Unit]:
    """Read a list unit by unit, never the whole of it. Refuses `ListUnreadable`."""
    for number, records in enumerate(_records(file, unit_lines)):
        yield _unit(number, FIRST_LINE + number * unit_lines, records)


@dataclass(frozen=True, slots=True)
class Part:
    """A unit with its lines as they came, to be kept and read again by `read_part`."""

    unit: Unit
    content: str
    records: int
    """Lines of the file in it, empty ones too."""


def read_parts(file: Iterable[str]) -> Iterator[Part]:
    """Read a list to be kept: its units, each with its own lines as CSV. Refuses `ListUnreadable`."""
    for number, records in enumerate(_records(file, UNIT_LINES)):
        content = io.StringIO(newline="")
        csv.writer(content).writerows(records)
        if "\0" in content.getvalue():
            raise ListUnreadable
        yield Part(_unit(number, _first_line(number), records), content.getvalue(), len(records))


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
    lines = iter(file)
    header = tuple(field.strip().lower() for field in _fields(next(lines, "").lstrip("\ufeff")))
    if header not in HEADERS:
        raise ListUnreadable
    while batch := [_fields(line) for line in islice(lines, at_once)]:
        yield batch


def _fields(line: str) -> list[str]:
    """Give the fields of one line; one whose quotes don't end in it is a single field."""
    if len(line) > LINE_MAX + 2:
        raise ListUnreadable
    line = line.rstrip("\r\n")
    if '"' not in line:
        return line.split(",") if line else []
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        return [line]


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
        raise LineUnreadable(field="line", given=_shown(",".join(fields)))
    wallet, amount, reference = (field.strip() for field in fields)
    if _GROUPED.fullmatch(amount):
        amount = amount.replace(",", "")
    if not (amount.isascii() and amount.isdigit() and 0 < int(amount[:14]) <= AMOUNT_MAX and len(amount) <= 13):
        raise LineUnreadable(field="amount", given=_shown(amount))
    if not 0 < len(reference) <= REFERENCE_MAX or not reference.isprintable():
        raise LineUnreadable(field="reference", given=ascii(reference[:80]))
    if not reference.isascii() or "  " in reference:
        _check_plain(reference)
    try:
        return CreditLine(line, parse_id("wal", wallet), int(amount), reference)
    except IdUnreadable:
        raise LineUnreadable(field="wallet", given=_shown(wallet)) from None


def _shown(given: str) -> str:
    """Show what was written, cut to a length; as escapes where some of it is not seen."""
    return given[:80] if given.isprintable() else ascii(given[:80])


def _check_plain(reference: str) -> None:
    if plain(reference) != reference:
        raise ReferenceNotPlain(plain=plain(reference), given=reference)
    others = other_letters(reference)
    if others:
        raise ReferenceLetters(given=reference, letters=", ".join(others))
