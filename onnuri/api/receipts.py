"""How payments and cancels look outside: to the holder with the lots that paid, to the shop without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from onnuri.api.forms import CancelId, EntryId, Instant, LotId, MarketId, PaymentId, ShopId, View, WalletId
from onnuri.merchants.queries import Shop
from onnuri.payments.model import CancelReceipt, Receipt, ReceiptLot, confirmation


class ReceiptLotView(View):
    """So much of this lot moved, won."""

    lot_id: LotId
    amount: Annotated[int, Field(examples=[15000])]


class CancelView(View):
    """A cancel, whole or part; the money went back to the same lots, last taken first. Won."""

    id: CancelId
    payment_id: PaymentId
    shop_id: ShopId
    amount: Annotated[int, Field(examples=[5000])]
    reason: str
    cancelled_at: Instant
    business_date: Annotated[str, Field(examples=["2026-11-02"])]
    entry_id: EntryId
    lots: list[ReceiptLotView] | None
    money_moved: Literal["true"] = "true"


class PaidShopView(View):
    """The shop that was paid; present where `expand[]=shop` asks for it."""

    id: ShopId
    name: str
    stall_number: str
    market_name: str


class PaymentView(View):
    """A receipt. `lots` in the order taken; `wallet_id` and `lots` are the holder's to see. Won."""

    id: PaymentId
    status: Annotated[Literal["paid", "partly_cancelled", "cancelled"], Field(examples=["paid"])]
    amount: Annotated[int, Field(examples=[15000])]
    cancelled: Annotated[int, Field(examples=[0])]
    shop_id: ShopId
    shop_name: Annotated[str, Field(examples=["망원 생선"])]
    shop: PaidShopView | None
    market_id: MarketId
    wallet_id: WalletId | None
    paid_at: Instant
    business_date: Annotated[str, Field(examples=["2026-11-02"])]
    confirmation: Annotated[str, Field(description="Four digits both sides see.", examples=["4821"])]
    tax_registered: bool
    policy_id: str
    client_reference: str | None
    entry_id: EntryId
    lots: list[ReceiptLotView] | None
    cancels: list[CancelView]
    money_moved: Literal["true"] = "true"


def payment_view(
    receipt: Receipt, *, cancels: Sequence[CancelReceipt], for_holder: bool, lots: bool = True, shop: Shop | None = None
) -> PaymentView:
    """Describe a payment; a shop sees neither the wallet nor its lots."""
    cancelled = sum(cancel.amount for cancel in cancels)
    status: Literal["paid", "partly_cancelled", "cancelled"] = "partly_cancelled"
    if cancelled == 0:
        status = "paid"
    elif cancelled == receipt.amount:
        status = "cancelled"
    return PaymentView(
        id=receipt.id,
        status=status,
        amount=receipt.amount,
        cancelled=cancelled,
        shop_id=receipt.shop_id,
        shop_name=receipt.shop_name,
        shop=None
        if shop is None
        else PaidShopView(id=shop.id, name=shop.name, stall_number=shop.stall_number, market_name=shop.market_name),
        market_id=receipt.market_id,
        wallet_id=receipt.wallet_id if for_holder else None,
        paid_at=receipt.paid_at,
        business_date=receipt.business_date.isoformat(),
        confirmation=confirmation(receipt.id),
        tax_registered=receipt.tax_registered,
        policy_id=receipt.policy_id,
        client_reference=receipt.client_reference if for_holder else None,
        entry_id=receipt.entry_id,
        lots=_lots(receipt.lots) if for_holder and lots else None,
        cancels=[cancel_view(cancel, for_holder=for_holder) for cancel in cancels],
    )


def cancel_view(cancel: CancelReceipt, *, for_holder: bool) -> CancelView:
    """Describe a cancel."""
    return CancelView(
        id=cancel.id,
        payment_id=cancel.payment_id,
        shop_id=cancel.shop_id,
        amount=cancel.amount,
        reason=cancel.reason,
        cancelled_at=cancel.cancelled_at,
        business_date=cancel.business_date.isoformat(),
        entry_id=cancel.entry_id,
        lots=_lots(cancel.lots) if for_holder else None,
    )


def _lots(lots: Sequence[ReceiptLot]) -> list[ReceiptLotView]:
    return [ReceiptLotView(lot_id=lot.lot_id, amount=lot.amount) for lot in lots]
