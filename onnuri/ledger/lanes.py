"""Hold several lanes in one transaction, locked in the order of their names: no two wait for each other."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from onnuri.kit.lanes import use_lane
from onnuri.ledger.model import LaneHead
from onnuri.ledger.post import take_lane


def current_lane(conn: Connection) -> str:
    """Tell which lane this connection looks at."""
    return str(conn.execute(text("SELECT current_schema()")).scalar_one())


def take_lanes(conn: Connection, lanes: Iterable[str]) -> dict[str, LaneHead]:
    """Become the only writer of these lanes until the transaction ends; afterwards look where one looked before."""
    before = current_lane(conn)
    heads: dict[str, LaneHead] = {}
    for lane in sorted(set(lanes)):
        use_lane(conn, lane)
        heads[lane] = take_lane(conn)
    use_lane(conn, before)
    return heads
