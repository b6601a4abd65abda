"""Run a batch of one kind of act: earlier answers first, then decide, write what stands, freeze, answer each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from onnuri.kit.idempotency import earlier_outcomes, record_outcomes
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered, KeyReused, Outcome, RequestKey


class Asked(Protocol):
    """Something asked for under a key."""

    @property
    def request(self) -> RequestKey:
        """Who asks, under which key."""
        ...


class Decided(Protocol):
    """Something that will be written, with the id it is known by."""

    @property
    def id(self) -> UUID:
        """What the key will be answered with."""
        ...


ItemT = TypeVar("ItemT", bound=Asked)
DecisionT = TypeVar("DecisionT", bound=Decided)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Act(Generic[ItemT, DecisionT, T]):
    """How an act is done: load what the fresh items need and answer who decides them; write; read what came of it."""

    kind: str
    load: Callable[[Sequence[ItemT]], Callable[[ItemT], DecisionT]]
    write: Callable[[Sequence[DecisionT]], None]
    read: Callable[[Sequence[UUID]], dict[UUID, T]]


def answer_each(
    conn: Connection, items: Sequence[ItemT], act: Act[ItemT, DecisionT, T], *, at: datetime
) -> list[Answered[T]]:
    """Answer each item; the caller holds the lane. A refusal is an answer, is kept, and never hurts its neighbours."""
    earlier = earlier_outcomes(conn, [item.request for item in items])
    outcomes = dict(earlier)
    fresh = [item for item in items if _key(item) not in earlier]
    decisions: list[DecisionT] = []
    decide = act.load(fresh) if fresh else None
    for item in fresh:
        assert decide is not None
        if _key(item) in outcomes:
            continue
        try:
            decision = decide(item)
        except DomainError as refusal:
            outcomes[_key(item)] = Outcome(item.request, act.kind, None, refusal)
        else:
            decisions.append(decision)
            outcomes[_key(item)] = Outcome(item.request, act.kind, decision.id, None)
    if decisions:
        act.write(decisions)
    record_outcomes(conn, [outcome for key, outcome in outcomes.items() if key not in earlier], at=at)
    subjects = [o.subject_id for o in outcomes.values() if o.subject_id is not None and o.kind == act.kind]
    return _answers(items, act.kind, outcomes, act.read(subjects) if subjects else {}, set(earlier))


def _answers(
    items: Sequence[ItemT],
    kind: str,
    outcomes: dict[tuple[str, str], Outcome],
    found: dict[UUID, T],
    seen: set[tuple[str, str]],
) -> list[Answered[T]]:
    answers: list[Answered[T]] = []
    for item in items:
        outcome = outcomes[_key(item)]
        if outcome.request.body_hash != item.request.body_hash or outcome.kind != kind:
            answers.append(Answered(KeyReused()))
        elif outcome.refusal is not None:
            answers.append(Answered(outcome.refusal, replayed=_key(item) in seen))
        else:
            assert outcome.subject_id is not None
            answers.append(Answered(found[outcome.subject_id], replayed=_key(item) in seen))
        seen.add(_key(item))
    return answers


def _key(item: Asked) -> tuple[str, str]:
    return item.request.caller, item.request.key
