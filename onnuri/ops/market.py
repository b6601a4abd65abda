"""`onnuri market tax-registered …`, `onnuri tax file …`: which markets count for the deduction; the year's file."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from onnuri.ops.telling import Telling, tell

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection

    from onnuri.merchants.tax_registration import TaxRegistration
    from onnuri.merchants.tax_registration_end import WhichRegistration

market = Telling(help="시장  ·  Markets", no_args_is_help=True, rich_markup_mode=None)
tax = typer.Typer(help="소득공제  ·  The income deduction", no_args_is_help=True, rich_markup_mode=None)

By = Annotated[str, typer.Option("--by", help="처리자 per_… · who does it")]
Code = Annotated[str, typer.Argument(help="시장 코드 · the market's code")]
Registration = Annotated[
    str | None, typer.Option("--registration", help="등록 txr_…, 여럿일 때 · which one, where there are several")
]


@market.callback()
def _market() -> None:
    """시장  ·  Markets."""


@market.command("tax-registered")
def tax_registered(
    code: Code,
    by: By,
    ended: Annotated[bool, typer.Option("--ended", help="등록이 끝났습니다 · it is no longer")] = False,
    on: Annotated[str | None, typer.Option(help="그날 0시부터, 없으면 지금부터 · from 00:00 of a day to come")] = None,
    reason: Annotated[str, typer.Option(help="적은 끝나는 날을 바꿀 때의 사유 · why a recorded end changes")] = "",
    registration: Registration = None,
) -> None:
    """국세청에 등록된 시장임을 적습니다 · Registered at the tax service: counts for payments from then on."""
    from onnuri.merchants.tax_registration import register_for_tax
    from onnuri.merchants.tax_registration_end import end_tax_registration
    from onnuri.ops.dates import read_day

    day = None if on is None else read_day(on)
    with _recording(by) as (conn, who, at):
        if ended:
            which = _which(code, registration)
            done = end_tax_registration(conn, which, by=who, at=at, on=day, reason=reason)
        else:
            (done,) = register_for_tax(conn, codes=[code], by=who, at=at, since=day)
    tell({"market": code} | _told(done))


@market.command("tax-goes-on")
def tax_goes_on(
    code: Code,
    by: By,
    reason: Annotated[str, typer.Option(help="사유 · why")],
    registration: Registration = None,
) -> None:
    """아직 오지 않은 끝나는 날을 거둡니다 · Take back an end that has not come: payments go on to count."""
    from onnuri.merchants.tax_registration_end import take_back_tax_end

    with _recording(by) as (conn, who, at):
        done = take_back_tax_end(conn, _which(code, registration), by=who, at=at, reason=reason)
    tell({"market": code} | _told(done))


@contextmanager
def _recording(by: str) -> Generator[tuple[Connection, UUID, datetime]]:
    """Hold every lane and read the clock after that: no payment stands between the old word and the new."""
    from onnuri.kit.database import Role
    from onnuri.kit.migrate import lane_names
    from onnuri.ledger.lanes import take_lanes
    from onnuri.ops.acting import acting
    from onnuri.ops.reach import house_clock, reach

    database = reach()
    with database.single(Role.APP).begin() as conn:
        who = acting(conn, by, "register a market")
        take_lanes(conn, set(lane_names(conn)))
        yield conn, who, house_clock(database).now()


def _which(code: str, registration: str | None) -> WhichRegistration:
    from onnuri.kit.ids import parse_id
    from onnuri.merchants.tax_registration_end import WhichRegistration

    return WhichRegistration(code, None if registration is None else parse_id("txr", registration))


@market.command("tax-registrations")
def tax_registrations(code: Code) -> None:
    """언제부터 언제까지 등록되었고 누가 적었는지 봅니다 · A market's registrations and who recorded them."""
    from onnuri.kit.database import Role
    from onnuri.merchants.queries import find_market
    from onnuri.merchants.tax_registration import tax_registrations as registrations_of
    from onnuri.ops.reach import reach

    with reach().single(Role.APP).begin() as conn:
        found = registrations_of(conn, market_id=find_market(conn, code=code).id)
    tell([_told(each) for each in found])


def _told(each: TaxRegistration) -> dict[str, object]:
    from onnuri.kit.ids import public_id

    return {
        "id": public_id("txr", each.id),
        "valid_from": each.valid_from,
        "valid_to": each.valid_to,
        "recorded_by": public_id("per", each.recorded_by),
        "recorded_at": each.recorded_at,
        "ended_by": None if each.ended_by is None else public_id("per", each.ended_by),
        "ended_at": each.ended_at,
        "ends": [
            {"ends_at": end.ends_at, "reason": end.reason, "recorded_by": public_id("per", end.recorded_by),
             "recorded_at": end.recorded_at}
            for end in each.ends
        ],
    }  # fmt: skip


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
