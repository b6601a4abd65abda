"""What the bank answered, read without ever failing: one `Answer` per call, with a verdict and any alarm. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast

from onnuri.banks.codes import Verdict
from onnuri.banks.tran_id import parse_stamp


@dataclass(frozen=True, slots=True)
class Answer:
    """The bank's word on one call.

    `trouble` says why nothing usable came back (time-out, reset, HTTP status, unreadable). `alarm` says that the
    answer contradicts the order: a person must look, and the verdict is UNKNOWN. `fields` are the answer's own
    strings (the item's, where there is one) for screens and records.
    """

    verdict: Verdict
    rsp_code: str = ""
    bank_rsp_code: str = ""
    message: str = ""
    bank_tran_id: str = ""
    bank_on: date | None = None
    amount: int | None = None
    alarm: str | None = None
    trouble: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Expected:
    """What an honest answer must repeat: the id (None: any) and the amount in won (None: no amount)."""

    bank_tran_id: str | None
    amount: int | None


_HANGUL: Final = re.compile("[가-힣]")
Judge = Callable[[str, str], Verdict]


def words_for_people(message: str | None) -> str | None:
    """Give what a bank said as it may be shown to its customer: its own words; not ours about the line to it.

    Those (`http status 500`) say nothing to a customer; operators are shown them as they are.
    """
    if not message or _HANGUL.search(message):
        return message
    return "은행이 알아들을 수 있는 답을 하지 않았습니다"


def nothing_heard(trouble: str) -> Answer:
    """Say that nothing usable came back: UNKNOWN."""
    return Answer(verdict=Verdict.UNKNOWN, trouble=trouble)


def read_answer(body: object, *, expected: Expected, judge: Judge) -> Answer:
    """Read a decoded JSON answer; whatever does not make sense is UNKNOWN, never an exception."""
    if not isinstance(body, dict):
        return nothing_heard("unreadable: not an object")
    envelope = _strings(cast("dict[object, object]", body))
    rsp_code = envelope.get("rsp_code", "")
    if not rsp_code:
        return nothing_heard("unreadable: no rsp_code")
    item = _single_item(cast("dict[object, object]", body))
    if item is None:
        return nothing_heard("unreadable: res_list does not hold one item")
    fields = {**envelope, **item}
    bank_rsp_code = fields.get("bank_rsp_code", "")
    stamp = parse_stamp(fields.get("bank_tran_date", ""))
    verdict = judge(rsp_code, bank_rsp_code)
    amount = _won(fields.get("tran_amt", ""))
    alarm = _contradiction(fields, verdict=verdict, amount=amount, expected=expected)
    return Answer(
        verdict=verdict if alarm is None else Verdict.UNKNOWN,
        rsp_code=rsp_code,
        bank_rsp_code=bank_rsp_code,
        message=fields.get("bank_rsp_message") or fields.get("rsp_message", ""),
        bank_tran_id=fields.get("bank_tran_id", ""),
        bank_on=None if stamp is None else stamp.date(),
        amount=amount,
        alarm=alarm,
        fields=fields,
    )


def _contradiction(
    fields: Mapping[str, str], *, verdict: Verdict, amount: int | None, expected: Expected
) -> str | None:
    told_id = fields.get("bank_tran_id", "")
    if expected.bank_tran_id is not None and told_id and told_id != expected.bank_tran_id:
        return "answer_for_another_transfer"
    if expected.bank_tran_id is not None and verdict is Verdict.SUCCEEDED and not told_id:
        return "answer_without_id"
    if expected.amount is None:
        return None
    told = fields.get("tran_amt", "")
    if told and amount != expected.amount and not (amount == 0 and verdict is not Verdict.SUCCEEDED):
        return "amount_differs"
    if not told and verdict is Verdict.SUCCEEDED:
        return "answer_without_amount"
    return None


def _single_item(body: dict[object, object]) -> dict[str, str] | None:
    """Give the one item of `res_list`; {} where there is no list or an empty one, None where it is no such list."""
    listed = body.get("res_list")
    if listed is None or listed == "":
        return {}
    if not isinstance(listed, list):
        return None
    items = cast("list[object]", listed)
    if not items:
        return {}
    first = items[0]
    if len(items) != 1 or not isinstance(first, dict):
        return None
    return _strings(cast("dict[object, object]", first))


def _strings(body: dict[object, object]) -> dict[str, str]:
    """Keep the string fields, in a form any database and screen takes."""
    return {_tame(key): _tame(value) for key, value in body.items() if isinstance(key, str) and isinstance(value, str)}


def _tame(text: str) -> str:
    return text[:_TEXT_MAX].encode("utf-8", "replace").decode().replace("\x00", "")


_TEXT_MAX: Final = 500
_WON: Final = re.compile(r"[0-9]{1,12}")


def _won(text: str) -> int | None:
    return int(text) if _WON.fullmatch(text) else None
