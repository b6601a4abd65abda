"""Reading an official CSV table as it comes: encoding, kind by the header, numbered lines. No I/O."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from onnuri.kit.refusals import Malformed

_BOM: Final = b"\xef\xbb\xbf"
_NOTHING: Final[list[str]] = []


class OfficialFileUnknown(Malformed):
    """The file's first line is not the header of a table this software knows."""

    code = "official_file_unknown"
    ko = "알 수 없는 파일입니다. 머리글이 공식 표와 다릅니다: {header}"
    en = "This is not a table known here; its header reads: {header}"


class FileKind(StrEnum):
    """Which official table a file is."""

    MARKETS_STANDARD = "markets_standard"
    MARKETS_SEMAS = "markets_semas"
    MERCHANTS = "merchants"


_HEADERS: Final[Mapping[FileKind, frozenset[str]]] = {
    FileKind.MARKETS_STANDARD: frozenset(
        {"시장명", "시장유형", "소재지도로명주소", "소재지지번주소", "시장개설주기", "위도", "경도", "점포수"}
    ),
    FileKind.MARKETS_SEMAS: frozenset({"시장코드", "시장명", "시장유형", "지번주소", "도로명주소", "시도", "시군구"}),
    FileKind.MERCHANTS: frozenset(
        {"가맹점명", "소속시장명", "소재지", "취급품목", "지류형가맹여부", "디지털형가맹여부", "등록년도"}
    ),
}
"""The columns a table can't do without, spaces left out: editions differ in spaces and bring further columns."""


@dataclass(frozen=True, slots=True)
class LineNote:
    """A line of the file (the header is line 1) and what is to be said of it."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class OfficialLine:
    """One data line: its values by column name without spaces; `fault` says why it can't be read, if so."""

    line: int
    values: Mapping[str, str]
    fault: str | None


@dataclass(frozen=True, slots=True)
class OfficialFile:
    """A recognised table: its kind, its encoding and every data line."""

    kind: FileKind
    encoding: str
    lines: tuple[OfficialLine, ...]


def read_official_file(content: bytes) -> OfficialFile:
    """Decode and recognise a table; UTF-8 with or without a mark and CP949 are told apart by their content.

    Lines that can't be read come back with their fault; only an unknown header refuses the whole file.
    """
    encoding, texts, broken = _decode(content)
    reader = csv.reader(texts)
    header = _header(reader)
    kind = next((kind for kind, needed in _HEADERS.items() if needed <= set(header)), None)
    if kind is None:
        raise OfficialFileUnknown(header=",".join(header)[:120])
    lines = tuple(_lines(reader, header, broken))
    return OfficialFile(kind=kind, encoding=encoding, lines=lines)


def _header(reader: Iterator[list[str]]) -> list[str]:
    """Read the first line's column names without spaces; a line that is not CSV names none."""
    try:
        return [name.replace(" ", "").strip() for name in next(reader, _NOTHING)]
    except csv.Error:
        return []


def _decode(content: bytes) -> tuple[str, list[str], frozenset[int]]:
    """Give the encoding, the physical lines and the numbers of those that are not valid in it."""
    if content.startswith(_BOM):
        return "utf-8-sig", *_decode_lines(content[len(_BOM) :], "utf-8")
    utf8, cp949 = _decode_lines(content, "utf-8"), _decode_lines(content, "cp949")
    return ("utf-8", *utf8) if len(utf8[1]) <= len(cp949[1]) else ("cp949", *cp949)


def _decode_lines(content: bytes, encoding: str) -> tuple[list[str], frozenset[int]]:
    """Decode line by line, so that one broken byte costs one line; a line feed is never part of a character here."""
    texts: list[str] = []
    broken: set[int] = set()
    for number, raw in enumerate(content.split(b"\n"), start=1):
        try:
            texts.append(raw.decode(encoding) + "\n")
        except UnicodeDecodeError:
            texts.append(raw.decode(encoding, errors="replace") + "\n")
            broken.add(number)
    return texts, frozenset(broken)


def _lines(reader: Iterator[list[str]], header: list[str], broken: frozenset[int]) -> Iterator[OfficialLine]:
    while True:
        first = _line_num(reader) + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield OfficialLine(line=first, values={}, fault=f"not CSV: {error}")
            continue
        if not any(field.strip() for field in fields):
            continue
        last = _line_num(reader)
        values = {name: field.strip() for name, field in zip(header, fields, strict=False)}
        yield OfficialLine(line=first, values=values, fault=_fault(fields, header, range(first, last + 1), broken))


def _line_num(reader: Iterator[list[str]]) -> int:
    number = getattr(reader, "line_num", 0)
    assert isinstance(number, int)
    return number


def _fault(fields: list[str], header: list[str], span: range, broken: frozenset[int]) -> str | None:
    if any(line in broken for line in span):
        return "bytes that are not text in this file's encoding"
    if any("\x00" in field for field in fields):
        return "a zero byte"
    if len(fields) != len(header):
        lines = f" over {len(span)} lines" if len(span) > 1 else ""
        return f"{len(fields)} fields{lines}, the header has {len(header)}"
    return None


def told(lines: tuple[LineNote, ...], at_most: int = 5) -> str:
    """Write the first notes for people: `line 12: …; line 40: …; and 3 more`."""
    shown = [f"line {note.line}: {note.text}" for note in lines[:at_most]]
    return "; ".join(shown + ([f"and {len(lines) - at_most} more"] if len(lines) > at_most else []))


__all__ = ["FileKind", "LineNote", "OfficialFile", "OfficialFileUnknown", "OfficialLine", "read_official_file", "told"]
