"""`onnuri market tax-registered …`, `onnuri tax file …`: which markets count for the deduction; the year's file."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from onnuri.ops.telling import Telling, tell

market = Telling(help="시장  ·  Markets", no_args_is_help=True, rich_markup_mode=None)
tax = typer.Typer(help="소득공제  ·  The income deduction", no_args_is_help=True, rich_markup_mode=None)

By = Annotated[str, typer.Option("--by", help="처리자 per_… · who does it")]


@market.callback()
def _market() -> None:
    """시장  ·  Markets."""


@market.command("tax-registered")
def tax_registered(
    code: Annotated[str, typer.Argument(help="시장 코드 · the market's code")],
    by: By,
    ended: Annotated[bool, typer.Option("--ended", help="등록이 끝났습니다 · it is no longer")] = False,
) -> None:
    """국세청에 등록된 시장임을 적습니다 · Registered at the tax service: counts for payments from now on."""
    from onnuri.kit.database import Role
    from onnuri.kit.migrate import lane_names
    from onnuri.ledger.lanes import take_lanes
    from onnuri.merchants.tax_registration import set_tax_registration
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach

    database = reach()
    with database.single(Role.APP).begin() as conn:
        acting(conn, by, "register a market")
        take_lanes(conn, set(lane_names(conn)))
        at = house_clock(database).now()
        done = set_tax_registration(conn, code=code, registered=not ended, at=at)
    tell({"market": code, "name": done.name, "tax_registered": done.tax_registered})


@tax.callback()
def _tax() -> None:
    """소득공제  ·  The income deduction."""


@tax.command("file")
def file(year: Annotated[int, typer.Argument(help="연도 · year", min=2020, max=2999)], by: By) -> None:
    """그 해의 파일이나 정정분을 씁니다 · Make the year's file, or its correction, and write the newest as CSV."""
    from onnuri.kit.database import Role
    from onnuri.kit.migrate import lane_names
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach
    from onnuri.vouchers.tax import make_tax_file, tax_files, write_tax_file

    database = reach()
    with database.single(Role.APP).begin() as conn:
        who = acting(conn, by, "make a tax file")
        make_tax_file(conn, year=year, by=f"person:{who.hex}", at=house_clock(database).now())
        issue = max(each.issue for each in tax_files(conn, limit=100_000) if each.year == year)
        lanes = lane_names(conn)
    for line in write_tax_file(lambda lane: database.single(Role.APP, lane).begin(), lanes, year=year, issue=issue):
        sys.stdout.write(line)
