"""Read single fields of camt.053 elements: texts, whole won, directions, dates; refusing what they can't be. No I/O."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Final, Literal, TypeAlias

from lxml import etree

from onnuri.kit.refusals import Malformed

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
N: Final = f"{{{NAMESPACE}}}"

Direction = Literal["in", "out"]
Element: TypeAlias = etree._Element  # pyright: ignore[reportPrivateUsage]  # lxml's stubs have no public name for it


class StatementMalformed(Malformed):
    """The file is not a statement we can read."""

    code = "statement_malformed"
    ko = "거래명세 파일을 읽을 수 없습니다: {what}"
    en = "The statement can't be read: {what}"


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


def read_text(element: Element, path: str) -> str:
    """Give a text below the element by its path of local names, "" where it is missing."""
    return str(_compiled(path)(element)).strip()


@cache
def _compiled(path: str) -> etree.XPath:
    steps = "/".join("c:" + step for step in path.split("/"))
    return etree.XPath(f"string({steps})", namespaces={"c": NAMESPACE}, smart_strings=False)


_AMOUNT: Final = f"{N}Amt"
_WHOLE_WON: Final = re.compile(r"[+]?([0-9]{1,15})(?:\.(0*))?")


def read_amount(element: Element) -> int:
    """Give the element's amount in won; refuses another currency and fractions of a won."""
    amount = element.find(_AMOUNT)
    if amount is None:
        raise StatementMalformed(what="an amount is missing")
    currency = amount.get("Ccy", "")
    if currency != "KRW":
        raise StatementNotKrw(currency=currency[:20])
    words = (amount.text or "").strip()
    match = _WHOLE_WON.fullmatch(words)
    if match is None:
        if re.fullmatch(r"[+]?[0-9]*\.[0-9]+", words):
            raise StatementFractionalWon(amount=words[:40])
        raise StatementMalformed(what="an amount is not a number")
    return int(match[1])


def read_direction(element: Element) -> Direction:
    """Give whether money came in or went out."""
    words = read_text(element, "CdtDbtInd")
    if words not in {"CRDT", "DBIT"}:
        raise StatementMalformed(what="credit or debit is missing")
    return "in" if words == "CRDT" else "out"


def read_date(element: Element, path: str) -> date:
    """Give the date, or the date part of the instant, below the path."""
    words = read_text(element, f"{path}/Dt") or read_text(element, f"{path}/DtTm")
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", words):
        raise StatementMalformed(what="a date is missing")
    try:
        return date.fromisoformat(words[:10])
    except ValueError:
        raise StatementMalformed(what="no such date") from None
