"""Files of opening balances from another operator: one lot a line, and a control file of totals. Pure: no I/O.

Lots: `holder,lot,source,programme,face,paid,left,charged_on,expires_on,state` (state: settled or in_transit), and where
the other operator tells it `used`: what was spent at shops. What is neither left nor used was given away or paid back.
Control: `what,name,lots,left,paid` with what = holder, programme or in_transit; `paid` is the paid share of `left`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from onnuri.kit.ids import parse_id
from onnuri.kit.refusals import DomainError, Malformed
from onnuri.kit.visible import other_letters, plain
from onnuri.ledger.model import AMOUNT_MAX

LOT_HEADER: Final = (
    "holder", "lot", "source", "programme", "face", "paid", "left", "charged_on", "expires_on", "state",
)  # fmt: skip
USED: Final = "used"
CONTROL_HEADER: Final = ("what", "name", "lots", "left", "paid")
_NO_LINE: Final[list[str]] = []
KINDS: Final = ("holder", "programme", "in_transit")


class MigrationFileUnreadable(Malformed):
    """The file does not begin with the columns it must have, or a control line can't be read."""

    code = "migration_file_unreadable"
    ko = "이관 파일의 형식이 올바르지 않습니다: {given}"
    en = "This is not a file of opening balances: {given}"


@dataclass(frozen=True, slots=True)
class MovedLot:
    """One lot as the other operator has it; won. Granted value has no paid share."""

    line: int
    holder_id: UUID
    reference: str
    source: str
    programme: str
    face: int
    paid: int
    left: int
    charged_on: date
    expires_on: date
    in_transit: bool
    used_told: int | None = None

    @property
    def used(self) -> int:
        """Spent at shops: as the file tells it, or all that is not left where it does not; refunds are judged by it."""
        return self.face - self.left if self.used_told is None else self.used_told

    @property
    def left_paid(self) -> int:
        """The paid share of what is left, rounded down to one won; the state's share takes the remainder."""
        return self.left * self.paid // self.face


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that can't be taken, and why."""

    line: int
    reference: str
    problem: str


@dataclass(frozen=True, slots=True)
class Total:
    """What something adds up to; won."""

    lots: int
    left: int
    paid: int


Totals = Mapping[tuple[str, str], Total]


def read_lots(file: Iterable[str]) -> Iterator[MovedLot | BadLine]:
    """Read a file of lots line by line. Refuses `MigrationFileUnreadable` for its header."""
    rows = csv.reader(file)
    header = tuple(field.strip().lstrip("\ufeff") for field in next(rows, _NO_LINE))
    if header not in (LOT_HEADER, (*LOT_HEADER, USED)):
        raise MigrationFileUnreadable(given=",".join(header)[:120])
    for line, fields in enumerate(rows, 2):
        if fields:
            yield _lot(line, [field.strip() for field in fields], columns=len(header))


def _lot(line: int, fields: list[str], *, columns: int) -> MovedLot | BadLine:
    reference = fields[1][:64] if len(fields) > 1 else ""
    if len(fields) != columns:
        return BadLine(line, reference, f"unreadable: {len(fields)} columns")
    try:
        holder, _, source, programme, face, paid, left, charged_on, expires_on, state, *used = fields
        lot = MovedLot(
            line, parse_id("per", holder), reference, source, programme, _won(face), _won(paid), _won(left),
            date.fromisoformat(charged_on), date.fromisoformat(expires_on), state == "in_transit",
            _won(used[0]) if used else None,
        )  # fmt: skip
    except (ValueError, DomainError) as error:
        return BadLine(line, reference, f"unreadable: {error}"[:200])
    problem = _problem(lot, state)
    return BadLine(line, reference, problem) if problem else lot


def _problem(lot: MovedLot, state: str) -> str | None:
    written, others = plain(lot.reference), other_letters(lot.reference)
    wrong = (
        (not lot.reference, "lot is empty"),
        (written != lot.reference and not others, f"lot looks like another: write it as {written!r}"),
        (
            bool(others),
            f"lot looks like another: write it in Hangul and what a keyboard types, not {', '.join(others)}",
        ),
        (lot.source not in ("bought", "gift", "grant"), "source is bought, gift or grant"),
        (state not in ("settled", "in_transit"), "state is settled or in_transit"),
        (not 0 < lot.left <= lot.face <= AMOUNT_MAX, "0 < left <= face"),
        (lot.paid > lot.face, "paid <= face"),
        (lot.used > lot.face - lot.left, "used <= face - left"),
        (lot.source == "grant" and lot.paid != 0, "granted value has no paid share"),
        ((lot.programme == "digital") == (lot.source == "grant"), "programme is digital, or of a grant"),
        (lot.expires_on <= lot.charged_on, "expires after it was charged"),
    )
    return next((words for is_wrong, words in wrong if is_wrong), None)


def _won(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) <= 13):
        raise ValueError(f"{given[:20]!r} is no amount")
    return int(given)


def read_control(file: Iterable[str]) -> Totals:
    """Read a control file whole. Refuses `MigrationFileUnreadable`."""
    rows = csv.reader(file)
    header = tuple(field.strip().lstrip("\ufeff") for field in next(rows, _NO_LINE))
    if header != CONTROL_HEADER:
        raise MigrationFileUnreadable(given=",".join(header)[:120])
    totals: dict[tuple[str, str], Total] = {}
    for fields in rows:
        if not fields:
            continue
        try:
            what, name, lots, left, paid = (field.strip() for field in fields)
            key, total = (what, name), Total(_won(lots), _won(left), _won(paid))
        except ValueError as error:
            raise MigrationFileUnreadable(given=str(error)) from error
        if what not in KINDS or key in totals:
            raise MigrationFileUnreadable(given=f"{what},{name}"[:120])
        totals[key] = total
    return totals


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the lots do not add up to the control file; an absent side is zero."""

    what: str
    name: str
    control: Total
    counted: Total


def differences(control: Totals, counted: Totals) -> list[Difference]:
    """List every total that differs; in both directions, so nothing is left out on either side."""
    nothing = Total(0, 0, 0)
    found = [
        Difference(what, name, control.get((what, name), nothing), counted.get((what, name), nothing))
        for what, name in sorted({*control, *counted})
    ]
    return [each for each in found if each.control != each.counted]


def count(lots: Iterable[MovedLot]) -> Totals:
    """Add up lots as a control file does: settled ones per holder and programme, those in transit apart."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for lot in lots:
        keys = [("in_transit", lot.programme)] if lot.in_transit else [
            ("holder", f"per_{lot.holder_id.hex}"), ("programme", lot.programme),
        ]  # fmt: skip
        for key in keys:
            for place, won in enumerate((1, lot.left, lot.left_paid)):
                sums[key][place] += won
    return {key: Total(*values) for key, values in sums.items()}
