"""`onnuri close DAY`: close a business day in every lane."""

from __future__ import annotations

from typing import Annotated

import typer

from onnuri.ops.dates import read_day
from onnuri.ops.saying import notes, say


def close(day: Annotated[str, typer.Argument(help="영업일 · business date, YYYY-MM-DD")]) -> None:
    """영업일을 마감합니다 · Close a business day; running it again changes nothing."""
    from onnuri.kit.database import Role
    from onnuri.ops.reach import house_clock, reach
    from onnuri.settlement.close import close_business_day
    from onnuri.settlement.seal import seal_closed_days

    on = read_day(day)
    database = reach()
    engine = database.single(Role.APP)
    at = house_clock(database).now()
    for closed in close_business_day(engine.begin, day=on, at=at):
        before = "  (이미 마감됨 · closed before)" if closed.already else ""
        notes.print(
            f"{closed.day}  {closed.lane}  {closed.lines:,}줄 lines"
            f"  순매출 net {closed.net:,}원  지급 payable {closed.payable:,}원{before}"
        )
    for lane, seals in seal_closed_days(engine.begin, database.settings, at=at).items():
        for seal in seals:
            notes.print(f"{seal.day}  {lane}  봉인 sealed  {seal.hash.hex()[:16]}…")
    say(f"{on} 영업일을 마감했습니다.", f"Business day {on} is closed.")
