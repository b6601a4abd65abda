"""Statements: written and read back, valid by the published schema, and refused whenever they do not add up."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from onnuri.banks.camt import (
    StatementFile,
    StatementLine,
    StatementTooLarge,
    StatementUnbalanced,
    StatementWrongFormat,
    parse_statement,
)
from onnuri.banks.camt_fields import StatementFractionalWon, StatementMalformed, StatementNotKrw
from onnuri.banks.camt_write import write_statement
from onnuri.banks.tran_id import KST
from onnuri.kit.refusals import DomainError

CREATED = datetime(2026, 11, 21, 6, 0, tzinfo=KST)
ON = date(2026, 11, 20)


def line(ref: int, amount: int, *, direction: str = "in", name: str = "홍길동") -> StatementLine:
    return StatementLine(
        line_ref=f"L{ref}",
        booked_on=ON,
        amount=amount,
        direction="in" if direction == "in" else "out",
        end_to_end_id=f"M202600001U{ref:09d}",
        counterparty=name,
        remitter="디지털온누리",
        purpose="DEPOSIT",
    )


def statement(*lines: StatementLine, opening: int = 0) -> StatementFile:
    closing = opening + sum(each.signed for each in lines)
    return StatementFile("1101230000678-20261120-1", "1101230000678", ON, opening, closing, lines)


GOOD = statement(line(1, 187_500), line(2, 32_500, direction="out"), opening=-5_000)
XML = write_statement(GOOD, created_at=CREATED)

printable = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\ufffe\uffff"), max_size=30
)
lines_drawn = st.lists(
    st.tuples(st.integers(1, 999_999_999_999), st.sampled_from(["in", "out"]), printable), max_size=20
).map(lambda drawn: [line(ref, amount, direction=way, name=name) for ref, (amount, way, name) in enumerate(drawn)])


@given(lines_drawn, st.integers(-(10**14), 10**14))
def test_what_is_written_is_read_back(lines: list[StatementLine], opening: int) -> None:
    original = statement(*lines, opening=opening)
    told = parse_statement(write_statement(original, created_at=CREATED))
    assert told == original


def test_a_statement_is_valid_by_the_published_schema(xsd: Path) -> None:
    schema = etree.XMLSchema(etree.parse(xsd))
    nasty = line(3, 1, name="<&>\"'가 " + "긴" * 200)
    for each in (GOOD, statement(), statement(nasty, opening=-1)):
        schema.assertValid(etree.fromstring(write_statement(each, created_at=CREATED)))


def replaced(old: str, new: str) -> bytes:
    text = XML.decode()
    assert old in text
    return text.replace(old, new).encode()


REFUSED: dict[str, tuple[Callable[[], bytes], type[DomainError]]] = {
    "empty": (lambda: b"", StatementMalformed),
    "not xml": (lambda: b"hello", StatementMalformed),
    "cut off": (lambda: XML[:-30], StatementMalformed),
    "another version": (lambda: replaced("camt.053.001.08", "camt.053.001.02"), StatementWrongFormat),
    "another document": (lambda: b"<html/>", StatementWrongFormat),
    "dollars": (lambda: replaced('Ccy="KRW">187500', 'Ccy="USD">187500'), StatementNotKrw),
    "dollar account": (lambda: replaced("<Ccy>KRW", "<Ccy>USD"), StatementNotKrw),
    "half a won": (lambda: replaced("187500<", "187500.50<"), StatementFractionalWon),
    "no number": (lambda: replaced("187500<", "many<"), StatementMalformed),
    "negative": (lambda: replaced("187500<", "-187500<"), StatementMalformed),
    "nothing moved": (lambda: replaced("187500<", "0<"), StatementMalformed),
    "huge number": (lambda: replaced("187500<", "1" + "0" * 40 + "<"), StatementMalformed),
    "does not add up": (lambda: replaced("187500<", "187501<"), StatementUnbalanced),
    "no direction": (lambda: replaced("<CdtDbtInd>CRDT", "<CdtDbtInd>UP"), StatementMalformed),
    "no such day": (lambda: replaced("2026-11-20", "2026-11-31"), StatementMalformed),
    "no closing balance": (lambda: replaced("CLBD", "ITBD"), StatementMalformed),
    "one reference twice": (lambda: replaced(">L2<", ">L1<"), StatementMalformed),
    "no account": (lambda: replaced(">1101230000678<", "><"), StatementMalformed),
    "two statements": (
        lambda: replaced("</Stmt>", "</Stmt>" + XML.decode().split("</GrpHdr>")[1].split("</BkTo", maxsplit=1)[0]),
        StatementMalformed,
    ),
    "entities": (
        lambda: replaced("<Document", '<!DOCTYPE d [<!ENTITY a "b">]><Document'),
        StatementMalformed,
    ),
    "a file of ours": (
        lambda: replaced("<Document", '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><Document').replace(
            "홍길동".encode(), b"&a;"
        ),
        StatementMalformed,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_statement_that_can_not_be_right_is_refused(name: str) -> None:
    make, refusal = REFUSED[name]
    with pytest.raises(refusal):
        parse_statement(make())


def test_a_billion_laughs_are_not_laughed() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = replaced("홍길동", "&a9;").replace(b"<Document", f"<!DOCTYPE d [{entities}]><Document".encode())
    with pytest.raises(StatementMalformed):
        parse_statement(bomb)


def test_a_statement_beyond_the_limit_is_refused_while_reading() -> None:
    with pytest.raises(StatementTooLarge):
        parse_statement(io.BytesIO(XML), bytes_max=len(XML) - 1)
    assert parse_statement(io.BytesIO(XML), bytes_max=len(XML)) == GOOD


def test_pending_entries_do_not_count() -> None:
    entry = XML.decode().split("187500</Amt>")[1]
    pending = (
        '<Ntry><NtryRef>P</NtryRef><Amt Ccy="KRW">7</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>'
    )
    assert entry
    assert parse_statement(replaced("</Stmt>", pending + "</Stmt>")) == GOOD


def test_whole_won_may_be_written_with_zeros() -> None:
    assert parse_statement(replaced("187500<", "187500.00<")) == GOOD


def test_a_batch_booking_gives_one_line_per_transaction() -> None:
    details = "".join(
        f'<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><Amt Ccy="KRW">{amount}</Amt></TxDtls>'
        for n, amount in ((1, 100_000), (2, 87_500))
    )
    before, rest = XML.decode().split("<NtryDtls>", 1)
    after = rest.split("</NtryDtls>", 1)[1]
    told = parse_statement(f"{before}<NtryDtls>{details}</NtryDtls>{after}".encode())
    assert [(each.line_ref, each.amount, each.end_to_end_id) for each in told.lines[:2]] == [
        ("L1/1", 100_000, "E1"),
        ("L1/2", 87_500, "E2"),
    ]
    with pytest.raises(StatementMalformed):
        parse_statement(f"{before}<NtryDtls>{details}</NtryDtls>{after}".replace(">87500<", ">87499<").encode())


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"<a>{text}</a>".encode("utf-8", "replace")))
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    with pytest.raises(DomainError):
        parse_statement(content)


@settings(max_examples=300)
@given(st.integers(0, len(XML) - 1), st.integers(0, 30), st.binary(max_size=10))
def test_no_damage_to_a_statement_crashes_the_reader(at: int, gone: int, put: bytes) -> None:
    damaged = XML[:at] + put + XML[at + gone :]
    try:
        told = parse_statement(damaged)
    except DomainError:
        return
    assert told.closing - told.opening == sum(each.signed for each in told.lines)


PIECES = "<Stmt> </Stmt> <Ntry> </Ntry> <Bal> </Bal> <Acct/> <Id>x</Id> <Amt>1</Amt> <!--x--> <?x?>".split()


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.integers(0, 11))
def test_no_shuffled_elements_crash_the_reader(pieces: list[str], place: int) -> None:
    rows = XML.decode().split("\n")
    rows.insert(min(place, len(rows) - 1), "".join(pieces))
    try:
        told = parse_statement("\n".join(rows).encode())
    except DomainError:
        return
    assert told.closing - told.opening == sum(each.signed for each in told.lines)


@pytest.mark.slow
def test_a_national_day_of_200_thousand_lines_is_read() -> None:
    many = statement(*(line(ref, 1_000 + ref, direction="out") for ref in range(200_000)))
    assert parse_statement(write_statement(many, created_at=CREATED)) == many
