"""`onnuri grant …`: grant programmes, and crediting them by list while payments go on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from onnuri.ops.credit_lists import By, FileArgument, add_list_commands, check_file, show_lists, upload_file
from onnuri.ops.telling import Telling, tell

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from onnuri.vouchers.giving.credit_list import CreditSource
    from onnuri.vouchers.giving.grant import Programme

grant = Telling(help="지원금 지급과 환수  ·  Grants of the state", no_args_is_help=True, rich_markup_mode=None)

ProgrammeArgument = Annotated[str, typer.Argument(help="지원 사업 이름 · name of the programme")]


@grant.command("open")
def open_(
    programme: ProgrammeArgument,
    name: Annotated[str, typer.Option(help="사람이 읽는 이름 · name as people know it")],
    opens: Annotated[datetime, typer.Option(help="지급 시작(서울) · first day, Seoul", formats=["%Y-%m-%d"])],
    closes: Annotated[datetime, typer.Option(help="지급 끝(서울) · first day no longer, Seoul", formats=["%Y-%m-%d"])],
    expires: Annotated[
        datetime, typer.Option(help="사용 끝(서울) · first day it can't be spent, Seoul", formats=["%Y-%m-%d"])
    ],
    by: By,
) -> None:
    """지원 사업을 올립니다: 다른 사람이 승인해야 열립니다 · Propose a programme; another person approves it."""
    from onnuri.kit.clock import seoul_midnight
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.giving.grant import ProgrammeDraft, propose_programme

    first, last, end = (seoul_midnight(each.date()) for each in (opens, closes, expires))
    draft, database = ProgrammeDraft(programme, name, first, last, end, "onnuri grant open"), reach()
    with database.single(Role.APP).begin() as conn:
        who = acting(conn, by, "propose a programme")
        made = propose_programme(conn, draft, by=who, at=house_clock(database).now())
    tell(_told(made))


@grant.command("open-approve")
def open_approve(programme: ProgrammeArgument, by: By) -> None:
    """지원 사업을 승인합니다: 올린 사람은 할 수 없습니다 · Approve a programme, never one's own."""
    _decide(programme, by, approved=True)


@grant.command("open-reject")
def open_reject(programme: ProgrammeArgument, by: By) -> None:
    """지원 사업을 반려합니다 · Turn a programme down, never one's own."""
    _decide(programme, by, approved=False)


def _decide(programme: str, by: str, *, approved: bool) -> None:
    from onnuri.kit.database import Role
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.giving.grant import decide_programme

    database = reach()
    with database.single(Role.APP).begin() as conn:
        who = acting(conn, by, "decide a programme")
        done = decide_programme(conn, programme, approved=approved, by=who, at=house_clock(database).now())
    tell(_told(done))


def _told(made: Programme) -> dict[str, object]:
    from dataclasses import asdict

    from onnuri.kit.ids import public_id

    told: dict[str, object] = {"programme": made.id, **asdict(made)}
    told["proposed_by"] = public_id("per", made.proposed_by)
    told["decided_by"] = None if made.decided_by is None else public_id("per", made.decided_by)
    return told


@grant.command()
def programmes() -> None:
    """모든 지원 사업을 봅니다 · Every programme."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.giving.grant import programmes as every

    with reach().single(Role.APP).begin() as conn:
        tell([_told(each) for each in every(conn)])


@grant.command()
def check(programme: ProgrammeArgument, file: FileArgument) -> None:
    """목록을 시험해 봅니다: 아무것도 쓰지 않습니다 · Dry run: what each line would come to; writes nothing."""
    check_file(file, lambda conn, at: _source(conn, programme, at))


@grant.command()
def upload(programme: ProgrammeArgument, file: FileArgument, by: By) -> None:
    """목록을 올립니다: 다른 사람이 승인해야 지급됩니다 · Upload a list; another person approves it."""
    upload_file(file, by, lambda conn, at: _source(conn, programme, at))


@grant.command()
def lists(programme: ProgrammeArgument) -> None:
    """올린 목록을 봅니다 · What was uploaded."""
    show_lists("grant", programme)


add_list_commands(grant)


def _source(conn: Connection, programme: str, at: datetime) -> CreditSource:
    from onnuri.vouchers.giving.grant import grant_source

    return grant_source(conn, programme, at=at)
