"""Say for each charge what can come back today, what is missing, until when, and which transfers say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.model import Shares, WalletNotOpen
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.refunding.charge_facts import facts_of_wallet
from onnuri.vouchers.refunding.refund_rule import (
    ChargeFacts,
    RefundKind,
    RefundTerms,
    last_cancel_day,
    must_be_used,
    shares_of,
    why_not,
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to get money back: what comes back today (nothing where `refusal` says why), and on which days at all.

    `missing` is how many more won must be used first. `from_on` is empty where no day but a use opens the way.
    """

    kind: RefundKind
    comes_back: Shares | None
    refusal: DomainError | None
    missing: int
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A charge with what happened to it and both ways back; won."""

    facts: ChargeFacts
    must_be_used: int
    cancel: Way
    residual: Way

    @property
    def comes_back(self) -> Shares | None:
        """What can come back today, whichever way."""
        return self.cancel.comes_back or self.residual.comes_back

    @property
    def blocked(self) -> bool:
        """Whether the wallet is not open, so that nothing comes back now."""
        return isinstance(self.residual.refusal, WalletNotOpen)

    @property
    def out_of_reach(self) -> bool:
        """Whether using all that is left would not be enough."""
        return self.residual.missing > self.facts.left


def explain_charge(facts: ChargeFacts, terms: RefundTerms, *, at: datetime, wallet_open: bool = True) -> Explained:
    """Explain one charge by the rules that the posting asks too: first whether the wallet is open at all."""
    ways = {kind: _way(facts, terms, kind, at) for kind in RefundKind}
    if not wallet_open:
        ways = {kind: replace(way, comes_back=None, refusal=WalletNotOpen()) for kind, way in ways.items()}
    return Explained(facts, must_be_used(facts, terms), ways[RefundKind.CHARGE_CANCEL], ways[RefundKind.RESIDUAL])


def explain_wallet(conn: Connection, wallet_id: UUID, *, at: datetime) -> list[Explained]:
    """Explain every charge of a wallet, the newest first."""
    wallet = wallets(conn, [wallet_id]).get(wallet_id)
    is_open = wallet is not None and wallet.status == "OPEN"
    return [
        explain_charge(facts, terms, at=at, wallet_open=is_open) for facts, terms in facts_of_wallet(conn, wallet_id)
    ]


def _way(facts: ChargeFacts, terms: RefundTerms, kind: RefundKind, at: datetime) -> Way:
    refusal = why_not(facts, terms, kind, at=at)
    back = shares_of(facts) if refusal is None else None
    if kind is RefundKind.CHARGE_CANCEL:
        open_days = facts.refundable and facts.left == facts.face
        last = min(last_cancel_day(facts, terms), _last_day(facts))
        charged_on = seoul_date(facts.charged_at)
        return Way(kind, back, refusal, 0, charged_on if open_days else None, last if open_days else None)
    missing = max(0, must_be_used(facts, terms) - facts.used)
    alive = facts.refundable and facts.left > 0
    today = seoul_date(at) if refusal is None else None
    return Way(kind, back, refusal, missing, today, _last_day(facts) if alive else None)


def _last_day(facts: ChargeFacts) -> date:
    """Tell the last day on which a lot lives: lots expire at midnight, and late cancels may move that."""
    day = seoul_date(facts.expires_at)
    return day - timedelta(days=1) if facts.expires_at == seoul_midnight(day) else day
