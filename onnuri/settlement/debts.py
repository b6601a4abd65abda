"""Decide what a day does to shops' debts: what ended below zero is owed, what was earned repays. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DayNet:
    """What a shop earned on a day in a channel, won, and what it owed before (the same on each of its channels)."""

    shop_id: UUID
    channel: str
    net: int
    owed: int


@dataclass(frozen=True, slots=True)
class DebtStep:
    """What a line adds to the shop's debt or repays of it, won; one of the two is 0."""

    shop_id: UUID
    channel: str
    added: int
    repaid: int


def settle_debts(nets: Iterable[DayNet]) -> list[DebtStep]:
    """Settle each shop's debts against its lines of the day.

    A line below zero adds to the debt. Then lines above zero repay, in order of channel, until nothing is owed or
    nothing is left. A step that moves nothing is left out.
    """
    steps: list[DebtStep] = []
    for _, lines in groupby(sorted(nets, key=attrgetter("shop_id", "channel")), key=attrgetter("shop_id")):
        steps += _settle_one(list(lines))
    return steps


def _settle_one(lines: list[DayNet]) -> list[DebtStep]:
    added = [DebtStep(line.shop_id, line.channel, -line.net, 0) for line in lines if line.net < 0]
    owed = lines[0].owed + sum(step.added for step in added)
    repaying: list[DebtStep] = []
    for line in lines:
        repaid = min(owed, max(line.net, 0))
        if repaid:
            owed -= repaid
            repaying.append(DebtStep(line.shop_id, line.channel, 0, repaid))
    return added + repaying
