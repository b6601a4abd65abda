"""Run a batch of payments and cancels in one transaction; any cutting of a sequence into batches answers the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from onnuri.kit.rare import ran
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered, KeyReused, Outcome
from onnuri.ledger.post import take_lane
from onnuri.payments.book import Book
from onnuri.payments.decide import PayDecision, decide_cancel, decide_payment
from onnuri.payments.load import Key, load_book
from onnuri.payments.model import Cancel, CancelReceipt, Pay, Receipt
from onnuri.payments.receipts import cancel_receipts, receipts
from onnuri.payments.write import Decision, write_batch

Item = Pay | Cancel
Answer = Answered[Receipt | CancelReceipt]


def run_batch(conn: Connection, items: Sequence[Item], *, at: datetime) -> list[Answer]:
    """Decide the items in order and write all that stands; answer each. Refusals are answers and are kept.

    The caller commits, then answers. One item's refusal never hurts its neighbours.
    """
    head = take_lane(conn)
    book, earlier = load_book(conn, items, head, at=at)
    decided: dict[Key, Decision] = {}
    outcomes = dict(earlier)
    for item in items:
        key = (item.request.caller, item.request.key)
        if key not in outcomes:
            verdict = _decide(item, book, at)
            if not isinstance(verdict, DomainError):
                decided[key] = verdict
            outcomes[key] = _outcome(item, verdict)
        elif key not in earlier:
            ran("replay inside a batch")
    if len(decided) > len({_wallet(decision) for decision in decided.values()}):
        ran("contested wallet")
    fresh = [outcome for key, outcome in outcomes.items() if key not in earlier]
    written = dict(zip(decided, write_batch(conn, list(decided.values()), fresh, at=at), strict=True))
    replays = _replayed(conn, list(earlier.values())) if earlier else {}
    return _answers(items, outcomes, replays | written, set(earlier))


def _decide(item: Item, book: Book, at: datetime) -> Decision | DomainError:
    try:
        return decide_payment(item, book, at=at) if isinstance(item, Pay) else decide_cancel(item, book, at=at)
    except DomainError as refusal:
        return refusal


def _wallet(decision: Decision) -> UUID:
    return decision.item.wallet_id if isinstance(decision, PayDecision) else decision.payment.wallet_id


def _outcome(item: Item, verdict: Decision | DomainError) -> Outcome:
    kind = "payment" if isinstance(item, Pay) else "cancel"
    if isinstance(verdict, DomainError):
        return Outcome(item.request, kind, None, verdict)
    return Outcome(item.request, kind, item.id, None)


def _replayed(conn: Connection, earlier: Sequence[Outcome]) -> dict[Key, Receipt | CancelReceipt]:
    """Rebuild the receipts of keys that were answered before; they never change."""
    found = {(o.request.caller, o.request.key): (o.kind, o.subject_id) for o in earlier if o.subject_id is not None}
    paid = receipts(conn, [subject for kind, subject in found.values() if kind == "payment"])
    cancelled = cancel_receipts(conn, [subject for kind, subject in found.values() if kind == "cancel"])
    known: dict[UUID, Receipt | CancelReceipt] = {**paid, **cancelled}
    return {key: known[subject] for key, (_, subject) in found.items() if subject in known}


def _answers(
    items: Sequence[Item],
    outcomes: dict[Key, Outcome],
    written: dict[Key, Receipt | CancelReceipt],
    seen: set[Key],
) -> list[Answer]:
    answers: list[Answer] = []
    for item in items:
        key = (item.request.caller, item.request.key)
        outcome = outcomes[key]
        if outcome.request.body_hash != item.request.body_hash or (outcome.refusal is None and key not in written):
            answers.append(Answered(KeyReused()))
        else:
            answers.append(Answered(outcome.refusal or written[key], replayed=key in seen))
        seen.add(key)
    return answers
