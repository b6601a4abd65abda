"""What time does to value: gifts return, clawed lots repay, lots expire, holders are told. Run it at any moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from onnuri.vouchers.claw_backs.claw_back_repay import collect_refilled
from onnuri.vouchers.expiry import expire_lots, notify_expiring
from onnuri.vouchers.gifts.gift import return_due_gifts
from onnuri.vouchers.life import LATE_ACTS
from onnuri.vouchers.model import NoPolicyInForce
from onnuri.vouchers.moving_in.migrate_open import open_moved_in

AT_ONCE = 200
"""Items in one transaction, so that the lane is held briefly."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How much was done in one lane."""

    gifts_returned: int = 0
    debts_repaid: int = 0
    lots_expired: int = 0
    notices: int = 0
    moved_in: int = 0


def keep_up(begin: Callable[[], AbstractContextManager[Connection]], *, at: datetime) -> Upkeep:
    """Do in one lane whatever is due, in short transactions: returns, debts, expiry, notices, wallets that moved in.

    Nothing depends on when it runs: what has expired pays nothing before it was posted.
    """
    try:
        returned = _until_done(lambda conn: _counted(return_due_gifts(conn, at=at, limit=AT_ONCE)), begin)
        repaid = _until_done(lambda conn: (len(collect_refilled(conn, at=at, limit=AT_ONCE)), False), begin)
        ended_by = at - LATE_ACTS
        expired = _until_done(lambda conn: _told(*expire_lots(conn, at=at, ended_by=ended_by, limit=AT_ONCE)), begin)
        notices = _until_done(lambda conn: _told(*notify_expiring(conn, at=at, limit=AT_ONCE)), begin)
    except NoPolicyInForce:  # before the first programme there is no value to keep
        return Upkeep()
    opened = _until_done(lambda conn: _going_on(open_moved_in(conn, at=at)), begin)
    return Upkeep(returned, repaid, expired, notices, opened)


def _counted(done: Sequence[object]) -> tuple[int, bool]:
    return len(done), len(done) == AT_ONCE


def _going_on(done: int) -> tuple[int, bool]:
    return done, done > 0


def _told(done: Sequence[object], more: bool) -> tuple[int, bool]:
    return len(done), more


def _until_done(
    step: Callable[[Connection], tuple[int, bool]], begin: Callable[[], AbstractContextManager[Connection]]
) -> int:
    total, more = 0, True
    while more:
        with begin() as conn:
            done, more = step(conn)
        total += done
    return total
