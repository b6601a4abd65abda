"""The two official market tables (전국전통시장표준데이터, 전통시장현황) as rows and a report. No I/O."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from onnuri.merchants.market_names import market_code, name_key
from onnuri.merchants.official_files import (
    FileKind,
    LineNote,
    OfficialFile,
    OfficialFileUnknown,
    OfficialLine,
    read_official_file,
)
from onnuri.merchants.opening import OpeningCycle, read_opening
from onnuri.merchants.regions import Region, read_region

_E7: Final = 10_000_000
_DEGREES: Final = re.compile(r"([0-9]{1,3})(?:[.]([0-9]*))?")


@dataclass(frozen=True, slots=True)
class MarketRow:
    """One market as an official table or the built-in sample states it; what a table does not say is None."""

    line: int
    code: str
    name: str
    sido: str
    sigungu: str
    road_address: str | None
    lot_address: str | None
    kind: str
    opening: OpeningCycle | None
    latitude_e7: int | None
    longitude_e7: int | None
    shop_count: int | None
    official_code: str | None

    @property
    def address(self) -> str | None:
        """Give the road name address, else the lot number address."""
        return self.road_address or self.lot_address


@dataclass(frozen=True, slots=True)
class MarketFileReport:
    """What was found in a market table; every data line is in `markets`, a duplicate, or unreadable."""

    kind: FileKind
    encoding: str
    rows: int
    markets: int
    repeated_names: tuple[tuple[str, int], ...]
    duplicate_name_rows: int
    exact_duplicates: tuple[LineNote, ...]
    differing_duplicates: tuple[LineNote, ...]
    without_coordinates: tuple[LineNote, ...]
    without_shop_count: tuple[LineNote, ...]
    without_address: tuple[LineNote, ...]
    regions_corrected: tuple[LineNote, ...]
    regions_unknown: tuple[LineNote, ...]
    official_codes_shared: tuple[tuple[str, int], ...]
    columns_absent: tuple[str, ...]
    unreadable: tuple[LineNote, ...]


@dataclass(frozen=True, slots=True)
class MarketFile:
    """The markets of a table, each once, and the report."""

    markets: tuple[MarketRow, ...]
    report: MarketFileReport


def read_market_file(content: bytes) -> MarketFile:
    """Read either official market table; refuses a file whose header is another."""
    return market_file_of(read_official_file(content))


def market_file_of(file: OfficialFile) -> MarketFile:
    """Turn a recognised market table into rows and a report; nothing is dropped without a note."""
    if file.kind is FileKind.MERCHANTS:
        raise OfficialFileUnknown(header="가맹점명…")
    unreadable = [LineNote(line.line, line.fault) for line in file.lines if line.fault]
    read: list[tuple[MarketRow, Region]] = []
    for line in file.lines:
        if line.fault:
            continue
        if not line.values["시장명"]:
            unreadable.append(LineNote(line.line, "no market name"))
            continue
        read.append(_market(line, file.kind))
    rows = [row for row, _ in read]
    kept, exact, differing = _told_apart(rows)
    semas = file.kind is FileKind.MARKETS_SEMAS
    names = Counter(row.name for row in rows)
    codes = Counter(row.official_code for row in rows if row.official_code)
    report = MarketFileReport(
        kind=file.kind,
        encoding=file.encoding,
        rows=len(file.lines),
        markets=len(kept),
        repeated_names=_repeated(names),
        duplicate_name_rows=len(rows) - len(names),
        exact_duplicates=exact,
        differing_duplicates=differing,
        without_coordinates=() if semas else _notes(rows, lambda row: row.latitude_e7 is None),
        without_shop_count=() if semas else _notes(rows, lambda row: row.shop_count is None),
        without_address=_notes(rows, lambda row: row.address is None),
        regions_corrected=tuple(_region_note(row) for row, region in read if region.corrected),
        regions_unknown=tuple(_region_note(row) for row, region in read if not region.known),
        official_codes_shared=_repeated(codes),
        columns_absent=("위도", "경도", "점포수", "시장개설주기") if semas else ("시장코드",),
        unreadable=tuple(sorted(unreadable, key=lambda note: note.line)),
    )
    return MarketFile(markets=kept, report=report)


def _market(line: OfficialLine, kind: FileKind) -> tuple[MarketRow, Region]:
    values = line.values
    if kind is FileKind.MARKETS_SEMAS:
        road, lot = _address(values["도로명주소"]), _address(values["지번주소"])
        stated = f"{values['시도']} {values['시군구']}"
    else:
        road, lot = _address(values["소재지도로명주소"]), _address(values["소재지지번주소"])
        stated = ""
    region = read_region(*(text for text in (stated, road, lot) if text))
    latitude_e7, longitude_e7 = _coordinates(values.get("위도", ""), values.get("경도", ""))
    row = MarketRow(
        line=line.line,
        code=market_code(region.sido, region.sigungu, values["시장명"]),
        name=values["시장명"],
        sido=region.sido,
        sigungu=region.sigungu,
        road_address=road,
        lot_address=lot,
        kind=values["시장유형"],
        opening=read_opening(values.get("시장개설주기", ""), values["시장유형"]),
        latitude_e7=latitude_e7,
        longitude_e7=longitude_e7,
        shop_count=_whole(values.get("점포수", "")),
        official_code=values.get("시장코드") or None,
    )
    return row, region


def _address(text: str) -> str | None:
    """Give an address in single spaces; the official table also writes `0` for none."""
    return " ".join(text.split()) if any("가" <= letter <= "힣" for letter in text) else None


def _coordinates(latitude: str, longitude: str) -> tuple[int | None, int | None]:
    """Read degrees of WGS 84 as 1e-7 degrees; a point outside Korea, or half a point, counts as not given."""
    north, east = _degrees_e7(latitude), _degrees_e7(longitude)
    if north is None or east is None or not (33 * _E7 <= north <= 39 * _E7 and 124 * _E7 <= east <= 132 * _E7):
        return None, None
    return north, east


def _degrees_e7(text: str) -> int | None:
    matched = _DEGREES.fullmatch(text)
    return None if matched is None else int(matched[1] + (matched[2] or "")[:7].ljust(7, "0"))


def _whole(text: str) -> int | None:
    digits = text.replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else None


def _told_apart(
    rows: list[MarketRow],
) -> tuple[tuple[MarketRow, ...], tuple[LineNote, ...], tuple[LineNote, ...]]:
    """Keep each market once; two of one district and name whose addresses differ get codes with their address."""
    groups: dict[str, list[MarketRow]] = defaultdict(list)
    for row in rows:
        groups[row.code].append(row)
    kept: list[MarketRow] = []
    exact: list[LineNote] = []
    differing: list[LineNote] = []
    for group in groups.values():
        different = {name_key(row.address or ""): row for row in reversed(group)}
        exact += [LineNote(row.line, f"{row.name} again") for row in group if row not in different.values()]
        if len(different) == 1:
            kept += different.values()
            continue
        for row in different.values():
            differing.append(LineNote(row.line, f"{row.name}: {row.address or '-'}"))
            kept.append(replace(row, code=market_code(row.sido, row.sigungu, row.name, row.address or "")))
    return tuple(sorted(kept, key=lambda row: row.line)), _sorted(exact), _sorted(differing)


def _sorted(notes: Iterable[LineNote]) -> tuple[LineNote, ...]:
    return tuple(sorted(notes, key=lambda note: note.line))


def _notes(rows: list[MarketRow], odd: Callable[[MarketRow], bool]) -> tuple[LineNote, ...]:
    return tuple(LineNote(row.line, row.name) for row in rows if odd(row))


def _region_note(row: MarketRow) -> LineNote:
    return LineNote(row.line, f"{row.name}: {row.address or '-'} → {row.sido} {row.sigungu}")


def _repeated(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((value, count) for value, count in counts.most_common() if count > 1)
