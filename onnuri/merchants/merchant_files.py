"""The official merchant table (온누리상품권 가맹점 현황) as rows and a report of all that is odd. No I/O."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from onnuri.merchants.market_names import name_key
from onnuri.merchants.official_files import (
    FileKind,
    LineNote,
    OfficialFile,
    OfficialFileUnknown,
    OfficialLine,
    read_official_file,
)
from onnuri.merchants.regions import SIGUNGU, read_region, read_sido


@dataclass(frozen=True, slots=True)
class MerchantRow:
    """One shop as the official table states it; it names its market, not the market's code."""

    line: int
    name: str
    market_name: str
    sido: str
    sigungu: str
    address: str | None
    goods: str
    takes_paper: bool
    takes_digital: bool
    registered_year: int | None


@dataclass(frozen=True, slots=True)
class MerchantFileReport:
    """What was found in a merchant table; every data line is in `merchants`, a duplicate, or unreadable."""

    encoding: str
    rows: int
    merchants: int
    takes_digital: int
    repeated_names: int
    exact_duplicates: tuple[LineNote, ...]
    without_address: tuple[LineNote, ...]
    without_market: tuple[LineNote, ...]
    without_year: tuple[LineNote, ...]
    regions_corrected: tuple[LineNote, ...]
    regions_unknown: tuple[LineNote, ...]
    unreadable: tuple[LineNote, ...]


@dataclass(frozen=True, slots=True)
class MerchantFile:
    """The shops of the table, each once, and the report."""

    merchants: tuple[MerchantRow, ...]
    report: MerchantFileReport


def read_merchant_file(content: bytes) -> MerchantFile:
    """Read the official merchant table; refuses a file whose header is another."""
    return merchant_file_of(read_official_file(content))


def merchant_file_of(file: OfficialFile) -> MerchantFile:
    """Turn a recognised merchant table into rows and a report; nothing is dropped without a note.

    Lines that agree in name, market, region, address and goods are one shop: the table has no number that would tell
    two such shops apart. The first one is kept.
    """
    if file.kind is not FileKind.MERCHANTS:
        raise OfficialFileUnknown(header=file.kind.value)
    kept: dict[tuple[str, ...], MerchantRow] = {}
    unreadable: list[LineNote] = []
    duplicates: list[LineNote] = []
    corrected: list[LineNote] = []
    unknown: list[LineNote] = []
    for line in file.lines:
        if line.fault or not line.values["가맹점명"]:
            unreadable.append(LineNote(line.line, line.fault or "no shop name"))
            continue
        row, was_corrected, known = _merchant(line)
        identity = merchant_identity(row)
        if identity in kept:
            duplicates.append(LineNote(row.line, f"{row.name}, as line {kept[identity].line}"))
            continue
        kept[identity] = row
        if was_corrected:
            corrected.append(LineNote(row.line, f"{row.address or '-'} → {row.sido} {row.sigungu}"))
        if not known:
            unknown.append(LineNote(row.line, row.address or "-"))
    rows = tuple(kept.values())
    report = MerchantFileReport(
        encoding=file.encoding,
        rows=len(file.lines),
        merchants=len(rows),
        takes_digital=sum(row.takes_digital for row in rows),
        repeated_names=len(rows) - len(Counter((row.sido, row.market_name, row.name) for row in rows)),
        exact_duplicates=tuple(duplicates),
        without_address=tuple(LineNote(row.line, row.name) for row in rows if row.address is None),
        without_market=tuple(LineNote(row.line, row.name) for row in rows if not row.market_name),
        without_year=tuple(LineNote(row.line, row.name) for row in rows if row.registered_year is None),
        regions_corrected=tuple(corrected),
        regions_unknown=tuple(unknown),
        unreadable=tuple(unreadable),
    )
    return MerchantFile(merchants=rows, report=report)


def merchant_identity(row: MerchantRow) -> tuple[str, ...]:
    """Give what tells one shop of the table from another, folded for comparison."""
    return (
        row.sido,
        row.sigungu,
        name_key(row.market_name),
        name_key(row.name),
        name_key(row.address or ""),
        name_key(row.goods),
    )


def _merchant(line: OfficialLine) -> tuple[MerchantRow, bool, bool]:
    """Read a line; the place may be a full address or the province alone, both are seen in published editions."""
    values = line.values
    place = " ".join(values["소재지"].split())
    region = read_region(place)
    province_alone = place != "" and place == place.split()[0]
    row = MerchantRow(
        line=line.line,
        name=values["가맹점명"],
        market_name=values["소속시장명"],
        sido=read_sido(place) if province_alone else region.sido,
        sigungu=region.sigungu,
        address=place or None,
        goods=values["취급품목"],
        takes_paper=_yes(values["지류형가맹여부"]),
        takes_digital=_yes(values["디지털형가맹여부"]),
        registered_year=_year(values["등록년도"]),
    )
    return row, region.corrected, region.known or (province_alone and row.sido in SIGUNGU)


def _yes(text: str) -> bool:
    return text.strip().upper() in {"Y", "YES", "O", "○", "1", "예", "가맹", "TRUE"}


def _year(text: str) -> int | None:
    digits = text.strip().removesuffix("년")[:4]
    return int(digits) if len(digits) == 4 and digits.isascii() and digits.isdigit() else None
