"""Lists of credits on the command line, the same for grants and companies: upload, approve, run, ask how far it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onnuri.ops.saying import progress
from onnuri.ops.telling import tell

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from onnuri.vouchers.giving.credit_list import CreditSource
    from onnuri.vouchers.giving.credit_upload import CreditList

FileArgument = Annotated[
    Path, typer.Argument(help="CSV: 지갑,금액,지급번호 · wallet,amount,reference", exists=True, dir_okay=False)
]
ListArgument = Annotated[str, typer.Argument(help="crl_… 올린 목록 · the uploaded list")]
By = Annotated[str, typer.Option("--by", help="처리자 per_… · who does it")]


def check_file(file: Path, source: Callable[[Connection, datetime], CreditSource]) -> None:
    """Say what each line of a file would come to; writes nothing."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.giving.credit_file import lines_of
    from onnuri.vouchers.giving.credit_look import look_at_list

    database = reach()
    at = house_clock(database).now()
    with file.open("rb") as content, database.single(Role.APP).begin() as conn:
        report = look_at_list(conn, lines_of(content), source(conn, at), at=at)
    tell(
        {
            "dry_run": True, "lines": report.lines, "total": report.total, "refused": report.refused,
            "by_code": report.by_code,
            "refusals": [
                {"line": each.line, "code": each.refusal.code, "words": each.refusal.message("ko")}
                for each in report.first_refusals
            ],
        }
    )  # fmt: skip


def upload_file(file: Path, by: str, source: Callable[[Connection, datetime], CreditSource]) -> None:
    """Keep a file as a list that another person may approve."""
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.giving.credit_file import lines_of
    from onnuri.vouchers.giving.credit_upload import CreditList, keep_list

    database = reach()
    at = house_clock(database).now()
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        with database.single(Role.APP).begin() as conn:
            who = acting(conn, by, "upload a list")
            answer = keep_list(conn, source(conn, at), sha256, lines_of(content), by=who, at=at)
            assert isinstance(answer.value, CreditList)
            told = _told(conn, answer.value)
    tell(told | {"uploaded_before": answer.replayed})


def add_list_commands(group: typer.Typer) -> None:
    """Give a group what is the same for every list."""
    group.command("status")(status)
    group.command("rows")(rows)
    group.command("approve")(approve)
    group.command("reject")(reject)
    group.command("run")(run)


def status(list_id: ListArgument) -> None:
    """목록이 어디까지 지급되었는지 봅니다 · How far a list has come."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.giving.credit_upload import credit_list

    with reach().single(Role.APP).begin() as conn:
        told = _told(conn, credit_list(conn, _id(list_id)))
    tell(told)


def rows(
    list_id: ListArgument,
    refused: Annotated[bool, typer.Option("--refused", help="거절된 줄만 · refused lines only")] = False,
    after: Annotated[int, typer.Option(help="이 줄 다음부터 · from after this line", min=0)] = 0,
    limit: Annotated[int, typer.Option(help="줄 수 · how many", min=1, max=10_000)] = 100,
) -> None:
    """목록의 각 줄이 어떻게 되었는지 봅니다 · What became of each line."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.giving.credit_progress import rows_of
    from onnuri.vouchers.giving.credit_upload import credit_list

    with reach().single(Role.APP).begin() as conn:
        found = rows_of(conn, credit_list(conn, _id(list_id)), after=after, limit=limit, only_bad=refused)
    tell(
        [
            {
                "line": row.line, "wallet": row.wallet, "amount": row.amount, "reference": row.reference,
                "status": row.status, "lot": row.lot_id and f"lot_{row.lot_id.hex}",
                "code": row.refusal and row.refusal.code, "words": row.refusal and row.refusal.message("ko"),
            }
            for row in found
        ]
    )  # fmt: skip


def approve(list_id: ListArgument, by: By) -> None:
    """목록을 승인합니다: 올린 사람은 할 수 없습니다 · Approve a list, never one's own; the worker credits it."""
    _decide(list_id, by, approved=True)


def reject(list_id: ListArgument, by: By) -> None:
    """목록을 반려합니다: 올린 사람은 할 수 없습니다 · Turn a list down, never one's own."""
    _decide(list_id, by, approved=False)


def run(list_id: ListArgument) -> None:
    """승인된 목록을 지금 지급합니다: 멈춘 곳부터 이어 갑니다 · Credit an approved list now, from where it stopped."""
    from onnuri.kit.database import FIRST_LANE, Role
    from onnuri.kit.migrate import lane_names
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.giving.credit_progress import run_stretch
    from onnuri.vouchers.giving.credit_run import CreditEdge

    database, id = reach(), _id(list_id)
    with database.single(Role.APP).begin() as conn:
        lanes = lane_names(conn)
    engines = {lane: database.engine(Role.APP, lane, pool_size=2) for lane in lanes}
    clock = house_clock(database)
    edge = CreditEdge(lambda lane: engines[lane or FIRST_LANE].begin(), clock.now)
    try:
        with progress() as bars:
            task = bars.add_task("지급", total=None)
            while (found := run_stretch(edge, id)).status != "DONE":
                bars.update(task, completed=found.parts_done, total=found.parts)
        with edge.begin(FIRST_LANE) as conn:
            told = _told(conn, found)
    finally:
        for engine in engines.values():
            engine.dispose()
    tell(told)


def show_lists(kind: str, source_id: str) -> None:
    """Tell what was uploaded for a programme or company."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.giving.credit_upload import credit_lists

    with reach().single(Role.APP).begin() as conn:
        found = credit_lists(conn, kind=kind, source_id=source_id)
    tell([_plain(each) for each in found])


def _decide(list_id: str, by: str, *, approved: bool) -> None:
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.giving.credit_upload import approve_list, reject_list

    database = reach()
    act = approve_list if approved else reject_list
    with database.single(Role.APP).begin() as conn:
        who = acting(conn, by, "decide a list")
        told = _told(conn, act(conn, _id(list_id), by=who, at=house_clock(database).now()))
    tell(told)


def _told(conn: Connection, found: CreditList) -> dict[str, object]:
    from onnuri.vouchers.giving.credit_progress import progress_of

    come = progress_of(conn, found)
    return _plain(found) | {"credited": come.credited, "credited_total": come.total, "refused": come.refused}


def _plain(found: CreditList) -> dict[str, object]:
    return {
        "list": f"crl_{found.id.hex}", "kind": found.kind,
        "source": found.source_id if found.kind == "grant" else f"com_{found.source_id}",
        "status": found.status, "good_lines": found.good_lines, "total": found.total, "bad_lines": found.bad_lines,
        "parts": found.parts, "parts_done": found.parts_done, "stopped_by": found.stopped_by,
        "uploaded_at": found.uploaded_at, "finished_at": found.finished_at, "sha256": found.sha256,
    }  # fmt: skip


def _id(given: str) -> Any:
    from onnuri.kit.ids import parse_id

    return parse_id("crl", given)
