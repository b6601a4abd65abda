"""/v1/companies: verified companies buy without discount, by withdrawal or by a receipt, and hand out by list."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from sqlalchemy import Connection

from onnuri.api.auth import Caller
from onnuri.api.bodies import Currency, ShortText, Strict, Won
from onnuri.api.credit_lists import READERS, CreditListView, page_of_lists, take_list
from onnuri.api.files import CSV_BODY, FileRoute, received
from onnuri.api.forms import (
    BODY,
    CursorQuery,
    Instant,
    LimitQuery,
    Page,
    View,
    from_cursor,
    id_field,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.grant_programmes import REPLAYED_LIST
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import KeyHeader, mark_replay, request_key, settled
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Refused
from onnuri.merchants.business_number import format_business_number, parse_business_number
from onnuri.people.model import PersonRole
from onnuri.vouchers.charging.run_charge import Charging
from onnuri.vouchers.giving.company_buy import PurchaseOrder, PurchaseUnknown, purchase, purchases_of
from onnuri.vouchers.giving.corporate import (
    Company,
    CompanyPurchase,
    Purchase,
    buy_for_company,
    companies,
    company,
    company_source,
    register_company,
)
from onnuri.vouchers.giving.credit_list import CreditSource
from onnuri.vouchers.giving.credit_upload import company_left
from onnuri.vouchers.giving.run_purchase import run_purchase

router = noun_router("companies", 404)
uploads = noun_router("companies", 404, route_class=FileRoute)
CompanyId = Annotated[UUID, *id_field("com")]
CompanyPath = Annotated[str, path_id("com")]
PurchaseId = Annotated[UUID, *id_field("cpu")]
PurchasePath = Annotated[str, path_id("cpu")]


class PurchaseRefusedByBank(Refused):
    """The company's bank said no; nothing was debited."""

    code = "company_purchase_refused_by_bank"
    ko = "은행에서 출금이 거절되었습니다({bank_message}). 돈은 움직이지 않았습니다."
    en = "The bank refused the debit ({bank_message}). No money moved."


class CompanyRequest(Strict):
    """A company whose papers were seen."""

    business_number: Annotated[str, Field(min_length=10, max_length=20, examples=["123-45-67891"])]
    name: Annotated[ShortText, Field(examples=["한빛상사"])]


class CompanyView(View):
    """A verified company; `left` is what it has bought and not handed out, won, and null in lists."""

    id: CompanyId
    business_number: Annotated[str, Field(examples=["123-45-67891"])]
    name: str
    verified_at: Instant
    left: int | None


class PurchaseRequest(Strict):
    """How much to buy, without discount. With `bank_reference` it is what came in already; without, it is drawn."""

    amount: Won
    currency: Currency = "KRW"
    bank_reference: Annotated[str | None, Field(min_length=1, max_length=64, examples=["20261102-000123"])] = None


class PurchaseView(View):
    """A purchase, won; the company pays `amount` and may hand out `amount`."""

    id: PurchaseId
    company_id: CompanyId
    amount: int
    how: Literal["receipt", "withdrawal"]
    status: Literal["REQUESTED", "SUCCEEDED", "FAILED", "UNKNOWN"]
    bank_reference: str | None
    requested_at: Instant
    answered_at: Instant | None
    bank_message: str | None
    money_moved: Literal["true", "false", "unknown"]


@router.post("", status_code=201, operation_id="registerCompany", responses=problems(409, *BODY))
def create(body: CompanyRequest, house: HouseDep, caller: Caller) -> CompanyView:
    """Register a company whose papers were checked, by an operator; a business number once."""
    caller.need(PersonRole.OPERATOR)
    number, at = parse_business_number(body.business_number), house.now()
    with house.begin() as conn:
        by = f"per_{caller.person_id.hex}"
        made = company(conn, register_company(conn, business_number=number, name=body.name, by=by, at=at))
    return _company_view(made, 0)


@router.get("", operation_id="listCompanies", responses=problems(400))
def listing(house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 20) -> Page[CompanyView]:
    """List verified companies, the oldest first."""
    caller.need(*READERS)
    place = from_cursor(house, "companies", cursor)
    with house.begin() as conn:
        read = companies(conn, after=None if place is None else UUID(place), limit=limit + 1)
    shown, following = page_of(house, "companies", read, limit, place=lambda row: row.id.hex)
    return Page(data=[_company_view(each) for each in shown], next_cursor=following)


@router.get("/{company_id}", operation_id="getCompany")
def one(company_id: CompanyPath, house: HouseDep, caller: Caller) -> CompanyView:
    """Show a company and what it may still hand out."""
    caller.need(*READERS)
    with house.begin() as conn:
        found = company(conn, read_id("com", company_id))
        left = company_left(conn, found.id)
    return _company_view(found, left)


@router.post(
    "/{company_id}/purchases",
    status_code=201,
    operation_id="createCompanyPurchase",
    response_model=PurchaseView,
    responses={
        202: {"model": PurchaseView, "description": "The bank's answer is not known yet; ask for the purchase."},
        **problems(402, 409, *BODY),
    },
)
def buy(
    company_id: CompanyPath,
    body: PurchaseRequest,
    request: Request,
    house: HouseDep,
    caller: Caller,
    key: KeyHeader = None,
) -> Response:
    """Buy for a company: 201 bought, 202 while the bank's answer is unknown, 402 refused. Won for won."""
    asked = request_key(request, caller, key)
    caller.need(PersonRole.FINANCE_MAKER)
    id = read_id("com", company_id)
    if body.bank_reference is None:
        edge = Charging(begin=house.begin, bank=house.need_bank(), now=house.now)
        made = settled(request, run_purchase(edge, PurchaseOrder(asked, id, body.amount)))
    else:
        order = CompanyPurchase(new_id(house.now()), asked, id, body.amount, body.bank_reference)
        with house.begin() as conn:
            (answer,) = buy_for_company(conn, [order], at=house.now())
        made = settled(request, answer)
    if made.status == "FAILED":
        raise PurchaseRefusedByBank(
            purchase_id=f"cpu_{made.id.hex}", bank_code=made.bank_code_given, bank_message=made.bank_message
        )
    response = Response(
        _purchase_view(made).model_dump_json(),
        status_code=201 if made.status == "SUCCEEDED" else 202,
        media_type="application/json",
        headers={"Location": f"/v1/companies/{company_id}/purchases/cpu_{made.id.hex}"},
    )
    mark_replay(request, response)
    return response


@router.get("/{company_id}/purchases", operation_id="listCompanyPurchases", responses=problems(400))
def purchases(
    company_id: CompanyPath, house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 20
) -> Page[PurchaseView]:
    """List a company's purchases, the newest first."""
    caller.need(*READERS)
    place = from_cursor(house, f"purchases:{company_id}", cursor)
    with house.begin() as conn:
        id = company(conn, read_id("com", company_id)).id
        read = purchases_of(conn, id, before=None if place is None else UUID(place), limit=limit + 1)
    shown, following = page_of(house, f"purchases:{company_id}", read, limit, place=lambda row: row.id.hex)
    return Page(data=[_purchase_view(each) for each in shown], next_cursor=following)


@router.get("/{company_id}/purchases/{purchase_id}", operation_id="getCompanyPurchase")
def one_purchase(company_id: CompanyPath, purchase_id: PurchasePath, house: HouseDep, caller: Caller) -> PurchaseView:
    """Show a purchase; an unknown one is resolved by inquiry, never by sending again."""
    caller.need(*READERS)
    with house.begin() as conn:
        found = purchase(conn, read_id("cpu", purchase_id))
    if found.company_id != read_id("com", company_id):
        raise PurchaseUnknown
    return _purchase_view(found)


@uploads.post(
    "/{company_id}/lists",
    status_code=201,
    operation_id="uploadCompanyList",
    responses={**REPLAYED_LIST, **problems(402, 409, *BODY)},
    openapi_extra=CSV_BODY,
)
async def upload(
    company_id: CompanyPath, request: Request, response: Response, house: HouseDep, caller: Caller
) -> CreditListView:
    """Upload whom the company gives how much, and look through it; another person approves, then it is handed out."""
    caller.need(PersonRole.FINANCE_MAKER)
    id = read_id("com", company_id)
    await run_in_threadpool(_known, house, id)

    def source(conn: Connection) -> CreditSource:
        return company_source(conn, id, at=house.now())

    async with received(request) as file:
        return await take_list(house, file, source, caller.person_id, response)


@router.get("/{company_id}/lists", operation_id="listCompanyLists", responses=problems(400))
def lists(
    company_id: CompanyPath, house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 20
) -> Page[CreditListView]:
    """List what was uploaded for a company, the newest first."""
    caller.need(*READERS)
    _known(house, id := read_id("com", company_id))
    return page_of_lists(house, "company", id.hex, cursor, limit)


def _known(house: House, id: UUID) -> None:
    with house.begin() as conn:
        company(conn, id)


def _company_view(found: Company, left: int | None = None) -> CompanyView:
    return CompanyView(
        id=found.id,
        business_number=format_business_number(found.business_number),
        name=found.name,
        verified_at=found.verified_at,
        left=left,
    )


def _purchase_view(made: Purchase) -> PurchaseView:
    moved = {"SUCCEEDED": "true", "FAILED": "false"}.get(made.status, "unknown")
    return PurchaseView(
        id=made.id,
        company_id=made.company_id,
        amount=made.amount,
        how=made.how,  # type: ignore[arg-type]  # the table's CHECK allows just these
        status=made.status,  # type: ignore[arg-type]  # the table's CHECK allows just these
        bank_reference=made.bank_reference,
        requested_at=made.requested_at,
        answered_at=made.answered_at,
        bank_message=made.bank_message,
        money_moved=moved,  # type: ignore[arg-type]  # one of the three by the line above
    )
