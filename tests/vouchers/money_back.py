"""Getting money back, for tests: refunds of a wallet's charges by name, and what the calculator says of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from uuid import UUID

from onnuri.banks.answers import Answer
from onnuri.kit.clock import SEOUL
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.vouchers.refunding.calculator import Explained, explain_wallet
from onnuri.vouchers.refunding.refund import Refund, RefundOrder, request_refund, settle_refund
from onnuri.vouchers.refunding.refund_rule import RefundKind
from tests.world import INSTITUTION, OPENED, PAID, World, request_key

CANCEL, RESIDUAL = RefundKind.CHARGE_CANCEL, RefundKind.RESIDUAL
_keys = count(1)


def seoul(year: int, month: int, day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """Write an instant as Seoul's clocks show it."""
    return datetime(year, month, day, hour, minute, second, tzinfo=SEOUL)


def charge_of(world: World, name: str, place: int = 1) -> UUID:
    """Give the charge behind a wallet's lot, counted from the oldest."""
    charge_id = world.lots(name)[place - 1].charge_id
    assert charge_id is not None
    return charge_id


def ask_back(
    world: World, name: str, kind: RefundKind, *, place: int = 1, at: datetime = OPENED, key: str | None = None
) -> Answered[Refund]:
    """Ask for money back of one charge; the bank has not heard of it yet."""
    charge_id = charge_of(world, name, place)
    request = request_key(key or f"refund-{next(_keys)}", f"{charge_id} {kind}")
    with world.begin(world.lane_of[name]) as conn:
        order = RefundOrder(request, world.wallets[name], charge_id, kind)
        return request_refund(conn, order, institution_code=INSTITUTION, at=at)


def give_back(
    world: World,
    name: str,
    kind: RefundKind,
    *,
    place: int = 1,
    at: datetime = OPENED,
    bank: Answer = PAID,
) -> Answered[Refund]:
    """Ask for money back of one charge; the bank says what it is told to say."""
    asked = ask_back(world, name, kind, place=place, at=at)
    if isinstance(asked.value, DomainError):
        return asked
    return Answered(told(world, name, asked.value, bank, at=at))


def told(
    world: World, name: str, asked: Refund, bank: Answer, *, at: datetime = OPENED, inquired: bool = False
) -> Refund:
    """Let the bank say something about a refund."""
    with world.begin(world.lane_of[name]) as conn:
        return settle_refund(conn, asked.id, bank, inquired=inquired, at=at)


def came_back(answer: Answered[Refund]) -> Refund:
    """Expect a refund that came to something."""
    assert isinstance(answer.value, Refund), answer.value
    return answer.value


def word(answer: Answered[Refund]) -> str:
    """Say what an answer was in one word: its status, or the code of the refusal."""
    return answer.value.code if isinstance(answer.value, DomainError) else answer.value.status


def why(answer: Answered[Refund]) -> Mapping[str, object]:
    """Give the facts of a refusal."""
    assert isinstance(answer.value, DomainError), answer.value
    return answer.value.facts


def explained(world: World, name: str, *, at: datetime = OPENED) -> list[Explained]:
    """Ask the calculator about a wallet, the oldest charge first."""
    with world.begin(world.lane_of[name]) as conn:
        return explain_wallet(conn, world.wallets[name], at=at)[::-1]
