"""Decide what a day does to shops' debts: what ended below zero is owed, what was earned repays. Pure: no I/O.

A shop's debt is judged over all lanes: earned in one lane, it repays what is owed in another. The account of what it
owes may then be below zero in one lane and above in another; the sum over lanes is what it owes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DayNet:
    """What a shop earned on a day in a lane and channel, won; below zero where cancels outweigh."""

    shop_id: UUID
    lane: str
    channel: str
    net: int


@dataclass(frozen=True, slots=True)
class DebtStep:
    """What a line adds to the shop's debt or repays of it, won; one of the two is 0."""

    shop_id: UUID
    lane: str
    channel: str
    added: int
    repaid: int


def settle_debts(nets: Iterable[DayNet], *, owed: Mapping[UUID, int]) -> list[DebtStep]:
    """Settle each shop's debts (`owed`: before this day, over all lanes) against its lines of the day.

    A line below zero adds to the debt. Then lines above zero repay, in order of lane and channel, until nothing is owed
    or nothing is left. A step that moves nothing is left out.
    """
    steps: list[DebtStep] = []
    ordered = sorted(nets, key=attrgetter("shop_id", "lane", "channel"))
    for shop_id, lines in groupby(ordered, key=attrgetter("shop_id")):
        steps += _settle_one(list(lines), owed.get(shop_id, 0))
    return steps


def _settle_one(lines: list[DayNet], owed: int) -> list[DebtStep]:
    added = [DebtStep(line.shop_id, line.lane, line.channel, -line.net, 0) for line in lines if line.net < 0]
    owed += sum(step.added for step in added)
    repaying: list[DebtStep] = []
    for line in lines:
        repaid = min(owed, max(line.net, 0))
        if repaid:
            owed -= repaid
            repaying.append(DebtStep(line.shop_id, line.lane, line.channel, 0, repaid))
    return added + repaying
