"""Write and read account statements as ISO 20022 camt.053.001.08, whole won only. No I/O but the stream given.

Reading refuses instead of guessing: a statement whose lines do not explain its balances is not a statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import IO, Final

from lxml import etree

from onnuri.banks.camt_fields import (
    Direction,
    Element,
    N,
    StatementMalformed,
    StatementNotKrw,
    read_amount,
    read_date,
    read_direction,
    read_text,
)
from onnuri.kit.refusals import Malformed

BYTES_MAX: Final = 600_000_000


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One booked line: money into (`in`) or out of (`out`) our account, in won.

    `line_ref` is the bank's own reference of the line (unique within the account), `end_to_end_id` our id of the
    transfer ("" where the bank gives none), `purpose` the bank's own code of the kind of line.
    """

    line_ref: str
    booked_on: date
    amount: int
    direction: Direction
    end_to_end_id: str
    counterparty: str
    remitter: str
    purpose: str = ""

    @property
    def signed(self) -> int:
        """The amount as it moves the balance."""
        return self.amount if self.direction == "in" else -self.amount


@dataclass(frozen=True, slots=True)
class StatementFile:
    """One statement of one account for one date; balances in won, negative when overdrawn."""

    file_id: str
    account: str
    on: date
    opening: int
    closing: int
    lines: tuple[StatementLine, ...]


class StatementWrongFormat(Malformed):
    """The file is XML of another format or version."""

    code = "statement_wrong_format"
    ko = "camt.053.001.08 형식의 파일이 아닙니다."
    en = "The file is not camt.053.001.08."


class StatementUnbalanced(Malformed):
    """The lines do not lead from the opening to the closing balance."""

    code = "statement_unbalanced"
    ko = "거래 합계 {moved}원이 잔액 변동 {difference}원과 다릅니다."
    en = "The lines move {moved} won but the balances differ by {difference}."


class StatementTooLarge(Malformed):
    """The file is larger than we read."""

    code = "statement_too_large"
    ko = "거래명세 파일이 너무 큽니다."
    en = "The statement is too large."


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    file_id: str = ""
    account: str = ""
    balances: dict[str, tuple[int, date]] = field(default_factory=dict[str, tuple[int, date]])
    lines: list[StatementLine] = field(default_factory=list[StatementLine])
    statements: int = 0


def parse_statement(source: bytes | IO[bytes], *, bytes_max: int = BYTES_MAX) -> StatementFile:
    """Read one statement; only booked (BOOK) entries count.

    Refuses: not XML or with a document type, another format, several statements in one file, another currency,
    fractions of a won, balances the lines do not explain, more than `bytes_max` bytes.
    """
    stream = _Limited(BytesIO(source) if isinstance(source, bytes) else source, bytes_max)
    reading = _Reading()
    try:
        for element in _elements(stream):
            _take(element, reading)
    except etree.XMLSyntaxError as error:
        raise StatementMalformed(what=f"XML: {error.msg or ''}"[:200]) from None
    return _finished(reading)


def _elements(stream: _Limited) -> Iterator[Element]:
    """Give the elements of interest as they close, and forget each entry when the caller is done with it."""
    events = etree.iterparse(  # entities, DTDs and the network stay off: the file comes from outside
        stream, events=("end",), tag=[N + name for name in ("Acct", "Bal", "Ntry", "Stmt")], resolve_entities=False,
        no_network=True, load_dtd=False, remove_pis=True, remove_comments=True, huge_tree=False,
    )  # fmt: skip
    for _, element in events:
        parent = element.getparent()
        if element.tag == f"{N}Stmt":
            _check_place(element)
            yield element
        elif parent is not None and parent.tag == f"{N}Stmt":
            yield element
            before = element.getprevious()
            if before is not None and before.tag == f"{N}Ntry":
                parent.remove(before)
            if element.tag == f"{N}Ntry":
                element.clear()
    root: Element | None = events.root
    if root is None or root.getroottree().docinfo.doctype:
        raise StatementMalformed(what="document type")
    if root.tag != f"{N}Document":
        raise StatementWrongFormat


def _check_place(statement: Element) -> None:
    """Refuse a statement that is not where the format has it."""
    parent = statement.getparent()
    above = None if parent is None else parent.getparent()
    if parent is None or above is None or parent.tag != f"{N}BkToCstmrStmt" or above.getparent() is not None:
        raise StatementMalformed(what="a statement in the wrong place")


def _take(element: Element, reading: _Reading) -> None:
    """Read one child of the statement."""
    if element.tag == f"{N}Stmt":
        reading.statements += 1
        if reading.statements > 1:
            raise StatementMalformed(what="several statements in one file")
        reading.file_id = read_text(element, "Id")
    elif element.tag == f"{N}Acct":
        reading.account = read_text(element, "Id/Othr/Id") or read_text(element, "Id/IBAN")
        currency = read_text(element, "Ccy")
        if currency and currency != "KRW":
            raise StatementNotKrw(currency=currency)
    elif element.tag == f"{N}Bal":
        kind = read_text(element, "Tp/CdOrPrtry/Cd")
        if kind in reading.balances:
            raise StatementMalformed(what=f"two balances {kind}")
        amount = read_amount(element)
        reading.balances[kind] = (amount if read_direction(element) == "in" else -amount, read_date(element, "Dt"))
    elif element.tag == f"{N}Ntry" and read_text(element, "Sts/Cd") == "BOOK":
        reading.lines.extend(_lines(element))


def _lines(entry: Element) -> Iterable[StatementLine]:
    """Read one entry: one line, or one per transaction where the bank booked several as a batch."""
    details = entry.findall(f"{N}NtryDtls/{N}TxDtls")
    if len(details) <= 1:
        return (_line(entry, details[0] if details else entry, amount=read_amount(entry), part=""),)
    lines = [_line(entry, detail, amount=read_amount(detail), part=f"/{n}") for n, detail in enumerate(details, 1)]
    if sum(line.amount for line in lines) != read_amount(entry):
        raise StatementMalformed(what="a batch that is not the sum of its transactions")
    return lines


def _line(entry: Element, detail: Element, *, amount: int, part: str) -> StatementLine:
    direction = read_direction(entry)
    party = "Dbtr" if direction == "in" else "Cdtr"
    return StatementLine(
        line_ref=(read_text(entry, "NtryRef") or read_text(entry, "AcctSvcrRef")) + part,
        booked_on=read_date(entry, "BookgDt"),
        amount=amount,
        direction=direction,
        end_to_end_id=read_text(detail, "Refs/EndToEndId"),
        counterparty=read_text(detail, f"RltdPties/{party}/Pty/Nm"),
        remitter=read_text(detail, "RmtInf/Ustrd"),
        purpose=read_text(entry, "BkTxCd/Prtry/Cd"),
    )


def _finished(reading: _Reading) -> StatementFile:
    """Check the whole and give the statement."""
    opening = reading.balances.get("OPBD") or reading.balances.get("PRCD")
    closing = reading.balances.get("CLBD")
    if not reading.file_id or not reading.account or opening is None or closing is None:
        raise StatementMalformed(what="no id, account or balance")
    if len({line.line_ref for line in reading.lines}) != len(reading.lines):
        raise StatementMalformed(what="two lines with one reference, or lines without any")
    if any(not line.line_ref or line.amount == 0 for line in reading.lines):
        raise StatementMalformed(what="a line without reference or amount")
    moved = sum(line.signed for line in reading.lines)
    if moved != closing[0] - opening[0]:
        raise StatementUnbalanced(moved=moved, difference=closing[0] - opening[0])
    return StatementFile(
        file_id=reading.file_id,
        account=reading.account,
        on=closing[1],
        opening=opening[0],
        closing=closing[0],
        lines=tuple(reading.lines),
    )


class _Limited:
    """A stream that refuses to be longer than agreed."""

    def __init__(self, stream: IO[bytes], bytes_max: int) -> None:
        self._stream = stream
        self._left = bytes_max

    def read(self, size: int = -1, /) -> bytes:
        piece = self._stream.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise StatementTooLarge
        return piece
