"""`onnuri grant …`: grant programmes, and crediting them by list while payments go on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from onnuri.ops.credit_lists import By, FileArgument, add_list_commands, check_file, show_lists, upload_file
from onnuri.ops.saying import say
from onnuri.ops.telling import Telling, tell

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from onnuri.vouchers.credit_list import CreditSource

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
    tell({"programme": programme, "opens_at": first, "closes_at": last, "expires_at": end})


@grant.command()
def programmes() -> None:
    """모든 지원 사업을 봅니다 · Every programme."""
    from dataclasses import asdict

    from onnuri.kit.database import Role
    from onnuri.ops.reach import reach
    from onnuri.vouchers.grant import programmes as every

    with reach().single(Role.APP).begin() as conn:
        tell([asdict(each) for each in every(conn)])


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
    from onnuri.vouchers.grant import grant_source

    return grant_source(conn, programme, at=at)
