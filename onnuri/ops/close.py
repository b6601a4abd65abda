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

    on = read_day(day)
    database = reach()
    engine = database.single(Role.APP)
    for closed in close_business_day(engine.begin, day=on, at=house_clock(database).now()):
        before = "  (이미 마감됨 · closed before)" if closed.already else ""
        notes.print(
            f"{closed.day}  {closed.lane}  {closed.lines:,}줄 lines"
            f"  순매출 net {closed.net:,}원  지급 payable {closed.payable:,}원{before}"
        )
    say(f"{on} 영업일을 마감했습니다.", f"Business day {on} is closed.")
