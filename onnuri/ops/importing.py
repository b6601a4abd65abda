"""`onnuri import …`: the official tables of markets and merchants, with a report of all that is odd in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from onnuri.merchants.official_files import LineNote
from onnuri.ops.saying import notes, progress, say

importing = typer.Typer(
    help="공식 자료 가져오기  ·  Import official tables", no_args_is_help=True, rich_markup_mode=None
)

FileArgument = Annotated[Path, typer.Argument(help="CSV, UTF-8 또는 CP949 · as published")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="아무것도 쓰지 않습니다 · write nothing")]
_BY = "onnuri import"
_NOTES_SHOWN = 5
_CHUNK = 5_000


@importing.command()
def markets(file: FileArgument, dry_run: DryRun = False) -> None:
    """시장 표를 가져옵니다 · Import a table of markets (전국전통시장표준데이터, 전통시장현황)."""
    from onnuri.kit.database import Role
    from onnuri.merchants.import_markets import import_markets
    from onnuri.merchants.market_files import read_market_file
    from onnuri.ops.reach import house_clock, reach

    with progress() as bars:
        task = bars.add_task("시장 표 읽기", total=2)
        read = read_market_file(file.read_bytes())
        bars.advance(task)
        database = reach()
        with database.single(Role.APP).begin() as conn:
            at = house_clock(database).now()
            done = import_markets(conn, markets=read.markets, source=read.report.kind, at=at, dry_run=dry_run)
        bars.advance(task)
    report = read.report
    _show(
        f"{file.name}: {report.kind}, {report.encoding}",
        [
            ("행 rows", report.rows, ()),
            ("시장 markets", report.markets, ()),
            ("새로 added", len(done.added), ()),
            ("바뀜 changed", len(done.changed), ()),
            ("그대로 unchanged", len(done.unchanged), ()),
            ("같은 이름 names used more than once", len(report.repeated_names), ()),
            ("같은 줄 exact duplicates", len(report.exact_duplicates), report.exact_duplicates),
            ("다른 중복 differing duplicates", len(report.differing_duplicates), report.differing_duplicates),
            ("좌표 없음 without coordinates", len(report.without_coordinates), report.without_coordinates),
            ("점포 수 없음 without a shop count", len(report.without_shop_count), report.without_shop_count),
            ("주소 없음 without an address", len(report.without_address), report.without_address),
            ("지역 고침 regions corrected", len(report.regions_corrected), report.regions_corrected),
            ("지역 모름 regions unknown", len(report.regions_unknown), report.regions_unknown),
            ("읽지 못함 unreadable", len(report.unreadable), report.unreadable),
        ],
    )
    _said(dry_run)


@importing.command()
def merchants(file: FileArgument, dry_run: DryRun = False) -> None:
    """가맹점 표를 가져옵니다 · Import the official table of merchants (온누리상품권 가맹점 현황)."""
    from onnuri.kit.database import Role
    from onnuri.merchants.import_merchants import MerchantImport, import_merchants
    from onnuri.merchants.merchant_files import read_merchant_file
    from onnuri.ops.reach import house_clock, reach

    database = reach()
    read = read_merchant_file(file.read_bytes())
    at = house_clock(database).now()
    parts: list[MerchantImport] = []
    with progress() as bars, database.single(Role.APP).begin() as conn:
        task = bars.add_task("가맹점 등록", total=len(read.merchants))
        for first in range(0, len(read.merchants), _CHUNK):
            chunk = read.merchants[first : first + _CHUNK]
            parts.append(import_merchants(conn, merchants=chunk, at=at, by=_BY, dry_run=dry_run))
            bars.advance(task, len(chunk))
    unknown = [note for part in parts for note in part.market_unknown]
    ambiguous = [note for part in parts for note in part.market_ambiguous]
    report = read.report
    _show(
        f"{file.name}: {report.encoding}",
        [
            ("행 rows", report.rows, ()),
            ("가맹점 merchants", report.merchants, ()),
            ("새로 added", sum(part.added for part in parts), ()),
            ("그대로 unchanged", sum(part.unchanged for part in parts), ()),
            ("지류 전용 paper only", sum(part.paper_only for part in parts), ()),
            ("시장 모름 market unknown", len(unknown), unknown),
            ("시장 불분명 market ambiguous", len(ambiguous), ambiguous),
            ("같은 줄 exact duplicates", len(report.exact_duplicates), report.exact_duplicates),
            ("주소 없음 without an address", len(report.without_address), report.without_address),
            ("연도 없음 without a year", len(report.without_year), report.without_year),
            ("지역 모름 regions unknown", len(report.regions_unknown), report.regions_unknown),
            ("읽지 못함 unreadable", len(report.unreadable), report.unreadable),
        ],
    )
    _said(dry_run)


def _show(title: str, rows: Sequence[tuple[str, int, Sequence[LineNote]]]) -> None:
    table = Table(title=title, title_justify="left", show_header=False)
    for label, count, lines in rows:
        shown = ", ".join(f"{note.line}: {note.text}" for note in lines[:_NOTES_SHOWN])
        table.add_row(label, f"{count:,}", shown + (" …" if len(lines) > _NOTES_SHOWN else ""))
    notes.print(table)


def _said(dry_run: bool) -> None:
    if dry_run:
        say("시험 실행입니다. 아무것도 저장하지 않았습니다.", "A dry run: nothing was stored.")
    else:
        say("저장했습니다.", "Stored.")
