"""/v1/shops, the register's side: open a shop, change its status, its stickers, its settlement account."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import ShortText, Strict
from onnuri.api.forms import BODY, Instant, MarketId, ShopAccountId, ShopId, View, noun_router, problems, read_id
from onnuri.api.house import HouseDep
from onnuri.api.shops import ShopPath, own_shop
from onnuri.banks.accounts import bank_name
from onnuri.kit.refusals import DomainError
from onnuri.merchants.business_number import format_business_number
from onnuri.merchants.change_status import StatusChange, change_statuses
from onnuri.merchants.queries import Shop, find_shop, status_history
from onnuri.merchants.register import ShopOpening, open_shops
from onnuri.merchants.settlement_account import NewShopAccount, ShopAccount, register_shop_accounts, shop_accounts
from onnuri.merchants.status import ShopStatus
from onnuri.merchants.stickers import issue_stickers, revoke_sticker
from onnuri.people.model import SHOP_ROLES, PersonRole, Principal, RoleMissing
from onnuri.people.sealing import Sealer

router = noun_router("shops", 404)
MarketRef = Annotated[str, Field(pattern="^mkt_[0-9a-f]{32}$", examples=["mkt_0192f0c1a2b37c4d8e5f60718293a4b5"])]


class ShopRequest(Strict):
    """A shop that applies to the register."""

    market_id: MarketRef
    name: Annotated[ShortText, Field(max_length=60, examples=["망원 생선"])]
    business_number: Annotated[str, Field(min_length=10, max_length=14, examples=["123-45-67891"])]
    goods: Annotated[str | None, Field(min_length=1, max_length=60, examples=["수산물"])] = None


class StatusRequest(Strict):
    """The step a shop takes, and why."""

    status: Annotated[ShopStatus, Field(strict=False)]
    reason: ShortText


class AccountRequest(Strict):
    """Where the shop's payouts go."""

    bank_code: Annotated[str, Field(pattern="^[0-9]{3}$", examples=["004"])]
    account_number: Annotated[
        str, Field(min_length=7, max_length=20, pattern="^[0-9 -]+$", examples=["123456-01-000100"])
    ]
    account_holder: Annotated[ShortText, Field(max_length=20, examples=["김망원"])]


class StickerRequest(Strict):
    """Nothing needs to be said: a sticker without an end."""


class RegisteredShopView(View):
    """A shop as the register and its owner see it."""

    id: ShopId
    stall_number: str
    name: str
    market_id: MarketId
    business_number: Annotated[str, Field(examples=["123-45-67891"])]
    goods: str | None
    status: ShopStatus
    valid_until: Annotated[str | None, Field(examples=["2029-11-01"])]


class StatusView(View):
    """A status the shop had from `since` on."""

    status: ShopStatus
    since: Instant
    reason: str
    changed_by: str


class StatusList(View):
    """Every status a shop ever had, oldest first."""

    data: list[StatusView]


class AccountView(View):
    """A settlement account as it may be shown."""

    id: ShopAccountId
    bank_code: str
    bank_name: str
    masked: Annotated[str, Field(examples=["12345601000***"])]
    registered_at: Instant
    closed_at: Instant | None
    closed_reason: str | None


class AccountList(View):
    """A shop's settlement accounts, newest first."""

    data: list[AccountView]


class StickerView(View):
    """An issued sticker and the text inside its code."""

    id: str
    shop_id: ShopId
    payload: str


@router.post("", status_code=201, operation_id="openShop", responses=problems(409, *BODY))
def create(body: ShopRequest, house: HouseDep, caller: Caller) -> RegisteredShopView:
    """Open a shop as APPLIED; for operators."""
    caller.need(PersonRole.OPERATOR)
    opening = ShopOpening(read_id("mkt", body.market_id), body.name, body.business_number, body.goods)
    with house.begin() as conn:
        (opened,) = open_shops(conn, openings=[opening], at=house.now(), by=actor(caller))
        if isinstance(opened, DomainError):
            raise opened
        shop = find_shop(conn, shop_id=opened.id)
    return _registered(shop)


@router.post("/{shop_id}/statuses", status_code=201, operation_id="changeShopStatus", responses=problems(409, *BODY))
def change(shop_id: ShopPath, body: StatusRequest, house: HouseDep, caller: Caller) -> RegisteredShopView:
    """Move a shop along the register's life cycle; for operators. The past is kept."""
    caller.need(PersonRole.OPERATOR)
    shop_key = read_id("shp", shop_id)
    step = StatusChange(shop_id=shop_key, to=body.status, reason=body.reason)
    with house.begin() as conn:
        (before,) = change_statuses(conn, changes=[step], at=house.now(), by=actor(caller))
        if isinstance(before, DomainError):
            raise before
        shop = find_shop(conn, shop_id=shop_key)
    return _registered(shop)


@router.get("/{shop_id}/statuses", operation_id="listShopStatuses")
def statuses(shop_id: ShopPath, house: HouseDep, caller: Caller) -> StatusList:
    """List every status a shop ever had; for its own people, operators and auditors."""
    shop = _visible(caller, shop_id)
    with house.begin() as conn:
        find_shop(conn, shop_id=shop)
        periods = status_history(conn, shop_id=shop)
    return StatusList(data=[StatusView.model_validate(period, from_attributes=True) for period in periods])


@router.post("/{shop_id}/accounts", status_code=201, operation_id="registerShopAccount", responses=problems(*BODY))
def register_account(shop_id: ShopPath, body: AccountRequest, house: HouseDep, caller: Caller) -> AccountView:
    """Register where the payouts go; for the shop's owner. It takes the place of the one before."""
    shop = own_shop(caller, shop_id)
    if shop not in caller.scopes(PersonRole.SHOP_OWNER):
        raise RoleMissing(needed=PersonRole.SHOP_OWNER)
    account = NewShopAccount(shop, body.bank_code, body.account_number, body.account_holder)
    sealer: Sealer = house.sealer
    with house.begin() as conn:
        register_shop_accounts(conn, sealer, [account], at=house.now())
        kept = shop_accounts(conn, shop_id=shop)[0]
    return _account(kept)


@router.get("/{shop_id}/accounts", operation_id="listShopAccounts")
def accounts(shop_id: ShopPath, house: HouseDep, caller: Caller) -> AccountList:
    """List a shop's settlement accounts, numbers masked."""
    shop = _visible(caller, shop_id)
    with house.begin() as conn:
        kept = shop_accounts(conn, shop_id=shop)
    return AccountList(data=[_account(account) for account in kept])


@router.post("/{shop_id}/stickers", status_code=201, operation_id="issueSticker", responses=problems(409, *BODY))
def issue(shop_id: ShopPath, _body: StickerRequest, house: HouseDep, caller: Caller) -> StickerView:
    """Issue a signed sticker; for operators. Earlier ones keep working."""
    caller.need(PersonRole.OPERATOR)
    with house.begin() as conn:
        (issued,) = issue_stickers(conn, shop_ids=[read_id("shp", shop_id)], keys=house.sticker_keys, at=house.now())
    if isinstance(issued, DomainError):
        raise issued
    return StickerView(id=issued.id, shop_id=issued.shop_id, payload=issued.payload)


@router.delete("/{shop_id}/stickers/{sticker_id}", status_code=204, operation_id="revokeSticker")
def revoke(
    shop_id: ShopPath, sticker_id: Annotated[str, Field(pattern="^[0-9a-z]{1,40}$")], house: HouseDep, caller: Caller
) -> None:
    """Withdraw a sticker: it no longer pays; for operators."""
    caller.need(PersonRole.OPERATOR)
    with house.begin() as conn:
        find_shop(conn, shop_id=read_id("shp", shop_id))
        revoke_sticker(conn, sticker_id=sticker_id, at=house.now())


def actor(caller: Principal) -> str:
    """Name who did something, for the records: an id, never a name."""
    return f"per_{caller.person_id.hex}"


def _visible(caller: Principal, shop_id: str) -> UUID:
    if caller.has(PersonRole.OPERATOR, PersonRole.AUDITOR):
        return read_id("shp", shop_id)
    caller.need(*SHOP_ROLES)
    return own_shop(caller, shop_id)


def _registered(shop: Shop) -> RegisteredShopView:
    return RegisteredShopView(
        id=shop.id,
        stall_number=shop.stall_number,
        name=shop.name,
        market_id=shop.market_id,
        business_number=format_business_number(shop.business_number),
        goods=shop.goods,
        status=shop.status,
        valid_until=None if shop.valid_until is None else shop.valid_until.isoformat(),
    )


def _account(account: ShopAccount) -> AccountView:
    return AccountView(
        id=account.id,
        bank_code=account.bank_code,
        bank_name=bank_name(account.bank_code),
        masked=account.masked,
        registered_at=account.registered_at,
        closed_at=account.closed_at,
        closed_reason=account.closed_reason,
    )
