"""The books as text: what a story wrote, with readable names, compared with what it should have written."""

from __future__ import annotations

from onnuri.kit.database import FIRST_LANE
from onnuri.ledger.read import journal as read_journal
from tests.world import World


def journal(world: World, *, lane: str = FIRST_LANE, after: int = 0) -> str:
    """Write the transfers after a seq, one a line: `payment lot:minji/1 -> merchant:fish 32,500`."""
    names = dict(world.aliases(lane))
    with world.begin(lane) as conn:
        lines = read_journal(conn, after_seq=after, limit=100_000)
    return "\n".join(
        f"{line.code} {names.get(line.debit, line.debit)} -> {names.get(line.credit, line.credit)} {line.amount:,}"
        for line in lines
    )


def last_seq(world: World, *, lane: str = FIRST_LANE) -> int:
    """Tell where the books stand, so that a story can show only what it adds."""
    return world.rows("transfers", lane=lane)


def books(text: str) -> str:
    """Read a story's expectation: its lines without the blanks that align them."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
