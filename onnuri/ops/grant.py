"""`onnuri grant …`: grant programmes, and crediting them by list while payments go on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from onnuri.ops.saying import print_json, progress, say

grant = typer.Typer(help="지원금 지급  ·  Grants of the state", no_args_is_help=True, rich_markup_mode=None)

ListArgument = Annotated[Path, typer.Argument(help="CSV: 지갑,금액,지급번호 · wallet,amount,reference")]
ProgrammeArgument = Annotated[str, typer.Argument(help="지원 사업 이름 · name of the programme")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="아무것도 쓰지 않습니다 · write nothing")]
_PAUSE_SECONDS = 0.01


@grant.command("open")
def open_(
    programme: ProgrammeArgument,
    name: Annotated[str, typer.Option(help="사람이 읽는 이름 · name as people know it")],
    opens: Annotated[datetime, typer.Option(help="지급 시작(서울) · first day, Seoul", formats=["%Y-%m-%d"])],
    closes: Annotated[datetime, typer.Option(help="지급 끝(서울) · first day no longer, Seoul", formats=["%Y-%m-%d"])],
    expires: Annotated[
        datetime, typer.Option(help="사용 끝(서울) · first day it can't be spent, Seoul", formats=["%Y-%m-%d"])
    ],
    approved_by: Annotated[str, typer.Option(help="승인자 · who approved it")],
) -> None:
    """지원 사업을 엽니다 · Open a programme."""
    from onnuri.kit.clock import seoul_midnight
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.grant import Programme, open_programme

    first, last, end = (seoul_midnight(each.date()) for each in (opens, closes, expires))
    with reach().single(Role.APP).begin() as conn:
        open_programme(conn, Programme(programme, name, first, last, end, "onnuri grant open", approved_by))
    say("지원 사업을 열었습니다.", f"The programme {programme} is open.")


@grant.command("run")
def run(programme: ProgrammeArgument, file: ListArgument, dry_run: DryRun = False) -> None:
    """목록대로 지급합니다 · Credit a list; an interrupted run goes on where it stopped."""
    import hashlib
    import time

    from onnuri.kit.database import FIRST_LANE, Role
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.credit_look import look_at_list
    from onnuri.vouchers.credit_run import CreditEdge, CreditReport, run_list
    from onnuri.vouchers.grant import grant_source

    database = reach()
    clock = house_clock(database)
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    with file.open(encoding="utf-8-sig", newline="") as lines, database.single(Role.APP).begin() as conn:
        source = grant_source(conn, programme, at=clock.now())
        report = look_at_list(conn, lines, source, at=clock.now())
    if not dry_run:
        engines = {lane: database.engine(Role.APP, lane, pool_size=1) for lane in _lanes(database)}
        edge = CreditEdge(
            lambda lane: engines[lane or FIRST_LANE].begin(), clock.now, lambda: time.sleep(_PAUSE_SECONDS)
        )
        last: CreditReport | None = None
        with file.open(encoding="utf-8-sig", newline="") as lines, progress() as bars:
            task = bars.add_task("지급", total=report.lines)
            for last in run_list(edge, source, sha256, lines):
                bars.update(task, completed=last.lines)
        for engine in engines.values():
            engine.dispose()
        report = last or report
    print_json(
        {
            "programme": programme, "dry_run": dry_run, "lines": report.lines, "total": report.total,
            "refused": report.refused, "replayed_units": report.replayed_units,
            "refusals": [
                {"line": line.line, "code": line.refusal.code, "words": line.refusal.message("ko")}
                for line in report.first_refusals
            ],
        }
    )  # fmt: skip


def _lanes(database: object) -> list[str]:
    from onnuri.kit.database import Database, Role
    from onnuri.kit.migrate import lane_names

    assert isinstance(database, Database)
    with database.single(Role.APP).begin() as conn:
        return lane_names(conn)
