"""Write and read account statements as ISO 20022 camt.053.001.08, whole won only. No I/O but the stream given.

Reading refuses instead of guessing: a statement whose lines do not explain its balances is not a statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import IO, Final, Literal

from lxml import etree

from onnuri.kit.refusals import Malformed

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
BYTES_MAX: Final = 600_000_000
_N: Final = f"{{{NAMESPACE}}}"

Direction = Literal["in", "out"]


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


class StatementMalformed(Malformed):
    """The file is not a statement we can read."""

    code = "statement_malformed"
    ko = "거래명세 파일을 읽을 수 없습니다: {what}"
    en = "The statement can't be read: {what}"


class StatementWrongFormat(Malformed):
    """The file is XML of another format or version."""

    code = "statement_wrong_format"
    ko = "camt.053.001.08 형식의 파일이 아닙니다."
    en = "The file is not camt.053.001.08."


class StatementNotKrw(Malformed):
    """An amount is in another currency."""

    code = "statement_not_krw"
    ko = "원화가 아닌 금액이 있습니다: {currency}"
    en = "The statement holds an amount that is not in won: {currency}"


class StatementFractionalWon(Malformed):
    """An amount is not whole won."""

    code = "statement_fractional_won"
    ko = "1원 미만의 금액이 있습니다: {amount}"
    en = "The statement holds a fraction of a won: {amount}"


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


def _elements(stream: _Limited) -> Iterator[etree._Element]:
    """Give every element that closes right below the statement, and forget it when the caller is done."""
    first = True
    events = etree.iterparse(  # entities, DTDs and the network stay off: the file comes from outside
        stream, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True,
        remove_comments=True, huge_tree=False,
    )  # fmt: skip
    for event, element in events:
        if first:
            first = False
            if element.getroottree().docinfo.doctype:
                raise StatementMalformed(what="document type")
            if element.tag != f"{_N}Document":
                raise StatementWrongFormat
        if event == "end" and _depth_is_statement(element):
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]


def _depth_is_statement(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == f"{_N}Stmt"


def _take(element: etree._Element, reading: _Reading) -> None:
    """Read one child of the statement."""
    if element.tag == f"{_N}Id":
        reading.statements += 1
        if reading.statements > 1:
            raise StatementMalformed(what="several statements in one file")
        reading.file_id = (element.text or "").strip()
    elif element.tag == f"{_N}Acct":
        reading.account = _text(element, "Id/Othr/Id") or _text(element, "Id/IBAN")
        currency = _text(element, "Ccy")
        if currency and currency != "KRW":
            raise StatementNotKrw(currency=currency)
    elif element.tag == f"{_N}Bal":
        kind = _text(element, "Tp/CdOrPrtry/Cd")
        if kind in reading.balances:
            raise StatementMalformed(what=f"two balances {kind}")
        amount = _amount(element)
        reading.balances[kind] = (amount if _direction(element) == "in" else -amount, _date(element, "Dt"))
    elif element.tag == f"{_N}Ntry" and _text(element, "Sts/Cd") == "BOOK":
        reading.lines.extend(_lines(element))


def _lines(entry: etree._Element) -> Iterable[StatementLine]:
    """Read one entry: one line, or one per transaction where the bank booked several as a batch."""
    details = entry.findall(f"{_N}NtryDtls/{_N}TxDtls")
    if len(details) <= 1:
        return (_line(entry, details[0] if details else entry, amount=_amount(entry), part=""),)
    lines = [_line(entry, detail, amount=_amount(detail), part=f"/{n}") for n, detail in enumerate(details, 1)]
    if sum(line.amount for line in lines) != _amount(entry):
        raise StatementMalformed(what="a batch that is not the sum of its transactions")
    return lines


def _line(entry: etree._Element, detail: etree._Element, *, amount: int, part: str) -> StatementLine:
    direction = _direction(entry)
    party = "Dbtr" if direction == "in" else "Cdtr"
    return StatementLine(
        line_ref=(_text(entry, "NtryRef") or _text(entry, "AcctSvcrRef")) + part,
        booked_on=_date(entry, "BookgDt"),
        amount=amount,
        direction=direction,
        end_to_end_id=_text(detail, "Refs/EndToEndId"),
        counterparty=_text(detail, f"RltdPties/{party}/Pty/Nm"),
        remitter=_text(detail, "RmtInf/Ustrd"),
        purpose=_text(entry, "BkTxCd/Prtry/Cd"),
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


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext("/".join(_N + step for step in path.split("/"))) or "").strip()


_WHOLE_WON: Final = re.compile(r"[+]?([0-9]{1,15})(?:\.(0*))?")


def _amount(element: etree._Element) -> int:
    amount = element.find(f"{_N}Amt")
    if amount is None:
        raise StatementMalformed(what="an amount is missing")
    currency = amount.get("Ccy", "")
    if currency != "KRW":
        raise StatementNotKrw(currency=currency[:20])
    text = (amount.text or "").strip()
    match = _WHOLE_WON.fullmatch(text)
    if match is None:
        if re.fullmatch(r"[+]?[0-9]*\.[0-9]+", text):
            raise StatementFractionalWon(amount=text[:40])
        raise StatementMalformed(what="an amount is not a number")
    return int(match[1])


def _direction(element: etree._Element) -> Direction:
    text = _text(element, "CdtDbtInd")
    if text not in {"CRDT", "DBIT"}:
        raise StatementMalformed(what="credit or debit is missing")
    return "in" if text == "CRDT" else "out"


def _date(element: etree._Element, path: str) -> date:
    text = _text(element, f"{path}/Dt") or _text(element, f"{path}/DtTm")
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise StatementMalformed(what="a date is missing")
    try:
        return datetime.strptime(text[:10], "%Y-%m-%d").date()  # noqa: DTZ007 - a bank date has no zone
    except ValueError:
        raise StatementMalformed(what="no such date") from None


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
