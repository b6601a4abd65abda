"""The working set of one batch: everything its decisions need, kept current while they are made. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from onnuri.ledger.model import LaneHead
from onnuri.merchants.status import ShopStatus
from onnuri.payments.model import Payee
from onnuri.vouchers.lots import Lot, Taking
from onnuri.vouchers.model import Policy, Wallet


@dataclass(frozen=True, slots=True)
class PayeeShop:
    """A shop as the payee, and the state of the code that named it; it has no account before its first payment."""

    id: UUID
    stall_number: str
    name: str
    market_id: UUID
    tax_registered: bool
    status: ShopStatus
    valid_until: date | None
    sticker_id: str | None
    sticker_revoked: bool
    sticker_expires_on: date | None
    account_id: int | None


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that may be cancelled: what was taken from where, and what has come back already; won."""

    id: UUID
    shop_id: UUID
    wallet_id: UUID
    amount: int
    paid_at: datetime
    business_date: date
    cancel_days: int
    grace_days: int
    taken: tuple[Taking, ...]
    cancelled: int
    shop_account_id: int | None


@dataclass(slots=True)
class Book:
    """What the decisions of a batch see; each decision leaves it as the next one must find it."""

    head: LaneHead
    policy: Policy | None
    wallets: dict[UUID, Wallet]
    shops: dict[Payee, PayeeShop]
    payments: dict[UUID, Paid]
    references: set[str]
    lots: dict[UUID, dict[UUID, Lot]] = field(default_factory=dict[UUID, dict[UUID, Lot]])

    def move(self, wallet_id: UUID, takings: Sequence[Taking], *, back: bool) -> None:
        """Take from lots, or give back to them; lots that are not spendable now need no keeping."""
        lots = self.lots.get(wallet_id, {})
        for taking in takings:
            lot = lots.get(taking.lot_id)
            if lot is not None:
                lots[lot.id] = replace(lot, left=lot.left + (taking.amount if back else -taking.amount))

    def revive(self, wallet_id: UUID, lot_ids: Iterable[UUID], *, until: datetime, at: datetime) -> tuple[UUID, ...]:
        """Let lots that have expired be spent until then, without what they still held; answer which they are."""
        lots = self.lots.get(wallet_id, {})
        expired = [lots[id] for id in lot_ids if id in lots and lots[id].expires_at <= at]
        for lot in expired:
            lots[lot.id] = replace(lot, left=0, expires_at=until)
        return tuple(lot.id for lot in expired)
