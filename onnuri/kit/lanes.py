"""Walk the lanes inside one transaction: unqualified table names mean the lane that `use_lane` named last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text

from onnuri.kit.migrate import lane_names

_FORM: Final = re.compile(r"lane_[0-9]{2}")


def use_lane(conn: Connection, lane: str) -> None:
    """Look at this lane until the transaction ends or another lane is used."""
    assert _FORM.fullmatch(lane), lane
    conn.execute(text(f"SET LOCAL search_path = {lane}, pg_catalog"))


def each_lane(conn: Connection) -> Iterator[str]:
    """Give every lane in order, looking at it meanwhile; afterwards look at what was looked at before.

    Locks taken on the way are taken in the order of lanes, everywhere the same, so that no two wait for each other.
    """
    before = str(conn.execute(text("SELECT current_setting('search_path')")).scalar_one())
    for lane in lane_names(conn):
        use_lane(conn, lane)
        yield lane
    conn.execute(text("SELECT set_config('search_path', :before, true)"), {"before": before})
